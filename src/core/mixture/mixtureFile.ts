// The mixture file after parsing: every default filled in, nothing left to guess.
import type { DataSection, DataSource } from "./dataSource.ts";

/** How the languages of one mixture are chosen. `all` is already resolved to tags. */
export type MixtureForm =
  | { readonly kind: "monolingual"; readonly language: string }
  | {
      readonly kind: "spread";
      readonly base: string;
      readonly spread: Amount;
      readonly over: readonly string[] | "all";
      /** The spread is added to the budget, which the base language then has whole. */
      readonly grow?: true;
    }
  | { readonly kind: "uniform"; readonly over: readonly string[] | "all" }
  | { readonly kind: "shares"; readonly shares: Readonly<Record<string, number>> } // percent, sums to 100
  | { readonly kind: "temperature"; readonly temperature: number; readonly over: readonly string[] | "all" };

/** A number of examples, or a share of the budget in percent. */
export type Amount = { readonly examples: number } | { readonly percent: number };

/** One mixture of the file; a list in the file (`spread: [1%, 10%]`) is expanded to `curve@1%`, `curve@10%`. */
export interface MixtureSpec {
  readonly name: string;
  /** The key in the file that it came from; differs from `name` for members of a sweep. */
  readonly key: string;
  readonly form: MixtureForm;
}

/** Name of the pseudo-mixture that stands for the untuned model. */
export const baseMixtureName = "base";

export type TrainingMethod = "lora" | "full";
/** How the frozen weights are held: as the model has them, or rounded to integers of 8 or 4 bits. */
export type BaseWeights = "float" | "int8" | "int4";
/** Whether layers are computed again for their gradients, to spare memory; auto = when memory is short. */
export type GradientCheckpointing = "auto" | "on" | "off";
/** What the loss of a step is a mean over: its response tokens, or its examples, each by the mean of its own. */
export type LossWeight = "token" | "example";
/** What becomes of examples that are too long: no run starts, their last answer is cut, or others take their place. */
export type Overlong = "refuse" | "truncate" | "drop";
/** Which answers of a conversation carry loss. */
export type AnswersWithLoss = "responses" | "last";
export type ScheduleKind = "constant" | "linear" | "cosine";

export interface TrainingSpec {
  readonly method: TrainingMethod;
  readonly lora: { readonly rank: number; readonly alpha: number; readonly targets: "all-linear" };
  /** LoRA only. */
  readonly base: BaseWeights;
  readonly gradientCheckpointing: GradientCheckpointing;
  /** Passes over the mixture; follows where both `steps` and `batchExamples` are there. */
  readonly epochs: number;
  /** Optimizer steps, the same for every mixture; absent = as many as the passes take. */
  readonly steps?: number;
  /** Examples in one optimizer step; absent = as `steps` divides them, or without it as `batchTokens` says. */
  readonly batchExamples?: number;
  /** Tokens (packed) in one optimizer step, where neither `steps` nor `batchExamples` is there. */
  readonly batchTokens: number;
  /** Absent = token. */
  readonly lossWeight?: LossWeight;
  /** Absent = responses: every answer of a conversation. */
  readonly loss?: AnswersWithLoss;
  /** Peak. Of a list each run keeps the one with the lowest loss on `data.dev`. */
  readonly learningRate: number | readonly number[];
  readonly schedule: ScheduleKind;
  /** Share of all steps, 0 to 1. */
  readonly warmup: number;
  readonly weightDecay: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Global L2 norm; 0 = no clipping. */
  readonly clipNorm: number;
  /** Longest example in tokens. */
  readonly maxTokens: number;
  /** What becomes of longer ones. Absent = refuse. */
  readonly overlong?: Overlong;
}

export type MetricName = "language" | "checks" | "likelihood";

export interface EvaluationSpec {
  readonly languages: readonly string[] | "all";
  /** At most so many prompts of each language, the same ids in all; absent = all. */
  readonly prompts?: number;
  /** Steps of training between two looks at the loss on a few references of `data.dev`; absent = none. */
  readonly during?: number;
  readonly maxNewTokens: number;
  readonly metrics: readonly MetricName[];
  /** 0 = greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** Path of a fastText model, from the mixture file's folder; absent = Pinch's own language identification. */
  readonly identifier?: string;
}

/** How conversations are written for the model; what is absent stands for what the model says itself. */
export interface ChatOptions {
  /** Of a model with several chat templates. */
  readonly templateName?: string;
  /** Variables of the template, such as `enable_thinking`. */
  readonly template?: Readonly<Record<string, string | number | boolean>>;
  /** What special tokens in data are read as: the text that they are, or what they control. Absent = text. */
  readonly specialTokens?: SpecialTokens;
}

export type SpecialTokens = "text" | "control";

export interface MixtureFile {
  readonly version: 1;
  /** As written: `pinch/starter`, a folder, a .gguf file, or a Hub id. */
  readonly model: string;
  readonly chat?: ChatOptions;
  readonly seeds: readonly number[];
  readonly budget: number;
  readonly data: DataSection & { readonly train: readonly DataSource[] };
  readonly mixtures: readonly MixtureSpec[];
  readonly train: TrainingSpec;
  readonly evaluate: EvaluationSpec;
}
