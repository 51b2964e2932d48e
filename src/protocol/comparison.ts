// Messages for comparing runs: judges, their questions, and the runtime's requests to its host.
import type { Prices } from "../core/comparison/cost.ts";
import type { HumanCheck } from "../core/rating/raterAgreement.ts";
import type { ComparisonRecord } from "../core/records/comparison.ts";

export interface LanguageModelQuestion {
  /** Model id in the host's list. */
  readonly model: string;
  /** The complete text of one user message. */
  readonly prompt: string;
}

export interface LanguageModelAnswer {
  readonly text: string;
  /** Version of the model that answered; absent when the host does not know it. */
  readonly served?: string;
  /** Null when the host does not count tokens. */
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** Connection to a judge. Its key is sent to the endpoint and nowhere else. */
export type JudgeSettings =
  | { readonly kind: "rule" }
  | (ModelJudgeSettings & {
      readonly kind: "openai";
      /** URL with or without a final `/v1`. */
      readonly url: string;
      /** Null for the key in the environment variable PINCH_JUDGE_API_KEY, if any. */
      readonly key: string | null;
      /** Maximum number of concurrent questions. */
      readonly concurrency: number;
    })
  | (ModelJudgeSettings & { readonly kind: "vscode"; readonly concurrency: number })
  /** `model`: a Hugging Face folder, a .gguf file, a Hub id or the built-in model. */
  | (ModelJudgeSettings & { readonly kind: "local" });

interface ModelJudgeSettings {
  readonly model: string;
  /** Language of the judge's prompt: English, or that of the pair. */
  readonly promptLanguage: "en" | "own";
}

export interface CompareRequest {
  /** Run folders, each compared separately. */
  readonly folders: readonly string[];
  /**
   * Null compares each language with the monolingual run in the same folder that has the whole budget and the
   * same mixture file. Otherwise one baseline for all languages: a run folder, or the name of a mixture with
   * a run in the same folder.
   */
  readonly baseline: string | null;
  /** Several judges form a panel, in which a majority decides. */
  readonly judge: JudgeSettings | readonly JudgeSettings[];
  /** Null for all languages. */
  readonly languages: readonly string[] | null;
  /** Number of prompts per language, from the first; null for all. */
  readonly limit: number | null;
  readonly prices: Prices | null;
  /** True to count the questions without asking them or writing anything. */
  readonly dryRun: boolean;
  readonly starter: string;
}

/** Estimate of a comparison's questions before it starts. */
export interface ComparisonPlan {
  /** Number of questions, two for each pair: those not in the cache, and those in it. */
  readonly questions: number;
  readonly cached: number;
  /** Estimated from characters, for the questions not in the cache. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly price: number | null;
  readonly notes: readonly string[];
}

/** Sum of plans, with each note once; the price is null if no plan has one. */
export function totalPlan(plans: readonly ComparisonPlan[]): ComparisonPlan {
  const sum = (of: (plan: ComparisonPlan) => number) => plans.reduce((total, plan) => total + of(plan), 0);
  return {
    questions: sum(plan => plan.questions),
    cached: sum(plan => plan.cached),
    promptTokens: sum(plan => plan.promptTokens),
    completionTokens: sum(plan => plan.completionTokens),
    price: plans.some(plan => plan.price !== null) ? sum(plan => plan.price ?? 0) : null,
    notes: [...new Set(plans.flatMap(plan => plan.notes))],
  };
}

export interface CompareOutcome {
  /** Path of the run folder. */
  readonly run: string;
  readonly plan: ComparisonPlan;
  /** Folder of comparison.json and its verdicts; null after a dry run. */
  readonly folder: string | null;
  readonly comparison: ComparisonRecord | null;
  /** People's ratings of these pairs from an earlier comparison; null when none was rated. */
  readonly check: HumanCheck | null;
}
