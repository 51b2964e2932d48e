// What crosses between the extension host and the live charts: one union per direction.

/** A run that can be shown, newest first. */
export interface LiveRunItem {
  /** URI of its folder. */
  readonly id: string;
  readonly label: string;
  readonly state: "running" | "waiting" | "ended";
  /** Status, step, loss and time left, in words. */
  readonly words: string;
  /** What is wrong with its folder or its events; null: nothing. */
  readonly fault: string | null;
}

export interface LiveViewState {
  readonly runs: readonly LiveRunItem[];
  /** Shown, in the order of their colours. */
  readonly chosen: readonly string[];
  /** A run that this window, or another, can be asked to stop. */
  readonly running: boolean;
  /** How much is waiting and left, in words; empty: nothing. */
  readonly queue: string;
}

/** `from`: place of the first of `points` in its curve; later points of the view's are dropped. */
export interface LivePatch {
  readonly from: number;
  readonly points: readonly (readonly [step: number, value: number])[];
}

export type ToLiveView =
  | { readonly type: "state"; readonly state: LiveViewState }
  /** `anew`: what was told of this run before counts no longer. Curves by name, see core/live/liveRun.ts. */
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

/** What the live view keeps through hiding and reloading. */
export interface LiveViewMemory {
  /** null: whatever runs. */
  readonly runs: readonly string[] | null;
  readonly raw: boolean;
  /** Language of the held-out chart; null: all. */
  readonly language: string | null;
  /** Tables that are open. */
  readonly tables: readonly string[];
}
