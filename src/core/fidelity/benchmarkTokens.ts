// Splits responses into lines and tokens like the Language Confusion Benchmark.
import { isWhiteSpace, whiteSpaceRun } from "../../common/whiteSpace.ts";
import { segmentsOf } from "../language/segments.ts";

const asciiPunctuation = /[!-/:-@[-`{-~]+/gu;
const emDash = /—/gu;
const arabicComma = /،/gu;

/** Returns the line without ASCII punctuation. */
export function normaliseLine(line: string): string {
  return line.replace(asciiPunctuation, "").replace(emDash, " ").replace(arabicComma, "");
}

export interface Tokenizer {
  readonly hasAtLeast: (line: string, tokens: number) => boolean;
  /** Returns the tokens that may be words in Latin script; it may omit others. */
  readonly latin: (line: string) => readonly string[];
}

const spaced: Tokenizer = {
  hasAtLeast(line, least) {
    let found = 0;
    let inside = false;
    for (let at = 0; at < line.length; at++) {
      const space = isWhiteSpace(line.charCodeAt(at));
      if (!space && !inside && ++found >= least) return true;
      inside = !space;
    }
    return false;
  },
  latin: line => (hasLowerLatin.test(line) ? line.split(whiteSpaceRun) : []),
};
const hasLowerLatin = /[a-z]/u;

/**
 * Returns the tokenizer of a language.
 * @param wanted BCP-47 tag of the language that the response should be in, regardless of its actual language
 */
export function tokenizerOf(wanted: string): Tokenizer {
  switch (wanted.split("-", 1)[0]) {
    case "zh":
      return chinese;
    case "ja":
      return japanese;
    default:
      return spaced;
  }
}

// jieba segments these runs with its dictionary; every other character is a token of its own.
const jiebaRun = /[\u4e00-\u9fd5]+|[a-zA-Z0-9]+|./gsu;
const ideographs = /^[\u4e00-\u9fd5]/u;
const chinese: Tokenizer = {
  hasAtLeast(line, least) {
    let found = 0;
    for (const [run] of line.matchAll(jiebaRun)) {
      found += ideographs.test(run) ? segmentsUpTo("zh", run, least - found) : 1;
      if (found >= least) return true;
    }
    return false;
  },
  latin: line => line.match(/[a-zA-Z0-9]+/gu) ?? [],
};

// MeCab separates a number from adjacent letters.
const mecabRun = /\p{Nd}+|\P{Nd}+/gu;
const japanese: Tokenizer = {
  hasAtLeast(line, least) {
    let found = 0;
    for (const [run] of line.matchAll(mecabRun)) {
      found += segmentsUpTo("ja", run, least - found);
      if (found >= least) return true;
    }
    return false;
  },
  // MeCab treats an unknown run of Latin letters as one word.
  latin: line => line.match(/\p{Script=Latin}+/gu) ?? [],
};

/** Counts the segments that are not white space, up to `most`. */
function segmentsUpTo(language: string, text: string, most: number): number {
  let found = 0;
  for (const { segment } of segmentsOf(text, language, "word")) {
    if (!isWhiteSpace(segment.charCodeAt(0)) && ++found >= most) break;
  }
  return found;
}
