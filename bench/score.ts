// Measures the scoring of stored samples: language, fidelity, checks, and the statistics over them.
// usage: npm run bench:score -- [--samples 300000] [--processes N] [--json]
// Samples are built from the example's sentences in 12 languages: one to three of them, with changed words,
// lines in other languages, foreign words, code and numbers. Nearly all are different.
import { fork } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Random, randomInt, seededRandom } from "../src/common/random.ts";
import type { EvaluationRow } from "../src/core/dataset/example.ts";
import { parseEvaluation } from "../src/core/dataset/rows.ts";
import type { SampleRecord } from "../src/core/records/records.ts";
import { aggregate } from "../src/core/scoring/score.ts";
import { responseScorer } from "../src/runtime/evaluation/scoreResponse.ts";
import { rescoreSamples } from "../src/runtime/recipes/rescore.ts";
import { machineLine } from "./machine.ts";
import { rounded, sum } from "./numbers.ts";

const { values: options } = parseArgs({
  options: {
    samples: { type: "string", default: "300000" },
    processes: { type: "string", default: String(availableParallelism()) },
    json: { type: "boolean", default: false },
    /** Number of the measured process: this script starts itself with it. */
    part: { type: "string" },
  },
});

interface Measured {
  readonly scoreSeconds: number;
  readonly statisticsSeconds: number;
  /** Total of both, over all cores; independent of other programs on the machine. */
  readonly processorSeconds: number;
  readonly samples: number;
  readonly characters: number;
  readonly different: number;
}

const data = join(import.meta.dirname, "..", "examples", "just-a-pinch", "data", "eval");

function readRows(): Map<string, readonly EvaluationRow[]> {
  const rows = new Map<string, readonly EvaluationRow[]>();
  for (const name of readdirSync(data)) {
    const language = name.replace(/\.jsonl$/, "");
    const text = readFileSync(join(data, name), "utf8");
    rows.set(language, parseEvaluation(text, { file: name, language }).rows);
  }
  return rows;
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[randomInt(random, items.length)] as T;
}

/** Invents a plausible response, right or wrong. */
function inventResponse(
  row: EvaluationRow,
  rows: ReadonlyMap<string, readonly EvaluationRow[]>,
  random: Random,
): string {
  const chance = random();
  if (chance < 0.25) return row.reference ?? "";
  if (chance < 0.28) return String(randomInt(random, 100_000));
  const lines: string[] = [];
  for (let count = 1 + randomInt(random, 3); count > 0; count--) {
    const foreign = random() < 0.12;
    const language = foreign ? pick(random, [...rows.keys()]) : row.language;
    const own = rows.get(language) ?? [];
    const words = `${pick(random, own).reference ?? ""} ${pick(random, own).prompt}`.split(" ");
    for (let changed = randomInt(random, 4); changed > 0; changed--)
      words[randomInt(random, words.length)] = pick(random, pick(random, own).prompt.split(" "));
    if (random() < 0.05) words.splice(randomInt(random, words.length), 0, "weather");
    if (random() < 0.03) words.push("`print(answer)`", "https://example.org/page");
    lines.push(words.join(" "));
  }
  return lines.join(random() < 0.5 ? "\n" : " ");
}

function inventSamples(
  count: number,
  part: number,
  rows: ReadonlyMap<string, readonly EvaluationRow[]>,
): SampleRecord[] {
  const random = seededRandom("bench score", part);
  const all = [...rows.values()].flat();
  return Array.from({ length: count }, (_, i) => {
    const row = all[i % all.length] as EvaluationRow;
    return {
      language: row.language,
      id: row.id,
      prompt: row.prompt,
      response: inventResponse(row, rows, random),
      reference: row.reference ?? null,
      tags: row.tags ?? {},
      tokens: 20,
      stopped: true,
      responseLanguage: "und",
      languageCorrect: false,
      checksPassed: null,
      answeredIn: null,
      outcome: "unchecked",
      nll: 1 + random(),
      nllTokens: 1 + randomInt(random, 20),
    };
  });
}

async function measure(count: number, part: number): Promise<Measured> {
  const rows = readRows();
  const score = await responseScorer(rows, null);
  const samples = inventSamples(count, part, rows);
  rescoreSamples(samples.slice(0, 500), rows, score); // loads everything that is loaded on first use
  const usedBefore = process.cpuUsage();
  const started = performance.now();
  const scored = rescoreSamples(samples, rows, score).samples;
  const between = performance.now();
  aggregate(scored);
  const { user, system } = process.cpuUsage(usedBefore);
  return {
    processorSeconds: (user + system) / 1e6,
    scoreSeconds: (between - started) / 1000,
    statisticsSeconds: (performance.now() - between) / 1000,
    samples: count,
    characters: sum(samples.map(({ response }) => response.length)),
    different: new Set(samples.map(({ response }) => response)).size,
  };
}

function inProcess(part: number): Promise<Measured> {
  const self = fileURLToPath(import.meta.url);
  const child = fork(self, [...process.argv.slice(2), "--part", String(part)], {
    execArgv: process.execArgv,
  });
  return new Promise((resolve, reject) => {
    child.once("message", message => resolve(message as Measured));
    child.once("exit", code => reject(new Error(`a measured process ended with ${code}`)));
  });
}

async function main(): Promise<void> {
  const total = Number(options.samples);
  const processes = Number(options.processes);
  const count = Math.ceil(total / processes);
  if (options.part !== undefined) {
    process.send?.(await measure(count, Number(options.part)));
    return;
  }
  const parts = await Promise.all(Array.from({ length: processes }, (_, part) => inProcess(part)));
  const slowest = (of: (part: Measured) => number): number => rounded(Math.max(...parts.map(of)), 2);
  const samples = sum(parts.map(part => part.samples));
  const result = {
    samples,
    processes,
    charactersEach: rounded(sum(parts.map(part => part.characters)) / samples, 1),
    differentShare: rounded(sum(parts.map(part => part.different)) / samples, 3),
    scoreSeconds: slowest(part => part.scoreSeconds),
    statisticsSeconds: slowest(part => part.statisticsSeconds),
    seconds: slowest(part => part.scoreSeconds + part.statisticsSeconds),
    processorSeconds: rounded(sum(parts.map(part => part.processorSeconds)), 2),
    machine: machineLine({}),
  };
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    for (const [name, value] of Object.entries(result)) process.stdout.write(`${name.padEnd(18)} ${value}\n`);
}

void main();
