// Checks the kinds of M-IFEval that are specific to Spanish, French or Japanese writing.
import type { Instruction, Relation } from "./kinds.ts";
import { wordsOf } from "./segment.ts";

const kanjiRuns = /[\u4e00-\u9faf]+/gu;
const kanjiWithReading = /(?<![\u4e00-\u9faf])[\u4e00-\u9faf]+（[ぁ-ん]+）/gu;
const kanji = /[\u4e00-\u9faf]/gu;
const hiragana = /[ぁ-ゖ]/u;
const katakana = /[ァ-ヺｦ-ﾟ]/u;
/** Letters other than hiragana or katakana; the long vowel mark belongs to both. */
const notHiragana = /(?![ぁ-んー])\p{L}/u;
const notKatakana = /(?![ァ-ンー・ｦ-ﾟ])\p{L}/u;
const accented = /[àáâãäåçèéêëìíîïñòóôõöùúûüýÿ]/iu;
const quoted = /「[^」]*」|『[^』]*』/gu;

/** Checks an instruction; null if it is of another kind. */
export function followsOwnKind(response: string, instruction: Instruction, language: string): boolean | null {
  const wordsWith = (letters: RegExp): number =>
    wordsOf(response.normalize("NFC"), language).filter(word => letters.test(word)).length;
  switch (instruction.id) {
    case "punctuation:question_marks":
      return /¿\s*[^?¿\s][^?¿]*\?/u.test(response);
    case "punctuation:exclamation_marks":
      return /¡\s*[^!¡\s][^!¡]*!/u.test(response);
    case "special_character:enie":
      return wordsWith(/ñ/iu) === instruction.kwargs.let_frequency;
    case "special_character:dieresis":
      return wordsWith(/ü/iu) === instruction.kwargs.let_frequency;
    case "special_character:tildes":
      return holds(wordsWith(/[áéíóú]/iu), instruction.kwargs.relation, instruction.kwargs.num_words);
    case "detectable_content:no_digits":
    case "letters:kansuuji":
      return !/\p{Nd}/u.test(response);
    case "special_character:ethel_or_cedilla":
      return !response
        .normalize("NFC")
        .toLowerCase()
        .includes(instruction.kwargs.forbidden_char.toLowerCase());
    case "special_character:no_accents":
      return !accented.test(response.normalize("NFC"));
    case "length_constraints:number_letters":
      return holds([...response].length, instruction.kwargs.relation, instruction.kwargs.num_letters);
    case "detectable_format:number_numbered_lists":
      return count(response, /^[^\S\n]*\p{Nd}+\.\s.*$/gmu) === instruction.kwargs.num_items;
    case "letters:furigana":
      return count(response, kanjiRuns) === count(response, kanjiWithReading);
    case "letters:kanji":
      return holds(count(response, kanji), instruction.kwargs.relation, instruction.kwargs.kanji_limit);
    case "letters:hiragana_only":
      return !notHiragana.test(response);
    case "letters:katakana_only":
      return !notKatakana.test(response);
    case "letters:no_hiragana":
      return !hiragana.test(response);
    case "letters:no_katakana":
      return !katakana.test(response);
    case "punctuation:no_period":
      return !response.includes("。");
    case "startend:sentence_unified_end":
      return endAlike(response, instruction.kwargs.ending);
    default:
      return null;
  }
}

export function holds(found: number, relation: Relation, wanted: number): boolean {
  if (relation === "at most") return found <= wanted;
  return relation === "less than" ? found < wanted : found >= wanted;
}

/**
 * Returns true if every sentence outside quotation marks ends with `ending`; line breaks
 * don't belong to a sentence.
 */
function endAlike(response: string, ending: string): boolean {
  const sentences = response
    .replace(quoted, "")
    .split(/[。！？]/u)
    .map(sentence => sentence.trim())
    .filter(sentence => sentence !== "");
  return sentences.every(sentence => sentence.endsWith(ending.trim()));
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
