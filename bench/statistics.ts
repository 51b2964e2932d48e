// Measures the intervals of a large evaluation: seconds for metrics.json and for a comparison.
// usage: npm run bench:statistics -- [--samples 300000] [--json]
import { parseArgs } from "node:util";
import { seededRandom } from "../src/common/random.ts";
import { aligned } from "../src/common/textTable.ts";
import type { SampleRecord } from "../src/core/records/records.ts";
import { compareRows } from "../src/core/results/differences.ts";
import { aggregate } from "../src/core/scoring/score.ts";
import { start } from "./entry.ts";
import { machineLine } from "./machine.ts";
import { rounded } from "./numbers.ts";

const { values: options } = parseArgs({
  options: {
    samples: { type: "string", default: "300000" },
    json: { type: "boolean", default: false },
  },
});
const languages = ["ar", "cs", "en", "es", "et", "fi", "he", "hi", "it", "ru", "sw", "zh"];

/** Parallel prompts in 12 languages, some of them easy in all languages. */
function samplesOf(prompts: number, rate: number, likelihood: boolean, seed: number): SampleRecord[] {
  const random = seededRandom("bench", seed);
  const ease = Array.from({ length: prompts }, () => random());
  return languages.flatMap(language =>
    ease.map((prompt, i): SampleRecord => {
      const right = random() < 0.8;
      const passed = (random() < 0.5 ? prompt : random()) < rate;
      return {
        language,
        id: `p${i}`,
        prompt: `prompt ${i}`,
        response: "",
        reference: null,
        tags: { wording: i % 2 === 0 ? "new" : "familiar" },
        tokens: 1,
        stopped: true,
        responseLanguage: language,
        languageCorrect: right,
        checksPassed: passed,
        answeredIn: null,
        outcome: right && passed ? "followed" : right ? "wrongAnswer" : "wrongLanguage",
        nll: likelihood ? 0.5 + random() : null,
        nllTokens: likelihood ? 1 + Math.floor(40 * random()) : 0,
      };
    }),
  );
}

function seconds(work: () => void): number {
  const began = performance.now();
  work();
  return rounded((performance.now() - began) / 1000, 2);
}

async function main(): Promise<void> {
  const wanted = Number(options.samples);
  const rows: { what: string; samples: number; seconds: number }[] = [];
  const measure = (what: string, samples: number, work: () => void): void => {
    rows.push({ what, samples, seconds: seconds(work) });
  };
  const prompts = Math.round(wanted / languages.length);
  const total = prompts * languages.length;
  for (const likelihood of [false, true]) {
    const samples = samplesOf(prompts, 0.6, likelihood, 1);
    const what = `metrics of one evaluation${likelihood ? ", likelihoods too" : ""}`;
    measure(what, total, () => aggregate(samples));
  }
  const ofStudy = 617;
  const runs = Math.max(2, Math.round(wanted / ofStudy / languages.length));
  const evaluations = Array.from({ length: runs }, (_, i) => samplesOf(ofStudy, 0.4 + i / 200, true, i));
  measure(
    `metrics of ${runs} evaluations of ${ofStudy} prompts, likelihoods too`,
    runs * ofStudy * languages.length,
    () => {
      for (const samples of evaluations) aggregate(samples);
    },
  );
  const mixtures = evaluations.map((samples, i) => ({ mixture: `m${i}`, runs: [{ seed: 7, samples }] }));
  measure(`comparison of ${runs} mixtures with one`, runs * ofStudy * languages.length, () => {
    compareRows(mixtures, { metric: "followed", against: "m0", languages, baseLanguage: "en" });
  });
  if (options.json) console.log(JSON.stringify({ machine: machineLine({}), rows }, null, 2));
  else {
    const lines = rows.map(row => [row.what, row.samples.toLocaleString("en"), row.seconds.toFixed(2)]);
    console.log(`${machineLine({})}, one thread\n`);
    console.log(aligned([["what", "samples", "seconds"], ...lines]));
  }
}

start(main);
