// What is said of one response beyond its language as a whole: the benchmark's rates, and the foreign passages.
import { sameLanguage } from "../language/alike.ts";
import type { ForeignSpan } from "../run/records.ts";
import { type BenchmarkVerdict, judgeAsBenchmark } from "./benchmark.ts";
import { foreignSpans, type IdentifyLine } from "./foreignSpans.ts";

export interface Fidelity extends BenchmarkVerdict {
  /** In order, apart from each other. */
  readonly foreign: readonly ForeignSpan[];
}

export interface FidelityParts {
  readonly identify: IdentifyLine;
  /** Whether a token is a word of English in lower case with more than 3 letters. */
  readonly isEnglishWord: (token: string) => boolean;
  /** Whether an identified language counts as the wanted one in the benchmark's rates. */
  readonly isSame?: (identified: string, wanted: string) => boolean;
}

/** @param wanted BCP-47 tag */
export function judgeFidelity(
  response: string,
  wanted: string,
  { identify, isEnglishWord, isSame = sameLanguage }: FidelityParts,
): Fidelity {
  const { judgedLines, ...verdict } = judgeAsBenchmark(response, wanted, {
    languageOf: line => identify(line).language,
    isOwn: language => isSame(language, wanted),
    isEnglishWord,
  });
  return { ...verdict, foreign: foreignSpans(response, wanted, judgedLines, identify) };
}
