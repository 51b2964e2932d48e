// Finds the evaluation row that each given response answers.
import { groupBy } from "../../common/groupBy.ts";
import type { EvaluationRow } from "../dataset/example.ts";
import type { GivenOutput } from "./outputs.ts";

export interface Matched {
  /** Outputs by row, in no particular order. */
  readonly outputs: ReadonlyMap<EvaluationRow, GivenOutput>;
  readonly unmatched: readonly { readonly output: GivenOutput; readonly reason: string }[];
  /** Number of rows without an answer, by language. */
  readonly unanswered: ReadonlyMap<string, number>;
}

/**
 * Assigns outputs to rows by id, if the prompt's text agrees or is not given, otherwise by the prompt's text.
 * A given language must be the row's. If two outputs match one row, the first counts.
 */
export function matchOutputs(outputs: readonly GivenOutput[], rows: readonly EvaluationRow[]): Matched {
  const byId = groupBy(rows, row => row.id);
  const byPrompt = groupBy(rows, row => row.prompt.trim());
  const found = new Map<EvaluationRow, GivenOutput>();
  const unmatched: { output: GivenOutput; reason: string }[] = [];
  for (const output of outputs) {
    const sameId = output.id === null ? [] : inLanguage(byId.get(output.id), output);
    const agreeing = sameId.filter(row => promptAgrees(row, output));
    const sameText = output.prompts.flatMap(prompt => inLanguage(byPrompt.get(prompt.trim()), output));
    const candidates = agreeing.length > 0 ? agreeing : sameText;
    const row = candidates.find(candidate => !found.has(candidate));
    if (row !== undefined) found.set(row, output);
    else unmatched.push({ output, reason: reasonOf(output, sameId, candidates) });
  }
  const unanswered = new Map<string, number>();
  for (const row of rows) {
    if (!found.has(row)) unanswered.set(row.language, (unanswered.get(row.language) ?? 0) + 1);
  }
  return { outputs: found, unmatched, unanswered };
}

function inLanguage(rows: readonly EvaluationRow[] | undefined, { language }: GivenOutput): EvaluationRow[] {
  return (rows ?? []).filter(row => language === null || row.language === language);
}

/** Returns true if the prompts agree; a chat template may surround the row's prompt. */
function promptAgrees(row: EvaluationRow, { prompts }: GivenOutput): boolean {
  return prompts.length === 0 || prompts.some(prompt => prompt.includes(row.prompt.trim()));
}

function reasonOf(
  output: GivenOutput,
  sameId: readonly EvaluationRow[],
  candidates: readonly EvaluationRow[],
): string {
  if (candidates.length > 0) return "an earlier response answers the same prompt";
  if (sameId.length > 0) return `the row with id ${output.id} has another prompt`;
  return "no evaluation row has its id or prompt";
}
