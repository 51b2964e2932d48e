// Which rules computed a run: numbers that are raised when the same input would come to other numbers.

import type { RunRecord } from "./records.ts";

/**
 * From data and mixture to weights: drawing, templates, packing, loss, optimizer.
 * 1: every run from before the number was kept. 2: all exchanges of a conversation are trained on, not its first alone.
 * 3: conversations as apply_chat_template gives them: system messages are turns of their own, responses are trimmed where
 * the template trims, what the template puts before a response carries no loss, special tokens in data are text.
 */
export const trainingRules = "3";

/**
 * From weights to scores: which prompts are asked, how responses are generated, identified and checked.
 * 1: every run from before the number was kept. 2: languages are told apart by evidence, whatever else is evaluated;
 * responses without words are in none, languages that can't be told apart are not scored; `evaluate.prompts` draws a
 * sample. 3: prompts end where the template begins an answer, and hold all turns of a conversation; reasoning blocks are
 * taken off before a response is checked.
 */
export const scoringRules = "3";

/** Of a run that names none. */
export const rulesBefore = "1";

/** As they stand among a lock's versions. */
export const ruleNames = { training: "training rules", scoring: "scoring rules" } as const;

/** Versions that a run was made with; of responses from elsewhere, those that scored them. */
export function versionsOf({ configuration, lock }: RunRecord): Readonly<Record<string, string>> | undefined {
  return configuration.imported?.versions ?? lock?.versions;
}

/** `1, partly 3` where some responses could not be scored anew. */
export function scoringRulesOf(record: RunRecord): string {
  return versionsOf(record)?.[ruleNames.scoring] ?? rulesBefore;
}
