// Finds the passages of a response that are not in the wanted language, to underline them.
// They go beyond what the rates count.
import { sameLanguage } from "../language/alike.ts";
import { dominantScript, type ScriptCode, scriptsOf, type Word, wordsOf } from "../language/scripts.ts";
import type { ForeignSpan } from "../records/records.ts";
import type { BenchmarkLine } from "./benchmark.ts";
import { hasWords } from "./countWords.ts";
import { maskNonLanguage } from "./mask.ts";

/** Identifies the language of a text, `und` if it can't. Confidence is between 0 and 1. */
export type IdentifyLine = (line: string) => { readonly language: string; readonly confidence: number };

export interface SpanJudge {
  readonly identify: IdentifyLine;
  /**
   * Returns true if a sentence of a passing line is worth identifying; if absent, all
   * sentences are identified.
   */
  readonly seemsForeign?: (sentence: string) => boolean;
}

const leastWords = 5;
const maxIgnoredLetters = 3;
// Minimum confidence for marking a sentence inside a line that passes as a whole.
const certain = 0.9;
const sentence = /[^.!?…。！？।؟]+[.!?…。！？।؟]*/gu;

const lettersOfAnIdeograph = 1;
const ideographs: ReadonlySet<ScriptCode> = new Set(["Hani", "Kana", "Kore"]);

/**
 * Returns foreign passages in order, without overlaps: lines in another language, sentences that are with
 * certainty in another language, and words in a script that the language is not written in, if they have at
 * least 4 letters and no capital, or at least two ideographs. Code, addresses and markup are ignored.
 *
 * @param judged lines judged by the benchmark, which are not identified a second time
 */
export function foreignSpans(
  response: string,
  wanted: string,
  judged: readonly BenchmarkLine[],
  judge: SpanJudge,
): ForeignSpan[] {
  const masked = maskNonLanguage(response);
  const isOwn = (language: string): boolean => sameLanguage(language, wanted);
  const allowed = allowedScripts(wanted);
  const foreign: ForeignSpan[] = [];
  let at = 0;
  for (let start = 0, index = 0; start <= masked.length; index++) {
    const next = masked.indexOf("\n", start);
    const end = next === -1 ? masked.length : next;
    const line = masked.slice(start, end);
    const verdict = judged[at]?.index === index ? judged[at++] : undefined;
    const words = wordsOf(line);
    const runs = foreignRuns(words, allowed);
    let spans: readonly ForeignSpan[] = runs;
    if (hasWords(line, words, leastWords)) {
      // The benchmark judges a line with code as a whole; here only its remaining text counts.
      const isWhole = masked === response || line === response.slice(start, end);
      const language =
        isWhole && verdict !== undefined ? verdict.language : judge.identify(line.trim()).language;
      spans = isOwn(language)
        ? [...runs, ...foreignSentences(line, words, isOwn, judge).foreign]
        : foreignParts(line, words, language, isOwn, judge.identify);
    }
    for (const span of apart(spans)) {
      foreign.push({ start: start + span.start, end: start + span.end, language: span.language });
    }
    start = end + 1;
  }
  return foreign;
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

/**
 * Returns runs of words in scripts that the language is not written in, if one of the words
 * is more than a name or symbol.
 */
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
  /** True if one of the sentences is with certainty in the wanted language. */
  readonly own: boolean;
}

/** Returns the sentences that are with certainty in another language, for lines of several sentences. */
function foreignSentences(
  line: string,
  words: readonly Word[],
  isOwn: (language: string) => boolean,
  { identify, seemsForeign }: SpanJudge,
): Sentences {
  const foreign: ForeignSpan[] = [];
  let own = false;
  const parts = partsOf(line, words);
  // The identified line consisted of this single part, or contained more than it.
  if (parts.length < 2) return { foreign, own };
  for (const { text, inside } of parts) {
    if (seemsForeign?.(text) === false) continue;
    const { language, confidence } = identify(text);
    if (confidence < certain) continue;
    if (isOwn(language)) own = true;
    else foreign.push({ start: inside[0]?.start ?? 0, end: endOf(inside), language });
  }
  return { foreign, own };
}

/** Returns the sentences that are long enough, with their words. */
function partsOf(
  line: string,
  words: readonly Word[],
): { readonly text: string; readonly inside: readonly Word[] }[] {
  const parts: { text: string; inside: readonly Word[] }[] = [];
  let from = 0;
  for (const { 0: text, index } of line.matchAll(sentence)) {
    let to = from;
    while (to < words.length && (words[to] as Word).end <= index + text.length) to++;
    const inside = words.slice(from, to);
    from = to;
    if (hasWords(line, inside, leastWords)) parts.push({ text: text.trim(), inside });
  }
  return parts;
}

/**
 * Returns the foreign part of a line in another language: its foreign sentences if another sentence is in the
 * wanted language, else the whole line.
 */
function foreignParts(
  line: string,
  words: readonly Word[],
  language: string,
  isOwn: (language: string) => boolean,
  identify: IdentifyLine,
): readonly ForeignSpan[] {
  const { foreign, own } = foreignSentences(line, words, isOwn, { identify });
  if (own && foreign.length > 0) return foreign;
  const named = language === "und" ? `und-${dominantScript(words) ?? "Zyyy"}` : language;
  return [{ start: words[0]?.start ?? 0, end: endOf(words), language: named }];
}

function endOf(words: readonly Word[]): number {
  return words.at(-1)?.end ?? 0;
}

/** Returns spans in order, without those that overlap an earlier one. */
function apart(spans: readonly ForeignSpan[]): readonly ForeignSpan[] {
  if (spans.length < 2) return spans;
  const kept: ForeignSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (last === undefined || span.start >= last.end) kept.push(span);
  }
  return kept;
}
