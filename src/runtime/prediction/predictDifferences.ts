// Determines the differences that the planned runs can show, with the tests of their results table and the
// seeds of existing runs.
import type { EvaluationRow } from "../../core/dataset/example.ts";
import type { SettledRecord } from "../../core/experiments/runSettings.ts";
import { groupDifferences } from "../../core/experiments/settingDifferences.ts";
import type { MixtureFile } from "../../core/mixture/mixtureFile.ts";
import { type Detectable, detectableDifferences } from "../../core/plan/detectable.ts";
import { assumedSpread, knownSpread, type SeededRun } from "../../core/plan/seedSpread.ts";
import { baseLanguageOf } from "../../core/results/baseLanguage.ts";
import { readMetrics } from "../files/readRun.ts";
import { listRunFolders, readRunRecord } from "../files/runFolder.ts";

/**
 * @param planned One run of each mixture
 * @param out Folder of run folders, which need not exist; null to use the assumed spread of seeds
 */
export function predictDifferences(
  { mixtures, seeds }: Pick<MixtureFile, "mixtures" | "seeds">,
  evaluation: ReadonlyMap<string, readonly EvaluationRow[]>,
  planned: readonly SettledRecord[],
  out: string | null,
): Detectable {
  const languages = [...evaluation.keys()];
  const base = baseLanguageOf(
    mixtures.map(({ form }) => form),
    languages,
  );
  return detectableDifferences(evaluation, {
    seeds: seeds.length,
    compared: planned.length,
    hasMeanOthers: languages.length > 1 && base !== null && languages.includes(base),
    spread: (out === null ? null : knownSpread(existingRuns(out, planned))) ?? assumedSpread,
  });
}

/** Finished runs. Folders whose files can't be read are skipped, because results tables report them. */
function existingRuns(out: string, planned: readonly SettledRecord[]): SeededRun[] {
  return listRunFolders(out).flatMap(folder => {
    try {
      const record = readRunRecord(folder);
      if (record.status !== "done" || groupDifferences([record], planned).length > 0) return [];
      const metrics = readMetrics(folder);
      const { mixture, seed, started } = record;
      return metrics === null ? [] : [{ mixture, seed, started, metrics }];
    } catch {
      return [];
    }
  });
}
