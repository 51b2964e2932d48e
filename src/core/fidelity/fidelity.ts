// Judges the language fidelity of one response in detail: the benchmark's rates, and the foreign passages.
import { sameLanguage } from "../language/alike.ts";
import type { ForeignSpan } from "../records/records.ts";
import { type BenchmarkVerdict, judgeAsBenchmark } from "./benchmark.ts";
import { foreignSpans, type SpanJudge } from "./foreignSpans.ts";

export interface Fidelity extends BenchmarkVerdict {
  /** Foreign passages in order, without overlaps. */
  readonly foreign: readonly ForeignSpan[];
}

export interface FidelityParts extends SpanJudge {
  /** If true, lines are identified without ASCII punctuation, like in the benchmark; otherwise as written. */
  readonly linesAsBenchmark?: boolean;
  /** Returns true if a token is an English word in lower case with more than 3 letters. */
  readonly isEnglishWord: (token: string) => boolean;
  /** Returns true if an identified language counts as the wanted one in the benchmark's rates. */
  readonly isSame?: (identified: string, wanted: string) => boolean;
}

/**
 * Judges one response.
 * @param wanted BCP-47 tag
 */
export function judgeFidelity(response: string, wanted: string, parts: FidelityParts): Fidelity {
  const { identify, isEnglishWord, linesAsBenchmark = false, isSame = sameLanguage } = parts;
  const { judgedLines, ...verdict } = judgeAsBenchmark(response, wanted, {
    languageOf: (line, asWritten) => identify(linesAsBenchmark ? line : asWritten).language,
    isOwn: language => isSame(language, wanted),
    isEnglishWord,
  });
  return { ...verdict, foreign: foreignSpans(response, wanted, judgedLines, parts) };
}
