// Writes a workspace of 40 scored runs × 12 languages × 617 samples, with invented words in each script.
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../src/common/random.ts";
import type { MixtureForm } from "../src/core/mixture/mixtureFile.ts";
import type { MetricsRecord, Outcome, SampleRecord } from "../src/core/records/records.ts";
import type { RunRecord } from "../src/core/records/runRecord.ts";
import type { MetricValue } from "../src/core/statistics/estimate.ts";

export const benchLanguages = ["ar", "zh", "cs", "en", "et", "fi", "he", "hi", "it", "ru", "es", "sw"];
export const samplesPerLanguage = 617;
const budget = 4640;

/** Code point of the first letter and number of letters for each script. */
const scripts: Readonly<Record<string, readonly [number, number]>> = {
  ar: [0x628, 22],
  he: [0x5d0, 26],
  hi: [0x915, 30],
  zh: [0x4e00, 900],
  ru: [0x430, 32],
};
const latin = [0x61, 26] as const;

interface MadeMixture {
  readonly name: string;
  readonly form: MixtureForm;
  readonly counts: Readonly<Record<string, number>>;
}

/** Mixtures of the studies: monolingual models, a curve, numbers of languages. */
function mixturesOf(count: number): MadeMixture[] {
  const others = benchLanguages.filter(language => language !== "en");
  const even = (languages: readonly string[], examples: number) =>
    Object.fromEntries(languages.map(language => [language, Math.floor(examples / languages.length)]));
  const monolingual = benchLanguages.map(
    (language): MadeMixture => ({
      name: `only-${language}`,
      form: { kind: "monolingual", language },
      counts: { [language]: budget },
    }),
  );
  const curve = [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((percent): MadeMixture => {
    const spread = Math.round((budget * percent) / 100);
    return {
      name: `curve@${percent}%`,
      form: { kind: "spread", base: "en", spread: { examples: spread }, over: others },
      counts: { en: budget - spread, ...even(others, spread) },
    };
  });
  const numbers = Array.from({ length: 40 }, (_, i): MadeMixture => {
    const languages = [...others.slice(i % 5), ...others].slice(0, 2 + (i % 6));
    return {
      name: `uniform-${i}`,
      form: { kind: "uniform", over: languages },
      counts: even(languages, budget),
    };
  });
  return [...monolingual, ...curve, ...numbers].slice(0, count);
}

/** @returns total bytes of all samples */
export function writeResultsWorkspace(folder: string, runs = 40): number {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "bench.mixture.yaml");
  const mixtures = mixturesOf(runs);
  writeFileSync(file, mixtureText(mixtures));
  const prompts = benchLanguages.map(language => {
    const random = seededRandom(language);
    return Array.from({ length: samplesPerLanguage }, () => words(language, random, 8, 60));
  });
  let bytes = 0;
  mixtures.forEach((mixture, i) => {
    const run = join(folder, ".pinch", "runs", `${mixture.name.replace(/[@%]/g, "-")}-s7-${i}`);
    mkdirSync(run, { recursive: true });
    const out = openSync(join(run, "samples.jsonl"), "w");
    const shares: Record<string, Record<Outcome, number>> = {};
    benchLanguages.forEach((language, l) => {
      const random = seededRandom(`${mixture.name} ${language}`);
      const counts: Record<Outcome, number> = {
        followed: 0,
        wrongAnswer: 0,
        wrongLanguage: 0,
        unchecked: 0,
        noLanguage: 0,
        unscored: 0,
      };
      const lines = (prompts[l] ?? []).map((prompt, id) => {
        const sample = sampleOf(language, id, prompt, random, (mixture.counts[language] ?? 0) > 0);
        counts[sample.outcome]++;
        return `${JSON.stringify(sample)}\n`;
      });
      shares[language] = counts;
      bytes += writeSync(out, lines.join(""));
    });
    closeSync(out);
    writeFileSync(join(run, "metrics.json"), JSON.stringify(metricsOf(shares)));
    writeFileSync(join(run, "run.json"), JSON.stringify(recordOf(file, mixture, i)));
  });
  return bytes;
}

type Random = ReturnType<typeof seededRandom>;

function words(language: string, random: Random, least: number, most: number): string {
  const [first, count] = scripts[language] ?? latin;
  const length = least + Math.floor(random() * (most - least));
  return Array.from({ length }, () =>
    String.fromCodePoint(
      ...Array.from({ length: 2 + Math.floor(random() * 6) }, () => first + Math.floor(random() * count)),
    ),
  ).join(language === "zh" ? "，" : " ");
}

function sampleOf(
  language: string,
  id: number,
  prompt: string,
  random: Random,
  tuned: boolean,
): SampleRecord {
  const right = random() < (tuned ? 0.95 : 0.7);
  const good = random() < (tuned ? 0.7 : 0.5);
  const written = right ? language : "en";
  const response = words(written, random, 4, 80);
  return {
    language,
    id: `q${id}`,
    prompt,
    response,
    reference: id % 4 === 0 ? words(language, random, 4, 30) : null,
    tags: {},
    tokens: response.length,
    stopped: random() < 0.97,
    responseLanguage: written,
    languageCorrect: right,
    checksPassed: good,
    answeredIn: null,
    outcome: !right ? "wrongLanguage" : good ? "followed" : "wrongAnswer",
    nll: null,
    nllTokens: 0,
  };
}

function metricsOf(shares: Readonly<Record<string, Readonly<Record<Outcome, number>>>>): MetricsRecord {
  const value = (count: number): MetricValue => {
    const share = count / samplesPerLanguage;
    const half = 1.96 * Math.sqrt((share * (1 - share)) / samplesPerLanguage);
    return {
      value: share,
      n: samplesPerLanguage,
      interval: [Math.max(0, share - half), Math.min(1, share + half)],
    };
  };
  return {
    version: 1,
    languages: Object.fromEntries(
      Object.entries(shares).map(([language, { followed, wrongAnswer, wrongLanguage }]) => [
        language,
        {
          followed: value(followed),
          language: value(samplesPerLanguage - wrongLanguage),
          wrongAnswer: value(wrongAnswer),
          wrongLanguage: value(wrongLanguage),
        },
      ]),
    ),
  };
}

function recordOf(file: string, mixture: MadeMixture, place: number): RunRecord {
  const time = new Date(Date.UTC(2026, 0, 1, 0, place)).toISOString();
  const examples = Object.entries(mixture.counts).flatMap(([language, count]) =>
    Array.from({ length: count }, (_, i) => `${language}/${i}`),
  );
  return {
    version: 1,
    status: "done",
    mixture: mixture.name,
    seed: 7,
    started: time,
    ended: time,
    pid: 0,
    error: null,
    configuration: {
      file,
      model: "pinch/starter",
      budget,
      form: mixture.form,
      train: null,
      evaluate: { languages: "all", maxNewTokens: 128, metrics: ["language", "checks"] },
    } as unknown as RunRecord["configuration"],
    counts: mixture.counts,
    lock: { model: "0", data: {}, examples, versions: {}, device: "cpu" },
    timings: null,
    peakMemoryBytes: null,
  };
}

function mixtureText(mixtures: readonly MadeMixture[]): string {
  const monolingual = mixtures.filter(({ form }) => form.kind === "monolingual");
  return `version: 1
model: pinch/starter
seed: 7
budget: ${budget}
data:
  train: data/train/{language}.jsonl
  eval: data/eval/{language}.jsonl
mixtures:
${monolingual.map(({ name }) => `  ${name}: { monolingual: ${name.slice(5)} }`).join("\n")}
`;
}
