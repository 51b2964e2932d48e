// Keeps the scores that earlier rules gave to a run's responses before current rules overwrite them.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runFiles } from "../../core/records/records.ts";
import { scoringRules, scoringRulesOf } from "../../core/records/ruleVersions.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { writeFileAtomically } from "../../node/atomicWrite.ts";

/**
 * @returns Folder with the copies; null if nothing was scored, the rules are current, or the scores were kept
 * before.
 */
export function keepEarlierScores(folder: string, record: RunRecord): string | null {
  const rules = scoringRulesOf(record);
  if (rules === scoringRules || !existsSync(join(folder, runFiles.metrics))) return null;
  const kept = join(folder, runFiles.earlier, `scoring-rules-${rules.replace(/\W+/g, "-")}`);
  // This file is written last.
  if (existsSync(join(kept, runFiles.metrics))) return null;
  mkdirSync(kept, { recursive: true });
  for (const name of [runFiles.samples, runFiles.metrics])
    writeFileAtomically(join(kept, name), readFileSync(join(folder, name)));
  return kept;
}
