// Descriptions of the keys under `train`.
import {
  answersWithLoss,
  baseWeights,
  checkpointingChoices,
  defaultEarlyStopping,
  defaultLearningRates,
  loraScalings,
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
  optional("train.lora.alpha", "number", "The adapters' output is scaled by alpha / rank; see scaling.", {
    default: String(train.lora.alpha),
  }),
  optional(
    "train.lora.scaling",
    "standard or rslora",
    "standard divides alpha by the rank; rslora divides it by the square root of the rank, so that adapters of high rank learn as fast as small ones.",
    { values: loraScalings, default: "standard" },
  ),
  optional(
    "train.lora.plusRatio",
    "number",
    "LoRA+: the matrices B of the adapters learn at this multiple of the learning rate of A, often 16.",
    { default: "1" },
  ),
  optional(
    "train.lora.dora",
    "true or false",
    "DoRA: trains the length of each row of a weight apart from its direction, which the adapter changes. Slower, and takes more memory.",
    { values: ["true", "false"], default: "false" },
  ),
  optional(
    "train.lora.dropout",
    "number",
    "Share of what an adapter sees of its layer's input that is dropped at random while training, often 0.05. 0 = none.",
    { default: "0" },
  ),
  optional(
    "train.lora.targets",
    "layers or all-linear",
    "The linear layers that get an adapter: all of them, or those whose names end in one of these; * stands for any text, in quotes.",
    { values: ["all-linear", "[q_proj, v_proj]", '["mlp.*"]'], default: "all-linear" },
  ),
  optional(
    "train.lora.from",
    "text",
    "Folder of an adapter of PEFT or Pinch to start from, relative to this file; its rank, alpha, scaling, DoRA and layers must be those of this section.",
  ),
  optional(
    "train.base",
    "float, int8 or int4",
    "Weight format of the frozen model while adapters are trained: int4 takes a fifth of the memory.",
    { values: baseWeights, default: train.base },
  ),
  optional(
    "train.embeddings",
    "true or false",
    "Trains the whole embedding and output projection besides the adapters, as a script or language that the model hardly knows may need; 16 bytes of memory for each of their values.",
    { values: ["true", "false"], default: "false" },
  ),
  optional(
    "train.gradientCheckpointing",
    "auto, on or off",
    "Recomputes each layer for its gradients instead of keeping its results: less memory, but slower. auto: when memory is short.",
    { values: checkpointingChoices, default: train.gradientCheckpointing },
  ),
  optional("train.epochs", "whole number", "Passes over the mixture.", { default: String(train.epochs) }),
  optional(
    "train.steps",
    "whole number",
    "Optimizer steps, the same for every mixture: the epochs are divided into this many, or follow from it if batchExamples is set too.",
  ),
  optional(
    "train.batchExamples",
    "whole number",
    "Examples per optimizer step: mixtures with the same budget then take the same number of steps, in any language.",
  ),
  optional(
    "train.batchTokens",
    "whole number",
    "Packed tokens per optimizer step, if neither steps nor batchExamples is set: languages that need more tokens take more steps.",
    { default: String(train.batchTokens) },
  ),
  optional(
    "train.lossWeight",
    "token or example",
    "token: every response token of a step has the same weight, so long responses count more; example: every example has the same weight.",
    { values: lossWeights, default: "token" },
  ),
  optional(
    "train.learningRate",
    "number or list of numbers",
    "Peak learning rate. Given a list of 2 to 8, each run keeps the one with the lowest loss on data.dev.",
    {
      default: `${exponential(defaultLearningRates.lora)}, or ${exponential(defaultLearningRates.full)} with method: full`,
    },
  ),
  optional("train.schedule", "constant, linear or cosine", "How the learning rate falls after the warm-up.", {
    values: scheduleKinds,
    default: train.schedule,
  }),
  optional("train.warmup", "percent", "Fraction of the steps over which the learning rate rises from zero.", {
    default: "3%",
  }),
  optional("train.weightDecay", "number", "AdamW's decoupled weight decay, of matrices only.", {
    default: String(train.weightDecay),
  }),
  optional("train.betas", "two numbers", "AdamW's decay rates of the two moments.", {
    default: `[${train.betas.join(", ")}]`,
  }),
  optional("train.epsilon", "number", "AdamW's epsilon.", { default: exponential(train.epsilon) }),
  optional("train.clipNorm", "number", "Maximum global norm of the gradient; 0 = no clipping.", {
    default: String(train.clipNorm),
  }),
  optional(
    "train.neftune",
    "number",
    "NEFTune: uniform noise of at most neftune / √(tokens of the example · size of an embedding) on embeddings while training, often 5; 0 = none.",
    { default: "0" },
  ),
  optional(
    "train.labelSmoothing",
    "number",
    "Share of each target that is spread evenly over the vocabulary while training, often 0.1. Losses are reported without it. 0 = none.",
    { default: "0" },
  ),
  optional(
    "train.earlyStopping",
    "map",
    "Ends the training when the loss on data.dev (mean over languages), measured every evaluate.during steps, no longer falls, and keeps the step with the lowest.",
  ),
  optional(
    "train.earlyStopping.patience",
    "whole number",
    "Measurements in a row without an improvement, after which the training ends.",
    { default: String(defaultEarlyStopping.patience) },
  ),
  optional(
    "train.earlyStopping.minDelta",
    "number",
    "Nats per token by which the loss must fall below the lowest so far to be an improvement.",
    { default: String(defaultEarlyStopping.minDelta) },
  ),
  optional(
    "train.loss",
    "responses or last",
    "Answers of a conversation that are learned: all of them, or only the last.",
    { values: answersWithLoss, default: "responses" },
  ),
  optional(
    "train.maxTokens",
    "whole number",
    "Maximum length of an example in tokens; overlong decides what happens to longer ones.",
    { default: String(train.maxTokens) },
  ),
  optional(
    "train.overlong",
    "refuse, truncate or drop",
    "Treatment of examples longer than maxTokens: refuse does not start the run, truncate cuts their last answer, drop draws others instead.",
    { values: overlongChoices, default: "refuse" },
  ),
];

function exponential(value: number): string {
  return value.toExponential().replace("e+", "e");
}
