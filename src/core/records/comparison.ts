// What a comparison of a run with its baselines keeps: the shapes of comparison.json and verdicts.jsonl.

import type { MetricValue } from "../statistics/estimate.ts";
import type { LanguageCorrelations } from "./records.ts";

export const comparisonFiles = {
  /** In the run folder; each comparison has a folder of its own in it. */
  folder: "comparisons",
  comparison: "comparison.json",
  verdicts: "verdicts.jsonl",
} as const;

export type JudgeKind =
  /** Followed, then right language, then checks passed: no model. */
  | "rule"
  /** Any endpoint that speaks OpenAI's chat completions. */
  | "openai"
  /** The Language Model API of VS Code. */
  | "vscode"
  /** A model that our own runtime loads. */
  | "local"
  /** Several of these: what more than half of them pick. */
  | "panel";

/** Which of the two responses a judge picked in one order; null = its answer can't be read, or it failed to answer. */
export type Pick = "run" | "baseline" | "tie" | null;

/** win = picked in both orders; loss = the other picked in both; tie = everything else that could be read. */
export type PairOutcome = "win" | "tie" | "loss";

/** One question to a judge. */
export interface JudgedOrder {
  /** Which response stood first. */
  readonly first: "run" | "baseline";
  readonly picked: Pick;
  /** The judge's whole answer; null for the rule, and where none came. */
  readonly answer: string | null;
  /** Why there is no answer, in words for a person. */
  readonly error: string | null;
}

/** One line of verdicts.jsonl. */
export interface PairVerdict {
  readonly language: string;
  readonly id: string;
  /** Of the prompt, see `EvaluationRow`; absent where it has none, and in older comparisons. */
  readonly group?: string;
  readonly prompt: string;
  readonly run: string; // response
  readonly baseline: string; // response
  readonly orders: readonly [JudgedOrder, JudgedOrder];
  /** null = not both orders could be read: counted apart, in no score. */
  readonly outcome: PairOutcome | null;
  /** What each judge of a panel said, in the panel's order. Absent: a single judge. */
  readonly panel?: readonly {
    readonly orders: readonly [JudgedOrder, JudgedOrder];
    readonly outcome: PairOutcome | null;
  }[];
}

/** A judge as a reader can find it again. No keys. */
export interface JudgeIdentity {
  readonly kind: JudgeKind;
  /** Model as the endpoint or VS Code names it, path of a local one; null for the rule. */
  readonly model: string | null;
  /** Address without user, password or query; null where there is none. */
  readonly url: string | null;
  /** SHA-256 of a local model's files; absent elsewhere. */
  readonly revision?: string;
  /** Of the question's texts, or of the rule; empty for the first rule, which weighed checks before language. */
  readonly promptVersion: string;
  /** Language the judge is asked in: `en`, or `own` for that of the pair. */
  readonly promptLanguage: "en" | "own";
  /** Of a panel; absent elsewhere. */
  readonly members?: readonly JudgeIdentity[];
}

/** Flips by the place that the judge preferred: of a tie and a pick, the pick tells; of two picks, both name one place. */
export interface PlaceBias {
  readonly first: number;
  readonly second: number;
  /** As how many flips these count, where prompts come in groups; absent: as many as there are. */
  readonly trials?: number;
  /** 95 % of the share of the first place among these; without a bias it is one half. */
  readonly interval: readonly [number, number];
}

/** How alike the verdicts on translations of one pair are: over ids with verdicts in several languages. */
export interface Consistency {
  readonly prompts: number;
  /** Mean share of agreeing pairs of languages, with its 95 % interval. */
  readonly agreed: number;
  readonly interval: readonly [number, number];
  /** Fleiss's; null where every verdict is the same. */
  readonly kappa: number | null;
  readonly kappaInterval: readonly [number, number] | null;
}

export interface LanguageComparison {
  /** Name of the run folder that is the baseline here; null = the run itself is: 50 by construction. */
  readonly baseline: string | null;
  /** Mixture of the baseline, as shown beside the score. */
  readonly baselineMixture: string;
  /** The baseline is of another experiment than the run; said where it is read, see markBaselines. */
  readonly differs?: true;
  /** Discounted ties, 0 to 1: (wins + ties / 2) / n. n = 0 where the run is the baseline. */
  readonly score: MetricValue;
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** Pairs whose two orders gave different picks; of those read in both orders. */
  readonly flips: number;
  /** Which place the judge preferred in these. Absent: none flipped, or an older comparison did not count them. */
  readonly places?: PlaceBias;
  /** Pairs of which a panel's judges say different things. Absent: a single judge. */
  readonly disputed?: number;
  /** Pairs that are in no score, because an answer could not be read or did not come. */
  readonly unread: number;
  /** Prompts that only one of the two runs has, or that differ. */
  readonly unmatched: number;
  /** Ties that were not asked about, because both responses are the same text; among `ties`. */
  readonly identical: number;
}

export interface UnscoredLanguage {
  readonly baseline: string;
  readonly baselineMixture: string;
  readonly unread: number;
}

export interface JudgeCost {
  /** Questions sent, retries included; what came from the cache apart. */
  readonly asked: number;
  readonly cached: number;
  readonly retries: number;
  /** Answers that came without their token counts: these are estimated, see `estimatedTokens`. */
  readonly estimated: number;
  /** Of what was asked now; what came from the cache was paid before. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** In the currency of the prices that were given; null without prices. */
  readonly price: number | null;
}

/** comparison.json */
export interface ComparisonRecord {
  readonly version: 1;
  /** What only the installation that compared can write; absent in older comparisons. */
  readonly maker?: string;
  readonly started: string; // ISO 8601
  readonly ended: string;
  /** Name of the run folder. */
  readonly run: string;
  readonly mixture: string;
  readonly seed: number;
  readonly judge: JudgeIdentity;
  /** SHA-256 of verdicts.jsonl; absent in older comparisons. */
  readonly verdicts?: string;
  /** What answered, as the judge says. Absent: it does not say, or an older comparison did not keep it. */
  readonly served?: readonly string[];
  readonly languages: Readonly<Record<string, LanguageComparison>>;
  /** Languages of which no pair could be read: they have no score. Absent: none. */
  readonly unscored?: Readonly<Record<string, UnscoredLanguage>>;
  /** Of the scores' errors. Absent: fewer than two languages have pairs, or an older comparison did not keep it. */
  readonly correlations?: LanguageCorrelations;
  /** Absent: no id has verdicts in two languages, or an older comparison did not keep it. */
  readonly consistency?: Consistency;
  readonly cost: JudgeCost;
  /** What a reader has to know: other prompts, other templates, few prompts. */
  readonly notes: readonly string[];
}
