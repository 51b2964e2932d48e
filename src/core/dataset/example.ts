// What one row of a dataset is, for tuning and for evaluation.

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
  /** What was said before, oldest first; absent: nothing. */
  readonly earlier?: readonly Exchange[];
  /** What the system says before all of it. */
  readonly system?: string;
}

/** All of a conversation, oldest first. */
export function exchangesOf({ prompt, response, earlier = [] }: Example): readonly Exchange[] {
  return [...earlier, { prompt, response }];
}

/** One evaluation row; without `reference` there is no likelihood, without `checks` and `instructions` no pass rate. */
export interface EvaluationRow {
  readonly id: string;
  readonly language: string;
  readonly prompt: string;
  /** What was said before, oldest first; absent: nothing. */
  readonly earlier?: readonly Exchange[];
  /** What the system says before all of it. */
  readonly system?: string;
  readonly reference?: string;
  readonly checks?: readonly Check[];
  /** Read from `instruction_id_list` and `kwargs`; what can't hold in the row's language is left out. */
  readonly instructions?: readonly Instruction[];
  /** Ids of instructions that can't be checked in the row's language: the row is easier than its translations. */
  readonly refused?: readonly string[];
  /** Free labels to report apart, for example `{ task: "capital", wording: "new" }`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Rows of one group ask for the same thing in other words: their outcomes are not independent of each other. */
  readonly group?: string;
}
