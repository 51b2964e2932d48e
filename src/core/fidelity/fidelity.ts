// What is said of one response beyond its language as a whole: the benchmark's rates, and the foreign passages.
import { sameLanguage } from "../language/alike.ts";
import type { ForeignSpan } from "../records/records.ts";
import { type BenchmarkVerdict, judgeAsBenchmark } from "./benchmark.ts";
import { foreignSpans, type SpanJudge } from "./foreignSpans.ts";

export interface Fidelity extends BenchmarkVerdict {
  /** In order, apart from each other. */
  readonly foreign: readonly ForeignSpan[];
}

export interface FidelityParts extends SpanJudge {
  /** Whether lines are identified as the benchmark has them, without ASCII punctuation, or as they are written. */
  readonly linesAsBenchmark?: boolean;
  /** Whether a token is a word of English in lower case with more than 3 letters. */
  readonly isEnglishWord: (token: string) => boolean;
  /** Whether an identified language counts as the wanted one in the benchmark's rates. */
  readonly isSame?: (identified: string, wanted: string) => boolean;
}

/** @param wanted BCP-47 tag */
export function judgeFidelity(response: string, wanted: string, parts: FidelityParts): Fidelity {
  const { identify, isEnglishWord, linesAsBenchmark = false, isSame = sameLanguage } = parts;
  const { judgedLines, ...verdict } = judgeAsBenchmark(response, wanted, {
    languageOf: (line, asWritten) => identify(linesAsBenchmark ? line : asWritten).language,
    isOwn: language => isSame(language, wanted),
    isEnglishWord,
  });
  return { ...verdict, foreign: foreignSpans(response, wanted, judgedLines, parts) };
}
