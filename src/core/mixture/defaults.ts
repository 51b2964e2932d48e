// Default values and choices for a mixture file's optional keys.
import type {
  AnswersWithLoss,
  EarlyStoppingSpec,
  EvaluationSpec,
  GradientCheckpointing,
  LoraScaling,
  LossWeight,
  MetricName,
  Overlong,
  ScheduleKind,
  SpecialTokens,
  TrainingMethod,
  TrainingSpec,
  WeightFormat,
} from "./mixtureFile.ts";

export const defaultSeed = 1;

export const trainingMethods = ["lora", "full"] as const satisfies readonly TrainingMethod[];
export const baseWeights = ["float", "int8", "int4"] as const satisfies readonly WeightFormat[];
export const checkpointingChoices = ["auto", "on", "off"] as const satisfies readonly GradientCheckpointing[];
export const loraScalings = ["standard", "rslora"] as const satisfies readonly LoraScaling[];
export const scheduleKinds = ["constant", "linear", "cosine"] as const satisfies readonly ScheduleKind[];
export const lossWeights = ["token", "example"] as const satisfies readonly LossWeight[];
export const answersWithLoss = ["responses", "last"] as const satisfies readonly AnswersWithLoss[];
export const overlongChoices = ["refuse", "truncate", "drop"] as const satisfies readonly Overlong[];
export const specialTokenChoices = ["text", "control"] as const satisfies readonly SpecialTokens[];
export const metricNames = ["language", "checks", "likelihood"] as const satisfies readonly MetricName[];

/** Full training changes every weight, so its default rate is a tenth of LoRA's. */
export const defaultLearningRates: Readonly<Record<TrainingMethod, number>> = { lora: 2e-4, full: 2e-5 };

export const defaultTraining: TrainingSpec & { readonly learningRate: number } = {
  method: "lora",
  lora: { rank: 16, alpha: 32, targets: "all-linear" },
  base: "float",
  gradientCheckpointing: "auto",
  epochs: 3,
  batchTokens: 4096,
  learningRate: defaultLearningRates.lora,
  schedule: "cosine",
  warmup: 0.03,
  weightDecay: 0,
  betas: [0.9, 0.95],
  epsilon: 1e-8,
  clipNorm: 1,
  maxTokens: 512,
};

export const defaultEarlyStopping: EarlyStoppingSpec = { patience: 3, minDelta: 0 };

export const defaultEvaluation: EvaluationSpec = {
  languages: "all",
  maxNewTokens: 128,
  metrics: metricNames,
  temperature: 0,
  topP: 1,
};
