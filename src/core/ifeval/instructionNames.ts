// Short descriptions of what each kind of instruction requires.
import { type InstructionId, isInstructionId } from "./kinds.ts";

const names: Readonly<Record<InstructionId, string>> = {
  "keywords:existence": "contains keywords",
  "keywords:frequency": "frequency of a keyword",
  "keywords:forbidden_words": "no forbidden words",
  "keywords:letter_frequency": "frequency of a letter",
  "language:response_language": "language of the response",
  "length_constraints:number_sentences": "number of sentences",
  "length_constraints:number_paragraphs": "number of paragraphs",
  "length_constraints:number_words": "number of words",
  "length_constraints:nth_paragraph_first_word": "first word of a paragraph",
  "detectable_content:number_placeholders": "number of placeholders",
  "detectable_content:postscript": "a postscript",
  "detectable_format:number_bullet_lists": "number of list items",
  "detectable_format:constrained_response": "one of the given answers",
  "detectable_format:number_highlighted_sections": "number of highlights",
  "detectable_format:multiple_sections": "number of sections",
  "detectable_format:json_format": "JSON and nothing else",
  "detectable_format:title": "a title",
  "combination:two_responses": "two responses",
  "combination:repeat_prompt": "the prompt first",
  "startend:end_checker": "given ending",
  "startend:quotation": "in quotation marks",
  "change_case:capital_word_frequency": "number of words in capitals",
  "change_case:english_capital": "capitals only",
  "change_case:english_lowercase": "small letters only",
  "punctuation:no_comma": "no comma",
  "punctuation:question_marks": "a question in Spanish marks",
  "punctuation:exclamation_marks": "an exclamation in Spanish marks",
  "special_character:enie": "number of words with ñ",
  "special_character:dieresis": "number of words with ü",
  "special_character:tildes": "number of words with an accent",
  "detectable_content:no_digits": "no digits",
  "special_character:ethel_or_cedilla": "without a given letter",
  "special_character:no_accents": "no accents",
  "length_constraints:number_letters": "number of characters",
  "detectable_format:number_numbered_lists": "number of numbered items",
  "letters:furigana": "every kanji with its reading",
  "letters:kanji": "number of kanji",
  "letters:kansuuji": "numbers in kanji",
  "letters:hiragana_only": "hiragana only",
  "letters:katakana_only": "katakana only",
  "letters:no_hiragana": "no hiragana",
  "letters:no_katakana": "no katakana",
  "punctuation:no_period": "no full stop",
  "startend:sentence_unified_end": "the same end of every sentence",
};

/** Returns the description of an instruction; the id itself for unknown kinds. */
export function instructionName(id: string): string {
  return isInstructionId(id) ? names[id] : id;
}
