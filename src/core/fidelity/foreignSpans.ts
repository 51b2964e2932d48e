// Where a response leaves the wanted language: what is underlined, beyond what the rates count.
import { sameLanguage } from "../language/alike.ts";
import { dominantScript, type ScriptCode, scriptsOf, type Word, wordsOf } from "../language/scripts.ts";
import type { ForeignSpan } from "../records/records.ts";
import type { BenchmarkLine } from "./benchmark.ts";
import { hasWords } from "./countWords.ts";
import { maskNonLanguage } from "./mask.ts";

/** Tells the language of a text: `und` where it can't; confidence is 0 to 1. */
export type IdentifyLine = (line: string) => { readonly language: string; readonly confidence: number };

export interface SpanJudge {
  readonly identify: IdentifyLine;
  /** Whether a sentence of a line that passes is to be identified; without it each of them is. */
  readonly seemsForeign?: (sentence: string) => boolean;
}

const leastWords = 5;
const maxIgnoredLetters = 3;
// A sentence inside a line that passes is marked only where the identifier is certain.
const certain = 0.9;
const sentence = /[^.!?…。！？।؟]+[.!?…。！？।؟]*/gu;

const lettersOfAnIdeograph = 1;
const ideographs: ReadonlySet<ScriptCode> = new Set(["Hani", "Kana", "Kore"]);

/**
 * In order, apart from each other: lines in another language, sentences that surely are, and words of a script that
 * the language is not written in, from 4 letters on and without a capital, or from two ideographs on. Code,
 * addresses and markup are not looked at.
 *
 * @param judged the lines that the benchmark judges: they are not identified again
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
      // A line with code in it is judged as a whole by the benchmark, and marked for what is left of it.
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
  { identify, seemsForeign }: SpanJudge,
): Sentences {
  const foreign: ForeignSpan[] = [];
  let own = false;
  const parts = partsOf(line, words);
  // The line was identified by its only part, or by more than that.
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

/** Sentences that are long enough, with their words. */
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

/** Of a line in another language: the sentences that are, if one is not; else all of it. */
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
