// Line-level and word-level pass of one response, and where it leaves the wanted language.
import { sameLanguage } from "../language/alike.ts";
import { dominantScript, type ScriptCode, scriptsOf, type Word, wordsOf } from "../language/scripts.ts";
import type { ForeignSpan } from "../run/records.ts";
import { hasWords } from "./countWords.ts";
import { maskNonLanguage } from "./mask.ts";

/**
 * The rates of the Language Confusion Benchmark (Marchisio et al. 2024, "Understanding and Mitigating Language
 * Confusion in LLMs", arXiv 2406.20052, section 3; its compute_metrics.py), per response:
 *
 *   R   = responses with a line of at least 5 words
 *   E_L = those of R with such a line in another language than the wanted one
 *   E_W = those of R without E_L that hold a foreign word in such a line
 *   LPR = |R − E_L| / |R|     WPR = |R − E_L − E_W| / |R − E_L|     LCPR = 2 · LPR · WPR / (LPR + WPR)
 *
 * WPR is defined for languages that are not written in Latin script only: for the others it is null here, not 1.
 *
 * Where this differs, and why:
 * - The benchmark's foreign words are the lower-case entries of an English dictionary with more than 3 letters.
 *   There is no dictionary here: every Latin word in lower case with more than 3 letters counts (names, which have
 *   a capital, count in neither), and so does a word of any other script that the language is not written in, of
 *   more than 3 letters, or of more than one ideograph, kana or syllable.
 * - Code, addresses, paths, markup and numbers are no words. The benchmark counts their tokens.
 * - Words of scripts without spaces are found by Intl.Segmenter where the benchmark has jieba and MeCab, and in
 *   every line, whatever language was wanted: a response wholly in Chinese is not too short for Arabic.
 * - The identifier is Pinch's own or the person's fastText model. As there, a line that can't be identified is in
 *   another language than the wanted one.
 */
export interface Fidelity {
  /** Line level: null = no line is long enough, the response is not in R. */
  readonly lines: boolean | null;
  /** Word level: null = not in R − E_L, or the language is written in Latin script. */
  readonly words: boolean | null;
  /** In order, apart from each other. */
  readonly foreign: readonly ForeignSpan[];
}

/** Tells the language of a line: `und` where it can't; confidence is 0 to 1. */
export type IdentifyLine = (line: string) => { readonly language: string; readonly confidence: number };

export const minLineWords = 5;
const maxIgnoredLetters = 3;
// A sentence inside a line that passes is marked only where the identifier is certain.
const certain = 0.9;
const sentence = /[^.!?…。！？।؟]+[.!?…。！？।؟]*/gu;

const lettersOfAnIdeograph = 1;
const ideographs: ReadonlySet<ScriptCode> = new Set(["Hani", "Kana", "Kore"]);

/** @param wanted BCP-47 tag */
export function judgeFidelity(response: string, wanted: string, identify: IdentifyLine): Fidelity {
  const masked = maskNonLanguage(response);
  const isOwn = (language: string): boolean => sameLanguage(language, wanted);
  const allowed = allowedScripts(wanted);
  const foreign: ForeignSpan[] = [];
  let counted = false;
  let lines = true;
  let words = true;
  for (let start = 0; start <= masked.length; ) {
    const next = masked.indexOf("\n", start);
    const end = next === -1 ? masked.length : next;
    const line = masked.slice(start, end);
    const found = wordsOf(line);
    const runs = foreignRuns(found, allowed);
    let spans: readonly ForeignSpan[] = runs;
    if (hasWords(line, found, minLineWords)) {
      counted = true;
      const { language } = identify(line.trim());
      if (isOwn(language)) {
        if (runs.length > 0) words = false;
        spans = [...runs, ...foreignSentences(line, found, isOwn, identify).foreign];
      } else {
        lines = false;
        spans = foreignParts(line, found, language, isOwn, identify);
      }
    }
    for (const span of apart(spans)) {
      foreign.push({ start: start + span.start, end: start + span.end, language: span.language });
    }
    start = end + 1;
  }
  const judgesWords = counted && lines && !allowed.has("Latn");
  return { lines: counted ? lines : null, words: judgesWords ? words : null, foreign };
}

const allowedByTag = new Map<string, ReadonlySet<ScriptCode>>();

function allowedScripts(wanted: string): ReadonlySet<ScriptCode> {
  const before = allowedByTag.get(wanted);
  if (before !== undefined) return before;
  const scripts = scriptsOf(wanted);
  const allowed = new Set(["Zyyy", ...scripts, ...(scripts.includes("Jpan") ? ["Kana"] : [])]);
  allowedByTag.set(wanted, allowed);
  return allowed;
}

/** Runs of words in scripts that the language is not written in, if one of them is more than a name or symbol. */
function foreignRuns(words: readonly Word[], allowed: ReadonlySet<ScriptCode>): ForeignSpan[] {
  const runs: ForeignSpan[] = [];
  let run: Word[] = [];
  const finish = (): void => {
    const [first] = run;
    if (first !== undefined && run.some(isWordError)) {
      runs.push({ start: first.start, end: endOf(run), language: `und-${dominantScript(run) ?? "Zyyy"}` });
    }
    run = [];
  };
  for (const word of words) {
    if (allowed.has(word.script)) finish();
    else run.push(word);
  }
  finish();
  return runs;
}

function isWordError({ script, letters, upper }: Word): boolean {
  return !upper && letters > (ideographs.has(script) ? lettersOfAnIdeograph : maxIgnoredLetters);
}

interface Sentences {
  readonly foreign: readonly ForeignSpan[];
  /** One of them is surely in the wanted language. */
  readonly own: boolean;
}

/** The sentences of a line, where it has several, that are surely in another language. */
function foreignSentences(
  line: string,
  words: readonly Word[],
  isOwn: (language: string) => boolean,
  identify: IdentifyLine,
): Sentences {
  const foreign: ForeignSpan[] = [];
  let own = false;
  const parts = [...line.matchAll(sentence)];
  if (parts.length < 2) return { foreign, own };
  for (const { 0: text, index } of parts) {
    const inside = words.filter(word => word.start >= index && word.end <= index + text.length);
    const [first] = inside;
    if (first === undefined || !hasWords(line, inside, minLineWords)) continue;
    const { language, confidence } = identify(text.trim());
    if (confidence < certain) continue;
    if (isOwn(language)) own = true;
    else foreign.push({ start: first.start, end: endOf(inside), language });
  }
  return { foreign, own };
}

/** Of a line in another language: the sentences that are, if one is not; else all of it. */
function foreignParts(
  line: string,
  words: readonly Word[],
  language: string,
  isOwn: (language: string) => boolean,
  identify: IdentifyLine,
): readonly ForeignSpan[] {
  const { foreign, own } = foreignSentences(line, words, isOwn, identify);
  if (own && foreign.length > 0) return foreign;
  const named = language === "und" ? `und-${dominantScript(words) ?? "Zyyy"}` : language;
  return [{ start: words[0]?.start ?? 0, end: endOf(words), language: named }];
}

function endOf(words: readonly Word[]): number {
  return words.at(-1)?.end ?? 0;
}

/** In order; what lies within another is left out. */
function apart(spans: readonly ForeignSpan[]): readonly ForeignSpan[] {
  if (spans.length < 2) return spans;
  const kept: ForeignSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (last === undefined || span.start >= last.end) kept.push(span);
  }
  return kept;
}
