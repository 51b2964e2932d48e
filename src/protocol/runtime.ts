// What crosses between the runtime process and whoever started it (extension host or command line).
import type { Diagnostic } from "../common/diagnostic.ts";
import type { RunStatus, StepEvent } from "../core/run/records.ts";

export type DeviceChoice = "auto" | "cpu" | "webgpu" | "cuda";

/** Every method with its parameters and result; JSON-RPC 2.0 over the IPC channel of the forked process. */
export interface RuntimeCalls {
  "pinch/validate": { params: ValidateRequest; result: { diagnostics: Diagnostic[] } };
  "pinch/plan": { params: PlanRequest; result: Plan };
  "pinch/run": { params: RunRequest; result: RunOutcome };
  "pinch/evaluate": { params: EvaluateRequest; result: RunOutcome };
  "pinch/devices": { params: Record<string, never>; result: { devices: DeviceInfo[] } };
}

export interface RuntimeNotifications {
  "pinch/progress": ProgressUpdate;
  "pinch/step": StepEvent;
  "pinch/log": { level: "info" | "warn" | "error" | "debug"; message: string };
}

export interface ValidateRequest {
  readonly file: string;
  /** Unsaved text of the editor; absent: read the file. */
  readonly text?: string;
  /** Folder of the built-in model. */
  readonly starter: string;
}

export interface PlanRequest extends ValidateRequest {
  readonly mixtures?: readonly string[];
  readonly device: DeviceChoice;
}

export interface PlannedRun {
  readonly mixture: string;
  readonly seed: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly trainTokens: number; // one epoch
  readonly steps: number;
  readonly predictedSeconds: number;
  readonly predictedMemoryBytes: number;
}

export interface Plan {
  readonly diagnostics: readonly Diagnostic[];
  readonly model: {
    readonly name: string;
    readonly parameters: number;
    readonly template: "own" | "plain";
  } | null;
  readonly runs: readonly PlannedRun[];
  readonly evaluationRows: Readonly<Record<string, number>>;
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
  /** A finished run of the same configuration and lock in `out` is the result; nothing is computed. */
  readonly reuse?: boolean;
}

export interface EvaluateRequest {
  /** An existing run folder, evaluated again with its adapter. */
  readonly folder: string;
  readonly device: DeviceChoice;
  readonly starter: string;
}

export interface RunOutcome {
  readonly folder: string;
  readonly status: RunStatus;
  readonly error: { readonly message: string; readonly remedy: string } | null;
}

export type Phase = "load" | "train" | "generate" | "score" | "save";

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
  readonly detail: string;
}
