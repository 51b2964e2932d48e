// The experiment that every part of the benchmark trains: one mixture of all examples that fit into a row.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { HumanError } from "../src/common/errors.ts";
import type { Example } from "../src/core/dataset/example.ts";
import { parseDataset } from "../src/core/dataset/rows.ts";
import { loadExperiment, requireValid } from "../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../src/runtime/experiment/prepareRun.ts";
import { openModel } from "../src/runtime/model/openModel.ts";
import { loadTokenizer } from "../src/runtime/model/tokenizer.ts";
import { planTraining, type TrainingPlan } from "../src/runtime/train/trainingPlan.ts";

export interface ExperimentSettings {
  /** Hugging Face folder; GGUF if only Pinch reads it. */
  readonly model: string;
  /** Path of the data files, with `{language}`. */
  readonly data: string;
  readonly languages: readonly string[];
  readonly rank: number;
  /** Length of the longest example, and thus of a row. */
  readonly maxTokens: number;
  /** Tokens per optimizer step. */
  readonly batchTokens: number;
  readonly learningRate: number;
}

export const mixtureName = "all";
const seed = 7;

/** Path of the data file of one language in an experiment's folder: prompts and responses as JSON. */
export function dataFile(folder: string, language: string): string {
  return join(folder, `${language}.json`);
}

/**
 * Writes data and mixture file into `folder` and returns the path of the mixture file. Ids are made unique,
 * because Pinch treats equal ids as translations; each language gets as many examples as the smallest one
 * has.
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

/** JSON is valid YAML, and needs no extra escaping of paths. */
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
  /** Packed rows per optimizer step. */
  readonly rowsPerStep: number;
  /** Over all examples. */
  readonly tokens: number;
  readonly responseTokens: number;
}

/** Returns the batches that a run of the experiment trains on, from the product's own code. */
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
