// Marks baselines of another experiment in a comparison, including those made before Pinch checked this.
import type { SettledRecord } from "../experiments/runSettings.ts";
import { differenceMark, differenceWords, settingDifferences } from "../experiments/settingDifferences.ts";
import type { ComparisonRecord } from "../records/comparison.ts";

/**
 * Appends the differences to the name of each such baseline, and adds a note about it.
 * @param recordOf returns the record of a run folder by name; undefined if the folder is gone
 */
export function markBaselines(
  comparison: ComparisonRecord,
  recordOf: (folder: string) => SettledRecord | undefined,
): ComparisonRecord {
  const run = recordOf(comparison.run);
  if (run === undefined) return comparison;
  const notes = new Set(comparison.notes);
  const languages = Object.entries(comparison.languages).map(([language, score]) => {
    const baseline = score.baseline === null ? undefined : recordOf(score.baseline);
    const differences = baseline === undefined ? [] : settingDifferences(baseline, run);
    if (baseline === undefined || differences.length === 0) return [language, score] as const;
    notes.add(apartNote(score.baseline ?? "", differenceWords(differences)));
    const baselineMixture = `${baseline.mixture} (${differenceMark(differences)})`;
    return [language, { ...score, baselineMixture, differs: true as const }] as const;
  });
  return { ...comparison, languages: Object.fromEntries(languages), notes: [...notes] };
}

/** Returns the note about a baseline that was chosen despite its differences. */
export function apartNote(folder: string, differs: string): string {
  return `The baseline ${folder} belongs to another experiment than the run: ${differs}. The score does not reflect the mixture alone.`;
}
