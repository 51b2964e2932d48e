// The 25 kinds of verifiable instruction of IFEval (Zhou et al. 2023, arXiv 2311.07911) and what each needs.

/** `text?`: may be left out. Names and values are those of the published data, so that its files can be read. */
type FieldType = "count" | "relation" | "letter" | "text" | "texts" | "texts?" | "language";

export const instructionFields = {
  "keywords:existence": { keywords: "texts" },
  "keywords:frequency": { keyword: "text", frequency: "count", relation: "relation" },
  "keywords:forbidden_words": { forbidden_words: "texts" },
  "keywords:letter_frequency": { letter: "letter", let_frequency: "count", let_relation: "relation" },
  "language:response_language": { language: "language" },
  "length_constraints:number_sentences": { num_sentences: "count", relation: "relation" },
  "length_constraints:number_paragraphs": { num_paragraphs: "count" },
  "length_constraints:number_words": { num_words: "count", relation: "relation" },
  "length_constraints:nth_paragraph_first_word": {
    num_paragraphs: "count",
    nth_paragraph: "count",
    first_word: "text",
  },
  "detectable_content:number_placeholders": { num_placeholders: "count" },
  "detectable_content:postscript": { postscript_marker: "text" },
  "detectable_format:number_bullet_lists": { num_bullets: "count" },
  /** `options` is ours: the published ones are English sentences. */
  "detectable_format:constrained_response": { options: "texts?" },
  "detectable_format:number_highlighted_sections": { num_highlights: "count" },
  "detectable_format:multiple_sections": { section_spliter: "text", num_sections: "count" },
  "detectable_format:json_format": {},
  "detectable_format:title": {},
  "combination:two_responses": {},
  "combination:repeat_prompt": { prompt_to_repeat: "text" },
  "startend:end_checker": { end_phrase: "text" },
  "startend:quotation": {},
  "change_case:capital_word_frequency": { capital_frequency: "count", capital_relation: "relation" },
  "change_case:english_capital": {},
  "change_case:english_lowercase": {},
  "punctuation:no_comma": {},
} as const satisfies Readonly<Record<string, Readonly<Record<string, FieldType>>>>;

export type InstructionId = keyof typeof instructionFields;

export const instructionIds = Object.keys(instructionFields) as readonly InstructionId[];

export function isInstructionId(text: string): text is InstructionId {
  return Object.hasOwn(instructionFields, text);
}

export type Relation = "less than" | "at least";

interface Values {
  readonly count: number;
  readonly relation: Relation;
  readonly letter: string;
  readonly text: string;
  readonly texts: readonly string[];
  readonly "texts?": readonly string[] | undefined;
  readonly language: string;
}

/** The `kwargs` of one kind, by its fields. */
export type InstructionArguments<Id extends InstructionId> = {
  readonly [Field in keyof (typeof instructionFields)[Id]]: (typeof instructionFields)[Id][Field] extends FieldType
    ? Values[(typeof instructionFields)[Id][Field]]
    : never;
};

/** One instruction of an evaluation row, checked when it was read. */
export type Instruction = {
  readonly [Id in InstructionId]: { readonly id: Id; readonly kwargs: InstructionArguments<Id> };
}[InstructionId];
