// The experiment that every part of the benchmark trains: one mixture over all examples that fit a row.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { HumanError } from "../src/common/errors.ts";
import type { Example } from "../src/core/dataset/example.ts";
import { parseDataset } from "../src/core/dataset/rows.ts";
import { loadExperiment, requireValid } from "../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../src/runtime/experiment/prepareRun.ts";
import { openModel } from "../src/runtime/model/openModel.ts";
import { loadTokenizer } from "../src/runtime/model/tokenizer.ts";
import { planTraining, type TrainingPlan } from "../src/runtime/train/plan.ts";

export interface ExperimentSettings {
  /** Hugging Face folder; GGUF where only Pinch reads it. */
  readonly model: string;
  /** Path of the data files, with `{language}`. */
  readonly data: string;
  readonly languages: readonly string[];
  readonly rank: number;
  /** Longest example, and so the longest row. */
  readonly maxTokens: number;
  /** Tokens of an optimizer step. */
  readonly batchTokens: number;
  readonly learningRate: number;
}

export const mixtureName = "all";
const seed = 7;

/** Path of the data file of one language below an experiment's folder: prompts and responses, as JSON. */
export function dataFile(folder: string, language: string): string {
  return join(folder, `${language}.json`);
}

/**
 * Writes data and mixture file into `folder` and returns the mixture file's path. Ids are made unique, because
 * Pinch takes equal ids for translations; each language has as many examples as the smallest.
 */
export function writeExperiment(folder: string, settings: ExperimentSettings): string {
  const { languages, maxTokens } = settings;
  const tokenizer = loadTokenizer(openModel(settings.model));
  const fitting = languages.map(language => {
    const path = settings.data.replaceAll("{language}", language);
    return readExamples(path, language).filter(
      // TRL also counts what the template prints after the turn's last token.
      example => tokenizer.formatExample(example).ids.length < maxTokens,
    );
  });
  const count = Math.min(...fitting.map(examples => examples.length));
  for (const [i, language] of languages.entries()) {
    const rows = (fitting[i] ?? []).slice(0, count).map(({ prompt, response }, row) => ({
      id: `${language}-${row + 1}`,
      prompt,
      response,
    }));
    writeFileSync(dataFile(folder, language), JSON.stringify(rows));
  }
  const file = join(folder, "bench.mixture.yaml");
  writeFileSync(file, mixtureText(settings, count * languages.length));
  return file;
}

function readExamples(path: string, language: string): readonly Example[] {
  const { examples, diagnostics } = parseDataset(readFileSync(path, "utf8"), { file: path, language });
  const fault = diagnostics.find(({ severity }) => severity === "error");
  if (fault !== undefined)
    throw new HumanError(`${path}: ${fault.message}`, { kind: "input", remedy: fault.remedy });
  return examples;
}

/** JSON is YAML too: paths need no escapes of their own. */
function mixtureText({ model, languages, ...settings }: ExperimentSettings, budget: number): string {
  return JSON.stringify({
    version: 1,
    model: resolve(model),
    seed,
    budget,
    data: { train: "{language}.json" },
    mixtures: { [mixtureName]: { uniform: languages } },
    train: {
      method: "lora",
      lora: { rank: settings.rank, alpha: 2 * settings.rank, targets: "all-linear" },
      epochs: 1,
      batchTokens: settings.batchTokens,
      maxTokens: settings.maxTokens,
      learningRate: settings.learningRate,
      schedule: "constant",
      warmup: "0%",
    },
  });
}

export interface BenchPlan {
  readonly experiment: ReturnType<typeof requireValid>;
  readonly plan: TrainingPlan;
  /** Packed rows in an optimizer step. */
  readonly rowsPerStep: number;
  /** Of all examples together. */
  readonly tokens: number;
  readonly responseTokens: number;
}

/** The batches that a run of the experiment trains on, by the product's own code. */
export async function planExperiment(file: string): Promise<BenchPlan> {
  const experiment = requireValid(await loadExperiment({ file, starter: "" }));
  const { model, config } = experiment;
  const { examples } = prepareRun(experiment, mixtureName, seed, "cpu");
  const plan = planTraining(examples, loadTokenizer(model), config.train, seed, model.config.maxPositions);
  const sum = (count: (example: TrainingPlan["examples"][number]) => number): number =>
    plan.examples.reduce((total, example) => total + count(example), 0);
  return {
    experiment,
    plan,
    rowsPerStep: plan.epochs[0]?.[0]?.flat().length ?? 0,
    tokens: sum(({ ids }) => ids.length),
    responseTokens: sum(({ ids, responseStart }) => ids.length - responseStart),
  };
}
