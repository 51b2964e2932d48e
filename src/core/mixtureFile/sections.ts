// Reads the `train` and `evaluate` sections of a mixture file.

import { parsePercent } from "../mixture/amounts.ts";
import {
  answersWithLoss,
  baseWeights,
  checkpointingChoices,
  defaultEvaluation,
  defaultTraining,
  lossWeights,
  metricNames,
  overlongChoices,
  scheduleKinds,
  trainingMethods,
} from "../mixture/defaults.ts";
import { maxNewTokens } from "../mixture/limits.ts";
import type { EvaluationSpec, MetricName, TrainingSpec } from "../mixture/mixtureFile.ts";
import { type Development, readEarlyStopping } from "./earlyStopping.ts";
import { readLanguages } from "./languageFields.ts";
import { readLearningRate } from "./learningRate.ts";
import { readLora } from "./loraSection.ts";
import type { Field, YamlReader } from "./reader.ts";
import { readAmount } from "./trainingAmount.ts";

/**
 * @param model As written; the usual ranges depend on it.
 * @param budget Null when it could not be read.
 */
export function readTraining(
  reader: YamlReader,
  field: Field | undefined,
  model: string | null,
  budget: number | null,
  development: Development,
): TrainingSpec {
  const entries = field && reader.section(field, "train", "train: { method: lora, epochs: 3 }");
  if (!entries) return defaultTraining;
  const method = reader.choice(entries.get("method"), "method", trainingMethods, defaultTraining.method);
  const amount = readAmount(reader, entries, budget);
  return {
    method,
    lora: readLora(reader, entries.get("lora"), method),
    base: readBase(reader, entries.get("base"), method),
    ...readEmbeddings(reader, entries.get("embeddings"), method),
    gradientCheckpointing: reader.choice(
      entries.get("gradientCheckpointing"),
      "gradientCheckpointing",
      checkpointingChoices,
      defaultTraining.gradientCheckpointing,
    ),
    ...amount,
    ...readLossWeight(reader, entries.get("lossWeight")),
    ...readLoss(reader, entries.get("loss")),
    learningRate: readLearningRate(
      reader,
      entries.get("learningRate"),
      method,
      model,
      development.hasDevelopment,
    ),
    schedule: reader.choice(entries.get("schedule"), "schedule", scheduleKinds, defaultTraining.schedule),
    warmup: readWarmup(reader, entries.get("warmup")),
    weightDecay: reader.number(
      entries.get("weightDecay"),
      "weightDecay",
      { min: 0 },
      defaultTraining.weightDecay,
    ),
    betas: readBetas(reader, entries.get("betas")),
    epsilon: reader.number(entries.get("epsilon"), "epsilon", { above: 0 }, defaultTraining.epsilon),
    clipNorm: reader.number(entries.get("clipNorm"), "clipNorm", { min: 0 }, defaultTraining.clipNorm),
    ...readNeftune(reader, entries.get("neftune")),
    ...readLabelSmoothing(reader, entries.get("labelSmoothing")),
    ...readEarlyStopping(reader, entries.get("earlyStopping"), development),
    maxTokens: readMaxTokens(reader, entries.get("maxTokens"), amount),
    ...readOverlong(reader, entries.get("overlong")),
  };
}

function readLossWeight(reader: YamlReader, field: Field | undefined): Pick<TrainingSpec, "lossWeight"> {
  const weight = reader.choice(field, "lossWeight", lossWeights, "token");
  return weight === "token" ? {} : { lossWeight: weight };
}

function readLoss(reader: YamlReader, field: Field | undefined): Pick<TrainingSpec, "loss"> {
  const loss = reader.choice(field, "loss", answersWithLoss, "responses");
  return loss === "responses" ? {} : { loss };
}

function readOverlong(reader: YamlReader, field: Field | undefined): Pick<TrainingSpec, "overlong"> {
  const overlong = reader.choice(field, "overlong", overlongChoices, "refuse");
  return overlong === "refuse" ? {} : { overlong };
}

function readNeftune(reader: YamlReader, field: Field | undefined): Pick<TrainingSpec, "neftune"> {
  const neftune = reader.number(field, "neftune", { min: 0 }, 0);
  return neftune === 0 ? {} : { neftune };
}

function readLabelSmoothing(
  reader: YamlReader,
  field: Field | undefined,
): Pick<TrainingSpec, "labelSmoothing"> {
  const smoothing = reader.number(field, "labelSmoothing", { min: 0, below: 1 }, 0);
  return smoothing === 0 ? {} : { labelSmoothing: smoothing };
}

function readMaxTokens(
  reader: YamlReader,
  field: Field | undefined,
  { steps, batchExamples, batchTokens }: ReturnType<typeof readAmount>,
): number {
  const most = steps === undefined && batchExamples === undefined ? batchTokens : Number.POSITIVE_INFINITY;
  const maxTokens = reader.number(
    field,
    "maxTokens",
    { whole: true, min: 1 },
    Math.min(defaultTraining.maxTokens, most),
  );
  if (field !== undefined && maxTokens > most) {
    reader.report(
      field.range,
      "batch-too-small",
      `An example of ${maxTokens} tokens does not fit into a batch of ${batchTokens}.`,
      `Raise "batchTokens" to ${maxTokens}, or lower "maxTokens".`,
      { meant: String(batchTokens) },
    );
  }
  return maxTokens;
}

function readBase(
  reader: YamlReader,
  field: Field | undefined,
  method: TrainingSpec["method"],
): TrainingSpec["base"] {
  const base = reader.choice(field, "base", baseWeights, defaultTraining.base);
  if (field && method === "full" && base !== "float") {
    reader.report(
      field.keyRange,
      "unused-key",
      `"base: ${base}" has no effect with "method: full", which changes every weight.`,
      `Remove it, or use "method: lora".`,
    );
  }
  return base;
}

function readEmbeddings(
  reader: YamlReader,
  field: Field | undefined,
  method: TrainingSpec["method"],
): Pick<TrainingSpec, "embeddings"> {
  if (!reader.flag(field, "embeddings") || field === undefined) return {};
  if (method === "lora") return { embeddings: true };
  reader.report(
    field.keyRange,
    "unused-key",
    `"embeddings: true" has no effect with "method: full", which changes every weight.`,
    `Remove it, or use "method: lora".`,
  );
  return {};
}

/** Reads `3%` or 0.03. */
function readWarmup(reader: YamlReader, field: Field | undefined): number {
  if (field === undefined) return defaultTraining.warmup;
  const value = reader.scalar(field);
  const percent = parsePercent(value);
  const share = percent === null ? value : percent / 100;
  if (typeof share === "number" && share >= 0 && share <= 1) return share;
  reader.report(
    field.range,
    typeof share === "number" ? "bad-number" : "wrong-type",
    `"warmup" must be a share of the steps between 0% and 100%, not ${reader.written(field) || "empty"}.`,
    "Write, for example, 3% or 0.03.",
  );
  return defaultTraining.warmup;
}

function readBetas(reader: YamlReader, field: Field | undefined): readonly [number, number] {
  if (field === undefined) return defaultTraining.betas;
  const items = reader.isList(field) ? reader.items(field) : [];
  const [first, second] = items;
  if (first === undefined || second === undefined || items.length !== 2) {
    reader.wrongType(field, "betas", "a list of two numbers", "Write, for example, [0.9, 0.95].");
    return defaultTraining.betas;
  }
  const rule = { min: 0, below: 1 } as const;
  return [
    reader.number(first, "betas", rule, defaultTraining.betas[0]),
    reader.number(second, "betas", rule, defaultTraining.betas[1]),
  ];
}

/** @param hasDevelopment True if `data.dev` is present. */
export function readEvaluation(
  reader: YamlReader,
  field: Field | undefined,
  hasDevelopment: boolean,
): EvaluationSpec {
  const entries = field && reader.section(field, "evaluate", "evaluate: { languages: all }");
  if (!entries) return defaultEvaluation;
  const languages = entries.get("languages");
  return {
    languages: (languages && readLanguages(reader, languages, "languages")) ?? defaultEvaluation.languages,
    maxNewTokens: reader.number(
      entries.get("maxNewTokens"),
      "maxNewTokens",
      { whole: true, min: 1, max: maxNewTokens },
      defaultEvaluation.maxNewTokens,
    ),
    metrics: readMetrics(reader, entries.get("metrics")),
    temperature: reader.number(
      entries.get("temperature"),
      "temperature",
      { min: 0 },
      defaultEvaluation.temperature,
    ),
    topP: reader.number(entries.get("topP"), "topP", { above: 0, max: 1 }, defaultEvaluation.topP),
    ...readPrompts(reader, entries.get("prompts")),
    ...readDuring(reader, entries.get("during"), hasDevelopment),
    ...readIdentifier(reader, entries.get("identifier")),
  };
}

function readPrompts(reader: YamlReader, field: Field | undefined): Pick<EvaluationSpec, "prompts"> {
  if (field === undefined) return {};
  return { prompts: reader.number(field, "prompts", { whole: true, min: 1 }, 1) };
}

/**
 * Only warns without `data.dev`: files from before it have no data to measure on, and their runs still start.
 */
function readDuring(
  reader: YamlReader,
  field: Field | undefined,
  hasDevelopment: boolean,
): Pick<EvaluationSpec, "during"> {
  if (field === undefined) return {};
  if (!hasDevelopment) {
    reader.report(
      field.keyRange,
      "missing-key",
      `"during" has no effect without "data.dev": evaluation data are never used during training.`,
      `Add data.dev (rows with references that are neither trained on nor evaluated), or remove "during".`,
      { severity: "warning", meant: "data.dev" },
    );
  }
  return { during: reader.number(field, "during", { whole: true, min: 1 }, 1) };
}

function readIdentifier(reader: YamlReader, field: Field | undefined): Pick<EvaluationSpec, "identifier"> {
  const identifier = reader.text(field, "identifier");
  if (field === undefined || identifier === null) return {};
  if (!/\.(?:bin|ftz)$/iu.test(identifier)) {
    reader.report(
      field.range,
      "unknown-value",
      `"identifier" must be the path of a fastText model, not ${reader.written(field)}.`,
      "Use a file with the extension .bin or .ftz, or remove the key.",
    );
  }
  return { identifier };
}

function readMetrics(reader: YamlReader, field: Field | undefined): readonly MetricName[] {
  if (field === undefined) return defaultEvaluation.metrics;
  const items = reader.items(field);
  if (items.length === 0) {
    reader.report(
      field.range,
      "no-metrics",
      `"metrics" is an empty list.`,
      `Known metrics: ${metricNames.join(", ")}.`,
    );
  }
  const found: MetricName[] = [];
  for (const item of items) {
    const before = reader.diagnostics.length;
    const metric = reader.choice(item, "metrics", metricNames, "language");
    if (reader.diagnostics.length > before) continue;
    if (found.includes(metric)) {
      reader.report(item.range, "duplicate-value", `${metric} is in the list twice.`, "Remove one of them.");
    } else found.push(metric);
  }
  return found;
}
