// What crosses between the extension host and the rating panel.
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

/** What the page shows next, and what it keeps for when it is opened again. */
export interface RatingStep {
  readonly state: RatingViewState;
  readonly memory: RatingViewMemory;
}

/** What the page asks the extension host; it gets no other messages. */
export interface RatingHostCalls {
  /** `memory`: what the page kept; null where it is new. */
  open(memory: RatingViewMemory | null): RatingStep;
  /** Begins with these languages. */
  start(languages: readonly string[]): RatingStep;
  rate(rating: { readonly language: string; readonly id: string; readonly picked: Picked }): RatingStep;
  undo(): RatingStep;
  skipLanguage(language: string): RatingStep;
  chooseLanguages(): RatingStep;
  showResults(): void;
}

/** What a window needs to open the panel again where it was. */
export interface RatingViewMemory {
  /** Folder of the comparison, as a URI. */
  readonly comparison: string;
  /** null: not chosen yet. */
  readonly languages: readonly string[] | null;
}
