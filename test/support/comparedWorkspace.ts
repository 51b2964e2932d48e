// A workspace with runs that have been compared, without training or a judge: texts by hand, verdicts by a pattern.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";
import { consistencyOf } from "../../src/core/comparison/consistency.ts";
import { outcomeOf } from "../../src/core/comparison/picks.ts";
import { leaning, placeBias } from "../../src/core/comparison/places.ts";
import type { InstructionResult } from "../../src/core/ifeval/checkInstructions.ts";
import {
  type ComparisonRecord,
  comparisonFiles,
  type JudgedOrder,
  type LanguageComparison,
  type PairVerdict,
  type Pick,
} from "../../src/core/records/comparison.ts";
import {
  type ForeignSpan,
  type MetricsRecord,
  runFiles,
  type SampleRecord,
} from "../../src/core/records/records.ts";
import type { RunRecord } from "../../src/core/records/runRecord.ts";
import type { MetricValue } from "../../src/core/statistics/estimate.ts";

/** Prompt, the better response, the other. */
type Texts = Readonly<Record<string, readonly (readonly [string, string, string])[]>>;

const texts = JSON.parse(readFileSync(join(root, "test", "fixtures", "pairs.json"), "utf8")) as Texts;

export const comparedLanguages = Object.keys(texts);
const comparedMixtureFile = "compared.mixture.yaml";
/** Name of the comparison's folder in each run that has one. */
export const comparisonName = "monolingual-scripted";

const budget = 100;
const mixtures: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ...Object.fromEntries(comparedLanguages.map(language => [`only-${language}`, { [language]: budget }])),
  pinch: { en: 90, ar: 2, he: 2, hi: 2, zh: 2, fi: 2 },
};

export function runFolder(workspace: string, mixture: string): string {
  return join(workspace, ".pinch", "runs", `${mixture}-s7-0000`);
}

/** Runs of every monolingual mixture and of `pinch`; `pinch` and `only-en` have been compared. */
export function writeComparedWorkspace(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, comparedMixtureFile), mixtureText());
  for (const [i, [mixture, counts]] of Object.entries(mixtures).entries()) {
    const run = runFolder(folder, mixture);
    mkdirSync(run, { recursive: true });
    const samples = comparedLanguages.flatMap(language => samplesOf(mixture, language));
    writeFileSync(join(run, runFiles.run), JSON.stringify(recordOf(folder, mixture, counts, i)));
    writeFileSync(join(run, runFiles.samples), samples.map(each => `${JSON.stringify(each)}\n`).join(""));
    writeFileSync(join(run, runFiles.metrics), JSON.stringify(metricsOf(samples)));
  }
  for (const mixture of ["pinch", "only-en"]) writeComparison(runFolder(folder, mixture), mixture);
}

function mixtureText(): string {
  const lines = comparedLanguages.map(language => `  only-${language}: { monolingual: ${language} }`);
  const over = comparedLanguages.filter(language => language !== "en").join(", ");
  return `version: 1
model: pinch/starter
seed: 7
budget: ${budget}
data:
  train: data/train/{language}.jsonl
  eval: data/eval/{language}.jsonl
mixtures:
${lines.join("\n")}
  pinch: { base: en, spread: 10, over: [${over}] }
`;
}

function recordOf(
  folder: string,
  mixture: string,
  counts: Readonly<Record<string, number>>,
  place: number,
): RunRecord {
  const time = new Date(Date.UTC(2026, 0, 1, 10, place)).toISOString();
  return {
    version: 1,
    status: "done",
    mixture,
    seed: 7,
    started: time,
    ended: time,
    pid: 0,
    error: null,
    configuration: {
      file: join(folder, comparedMixtureFile),
      model: "pinch/starter",
      budget,
      form:
        mixture === "pinch"
          ? {
              kind: "spread",
              base: "en",
              spread: { examples: 10 },
              over: comparedLanguages.filter(language => language !== "en"),
            }
          : { kind: "monolingual", language: mixture.slice("only-".length) },
      train: null,
      evaluate: { languages: "all", maxNewTokens: 32, metrics: ["language", "checks"] },
    } as unknown as RunRecord["configuration"],
    counts,
    lock: { model: "0", data: {}, examples: [], versions: {}, device: "cpu" },
    timings: null,
    peakMemoryBytes: null,
  };
}

/** A monolingual run answers its own language well; `pinch` now and then switches to English. */
function samplesOf(mixture: string, language: string): SampleRecord[] {
  return (texts[language] ?? []).map(([prompt, better, other], i) => {
    const good = mixture === "pinch" ? i % 2 === 1 : mixture === `only-${language}` && i % 2 === 0;
    const response = good ? better : other;
    const foreign = language === "en" ? [] : latinSpans(language, response);
    const wrong = foreign.some(span => span.end - span.start >= response.length - 1);
    const instructions = instructionsOf(i, response);
    return {
      language,
      id: `q${i}`,
      prompt,
      response,
      reference: null,
      tags: {},
      tokens: response.length,
      stopped: true,
      responseLanguage: wrong ? "en" : language,
      languageCorrect: !wrong,
      checksPassed: good,
      answeredIn: null,
      outcome: wrong ? "wrongLanguage" : good ? "followed" : "wrongAnswer",
      nll: null,
      nllTokens: 0,
      foreign,
      lines: !wrong,
      words: wrong || language === "en" || language === "fi" ? null : foreign.length === 0,
      ...(instructions.length > 0 && { instructions }),
    };
  });
}

/** Every way in which an instruction can end. */
function instructionsOf(place: number, response: string): InstructionResult[] {
  const [inflected = ""] = response.split(/[\s.。।]/u);
  if (place === 0) {
    return [
      { id: "keywords:existence", strict: false, loose: false, inflected },
      { id: "punctuation:no_comma", strict: true, loose: true },
    ];
  }
  if (place === 1) return [{ id: "length_constraints:number_words", strict: false, loose: true }];
  return place === 2 ? [{ id: "keywords:forbidden_words", strict: true, loose: true, inflected }] : [];
}

/** Latin letters in a text of another script. */
function latinSpans(language: string, text: string): ForeignSpan[] {
  if (language === "fi") return [];
  return [...text.matchAll(/[A-Za-z]+(?: [A-Za-z]+)*/g)].map(match => ({
    start: match.index,
    end: match.index + match[0].length,
    language: match[0].includes(" ") ? "en" : "und-Latn",
  }));
}

function metricsOf(samples: readonly SampleRecord[]): MetricsRecord {
  const share = (language: string, is: (sample: SampleRecord) => boolean): MetricValue => {
    const own = samples.filter(sample => sample.language === language);
    const value = own.filter(is).length / own.length;
    return { value, n: own.length, interval: [Math.max(0, value - 0.3), Math.min(1, value + 0.3)] };
  };
  return {
    version: 1,
    languages: Object.fromEntries(
      comparedLanguages.map(language => [
        language,
        {
          followed: share(language, sample => sample.outcome === "followed"),
          language: share(language, sample => sample.languageCorrect === true),
        },
      ]),
    ),
  };
}

const patterns: readonly (readonly [Pick, Pick])[] = [
  ["run", "run"],
  ["run", "baseline"],
  ["baseline", "baseline"],
  ["run", null],
  ["tie", "tie"],
  ["run", "run"],
];

function writeComparison(run: string, mixture: string): void {
  const folder = join(run, comparisonFiles.folder, comparisonName);
  mkdirSync(folder, { recursive: true });
  const verdicts = comparedLanguages.flatMap((language, i) =>
    `only-${language}` === mixture ? [] : verdictsOf(mixture, language, i),
  );
  const consistency = consistencyOf(verdicts);
  const comparison: ComparisonRecord = {
    version: 1,
    started: "2026-01-01T12:00:00.000Z",
    ended: "2026-01-01T12:01:00.000Z",
    run: `${mixture}-s7-0000`,
    mixture,
    seed: 7,
    judge: {
      kind: "openai",
      model: "scripted",
      url: "http://127.0.0.1:1/v1",
      promptVersion: "1",
      promptLanguage: "en",
    },
    languages: Object.fromEntries(
      comparedLanguages.map(language => [language, languageOf(mixture, language, verdicts)]),
    ),
    cost: {
      asked: 2 * verdicts.length,
      cached: 0,
      retries: 0,
      estimated: 0,
      promptTokens: 4000,
      completionTokens: 400,
      price: null,
    },
    ...(consistency !== null && { consistency }),
    notes: comparedLanguages.map(
      language => `${language} has only 4 judged prompts: its score is unreliable.`,
    ),
  };
  writeFileSync(join(folder, comparisonFiles.comparison), JSON.stringify(comparison));
  writeFileSync(
    join(folder, comparisonFiles.verdicts),
    verdicts.map(verdict => `${JSON.stringify(verdict)}\n`).join(""),
  );
}

function verdictsOf(mixture: string, language: string, place: number): PairVerdict[] {
  const own = samplesOf(mixture, language);
  return samplesOf(`only-${language}`, language).map((baseline, i) => {
    const [first, second] = patterns[(i + place) % patterns.length] ?? ["tie", "tie"];
    const orders = [order("run", first), order("baseline", second)] as const;
    return {
      language,
      id: baseline.id,
      prompt: baseline.prompt,
      run: own[i]?.response ?? "",
      baseline: baseline.response,
      orders,
      outcome: outcomeOf(orders),
    };
  });
}

function order(first: "run" | "baseline", picked: Pick): JudgedOrder {
  if (picked === null)
    return { first, picked, answer: "Both have their merits <b>I think</b>.", error: null };
  const letter = picked === "tie" ? "tie" : picked === first ? "A" : "B";
  return {
    first,
    picked,
    answer: `The instruction is followed better there.\nVerdict: ${letter}`,
    error: null,
  };
}

function languageOf(mixture: string, language: string, verdicts: readonly PairVerdict[]): LanguageComparison {
  const own = verdicts.filter(verdict => verdict.language === language);
  const count = (outcome: PairVerdict["outcome"]) =>
    own.filter(verdict => verdict.outcome === outcome).length;
  const itself = `only-${language}` === mixture;
  const places = placeBias(own.flatMap(({ orders }) => leaning(orders) ?? []));
  const n = own.length - count(null);
  const value = itself || n === 0 ? 0.5 : (count("win") + count("tie") / 2) / n;
  return {
    baseline: itself ? null : `only-${language}-s7-0000`,
    baselineMixture: `only-${language}`,
    score: {
      value,
      n,
      interval: itself ? [0.5, 0.5] : [Math.max(0, value - 0.35), Math.min(1, value + 0.35)],
    },
    wins: count("win"),
    ties: count("tie"),
    losses: count("loss"),
    flips: own.filter(({ orders }) => leaning(orders) !== null).length,
    ...(places !== null && { places }),
    unread: count(null),
    unmatched: 0,
    identical: 0,
  };
}
