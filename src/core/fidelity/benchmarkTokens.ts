// Lines and tokens as the Language Confusion Benchmark makes them of a response.
import { isWhiteSpace, whiteSpaceRun } from "../../common/whiteSpace.ts";
import { segmentsOf } from "../language/segments.ts";

const asciiPunctuation = /[!-/:-@[-`{-~]+/gu;
const emDash = /—/gu;
const arabicComma = /،/gu;

/** Without ASCII punctuation. */
export function normaliseLine(line: string): string {
  return line.replace(asciiPunctuation, "").replace(emDash, " ").replace(arabicComma, "");
}

export interface Tokenizer {
  readonly hasAtLeast: (line: string, tokens: number) => boolean;
  /** Tokens that may be words in Latin script: all of them, or only some of the others. */
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

/** @param wanted BCP-47 tag of the language that a response should be in, whatever it is in */
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

// jieba cuts these runs with its dictionary and gives every other character as a token of its own.
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

// MeCab takes a number apart from the letters that it touches.
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
  // MeCab takes a run of Latin letters that it doesn't know as one word.
  latin: line => line.match(/\p{Script=Latin}+/gu) ?? [],
};

/** Segments that are no white space, counted no further than `most`. */
function segmentsUpTo(language: string, text: string, most: number): number {
  let found = 0;
  for (const { segment } of segmentsOf(text, language, "word")) {
    if (!isWhiteSpace(segment.charCodeAt(0)) && ++found >= most) break;
  }
  return found;
}
