// Says of a comparison, also one from before Pinch looked, which of its baselines are of another experiment.
import type { SettledRecord } from "../experiments/runSettings.ts";
import { differenceMark, differenceWords, settingDifferences } from "../experiments/settingDifferences.ts";
import type { ComparisonRecord } from "../records/comparison.ts";

/**
 * Such a baseline has what differs behind its name, and a note of its own.
 * @param recordOf By name of the run folder; undefined for what is gone.
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

/** Of a baseline that was chosen all the same. */
export function apartNote(folder: string, differs: string): string {
  return `The baseline ${folder} is of another experiment than the run: ${differs}. The score is not the mixture's alone.`;
}
