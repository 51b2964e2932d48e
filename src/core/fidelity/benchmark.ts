// Metrics of the Language Confusion Benchmark for one response, computed like its compute_metrics.py.
import { scriptsOf } from "../language/scripts.ts";
import { normaliseLine, tokenizerOf } from "./benchmarkTokens.ts";

/**
 * The Language Confusion Benchmark (Marchisio et al. 2024, "Understanding and Mitigating
 * Language Confusion in LLMs", arXiv 2406.20052, section 3; compute_metrics.py of
 * github.com/for-ai/language-confusion), response by response:
 *
 *   R    = responses with a line of at least 5 tokens; shorter lines are ignored
 *   acc  = mean over R of the share of a response's lines that are in the wanted language
 *   E_L  = those of R with a line in another language; an unidentifiable line counts as another language
 *   E_W  = those of R without E_L that have an English word as a token: in lower case, of more than 3 letters
 *   LPR  = |R − E_L| / |R|     WPR = |R − E_L − E_W| / |R − E_L|     LCPR = 2 · LPR · WPR / (LPR + WPR)
 *
 * First, everything from a line that starts with `Q:` on and all ASCII punctuation is removed. Code and
 * numbers are ordinary tokens. WPR is only defined for languages that are not written in Latin script.
 *
 * Results are identical given the same identifier and word list, with one exception:
 * Chinese and Japanese are tokenized by Intl.Segmenter, while the benchmark uses jieba and
 * MeCab. Their tokens only decide which lines are long enough.
 */
export interface BenchmarkVerdict {
  /** Share of the judged lines that are in the wanted language; null if the response is not in R. */
  readonly lineAccuracy: number | null;
  /** True if all judged lines are in the wanted language; null if the response is not in R. */
  readonly lpr: boolean | null;
  /**
   * True if no token is an English word; null if the response is not in R − E_L, or if the
   * language is written in Latin script.
   */
  readonly wpr: boolean | null;
}

/** A line that is long enough to be judged. */
export interface BenchmarkLine {
  /** Zero-based index of the line in the response. */
  readonly index: number;
  /** Identified language; `und` if it can't be identified. */
  readonly language: string;
  readonly own: boolean;
}

export interface LineJudge {
  /**
   * Returns the BCP-47 tag of a line's language, `und` if it can't be identified. Receives the line without
   * ASCII punctuation, and as written.
   */
  readonly languageOf: (line: string, asWritten: string) => string;
  readonly isOwn: (language: string) => boolean;
  /** Returns true if a token is an English word in lower case with more than 3 letters. */
  readonly isEnglishWord: (token: string) => boolean;
}

const leastTokens = 5;
// Base models tend to continue with a next question of their own, which begins like this.
const nextQuestion = "\nQ:";

/**
 * Computes the benchmark's verdict on a response.
 * @param wanted BCP-47 tag
 */
export function judgeAsBenchmark(
  response: string,
  wanted: string,
  { languageOf, isOwn, isEnglishWord }: LineJudge,
): BenchmarkVerdict & { readonly judgedLines: readonly BenchmarkLine[] } {
  const tokens = tokenizerOf(wanted);
  const end = endOfAnswer(response);
  const judged: BenchmarkLine[] = [];
  let own = 0;
  let english = false;
  const judgesWords = !scriptsOf(wanted).includes("Latn");
  for (let start = 0, index = 0; start < end; index++) {
    const next = response.indexOf("\n", start);
    const asWritten = response.slice(start, next === -1 || next > end ? end : next);
    const line = normaliseLine(asWritten);
    start = next === -1 ? end : next + 1;
    if (!tokens.hasAtLeast(line, leastTokens)) continue;
    const language = languageOf(line, asWritten.trim());
    const isRight = isOwn(language);
    judged.push({ index, language, own: isRight });
    if (isRight) own++;
    english ||= judgesWords && isRight && own === judged.length && tokens.latin(line).some(isEnglishWord);
  }
  const lpr = judged.length === 0 ? null : own === judged.length;
  return {
    judgedLines: judged,
    lineAccuracy: judged.length === 0 ? null : own / judged.length,
    lpr,
    wpr: lpr === true && judgesWords ? !english : null,
  };
}

function endOfAnswer(response: string): number {
  const at = response.indexOf(nextQuestion);
  return at === -1 ? response.length : at;
}
