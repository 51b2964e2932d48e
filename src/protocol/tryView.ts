// Messages between the extension host and Try a Prompt: one union per direction.

export interface TriedModel {
  /** Path of the run folder. */
  readonly folder: string;
  readonly name: string;
  readonly text: string;
  readonly tokens: number;
  readonly state: "waiting" | "writing" | "done" | "cut off" | "stopped";
  /** Identified once the response is complete; `und` before. */
  readonly language: string;
  readonly languageName: string;
}

export interface TryViewState {
  readonly prompt: string;
  readonly running: boolean;
  readonly fault: string | null;
  readonly models: readonly TriedModel[];
}

export type ToTryView = { readonly type: "state"; readonly state: TryViewState };

export type FromTryView =
  | { readonly type: "ready" }
  | { readonly type: "ask"; readonly prompt: string }
  | { readonly type: "stop" };
