// Comparing runs across the boundary: judges, what is asked of them, and what the runtime asks of its host.
import type { Prices } from "../core/comparison/cost.ts";
import type { HumanCheck } from "../core/rating/agreement.ts";
import type { ComparisonRecord } from "../core/records/comparison.ts";

export interface LanguageModelQuestion {
  /** Id as the host lists its models. */
  readonly model: string;
  /** The whole of one user message. */
  readonly prompt: string;
}

export interface LanguageModelAnswer {
  readonly text: string;
  /** Version of the model that answered. Absent: the host does not know. */
  readonly served?: string;
  /** null: the host does not count them. */
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** How to reach the judge. Its key is sent to the endpoint and goes nowhere else. */
export type JudgeSettings =
  | { readonly kind: "rule" }
  | (ModelJudgeSettings & {
      readonly kind: "openai";
      /** With or without `/v1` at its end. */
      readonly url: string;
      /** null: that of the environment variable PINCH_JUDGE_API_KEY, or none. */
      readonly key: string | null;
      /** Questions under way at a time. */
      readonly concurrency: number;
    })
  | (ModelJudgeSettings & { readonly kind: "vscode"; readonly concurrency: number })
  /** `model`: a Hugging Face folder, a .gguf file, a Hub id or the built-in model. */
  | (ModelJudgeSettings & { readonly kind: "local" });

interface ModelJudgeSettings {
  readonly model: string;
  /** Language the judge is asked in: English, or that of the pair. */
  readonly promptLanguage: "en" | "own";
}

export interface CompareRequest {
  /** Run folders, each compared on its own. */
  readonly folders: readonly string[];
  /**
   * null: for each language the monolingual run with the whole budget, of the same mixture file, beside the run.
   * Else one for all languages: a run folder, or a mixture's name, of which a run lies beside.
   */
  readonly baseline: string | null;
  /** Several are a panel: the pick of more than half of them counts. */
  readonly judge: JudgeSettings | readonly JudgeSettings[];
  /** null: all. */
  readonly languages: readonly string[] | null;
  /** First prompts of each language; null: all. */
  readonly limit: number | null;
  readonly prices: Prices | null;
  /** Only counts what would be asked; nothing is asked or written. */
  readonly dryRun: boolean;
  readonly starter: string;
}

/** What a comparison asks, before it does. */
export interface ComparisonPlan {
  /** Two for each pair: that are not in the cache, and that are. */
  readonly questions: number;
  readonly cached: number;
  /** Estimated from characters, for the questions that are not in the cache. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly price: number | null;
  readonly notes: readonly string[];
}

export interface CompareOutcome {
  /** The run folder. */
  readonly run: string;
  readonly plan: ComparisonPlan;
  /** Folder of comparison.json and its verdicts; null after a dry run. */
  readonly folder: string | null;
  readonly comparison: ComparisonRecord | null;
  /** What people said of these pairs when they were compared before; null: nobody has rated one. */
  readonly check: HumanCheck | null;
}
