// Names of the six studies that a mixture file can contain, for users and for files.

export const studyNames = [
  "monolingual-transfer",
  "pinch-curve",
  "seen-and-unseen",
  "number-of-languages",
  "bilingual-pairs",
  "language-family",
] as const;

export type StudyName = (typeof studyNames)[number];

interface StudyDescription {
  readonly title: string;
  /** One line, for a list of studies. */
  readonly question: string;
}

export const studies: Readonly<Record<StudyName, StudyDescription>> = {
  "monolingual-transfer": {
    title: "Monolingual transfer",
    question: "A model tuned on one language: how well does it follow instructions in the others?",
  },
  "pinch-curve": {
    title: "Pinch curve",
    question: "How do scores move as more of the examples are spread over all languages?",
  },
  "seen-and-unseen": {
    title: "Seen and unseen languages",
    question: "Does a spread over some languages help those that are never tuned on?",
  },
  "number-of-languages": {
    title: "Number of languages",
    question: "How many languages does a mixture need for those that are never tuned on?",
  },
  "bilingual-pairs": {
    title: "Bilingual pairs",
    question: "Does an even mixture of two languages do better on the others than either of them alone?",
  },
  "language-family": {
    title: "Language family",
    question: "Does a monolingual model do better on its language's relatives?",
  },
};

export function isStudyName(text: string): text is StudyName {
  return (studyNames as readonly string[]).includes(text);
}
