// Records of a comparison of a run with its baselines: the shapes of comparison.json and verdicts.jsonl.

import type { MetricValue } from "../statistics/estimate.ts";
import type { LanguageCorrelations } from "./records.ts";

export const comparisonFiles = {
  /** Folder within the run folder. Each comparison has a subfolder of its own. */
  folder: "comparisons",
  comparison: "comparison.json",
  verdicts: "verdicts.jsonl",
} as const;

export type JudgeKind =
  /** Compares without a model: by followed, then right language, then checks passed. */
  | "rule"
  /** Any endpoint compatible with OpenAI's chat completions. */
  | "openai"
  /** The Language Model API of VS Code. */
  | "vscode"
  /** A local model run by Pinch. */
  | "local"
  /** Several of these, deciding by majority. */
  | "panel";

/** The response that a judge picked in one order; null = its answer was unreadable or missing. */
export type Pick = "run" | "baseline" | "tie" | null;

/** win = picked in both orders; loss = the other picked in both; tie = any other readable result. */
export type PairOutcome = "win" | "tie" | "loss";

/** A question to a judge. */
export interface JudgedOrder {
  /** The response shown first. */
  readonly first: "run" | "baseline";
  readonly picked: Pick;
  /** The judge's full answer; null for the rule and when there is none. */
  readonly answer: string | null;
  /** Reason for a missing answer, written for users. */
  readonly error: string | null;
}

/** A line of verdicts.jsonl. */
export interface PairVerdict {
  readonly language: string;
  readonly id: string;
  /** Group of the prompt, see `EvaluationRow`; absent when it has none, and in older comparisons. */
  readonly group?: string;
  readonly prompt: string;
  readonly run: string; // response
  readonly baseline: string; // response
  readonly orders: readonly [JudgedOrder, JudgedOrder];
  /** Null = not both orders could be read. Counted separately and excluded from the score. */
  readonly outcome: PairOutcome | null;
  /** Answers of each judge of a panel, in the panel's order. Absent = a single judge. */
  readonly panel?: readonly {
    readonly orders: readonly [JudgedOrder, JudgedOrder];
    readonly outcome: PairOutcome | null;
  }[];
}

/** Identifies a judge so that it can be found again. Contains no keys. */
export interface JudgeIdentity {
  readonly kind: JudgeKind;
  /** Model as named by the endpoint or VS Code, or the path of a local one; null for the rule. */
  readonly model: string | null;
  /** URL without user, password and query; null when there is none. */
  readonly url: string | null;
  /** SHA-256 of a local model's files; absent for other judges. */
  readonly revision?: string;
  /**
   * Version of the question's texts, or of the rule; empty for the first rule, which put checks before
   * language.
   */
  readonly promptVersion: string;
  /** Language of the questions: `en`, or `own` for the language of the pair. */
  readonly promptLanguage: "en" | "own";
  /** Judges of a panel; absent for other judges. */
  readonly members?: readonly JudgeIdentity[];
}

/**
 * Flips by the position that the judge preferred. After a tie and a pick, the pick decides; two picks that
 * flip name the same position.
 */
export interface PlaceBias {
  readonly first: number;
  readonly second: number;
  /** Effective number of flips when prompts come in groups; absent = all of them. */
  readonly trials?: number;
  /** 95 % interval of the share of the first position among these. Without bias it is one half. */
  readonly interval: readonly [number, number];
}

/** Consistency of verdicts across translations of one pair, over ids with verdicts in several languages. */
export interface Consistency {
  readonly prompts: number;
  /** Mean share of agreeing pairs of languages, with its 95 % interval. */
  readonly agreed: number;
  readonly interval: readonly [number, number];
  /** Fleiss' kappa; null when every verdict is the same. */
  readonly kappa: number | null;
  readonly kappaInterval: readonly [number, number] | null;
}

export interface LanguageComparison {
  /** Name of the baseline's run folder; null = the run itself, whose score is 50 by construction. */
  readonly baseline: string | null;
  /** Mixture of the baseline, as shown next to the score. */
  readonly baselineMixture: string;
  /**
   * True if the baseline belongs to another experiment than the run. Determined when reading, see
   * `markBaselines`.
   */
  readonly differs?: true;
  /** Score with ties counted half, 0 to 1: (wins + ties / 2) / n. n = 0 if the run is the baseline. */
  readonly score: MetricValue;
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** Pairs with different picks in the two orders, among those read in both. */
  readonly flips: number;
  /** Position that the judge preferred in these. Absent = no flips, or not counted by an older version. */
  readonly places?: PlaceBias;
  /** Pairs on which the judges of a panel disagree. Absent = a single judge. */
  readonly disputed?: number;
  /** Pairs excluded from the score because an answer was unreadable or missing. */
  readonly unread: number;
  /** Prompts that only one of the two runs has, or that differ between them. */
  readonly unmatched: number;
  /** Ties counted without asking, since both responses are identical. Included in `ties`. */
  readonly identical: number;
}

export interface UnscoredLanguage {
  readonly baseline: string;
  readonly baselineMixture: string;
  readonly unread: number;
}

export interface JudgeCost {
  /** Questions sent, including retries. Cached answers are counted separately. */
  readonly asked: number;
  readonly cached: number;
  readonly retries: number;
  /** Answers without token counts, whose numbers are estimated, see `estimatedTokens`. */
  readonly estimated: number;
  /** Tokens of the questions sent now. Cached answers were paid for earlier. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** In the currency of the given prices; null without prices. */
  readonly price: number | null;
}

/** Content of comparison.json. */
export interface ComparisonRecord {
  readonly version: 1;
  /** Signature that only the installation that made the comparison can write; absent in older comparisons. */
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
  /** Models that answered, as reported by the judge. Absent = not reported, or an older comparison. */
  readonly served?: readonly string[];
  readonly languages: Readonly<Record<string, LanguageComparison>>;
  /** Languages without a readable pair, which have no score. Absent = none. */
  readonly unscored?: Readonly<Record<string, UnscoredLanguage>>;
  /**
   * Correlations of the scores' errors. Absent = fewer than two languages with pairs, or an older comparison.
   */
  readonly correlations?: LanguageCorrelations;
  /** Absent = no id has verdicts in two languages, or an older comparison. */
  readonly consistency?: Consistency;
  readonly cost: JudgeCost;
  /** Caveats for readers: different prompts or templates, few prompts. */
  readonly notes: readonly string[];
}
