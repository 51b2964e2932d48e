// Kinds of verifiable instructions and their arguments: the 25 of IFEval (Zhou et al. 2023, arXiv
// 2311.07911), and those of M-IFEval (Dussolle et al. 2025, arXiv 2502.04688) that are plain rules about
// Spanish, French or Japanese text.

/**
 * Types of arguments; `text?` is optional. Names and values are those of the published
 * data, so that its files can be read.
 */
type FieldType = "count" | "relation" | "relation?" | "letter" | "text" | "texts" | "texts?" | "language";

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
  "detectable_content:number_placeholders": { num_placeholders: "count", relation: "relation?" },
  "detectable_content:postscript": { postscript_marker: "text" },
  "detectable_format:number_bullet_lists": { num_bullets: "count" },
  /** `options` is Pinch's addition: the published ones are English sentences. */
  "detectable_format:constrained_response": { options: "texts?" },
  "detectable_format:number_highlighted_sections": { num_highlights: "count", relation: "relation?" },
  "detectable_format:multiple_sections": {
    section_spliter: "text",
    num_sections: "count",
    relation: "relation?",
  },
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
  // Spanish, in M-IFEval
  "punctuation:question_marks": {},
  "punctuation:exclamation_marks": {},
  "special_character:enie": { let_frequency: "count" },
  "special_character:dieresis": { let_frequency: "count" },
  "special_character:tildes": { num_words: "count", relation: "relation" },
  // French
  "detectable_content:no_digits": {},
  "special_character:ethel_or_cedilla": { forbidden_char: "letter" },
  "special_character:no_accents": {},
  // Japanese
  "length_constraints:number_letters": { num_letters: "count", relation: "relation" },
  "detectable_format:number_numbered_lists": { num_items: "count" },
  "letters:furigana": {},
  "letters:kanji": { kanji_limit: "count", relation: "relation" },
  "letters:kansuuji": {},
  "letters:hiragana_only": {},
  "letters:katakana_only": {},
  "letters:no_hiragana": {},
  "letters:no_katakana": {},
  "punctuation:no_period": {},
  "startend:sentence_unified_end": { ending: "text" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FieldType>>>>;

export type InstructionId = keyof typeof instructionFields;

export const instructionIds = Object.keys(instructionFields) as readonly InstructionId[];

export function isInstructionId(text: string): text is InstructionId {
  return Object.hasOwn(instructionFields, text);
}

/** Comparison of a count with the wanted number; `at most` is only used by M-IFEval's Spanish data. */
export type Relation = "less than" | "at least" | "at most";

interface Values {
  readonly count: number;
  readonly relation: Relation;
  readonly "relation?": Relation | undefined;
  readonly letter: string;
  readonly text: string;
  readonly texts: readonly string[];
  readonly "texts?": readonly string[] | undefined;
  readonly language: string;
}

/** Type of the `kwargs` of one kind. */
export type InstructionArguments<Id extends InstructionId> = {
  readonly [Field in keyof (typeof instructionFields)[Id]]: (typeof instructionFields)[Id][Field] extends FieldType
    ? Values[(typeof instructionFields)[Id][Field]]
    : never;
};

/** One instruction of an evaluation row, validated when it was read. */
export type Instruction = {
  readonly [Id in InstructionId]: { readonly id: Id; readonly kwargs: InstructionArguments<Id> };
}[InstructionId];
