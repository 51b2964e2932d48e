// Records of a run folder: the names of its files, and the shapes of events.jsonl, samples.jsonl and metrics.json.

import type { InstructionResult } from "../ifeval/checkInstructions.ts";
import type { MetricValue } from "../statistics/estimate.ts";

export const runFiles = {
  run: "run.json",
  claim: "claim.json",
  events: "events.jsonl",
  samples: "samples.jsonl",
  metrics: "metrics.json",
  adapter: "adapter",
  model: "model",
  checkpoint: "checkpoint",
  candidates: "candidates",
  /** Folders with samples and metrics scored by earlier rules. */
  earlier: "earlier",
} as const;

/** Files in a run's checkpoint folder: the newest checkpoint and the one before it. */
export const checkpointFile = "state.safetensors";
export const earlierCheckpointFile = "earlier.safetensors";

/**
 * File in the folder of candidates while a run chooses its learning rate: the rates trained so far, with
 * their losses.
 */
export const candidatesFile = "tried.json";

/**
 * Disk space reserved for a run's record, next to it; removed when the run ends. It is named like an
 * unfinished file, so that resuming a killed run removes it too.
 */
export const reserveFile = ".run.json.pinch-tmp-reserve";

/** A line of events.jsonl. */
export interface StepEvent {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number; // fractional
  readonly loss: number; // nats; mean over the step's response tokens, or its examples (`train.lossWeight`)
  readonly learningRate: number;
  readonly gradientNorm: number; // before clipping
  /** In this step; absent in older runs. */
  readonly examples?: number;
  readonly tokens: number; // packed, in this step
  readonly responseTokens: number;
  readonly tokensPerSecond: number;
  readonly time: string; // ISO 8601
  /** Resident host memory of the process; absent in older runs. */
  readonly memoryBytes?: number;
  /**
   * Loss on references of `data.dev` by language, mean nats per token, at the steps that `evaluate.during`
   * selects.
   */
  readonly heldOut?: Readonly<Record<string, number>>;
}

/**
 * Outcome of a response:
 * - followed: the checks pass and it is not in a wrong language, but in the right one or without words
 *   ("42");
 * - wrongLanguage: in another language, or in one that can't be identified;
 * - wrongAnswer: a check fails, in the right language or without words (such as an empty response);
 * - unchecked: in the right language, but the row has no checks;
 * - noLanguage: without words, and the row has no checks;
 * - unscored: the row's language can't be identified, so only its checks are evaluated.
 */
export type Outcome = "followed" | "wrongLanguage" | "wrongAnswer" | "unchecked" | "noLanguage" | "unscored";

export const outcomes: readonly Outcome[] = [
  "followed",
  "wrongAnswer",
  "wrongLanguage",
  "unchecked",
  "noLanguage",
  "unscored",
];

/** A part of a response that is not in the requested language. */
export interface ForeignSpan {
  /** Offset in the response, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** BCP-47 tag: the identified language, or only its script when there are few words (`und-Latn`). */
  readonly language: string;
}

/** A line of samples.jsonl. */
export interface SampleRecord {
  readonly language: string;
  readonly id: string;
  readonly prompt: string;
  readonly response: string;
  readonly reference: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Group of the row, see `EvaluationRow`; absent when the row has none, and in older runs. */
  readonly group?: string;
  /** Instructions of the row that were not checked, see `EvaluationRow`. Absent = none, or an older run. */
  readonly refused?: readonly string[];
  /** Tokens of the response; 0 when it was generated elsewhere and their number is unknown. */
  readonly tokens: number;
  /** False when generation hit the token limit. */
  readonly stopped: boolean;
  /** Identified language of the response; `und` = undetermined, `zxx` = no words. */
  readonly responseLanguage: string;
  /** Null = the response has no words, or the row's language can't be identified. */
  readonly languageCorrect: boolean | null;
  /** Null = the row has neither checks nor instructions. Instructions are evaluated strictly. */
  readonly checksPassed: boolean | null;
  /** Results of the IFEval instructions in the row's order; absent without any. */
  readonly instructions?: readonly InstructionResult[];
  /** Whether the row's own checks pass, when it also has instructions. */
  readonly ownChecksPassed?: boolean;
  /** Another language whose reference with the same id equals the response. */
  readonly answeredIn: string | null;
  readonly outcome: Outcome;
  /** Mean negative log-likelihood of the reference per token, in nats; null without a reference. */
  readonly nll: number | null;
  readonly nllTokens: number;
  /**
   * Verdicts of the Language Confusion Benchmark, see core/fidelity/benchmark.ts. This is the fraction of
   * lines with at least five tokens that are in the requested language; null = there are no such lines.
   * Absent in older runs.
   */
  readonly lineAccuracy?: number | null;
  /** Whether all of these lines are in the requested language. */
  readonly lpr?: boolean | null;
  /**
   * Whether no line contains an English word; null = `lpr` is not true, or the language uses Latin script.
   */
  readonly wpr?: boolean | null;
  /**
   * Line-level verdict by an earlier rule, only in older runs: code and numbers were not words, and words
   * were split by ICU.
   */
  readonly lines?: boolean | null;
  /**
   * Word-level verdict by that rule: any lower-case word in a foreign script with more than 3 letters was
   * foreign.
   */
  readonly words?: boolean | null;
  /** Parts of the response outside the requested language, in order. */
  readonly foreign?: readonly ForeignSpan[];
}

/**
 * Metrics:
 * - language: accuracy of the response language, among responses that are in a language;
 * - noLanguage: fraction of all responses that are in no language;
 * - checks: checks passed;
 * - followed: both, see `Outcome`;
 * - checksInLanguage: checks passed among responses in the right language (`checks` behind the language
 *   gate);
 * - lineAccuracy, lpr, wpr: mean line accuracy (acc), line-level and word-level pass rate as computed by the
 *   Language Confusion Benchmark; lcpr: the harmonic mean of the last two. `wpr` and `lcpr` are not defined
 *   for languages in Latin script, and absent there;
 * - lines, words, linesAndWords: the same by an earlier rule, only in older runs (see `SampleRecord.lines`);
 * - wrongLanguage, wrongAnswer: fractions of these outcomes;
 * - nll, nllPerCharacter: likelihood of references;
 * - checksLoose: checks with the loose variants of instructions;
 * - chrf: chrF++ against references, 0 to 1;
 * - truncated: fraction of responses cut at `evaluate.maxNewTokens`, absent in older runs.
 *
 * A key with a colon is a subset by tag, for example `followed:wording=new`, or by kind of instruction:
 * `checks:instruction=punctuation:no_comma`.
 */
export type MetricKey =
  | "language"
  | "checks"
  | "followed"
  | "wrongLanguage"
  | "wrongAnswer"
  | "noLanguage"
  | "truncated"
  | "nll"
  | "checksInLanguage"
  | "lineAccuracy"
  | "lpr"
  | "wpr"
  | "lcpr"
  | "lines"
  | "words"
  | "linesAndWords"
  | "nllPerCharacter"
  | "checksLoose"
  | "chrf"
  | `${string}:${string}=${string}`;

/**
 * Correlations between the errors of languages that share prompts, from -1 to 1: pairs (0,1), (0,2) … (1,2) …
 * of `languages`. They determine the certainty of a mean over languages.
 */
export interface LanguageCorrelations {
  readonly languages: readonly string[];
  readonly pairs: readonly number[];
  /**
   * Degrees of freedom for Student's t, from the prompts behind all languages. Absent in older folders =
   * unlimited.
   */
  readonly degrees?: number;
}

/** Content of metrics.json. */
export interface MetricsRecord {
  readonly version: 1;
  readonly languages: Readonly<Record<string, Readonly<Partial<Record<MetricKey, MetricValue>>>>>;
  /** Absent in older folders, and for metrics of a single language: languages then count as independent. */
  readonly correlations?: Readonly<Partial<Record<MetricKey, LanguageCorrelations>>>;
}
