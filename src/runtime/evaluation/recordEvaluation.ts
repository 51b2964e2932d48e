// Records in run.json what a run's responses were last generated and scored with, so that it is compared only
// with its like.
import type { EvaluationSpec } from "../../core/mixture/mixtureFile.ts";
import { ruleNames, scoringRules, scoringRulesOf } from "../../core/records/ruleVersions.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import type { EvaluationExperiment } from "../experiment/experiment.ts";
import { type EvaluationLock, evaluationLock } from "../experiment/prepareRun.ts";

type Evaluated = Pick<EvaluationExperiment, "path" | "config" | "evaluation">;

/** Returns the record of a run whose model answered every prompt again. */
export function withAnswers(record: RunRecord, experiment: Evaluated): RunRecord {
  const lock = evaluationLock(experiment);
  return changed(record, {
    evaluate: experiment.config.evaluate,
    byLanguage: lock.byLanguage,
    byPlace: lock.byPlace,
    rules: scoringRules,
  });
}

/**
 * Returns the record of a run whose existing responses were scored again.
 * @param whole Languages whose responses match the current prompts exactly; the others are partly as before.
 */
export function withScores(record: RunRecord, experiment: Evaluated, whole: ReadonlySet<string>): RunRecord {
  const lock = evaluationLock(experiment);
  const before = dataOf(record);
  const languages = new Set([...Object.keys(before), ...Object.keys(lock.byLanguage)]);
  const all = [...languages].every(language => whole.has(language));
  const { languages: evaluated, prompts, metrics, identifier } = experiment.config.evaluate;
  const { identifier: _identifier, prompts: _prompts, ...kept } = record.configuration.evaluate;
  const judged = identifier === undefined ? {} : { identifier };
  const rules = scoringRulesOf(record);
  return changed(record, {
    evaluate: all
      ? { ...kept, languages: evaluated, metrics, ...(prompts !== undefined && { prompts }), ...judged }
      : { ...kept, ...(_prompts !== undefined && { prompts: _prompts }), ...judged },
    byLanguage: Object.fromEntries(
      [...languages].flatMap(language => {
        const [old, now] = [before[language], lock.byLanguage[language]];
        if (whole.has(language) && now !== undefined) return [[language, now]];
        if (old === undefined) return [];
        return [[language, now === undefined || now === old ? old : `${old}, partly ${now}`]];
      }),
    ),
    byPlace: all ? lock.byPlace : {},
    rules: all || rules === scoringRules ? scoringRules : `${rules}, partly ${scoringRules}`,
  });
}

interface Change extends EvaluationLock {
  readonly evaluate: EvaluationSpec;
  readonly rules: string;
}

function changed(record: RunRecord, { evaluate, byLanguage, byPlace, rules }: Change): RunRecord {
  const { configuration, lock } = record;
  const { imported } = configuration;
  const rule = { [ruleNames.scoring]: rules };
  return {
    ...record,
    configuration: {
      ...configuration,
      evaluate,
      ...(imported !== undefined && {
        imported: { ...imported, data: byLanguage, versions: { ...imported.versions, ...rule } },
      }),
    },
    lock:
      lock === null
        ? null
        : {
            ...lock,
            data: { ...lock.data, ...byPlace },
            languageData: { ...lock.languageData, eval: byLanguage },
            versions: { ...lock.versions, ...rule },
          },
  };
}

function dataOf({ configuration, lock }: RunRecord): Readonly<Record<string, string>> {
  return configuration.imported?.data ?? lock?.languageData?.eval ?? {};
}
