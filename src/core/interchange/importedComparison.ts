// Builds comparison.json for verdicts that were made with another tool.
import { groupBy } from "../../common/groupBy.ts";
import { consistencyOf } from "../comparison/consistency.ts";
import { comparisonCorrelations } from "../comparison/languageCorrelations.ts";
import { fewPromptsNotes, scoreLanguage } from "../comparison/pairScore.ts";
import type {
  ComparisonRecord,
  JudgeIdentity,
  JudgeKind,
  LanguageComparison,
  PairVerdict,
} from "../records/comparison.ts";

const kinds: readonly string[] = ["rule", "openai", "vscode", "local", "panel"] satisfies JudgeKind[];

/** Returns a judge's name for the column `annotator`: `openai:model@prompt-version`. */
export function annotatorOf({ kind, model, promptVersion }: JudgeIdentity): string {
  return `${kind}:${model ?? ""}@${promptVersion}`;
}

/** Parses an annotator. Another tool's is assumed to be a model behind an endpoint: nearly all are. */
function judgeOf(annotator: string): JudgeIdentity {
  const [, kind = "", model = "", promptVersion = ""] = /^(\w+):(.*)@([^@]*)$/u.exec(annotator) ?? [];
  const own = kinds.includes(kind);
  return {
    kind: own ? (kind as JudgeKind) : "openai",
    model: own ? model || null : annotator,
    url: null,
    promptVersion: own ? promptVersion : "",
    promptLanguage: "en",
  };
}

export interface ImportedComparison {
  readonly verdicts: readonly PairVerdict[];
  readonly annotator: string;
  /** Name of the model that the run was compared with. */
  readonly baseline: string;
  readonly run: { readonly folder: string; readonly mixture: string; readonly seed: number };
  readonly file: string;
  readonly time: string; // ISO 8601
}

export function importedComparison(imported: ImportedComparison): ComparisonRecord {
  const { verdicts, annotator, baseline, run, file, time } = imported;
  const byLanguage = groupBy(verdicts, ({ language }) => language);
  const languages: Record<string, LanguageComparison> = {};
  const unscored: Record<string, { baseline: string; baselineMixture: string; unread: number }> = {};
  for (const [language, own] of byLanguage) {
    const setting = { baseline, baselineMixture: baseline };
    const score = scoreLanguage(own, { ...setting, unmatched: 0, identical: 0 });
    if (score === null) unscored[language] = { baseline, baselineMixture: baseline, unread: own.length };
    else languages[language] = score;
  }
  const correlations = comparisonCorrelations(verdicts);
  const consistency = consistencyOf(verdicts);
  return {
    version: 1,
    started: time,
    ended: time,
    run: run.folder,
    mixture: run.mixture,
    seed: run.seed,
    judge: judgeOf(annotator),
    languages,
    ...(Object.keys(unscored).length === 0 ? {} : { unscored }),
    ...(correlations !== null && { correlations }),
    ...(consistency !== null && { consistency }),
    cost: {
      asked: 0,
      cached: 0,
      retries: 0,
      promptTokens: 0,
      completionTokens: 0,
      estimated: 0,
      price: null,
    },
    notes: [
      `The verdicts were read from ${file}: no judge was asked.`,
      ...Object.entries(languages).flatMap(([language, { score }]) => fewPromptsNotes(language, score.n)),
    ],
  };
}
