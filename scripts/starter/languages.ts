// The twelve languages of the starter model, and the kinds of task in its text.

export const languages = ["ar", "zh", "cs", "en", "et", "fi", "he", "hi", "it", "ru", "es", "sw"] as const;
export type Language = (typeof languages)[number];

export const kinds = [
  "capital",
  "currency",
  "language",
  "tomorrow",
  "yesterday",
  "month-number",
  "next-month",
  "opposite",
  "sum",
  "repeat",
  "first-months",
  "sort",
  "last",
  "animal",
  "colour",
] as const;
export type Kind = (typeof kinds)[number];

/**
 * Sentences of one kind in one language: the answer, a statement with the same meaning in another form, and
 * four wordings of the instruction. Only the first wording is ever answered in the pretraining text; the
 * third and fourth are reserved for evaluation ("new").
 */
export type Sentences = readonly [
  answer: string,
  statement: string,
  first: string,
  second: string,
  third: string,
  fourth: string,
];

export type Templates = Readonly<Record<Kind, Sentences>>;

/** Splits `a|b|c`. */
export const cells = (text: string): readonly string[] => text.split("|");
