// Messages between the runtime process and its parent (extension host or command line).

import type { Diagnostic } from "../common/diagnostic.ts";
import type { Example } from "../core/dataset/example.ts";
import type { SweepInputs } from "../core/experiments/sweepInputs.ts";
import type { RunPlan } from "../core/plan/runPlan.ts";
import type { MetricKey, StepEvent } from "../core/records/records.ts";
import type { RunStatus } from "../core/records/runRecord.ts";
import type { DifferencesTable } from "../core/results/differences.ts";
import type { StudyResult } from "../core/study/studyResult.ts";

export type DeviceChoice = "auto" | "cpu" | "webgpu" | "cuda";

export interface RuntimeNotifications {
  "pinch/progress": ProgressUpdate;
  "pinch/step": StepEvent;
  "pinch/answerPart": AnswerPart;
  /** Heartbeat of the process; see patience.ts. */
  "pinch/alive": Record<string, never>;
  "pinch/log": { level: "info" | "warn" | "error" | "debug"; message: string };
}

export interface ValidateRequest {
  readonly file: string;
  /** Unsaved text of the editor; if absent, the file is read. */
  readonly text?: string;
  /** Mixtures whose examples are checked; by default, all. */
  readonly mixtures?: readonly string[];
  /** Folder of the built-in model. */
  readonly starter: string;
}

export interface Validated {
  /** Faults of the file's text, including one that can't be read. */
  readonly textFaults: readonly Diagnostic[];
  /** Faults that only the data and the model show. */
  readonly dataFaults: readonly Diagnostic[];
  /** SHA-256 of the data files by position, which the runs of a sweep compare with their own. */
  readonly data: SweepInputs["data"];
}

export interface PlanRequest extends ValidateRequest {
  /** Folder of run folders: earlier runs with the same settings show how much seeds differ. */
  readonly out?: string;
  readonly device: DeviceChoice;
}

/** Requests a preview of a mixture's contents. */
export interface DrawRequest {
  readonly file: string;
  /** Text of the editor. */
  readonly text: string;
  /** Name including the member of a sweep: `curve@10%`. */
  readonly mixture: string;
  /** Canonical tag. */
  readonly language: string;
  /** Maximum number of examples. */
  readonly count: number;
}

export interface DrawnExamples {
  /** First seed of the file. */
  readonly seed: number;
  /** Examples in the order of the run. */
  readonly examples: readonly Pick<Example, "id" | "prompt" | "response">[];
  /** Number of examples of the language in the mixture. */
  readonly total: number;
}

/** Requests the data files of a folder, by language. */
export interface FindDataRequest {
  readonly folder: string;
}

export interface FoundDataset {
  /** Pattern with `{language}`, relative to the folder. */
  readonly pattern: string;
  /** Sorted by tag. */
  readonly languages: readonly { readonly language: string; readonly rows: number }[];
}

export interface FoundDatasets {
  readonly train: FoundDataset | null;
  readonly evaluation: FoundDataset | null;
}

export interface Plan extends RunPlan {
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Choice of what a run starts from. Runs that match have the same configuration and lock, and are in `out`;
 * if none matches, a new run starts.
 */
export type StartChoice =
  | { readonly kind: "new" }
  /** Returns a finished run that matches, instead of computing it again. */
  | { readonly kind: "reuse" }
  /** Like `reuse`, and resumes the newest stopped run that matches. */
  | { readonly kind: "reuseOrResume" }
  /** Resumes the stopped run in this folder, which must match. */
  | { readonly kind: "resume"; readonly folder: string };

export interface RunRequest {
  readonly file: string;
  /** Name of a mixture, or `base` to evaluate the untuned model. */
  readonly mixture: string;
  readonly seed: number;
  /** Folder in which run folders are created. */
  readonly out: string;
  readonly device: DeviceChoice;
  readonly starter: string;
  /**
   * Inputs of the sweep: the text of the mixture file, and hashes of the data, which must match. If absent,
   * both are read as they are.
   */
  readonly inputs?: SweepInputs;
  readonly start: StartChoice;
  /** Minimum time between two checkpoints in seconds; 0 for one after every step. */
  readonly checkpointSeconds?: number;
}

export interface EvaluateRequest {
  /**
   * Existing run folders of one mixture file, to be evaluated again with their adapters over one base model.
   */
  readonly folders: readonly string[];
  /** True to rescore existing samples, without loading a model or generating responses. */
  readonly samples?: boolean;
  readonly device: DeviceChoice;
  readonly starter: string;
}

export type ExportFormat = "adapter" | "merged" | "gguf" | "gguf-adapter";
export type ExportDtype = "float16" | "bfloat16" | "float32";
/** Data types of weights in a GGUF file; q8_0 has 8 bits and a scale for 32 weights. */
export type GgufDtype = ExportDtype | "q8_0";

export interface ExportRequest {
  /** Folder of a run whose training has ended. */
  readonly folder: string;
  /**
   * "adapter" for a PEFT adapter in float32, as trained; "merged" for a complete Hugging Face model; "gguf" and
   * "gguf-adapter" for the same as a file of llama.cpp.
   */
  readonly format: ExportFormat;
  /** Data type of merged weights; null for that of the base, or float16 in a GGUF file. */
  readonly dtype: GgufDtype | null;
  /** Hub id of the base that others can load, where the run does not know it. */
  readonly base?: string;
  /** Repository on the Hub that the export is made for, which the model card then names. */
  readonly repository?: string;
  /** Folder to write, which must be empty or not exist. */
  readonly out: string;
  /** Size above which weights are split into several files. */
  readonly maxShardBytes: number;
  readonly starter: string;
}

export interface ExportOutcome {
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

export interface ImportRequest {
  /** Files of responses generated elsewhere: by AlpacaEval or lm-evaluation-harness, or samples of Pinch. */
  readonly files: readonly string[];
  /** Name of the run, in place of a mixture's. */
  readonly run: string;
  /** Mixture file whose evaluation rows the responses answer. */
  readonly file: string;
  /** Folder in which the run folder is created. */
  readonly out: string;
  readonly starter: string;
}

export interface ImportOutcome {
  readonly folder: string;
  readonly format: string;
  readonly generator: string;
  /** Number of evaluation rows that have a response. */
  readonly responses: number;
  /** Responses that match no row: their number, and the first ones by file and line, with the reason. */
  readonly unmatched: { readonly count: number; readonly named: readonly string[] };
  /** Number of rows without a response, by language. */
  readonly unanswered: Readonly<Record<string, number>>;
}

/** Requests an analysis of the samples of run folders of one mixture file. */
export interface AnalyseRequest {
  readonly folders: readonly string[];
  /** Null for all languages. */
  readonly languages: readonly string[] | null;
  /** Mixture that the others are compared with; null for the one tuned on the base language alone. */
  readonly against: string | null;
  /**
   * Run folders of one experiment; others are marked. By default, only the newest experiment of `folders`.
   */
  readonly experiment?: readonly string[];
  /** Metric of the differences. */
  readonly metric: MetricKey;
  /** Rows of the table of differences to include; by default, all. */
  readonly rows?: readonly string[];
  readonly wanted: "studies" | "differences" | "report";
}

export interface Analysis {
  readonly differences: DifferencesTable | null;
  readonly studies: readonly StudyResult[];
  /** Files of a report, with names relative to it. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Runs whose files cannot be used, each with the reason and the remedy. */
  readonly leftOut: readonly string[];
}

export interface ServeRequest {
  /** Runs of one mixture file. */
  readonly folders: readonly string[];
  /** 0 for any that is free. */
  readonly port: number;
  readonly device: DeviceChoice;
  readonly starter: string;
}

export interface TryPromptRequest {
  /** Run folders whose models are prompted one after the other; they may have different mixture files. */
  readonly folders: readonly string[];
  readonly prompt: string;
  readonly maxNewTokens: number;
  readonly device: DeviceChoice;
  readonly starter: string;
}

/** Text that a model has generated so far. */
export interface AnswerPart {
  readonly folder: string;
  readonly text: string;
  readonly tokens: number;
}

export interface TriedAnswer extends AnswerPart {
  /** False when the token limit was reached first. */
  readonly stopped: boolean;
  /** Identified language; `und` when unknown. */
  readonly language: string;
}

export interface RunOutcome {
  readonly folder: string;
  readonly status: RunStatus;
  readonly error: { readonly message: string; readonly remedy: string } | null;
}

/** Kinds of work, in words for a person who waits. */
export const phaseWords = {
  load: "loading",
  train: "training",
  generate: "answering",
  score: "scoring",
  judge: "judging",
  save: "saving",
  install: "installing",
  upload: "uploading",
} as const;

export type Phase = keyof typeof phaseWords;

export interface ProgressUpdate {
  readonly phase: Phase;
  readonly done: number;
  readonly total: number;
  /** Remaining time of the whole run, estimated from the pace so far; null until known. */
  readonly secondsLeft: number | null;
  readonly message: string;
}

export interface DeviceInfo {
  readonly id: "cpu" | "webgpu" | "cuda";
  readonly available: boolean;
  /** float32 operations per second in matrix products; null when it could not be measured. */
  readonly rate: number | null;
  /**
   * Comparison of a small training step with the CPU's result; null for the CPU itself, or when not tried.
   */
  readonly check: { readonly passed: boolean; readonly detail: string } | null;
  /** Full description of the result. */
  readonly detail: string;
}
