// A mixture file after parsing, with all defaults filled in.
import type { DataSection, DataSource } from "./dataSource.ts";

/** Rule by which one mixture chooses its languages. `all` stands for every language with data. */
export type MixtureForm =
  | { readonly kind: "monolingual"; readonly language: string }
  | {
      readonly kind: "spread";
      readonly base: string;
      readonly spread: Amount;
      readonly over: readonly string[] | "all";
      /** The spread is added on top of the budget, all of which goes to the base language. */
      readonly grow?: true;
    }
  | { readonly kind: "uniform"; readonly over: readonly string[] | "all" }
  | { readonly kind: "shares"; readonly shares: Readonly<Record<string, number>> } // percentages, total 100
  | { readonly kind: "temperature"; readonly temperature: number; readonly over: readonly string[] | "all" };

/** A number of examples, or a percentage of the budget. */
export type Amount = { readonly examples: number } | { readonly percent: number };

/** A mixture of the file. A list in the file (`spread: [1%, 10%]`) is expanded to `curve@1%`, `curve@10%`. */
export interface MixtureSpec {
  readonly name: string;
  /** Key in the file; differs from `name` for members of a sweep. */
  readonly key: string;
  readonly form: MixtureForm;
}

/** Name of the pseudo-mixture that stands for the untuned model. */
export const untunedName = "base";

export type TrainingMethod = "lora" | "full";
/**
 * Weight format of the frozen base model: as stored in the model, or quantised to 8-bit or 4-bit integers.
 */
export type WeightFormat = "float" | "int8" | "int4";
/** Whether layers are recomputed for their gradients to save memory; auto = when memory is short. */
export type GradientCheckpointing = "auto" | "on" | "off";
/**
 * Unit over which the loss of a step is averaged: response tokens, or examples (each with the mean over its
 * own tokens).
 */
export type LossWeight = "token" | "example";
/**
 * Treatment of examples that are too long: refuse to start, truncate their last answer, or draw others
 * instead.
 */
export type Overlong = "refuse" | "truncate" | "drop";
/** Answers of a conversation that contribute to the loss. */
export type AnswersWithLoss = "responses" | "last";
/** Linear layers with adapters: all, or those that names or patterns with `*` choose. */
export type LoraTargets = "all-linear" | readonly string[];
/** Divisor of alpha in the scale of adapters: their rank, or its square root (rsLoRA). */
export type LoraScaling = "standard" | "rslora";
export type ScheduleKind = "constant" | "linear" | "cosine";

export interface TrainingSpec {
  readonly method: TrainingMethod;
  readonly lora: {
    readonly rank: number;
    readonly alpha: number;
    readonly targets: LoraTargets;
    /** Absent = standard. */
    readonly scaling?: LoraScaling;
    /** Learning rate of the adapters' B as a multiple of that of their A; absent = 1. */
    readonly plusRatio?: number;
    /** Trains the lengths of the rows of weights apart from their directions; absent = no. */
    readonly dora?: boolean;
    /** Share of an adapter's inputs that is dropped while training; absent = none. */
    readonly dropout?: number;
    /** Folder of the adapter to start from, relative to the mixture file's; absent = a new one. */
    readonly from?: string;
  };
  /** LoRA only. */
  readonly base: WeightFormat;
  /** LoRA only: trains the embedding and the output projection too. Absent = adapters alone. */
  readonly embeddings?: true;
  readonly gradientCheckpointing: GradientCheckpointing;
  /** Passes over the mixture; derived when both `steps` and `batchExamples` are set. */
  readonly epochs: number;
  /** Optimizer steps, the same for every mixture; absent = as many as the epochs need. */
  readonly steps?: number;
  /**
   * Examples per optimizer step; absent = derived from `steps`, or from `batchTokens` when `steps` is absent
   * too.
   */
  readonly batchExamples?: number;
  /** Tokens (packed) per optimizer step, when neither `steps` nor `batchExamples` is set. */
  readonly batchTokens: number;
  /** Absent = token. */
  readonly lossWeight?: LossWeight;
  /** Absent = responses: every answer of a conversation. */
  readonly loss?: AnswersWithLoss;
  /** Peak rate. Given a list, each run keeps the rate with the lowest loss on `data.dev`. */
  readonly learningRate: number | readonly number[];
  readonly schedule: ScheduleKind;
  /** Fraction of all steps, 0 to 1. */
  readonly warmup: number;
  readonly weightDecay: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Maximum global L2 norm of the gradient; 0 = no clipping. */
  readonly clipNorm: number;
  /** Share of each target that is spread over the vocabulary while training; absent = none. */
  readonly labelSmoothing?: number;
  /** NEFTune's alpha: noise on embeddings while training. Absent = none. */
  readonly neftune?: number;
  /** Absent = all steps are trained, and the model of the last one is kept. */
  readonly earlyStopping?: EarlyStoppingSpec;
  /** Maximum length of an example in tokens. */
  readonly maxTokens: number;
  /** Treatment of longer examples. Absent = refuse. */
  readonly overlong?: Overlong;
}

/** End of a training by the loss on `data.dev`, measured every `evaluate.during` steps. The best step is kept. */
export interface EarlyStoppingSpec {
  /** Measurements in a row without an improvement, after which training stops. */
  readonly patience: number;
  /** Nats per token by which the loss must fall below the lowest so far to be an improvement. */
  readonly minDelta: number;
}

export type MetricName = "language" | "checks" | "likelihood";

export interface EvaluationSpec {
  readonly languages: readonly string[] | "all";
  /** Maximum number of prompts per language, with the same ids in all; absent = all. */
  readonly prompts?: number;
  /** Training steps between measurements of the loss on references of `data.dev`, a few or all; absent = none. */
  readonly during?: number;
  readonly maxNewTokens: number;
  readonly metrics: readonly MetricName[];
  /** 0 = greedy. */
  readonly temperature: number;
  readonly topP: number;
  /**
   * Path of a fastText model, relative to the mixture file's folder; absent = built-in language
   * identification.
   */
  readonly identifier?: string;
}

/** Options for rendering conversations. Absent options take the model's own settings. */
export interface ChatOptions {
  /** Name of the chat template, for models with several. */
  readonly templateName?: string;
  /** Variables of the template, such as `enable_thinking`. */
  readonly template?: Readonly<Record<string, string | number | boolean>>;
  /** Interpretation of special tokens in data: as literal text or as control tokens. Absent = text. */
  readonly specialTokens?: SpecialTokens;
}

export type SpecialTokens = "text" | "control";

export interface MixtureFile {
  readonly version: 1;
  /** Model as written: `pinch/starter`, a folder, a .gguf file, or a Hub id. */
  readonly model: string;
  readonly chat?: ChatOptions;
  readonly seeds: readonly number[];
  readonly budget: number;
  readonly data: DataSection & { readonly train: readonly DataSource[] };
  readonly mixtures: readonly MixtureSpec[];
  readonly train: TrainingSpec;
  readonly evaluate: EvaluationSpec;
}
