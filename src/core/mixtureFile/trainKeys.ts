// Descriptions of the keys under `train`.
import {
  answersWithLoss,
  baseWeights,
  checkpointingChoices,
  defaultLearningRates,
  lossWeights,
  overlongChoices,
  scheduleKinds,
  defaultTraining as train,
  trainingMethods,
} from "../mixture/defaults.ts";
import { type KeyDescription, optional } from "./keyDescription.ts";

export const trainKeys: readonly KeyDescription[] = [
  optional("train", "map", "How each model is tuned."),
  optional("train.method", "lora or full", "lora trains small adapters, full trains every weight.", {
    values: trainingMethods,
    default: train.method,
  }),
  optional("train.lora", "map", "Shape of the adapters."),
  optional("train.lora.rank", "whole number", "Rank of the adapters.", { default: String(train.lora.rank) }),
  optional("train.lora.alpha", "number", "The adapters' output is scaled by alpha / rank.", {
    default: String(train.lora.alpha),
  }),
  optional("train.lora.targets", "all-linear", "Which layers get an adapter.", {
    values: [train.lora.targets],
    default: train.lora.targets,
  }),
  optional(
    "train.base",
    "float, int8 or int4",
    "How the frozen weights are held in memory while adapters are trained: int4 takes a fifth of it.",
    { values: baseWeights, default: train.base },
  ),
  optional(
    "train.gradientCheckpointing",
    "auto, on or off",
    "Computes each layer again for its gradients instead of keeping what it computed: less memory, slower. auto: when memory is short.",
    { values: checkpointingChoices, default: train.gradientCheckpointing },
  ),
  optional("train.epochs", "whole number", "Passes over the mixture.", { default: String(train.epochs) }),
  optional(
    "train.steps",
    "whole number",
    "Optimizer steps, the same for every mixture: the passes are divided into so many, or with batchExamples there are as many passes as they take.",
  ),
  optional(
    "train.batchExamples",
    "whole number",
    "Examples in one optimizer step: mixtures of one budget then take the same number of steps, in whatever languages.",
  ),
  optional(
    "train.batchTokens",
    "whole number",
    "Packed tokens in one optimizer step, where neither steps nor batchExamples is written: languages that need more tokens take more steps.",
    { default: String(train.batchTokens) },
  ),
  optional(
    "train.lossWeight",
    "token or example",
    "token: every response token of a step weighs the same, so that long responses weigh more; example: every example does.",
    { values: lossWeights, default: "token" },
  ),
  optional(
    "train.learningRate",
    "number or list of numbers",
    "Peak learning rate; of a list of 2 to 8 each run keeps the one with the lowest loss on data.dev.",
    {
      default: `${exponential(defaultLearningRates.lora)}, or ${exponential(defaultLearningRates.full)} with method: full`,
    },
  ),
  optional("train.schedule", "constant, linear or cosine", "How the learning rate falls after the warm-up.", {
    values: scheduleKinds,
    default: train.schedule,
  }),
  optional("train.warmup", "percent", "Share of the steps in which the learning rate rises from zero.", {
    default: "3%",
  }),
  optional("train.weightDecay", "number", "AdamW's decoupled weight decay.", {
    default: String(train.weightDecay),
  }),
  optional("train.betas", "two numbers", "AdamW's decay rates of the two moments.", {
    default: `[${train.betas.join(", ")}]`,
  }),
  optional("train.epsilon", "number", "AdamW's epsilon.", { default: exponential(train.epsilon) }),
  optional("train.clipNorm", "number", "Largest global norm of the gradient; 0 = no clipping.", {
    default: String(train.clipNorm),
  }),
  optional(
    "train.loss",
    "responses or last",
    "Which answers of a conversation are learned: all of them, or its last alone.",
    { values: answersWithLoss, default: "responses" },
  ),
  optional(
    "train.maxTokens",
    "whole number",
    "Longest example in tokens; overlong says what becomes of longer ones.",
    { default: String(train.maxTokens) },
  ),
  optional(
    "train.overlong",
    "refuse, truncate or drop",
    "Examples longer than maxTokens: refuse starts no run, truncate cuts their last answer, drop draws others in their place.",
    { values: overlongChoices, default: "refuse" },
  ),
];

function exponential(value: number): string {
  return value.toExponential().replace("e+", "e");
}
