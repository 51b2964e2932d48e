// Side-by-side scores for studies: verdicts against the monolingual model of each language, for each judge.

import { judgeName } from "../comparison/judgeName.ts";
import { distrustedLanguages } from "../rating/judgeTrust.ts";
import type { HumanCheck } from "../rating/raterAgreement.ts";
import type { ComparisonRecord, PairVerdict } from "../records/comparison.ts";
import type { RunRecord } from "../records/runRecord.ts";
import { agreementByLanguage } from "../results/judgeQuality.ts";
import { type JudgedRun, type ScoreBook, type ScoredRun, sideBySideBook } from "./scoreBook.ts";

export interface ReadComparison {
  readonly record: ComparisonRecord;
  readonly verdicts: readonly Pick<PairVerdict, "language" | "id" | "outcome">[];
  readonly check: HumanCheck | null;
}

/**
 * Leaves out languages whose baseline is not the monolingual model.
 * @param recordOf returns the record of a run folder by its name
 */
export function sideBySideBooks(
  comparisons: readonly ReadComparison[],
  recordOf: (folder: string) => Pick<RunRecord, "counts"> | undefined,
  runs: readonly ScoredRun[],
): ScoreBook[] {
  const judges = new Map<string, Map<string, ReadComparison>>();
  // Sorted so that the newest comparison of a run overrides earlier ones.
  for (const one of [...comparisons].sort((a, b) => (a.record.ended < b.record.ended ? -1 : 1))) {
    if (monolingualLanguages(one.record, recordOf).length === 0) continue;
    const key = JSON.stringify(one.record.judge);
    const ofJudge = judges.get(key) ?? new Map<string, ReadComparison>();
    judges.set(key, ofJudge.set(one.record.run, one));
  }
  return [...judges.values()].flatMap((ofJudge, index) => {
    const judged = [...ofJudge.values()].map(({ record, verdicts }): JudgedRun => {
      const languages = monolingualLanguages(record, recordOf);
      return {
        mixture: record.mixture,
        seed: record.seed,
        itself: languages.filter(language => record.languages[language]?.baseline === null),
        verdicts: verdicts.filter(({ language }) => languages.includes(language)),
      };
    });
    const judge = [...ofJudge.values()][0]?.record.judge;
    if (judge === undefined) return [];
    const suffix = index === 0 ? "" : `-${index + 1}`;
    const distrusted = distrustedLanguages(agreementByLanguage([...ofJudge.values()]));
    const doubt = distrusted.length === 0 ? "" : `; not to be trusted in ${distrusted.join(", ")}`;
    const name = `${judgeName(judge)}${doubt}`;
    return [sideBySideBook(`side-by-side-${judge.kind}${suffix}`, name, judged, runs)];
  });
}

function monolingualLanguages(
  { run, languages }: ComparisonRecord,
  recordOf: (folder: string) => Pick<RunRecord, "counts"> | undefined,
): string[] {
  return Object.entries(languages).flatMap(([language, { baseline }]) => {
    const counts = recordOf(baseline ?? run)?.counts ?? {};
    const used = Object.keys(counts).filter(tag => (counts[tag] ?? 0) > 0);
    return used.length === 1 && used[0] === language ? [language] : [];
  });
}
