// Messages between the extension host and the live charts: one union per direction.

/** Maximum number of runs shown, which have as many distinguishable combinations of colour and dash. */
export const maxShownRuns = 8;

/** A run that can be shown; newest first. */
export interface LiveRunItem {
  /** URI of its folder. */
  readonly id: string;
  readonly label: string;
  readonly state: "running" | "waiting" | "ended";
  /** Text with status, step, loss and remaining time. */
  readonly words: string;
  /** Problem with its folder or its events; null when there is none. */
  readonly fault: string | null;
}

export interface LiveViewState {
  readonly runs: readonly LiveRunItem[];
  /** Runs shown, in the order of their colours. */
  readonly chosen: readonly string[];
  /** True if a run can be asked to stop from this window or another. */
  readonly running: boolean;
  /** Text with the number of runs waiting and the time left; empty without a queue. */
  readonly queue: string;
}

/** `from` is the index of the first of `points` in its curve; the view drops its own points from there on. */
export interface LivePatch {
  readonly from: number;
  readonly points: readonly (readonly [step: number, value: number])[];
}

export type ToLiveView =
  | { readonly type: "state"; readonly state: LiveViewState }
  /**
   * `anew` discards everything the view has of this run. Curves are keyed by name, see core/live/liveRun.ts.
   */
  | {
      readonly type: "curves";
      readonly run: string;
      readonly anew: boolean;
      readonly series: Readonly<Record<string, LivePatch>>;
    };

export type FromLiveView =
  | { readonly type: "ready"; readonly memory: LiveViewMemory | null }
  | { readonly type: "choose"; readonly runs: readonly string[] }
  | { readonly type: "stop" };

/** State that the live view keeps while hidden and across reloads. */
export interface LiveViewMemory {
  /** Null to show whatever is running. */
  readonly runs: readonly string[] | null;
  readonly raw: boolean;
  /** Language of the held-out chart; null for all. */
  readonly language: string | null;
  /** Names of expanded tables. */
  readonly tables: readonly string[];
}
