// Warns when a language has so few prompts that its scores say little.
import { fewPrompts } from "../statistics/shareInterval.ts";
import { promptsOf } from "./languageNotes.ts";
import type { ResultsTable } from "./resultsTable.ts";

/** Returns null when every language has enough prompts. */
export function fewPromptsWarning(table: ResultsTable): string | null {
  const few = new Map<string, number>();
  for (const row of table.rows) {
    for (const [language, cell] of Object.entries(row.cells)) {
      // Subsets by tag are small by design.
      const prompts = promptsOf(cell, row.runs.length) ?? fewPrompts;
      if (prompts < fewPrompts) few.set(language, Math.min(prompts, few.get(language) ?? prompts));
    }
  }
  if (few.size === 0) return null;
  const named = [...few].map(([language, prompts]) => `${language} (${prompts})`).join(", ");
  return `Fewer than ${fewPrompts} prompts: ${named}. Scores there can be far off: their intervals are wide, and a single prompt says nothing about others.`;
}
