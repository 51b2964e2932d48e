// Versions of the rules that computed a run, incremented whenever the same input would give other results.

import type { RunRecord } from "./runRecord.ts";

/**
 * Rules from data and mixture to weights: drawing, templates, packing, loss, optimizer.
 * - 1: all runs from before the number was recorded.
 * - 2: trains on all exchanges of a conversation, not only the first.
 * - 3: renders conversations like apply_chat_template. System messages are turns of their own, responses are
 *   trimmed where the template trims, text that the template puts before a response carries no loss, and
 *   special tokens in data are text.
 */
export const trainingRules = "3";

/**
 * Rules from weights to scores: selection of prompts, generation, language identification and checks.
 * - 1: all runs from before the number was recorded.
 * - 2: identifies languages by evidence, whatever else is evaluated. Responses without words are in no
 *   language, languages that can't be distinguished are not scored, and `evaluate.prompts` draws a sample.
 * - 3: prompts end where the template begins an answer, and contain all turns of a conversation. Reasoning
 *   blocks are removed before a response is checked.
 */
export const scoringRules = "3";

/** Version of runs that record none. */
export const rulesBefore = "1";

/** Keys among the versions of a lock. */
export const ruleNames = { training: "training rules", scoring: "scoring rules" } as const;

/** Versions that a run was made with, or for imported responses those that scored them. */
function versionsOf({ configuration, lock }: RunRecord): Readonly<Record<string, string>> | undefined {
  return configuration.imported?.versions ?? lock?.versions;
}

/** For example `1, partly 3` when some responses could not be rescored. */
export function scoringRulesOf(record: RunRecord): string {
  return versionsOf(record)?.[ruleNames.scoring] ?? rulesBefore;
}
