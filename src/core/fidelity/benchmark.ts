// The metrics of the Language Confusion Benchmark for one response, computed as its compute_metrics.py does.
import { scriptsOf } from "../language/scripts.ts";
import { normaliseLine, tokenizerOf } from "./benchmarkTokens.ts";

/**
 * The Language Confusion Benchmark (Marchisio et al. 2024, "Understanding and Mitigating Language Confusion in LLMs",
 * arXiv 2406.20052, section 3; compute_metrics.py of github.com/for-ai/language-confusion), response by response:
 *
 *   R    = responses with a line of at least 5 tokens; shorter lines are left out
 *   acc  = mean over R of the share of a response's lines that are in the wanted language
 *   E_L  = those of R with a line in another language; a line that can't be identified is in another
 *   E_W  = those of R without E_L in which a token is an English word: in lower case, of more than 3 letters
 *   LPR  = |R − E_L| / |R|     WPR = |R − E_L − E_W| / |R − E_L|     LCPR = 2 · LPR · WPR / (LPR + WPR)
 *
 * Before that, everything from a line that starts with `Q:` on is dropped, and so is ASCII punctuation. Code and
 * numbers are tokens like others. WPR is there only for languages that are not written in Latin script.
 *
 * It is the same given the same identifier and word list, but for one thing: tokens of Chinese and Japanese are
 * Intl.Segmenter's, where the benchmark has jieba and MeCab. They decide which lines are long enough, and nothing else.
 */
export interface BenchmarkVerdict {
  /** Share of the lines that are in the wanted language; null = not in R. */
  readonly lineAccuracy: number | null;
  /** All of them are; null = not in R. */
  readonly lpr: boolean | null;
  /** No token is an English word; null = not in R − E_L, or the language is written in Latin script. */
  readonly wpr: boolean | null;
}

/** A line that is long enough to be judged. */
export interface BenchmarkLine {
  /** Counted from 0, in the response. */
  readonly index: number;
  /** What the identifier said: `und` where it can't tell. */
  readonly language: string;
  readonly own: boolean;
}

export interface LineJudge {
  /** BCP-47 tag of a line's language, `und` where it can't be told; the line without ASCII punctuation, and with it. */
  readonly languageOf: (line: string, asWritten: string) => string;
  readonly isOwn: (language: string) => boolean;
  /** Whether a token is a word of English in lower case with more than 3 letters. */
  readonly isEnglishWord: (token: string) => boolean;
}

export const leastTokens = 5;
// What follows is the model's own next question: base models go on like this.
const nextQuestion = "\nQ:";

/** @param wanted BCP-47 tag */
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
