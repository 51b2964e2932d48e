// Messages between the extension host and the rating panel.
import type { HumanCheck } from "../core/rating/raterAgreement.ts";

/** One pair as a rater sees it, without any hint of which mixture wrote which response. */
interface BlindPair {
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
      /** Every language with pairs: their number, and the number already rated by this rater. */
      readonly languages: readonly { readonly tag: string; readonly pairs: number; readonly rated: number }[];
      readonly rater: string;
      /** Number of pairs in one session if all languages are chosen. */
      readonly total: number;
    }
  | {
      readonly phase: "rate";
      readonly pair: BlindPair;
      readonly done: number;
      readonly total: number;
      readonly canUndo: boolean;
      /** False for the last language left, which cannot be skipped. */
      readonly canSkipLanguage: boolean;
    }
  | {
      readonly phase: "done";
      readonly done: number;
      readonly canUndo: boolean;
      /** Names are revealed only now. */
      readonly mixture: string;
      readonly baseline: string;
      readonly judge: string;
      readonly check: HumanCheck | null;
    };

/** State that the page shows next, and the memory that it keeps for when it is reopened. */
export interface RatingStep {
  readonly state: RatingViewState;
  readonly memory: RatingViewMemory;
}

/** Requests from the page to the extension host; there are no other messages to the host. */
export interface RatingHostCalls {
  /** `memory` is what the page kept; null for a new page. */
  open(memory: RatingViewMemory | null): RatingStep;
  /** Begins a session with these languages. */
  start(languages: readonly string[]): RatingStep;
  rate(rating: { readonly language: string; readonly id: string; readonly picked: Picked }): RatingStep;
  undo(): RatingStep;
  skipLanguage(language: string): RatingStep;
  chooseLanguages(): RatingStep;
  showResults(): void;
}

/** State from which a window reopens the panel where it was. */
export interface RatingViewMemory {
  /** URI of the comparison's folder. */
  readonly comparison: string;
  /** Null until chosen. */
  readonly languages: readonly string[] | null;
}
