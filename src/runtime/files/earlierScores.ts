// What earlier rules said of a run's responses: kept as it was before rules of today write over it.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type RunRecord, runFiles } from "../../core/records/records.ts";
import { scoringRules, scoringRulesOf } from "../../core/records/ruleVersions.ts";
import { writeFileAtomically } from "../../node/atomicWrite.ts";

/** @returns the folder with the copies; null: nothing was scored, or by today's rules, or it is kept already */
export function keepEarlierScores(folder: string, record: RunRecord): string | null {
  const rules = scoringRulesOf(record);
  if (rules === scoringRules || !existsSync(join(folder, runFiles.metrics))) return null;
  const kept = join(folder, runFiles.earlier, `scoring-rules-${rules.replace(/\W+/g, "-")}`);
  // The file written last.
  if (existsSync(join(kept, runFiles.metrics))) return null;
  mkdirSync(kept, { recursive: true });
  for (const name of [runFiles.samples, runFiles.metrics])
    writeFileAtomically(join(kept, name), readFileSync(join(folder, name)));
  return kept;
}
