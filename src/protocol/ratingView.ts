// What crosses between the extension host and the rating panel: one union per direction.
import type { HumanCheck } from "../core/rating/agreement.ts";

/** One pair as a rater sees it: nothing in it tells which mixture wrote which response. */
export interface BlindPair {
  readonly language: string;
  readonly id: string;
  readonly prompt: string;
  readonly left: string; // response
  readonly right: string; // response
}

export type Picked = "left" | "right" | "tie";

export type RatingViewState =
  | {
      readonly phase: "choose";
      /** Every language with pairs: how many there are, and how many the rater has rated before. */
      readonly languages: readonly { readonly tag: string; readonly pairs: number; readonly rated: number }[];
      readonly rater: string;
      /** Pairs of one sitting, if all languages are chosen. */
      readonly total: number;
    }
  | {
      readonly phase: "rate";
      readonly pair: BlindPair;
      readonly done: number;
      readonly total: number;
      readonly canUndo: boolean;
      /** More than one is left: this one can be skipped. */
      readonly canSkipLanguage: boolean;
    }
  | {
      readonly phase: "done";
      readonly done: number;
      readonly canUndo: boolean;
      /** Only now are the names told. */
      readonly mixture: string;
      readonly baseline: string;
      readonly judge: string;
      readonly check: HumanCheck | null;
    };

export type ToRatingView =
  | { readonly type: "state"; readonly state: RatingViewState; readonly memory: RatingViewMemory }
  | { readonly type: "failed"; readonly message: string };

export type FromRatingView =
  | { readonly type: "ready"; readonly memory: RatingViewMemory | null }
  | { readonly type: "start"; readonly languages: readonly string[] }
  | { readonly type: "rate"; readonly language: string; readonly id: string; readonly picked: Picked }
  | { readonly type: "undo" }
  | { readonly type: "skipLanguage"; readonly language: string }
  | { readonly type: "chooseLanguages" }
  | { readonly type: "showResults" };

/** What a window needs to open the panel again where it was. */
export interface RatingViewMemory {
  /** Folder of the comparison, as a URI. */
  readonly comparison: string;
  /** null: not chosen yet. */
  readonly languages: readonly string[] | null;
}
