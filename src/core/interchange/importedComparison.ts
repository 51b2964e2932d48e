// A comparison whose verdicts were given elsewhere: what comparison.json says of it.
import { seededRandom } from "../../common/random.ts";
import type {
  ComparisonRecord,
  JudgeIdentity,
  JudgeKind,
  LanguageComparison,
  PairOutcome,
  PairVerdict,
} from "../comparison/records.ts";
import { bootstrapRatio } from "../evaluation/bootstrap.ts";

const worth: Readonly<Record<PairOutcome, number>> = { win: 1, tie: 0.5, loss: 0 };
const kinds: readonly string[] = ["rule", "openai", "vscode", "local"] satisfies JudgeKind[];

/** How a judge is called in the column `annotator`: `openai:model@prompt-version`. */
export function annotatorOf({ kind, model, promptVersion }: JudgeIdentity): string {
  return `${kind}:${model ?? ""}@${promptVersion}`;
}

/** Another tool's annotator is taken for a model behind an endpoint: nearly all are. */
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
  /** Name of what the run was compared with. */
  readonly baseline: string;
  readonly run: { readonly folder: string; readonly mixture: string; readonly seed: number };
  readonly file: string;
  readonly time: string; // ISO 8601
}

export function importedComparison(imported: ImportedComparison): ComparisonRecord {
  const { verdicts, annotator, baseline, run, file, time } = imported;
  const byLanguage = new Map<string, PairVerdict[]>();
  for (const verdict of verdicts) {
    const list = byLanguage.get(verdict.language);
    if (list === undefined) byLanguage.set(verdict.language, [verdict]);
    else list.push(verdict);
  }
  const languages: Record<string, LanguageComparison> = {};
  const unscored: Record<string, { baseline: string; baselineMixture: string; unread: number }> = {};
  for (const [language, own] of byLanguage) {
    const score = scoreOf(own, baseline, run.seed, language);
    if (score === null) unscored[language] = { baseline, baselineMixture: baseline, unread: own.length };
    else languages[language] = score;
  }
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
    cost: {
      asked: 0,
      cached: 0,
      retries: 0,
      promptTokens: 0,
      completionTokens: 0,
      estimated: 0,
      price: null,
    },
    notes: [`The verdicts were read from ${file}: nothing was asked here.`],
  };
}

/** null: no pair has a verdict in both orders. */
function scoreOf(
  verdicts: readonly PairVerdict[],
  baseline: string,
  seed: number,
  language: string,
): LanguageComparison | null {
  const read = verdicts.filter(({ outcome }) => outcome !== null);
  const points = read.map(({ outcome }) => worth[outcome ?? "tie"]);
  if (points.length === 0) return null;
  const ones = points.map(() => 1);
  const count = (wanted: PairOutcome): number => read.filter(({ outcome }) => outcome === wanted).length;
  return {
    baseline,
    baselineMixture: baseline,
    score: {
      value: points.reduce((sum, point) => sum + point, 0) / points.length,
      n: points.length,
      interval: bootstrapRatio(points, ones, seededRandom("comparison", seed, language)),
    },
    wins: count("win"),
    ties: count("tie"),
    losses: count("loss"),
    flips: read.filter(({ orders: [one, other] }) => one.picked !== other.picked).length,
    unread: verdicts.length - read.length,
    unmatched: 0,
    identical: 0,
  };
}
