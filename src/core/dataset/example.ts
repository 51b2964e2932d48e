// Types of a dataset's rows, for tuning and for evaluation.

import type { Instruction } from "../ifeval/kinds.ts";
import type { Check } from "./checkTypes.ts";
import type { Exchange } from "./conversation.ts";

/** One training row. Equal ids in several languages are translations of each other. */
export interface Example {
  readonly id: string;
  /** Canonical BCP-47 tag. */
  readonly language: string;
  readonly prompt: string;
  readonly response: string;
  /** Earlier exchanges, oldest first; absent if there are none. */
  readonly earlier?: readonly Exchange[];
  /** System message of the conversation. */
  readonly system?: string;
}

/** Returns all exchanges of a conversation, oldest first. */
export function exchangesOf({ prompt, response, earlier = [] }: Example): readonly Exchange[] {
  return [...earlier, { prompt, response }];
}

/** One evaluation row. Likelihood requires a `reference`, a pass rate requires `checks` or `instructions`. */
export interface EvaluationRow {
  readonly id: string;
  readonly language: string;
  readonly prompt: string;
  /** Earlier exchanges, oldest first; absent if there are none. */
  readonly earlier?: readonly Exchange[];
  /** System message of the conversation. */
  readonly system?: string;
  readonly reference?: string;
  readonly checks?: readonly Check[];
  /**
   * Instructions from `instruction_id_list` and `kwargs`, without those that can't be
   * checked in the row's language.
   */
  readonly instructions?: readonly Instruction[];
  /**
   * Ids of instructions that can't be checked in the row's language, which makes it easier
   * than its translations.
   */
  readonly refused?: readonly string[];
  /**
   * Free labels by which results are reported separately, for example `{ task: "capital", wording: "new" }`.
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Name of a group of rows that ask for the same thing in different words: their outcomes
   * are not independent.
   */
  readonly group?: string;
}
