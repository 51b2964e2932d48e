// What crosses between the runtime process and whoever started it (extension host or command line).

import type { Diagnostic } from "../common/diagnostic.ts";
import type { Example } from "../core/dataset/example.ts";
import type { SweepInputs } from "../core/experiments/sweepInputs.ts";
import type { RunPlan } from "../core/plan/plan.ts";
import type { MetricKey, RunStatus, StepEvent } from "../core/records/records.ts";
import type { DifferencesTable } from "../core/results/differences.ts";
import type { StudyResult } from "../core/study/studyResult.ts";
import type { LanguageModelAnswer, LanguageModelQuestion } from "./compare.ts";

export type DeviceChoice = "auto" | "cpu" | "webgpu" | "cuda";

/** What the runtime asks of whoever started it. */
export interface HostCalls {
  /**
   * One question to a model that only the host reaches (VS Code's Language Model API). A HumanError of kind `input`
   * says that no question will be answered (no consent, no such model): the comparison stops. Any other failure is
   * that question's own, and is tried again.
   */
  "host/askLanguageModel": { params: LanguageModelQuestion; result: LanguageModelAnswer };
}

export interface RuntimeNotifications {
  "pinch/progress": ProgressUpdate;
  "pinch/step": StepEvent;
  "pinch/answerPart": AnswerPart;
  /** The process is not stuck; see patience.ts. */
  "pinch/alive": Record<string, never>;
  "pinch/log": { level: "info" | "warn" | "error" | "debug"; message: string };
}

export interface ValidateRequest {
  readonly file: string;
  /** Unsaved text of the editor; absent: read the file. */
  readonly text?: string;
  /** Those whose examples are looked at; absent: all. */
  readonly mixtures?: readonly string[];
  /** Folder of the built-in model. */
  readonly starter: string;
}

export interface Validated {
  readonly diagnostics: Diagnostic[];
  /** SHA-256 of the data files by place: what the runs of a sweep are held to. */
  readonly data: SweepInputs["data"];
}

export interface PlanRequest extends ValidateRequest {
  /** Folder that run folders lie in: how far seeds are apart is known from those of the same settings. */
  readonly out?: string;
  readonly device: DeviceChoice;
}

/** Asks what a mixture would contain. */
export interface DrawRequest {
  readonly file: string;
  /** Text of the editor. */
  readonly text: string;
  /** With the member of a sweep: `curve@10%`. */
  readonly mixture: string;
  /** Canonical tag. */
  readonly language: string;
  /** At most so many examples. */
  readonly count: number;
}

export interface DrawnExamples {
  /** The file's first. */
  readonly seed: number;
  /** In the order of the run. */
  readonly examples: readonly Pick<Example, "id" | "prompt" | "response">[];
  /** Examples of the language in the mixture. */
  readonly total: number;
}

/** Asks for the data files of a folder, by language. */
export interface FindDataRequest {
  readonly folder: string;
}

export interface FoundDataset {
  /** With `{language}`, relative to the folder. */
  readonly pattern: string;
  /** In the order of their tags. */
  readonly languages: readonly { readonly language: string; readonly rows: number }[];
}

export interface FoundDatasets {
  readonly train: FoundDataset | null;
  readonly evaluation: FoundDataset | null;
}

export interface Plan extends RunPlan {
  readonly diagnostics: readonly Diagnostic[];
}

export interface RunRequest {
  readonly file: string;
  /** A mixture's name, or `base`: the untuned model is only evaluated. */
  readonly mixture: string;
  readonly seed: number;
  /** Folder that run folders are created in. */
  readonly out: string;
  readonly device: DeviceChoice;
  readonly starter: string;
  /** Of its sweep: the text is the mixture file's, and other data are refused. Absent: both are read as they are. */
  readonly inputs?: SweepInputs;
  /** A finished run of the same configuration and lock in `out` is the result; nothing is computed. */
  readonly reuse?: boolean;
  /**
   * A stopped run's folder to go on with from its checkpoint. null: the newest in `out` of the same
   * configuration and lock, or a new run where there is none.
   */
  readonly resume?: string | null;
  /** Least time between two checkpoints, in seconds; 0 = after every step. */
  readonly checkpointSeconds?: number;
}

export interface EvaluateRequest {
  /** Existing run folders of one mixture file, evaluated again with their adapters over one base. */
  readonly folders: readonly string[];
  /** Scores the samples that are there again: nothing is generated, no model is loaded. */
  readonly samples?: boolean;
  readonly device: DeviceChoice;
  readonly starter: string;
}

export type ExportFormat = "adapter" | "merged";
export type ExportDtype = "float16" | "bfloat16" | "float32";

export interface ExportRequest {
  /** Folder of a run whose training has ended. */
  readonly folder: string;
  /** adapter: as PEFT reads it, float32 as trained. merged: a whole Hugging Face model. */
  readonly format: ExportFormat;
  /** Of merged weights; null: that of the base. */
  readonly dtype: ExportDtype | null;
  /** Folder to write; it must not exist, or be empty. */
  readonly out: string;
  /** Weights beyond this are split into several files. */
  readonly maxShardBytes: number;
  readonly starter: string;
}

export interface ExportOutcome {
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

export interface ImportRequest {
  /** Responses that were generated elsewhere: AlpacaEval's, lm-evaluation-harness', or samples of Pinch. */
  readonly files: readonly string[];
  /** Name of the run, in the place of a mixture's. */
  readonly run: string;
  /** The mixture file whose evaluation rows they answer. */
  readonly file: string;
  /** Folder that the run folder is created in. */
  readonly out: string;
  readonly starter: string;
}

export interface ImportOutcome {
  readonly folder: string;
  readonly format: string;
  readonly generator: string;
  /** Rows of the evaluation that have a response. */
  readonly responses: number;
  /** Responses that answer no row; the first of them by file and line, with the reason. */
  readonly unmatched: { readonly count: number; readonly named: readonly string[] };
  /** Rows without a response, by language. */
  readonly unanswered: Readonly<Record<string, number>>;
}

/** Over the samples of run folders of one mixture file. */
export interface AnalyseRequest {
  readonly folders: readonly string[];
  /** null: all. */
  readonly languages: readonly string[] | null;
  /** Mixture that the others are compared with; null: the one tuned on the base language alone. */
  readonly against: string | null;
  /** Names of the run folders of one experiment; the others are marked. Absent: the newest of `folders`, alone. */
  readonly experiment?: readonly string[];
  /** Of differences. */
  readonly metric: MetricKey;
  /** Of differences: rows of the table that take part; absent: all. */
  readonly rows?: readonly string[];
  readonly wanted: "studies" | "differences" | "report";
}

export interface Analysis {
  readonly differences: DifferencesTable | null;
  readonly studies: readonly StudyResult[];
  /** Of a report, with names relative to it. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Runs whose files can't be used, each with the reason and what to do. */
  readonly leftOut: readonly string[];
}

export interface TryPromptRequest {
  /** Run folders whose models are asked, one after the other; of one mixture file or of several. */
  readonly folders: readonly string[];
  readonly prompt: string;
  readonly maxNewTokens: number;
  readonly device: DeviceChoice;
  readonly starter: string;
}

/** What a model has written so far. */
export interface AnswerPart {
  readonly folder: string;
  readonly text: string;
  readonly tokens: number;
}

export interface TriedAnswer extends AnswerPart {
  /** False when the limit came first. */
  readonly stopped: boolean;
  /** Identified, `und` when it can't be told. */
  readonly language: string;
}

export interface RunOutcome {
  readonly folder: string;
  readonly status: RunStatus;
  readonly error: { readonly message: string; readonly remedy: string } | null;
}

export type Phase = "load" | "train" | "generate" | "score" | "judge" | "save" | "install";

export interface ProgressUpdate {
  readonly phase: Phase;
  readonly done: number;
  readonly total: number;
  /** Of the whole run, measured from the pace so far; null until it is known. */
  readonly secondsLeft: number | null;
  readonly message: string;
}

export interface DeviceInfo {
  readonly id: "cpu" | "webgpu" | "cuda";
  readonly available: boolean;
  /** float32 operations a second in matrix products; null where it could not be measured. */
  readonly rate: number | null;
  /** Whether a small training step there agrees with the CPU's; null for the CPU itself, or where it was not tried. */
  readonly check: { readonly passed: boolean; readonly detail: string } | null;
  /** All of it in words. */
  readonly detail: string;
}
