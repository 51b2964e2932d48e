// What a run folder holds: the shapes of run.json, events.jsonl, samples.jsonl and metrics.json.

import type { InstructionResult } from "../ifeval/judgeInstructions.ts";
import type {
  BaseWeights,
  ChatOptions,
  EvaluationSpec,
  MixtureForm,
  TrainingSpec,
} from "../mixture/mixtureFile.ts";
import type { MetricValue } from "../statistics/estimate.ts";

export type RunStatus = "running" | "done" | "failed" | "cancelled";

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
  /** Folders with samples and metrics as earlier rules scored them. */
  earlier: "earlier",
} as const;

/** In a run's checkpoint folder: the newest state, and the one before it. */
export const checkpointFile = "state.safetensors";
export const earlierCheckpointFile = "earlier.safetensors";

/** In the folder of candidates, while a run chooses its learning rate: those that are trained, with their losses. */
export const candidatesFile = "tried.json";

/**
 * Space that a run keeps for its record, beside it; gone when the run has ended. It has the mark of unfinished files: of
 * a run that was killed a resume removes it like those.
 */
export const reserveFile = ".run.json.pinch-tmp-reserve";

/** Of a run whose `train.learningRate` is a list. */
export interface LearningRateChoice {
  readonly chosen: number;
  /** In the order of the list. */
  readonly tried: readonly {
    readonly learningRate: number;
    /** On all of `data.dev`: mean over languages of mean nats per token; null = no number any more, it diverged. */
    readonly devLoss: number | null;
    /** Its training and the measurement. */
    readonly seconds: number;
  }[];
}

/** The process that writes a run folder. Its claim lies beside run.json, and shows by its time of change that it lives. */
export interface RunOwner {
  /** Of the claim. */
  readonly token: string;
  /** Name of the machine, its start, and the namespace that the process id is of. */
  readonly host: string;
  readonly boot: string | null;
  readonly space: string | null;
  /** When the process started, as its system tells it: another one with its id is not it. */
  readonly processStarted: string | null;
}

/** run.json */
export interface RunRecord {
  readonly version: 1;
  readonly status: RunStatus;
  /** Mixture name, or `base` for the untuned model. */
  readonly mixture: string;
  readonly seed: number;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly ended: string | null;
  /** What only the installation that made the run can write; absent in older folders. */
  readonly maker?: string;
  /** Process that writes this folder while `status` is `running`: a reader can tell a dead run. */
  readonly pid: number;
  /** Where that process is; absent where the run has ended, and in older folders. */
  readonly owner?: RunOwner;
  /** SHA-256 by path within the folder, of what the run wrote and nothing may change; absent in older folders. */
  readonly files?: Readonly<Record<string, string>>;
  /** Of files that are about to replace those: present while results are being written. */
  readonly replacing?: Readonly<Record<string, string>>;
  readonly error: { readonly message: string; readonly remedy: string } | null;
  readonly configuration: {
    /** Path of the mixture file. */
    readonly file: string;
    readonly model: string;
    /** How conversations were written for it; absent: as its template does by itself. */
    readonly chat?: ChatOptions;
    readonly budget: number;
    readonly form: MixtureForm | null;
    readonly train: TrainingSpec | null;
    /** Of the untuned model: how its weights were held while it answered; absent in older folders. */
    readonly weights?: BaseWeights;
    readonly evaluate: EvaluationSpec;
    /** Set where the responses were generated elsewhere; `model` is then the generator's name. */
    readonly imported?: {
      readonly format: string;
      readonly generator: string;
      /** Of the files that were read. */
      readonly sha256: readonly string[];
      /** SHA-256 of the evaluation file by language, and the rules that scored; absent in older folders. */
      readonly data?: Readonly<Record<string, string>>;
      readonly versions?: Readonly<Record<string, string>>;
    };
  };
  /** Realised examples per language; empty for `base`. */
  readonly counts: Readonly<Record<string, number>>;
  readonly lock: {
    readonly model: string; // sha256
    readonly data: Readonly<Record<string, string>>; // path -> sha256
    /**
     * The same by language: files that it was tuned on, evaluated on, and looked at while it was tuned; absent in older
     * folders, or a part of it.
     */
    readonly languageData?: {
      readonly train?: Readonly<Record<string, string>>;
      readonly eval: Readonly<Record<string, string>>;
      readonly dev?: Readonly<Record<string, string>>;
    };
    /** Example ids in sampled order, `language/id`. */
    readonly examples: readonly string[];
    readonly versions: Readonly<Record<string, string>>;
    readonly device: string;
  } | null;
  /** What was found in the data that makes scores doubtful, when the run began; absent in runs of older versions. */
  readonly findings?: readonly { readonly code: string; readonly message: string }[];
  /** The model is that of the chosen one, and so is events.jsonl; absent where there was one rate. */
  readonly learningRateChoice?: LearningRateChoice;
  /** Seconds; of all learning rates that were tried. */
  readonly timings: { readonly train: number; readonly evaluate: number } | null;
  readonly peakMemoryBytes: number | null;
  /** Before training (memory) and after its second step (seconds of all steps). */
  readonly predicted?: { readonly trainSeconds: number; readonly memoryBytes: number };
  /** Each time the run was taken up again: after which step, when, and where it computed from then on. */
  readonly resumed?: readonly { readonly step: number; readonly time: string; readonly device: string }[];
}

/** One line of events.jsonl. */
export interface StepEvent {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number; // fractional
  readonly loss: number; // nats; mean over the step's response tokens, or its examples (`train.lossWeight`)
  readonly learningRate: number;
  readonly gradientNorm: number; // before clipping
  /** In this step; absent in runs from before it was written. */
  readonly examples?: number;
  readonly tokens: number; // packed, in this step
  readonly responseTokens: number;
  readonly tokensPerSecond: number;
  readonly time: string; // ISO 8601
  /** Resident memory of the process, host side; absent in runs from before it was measured. */
  readonly memoryBytes?: number;
  /** Loss on references of `data.dev` by language, mean nats per token, at the steps that `evaluate.during` names. */
  readonly heldOut?: Readonly<Record<string, number>>;
}

/**
 * What became of one response:
 * followed = checks pass and it is in no wrong language: in the right one, or without words ("42");
 * wrongLanguage = in another language, or in one that can't be told;
 * wrongAnswer = a check fails, in the right language or without words (an empty response);
 * unchecked = right language, the row has no checks;
 * noLanguage = without words, and the row has no checks;
 * unscored = the row's language can't be identified: nothing is said but whether its checks pass.
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

/** A part of a response that is not in the wanted language. */
export interface ForeignSpan {
  /** UTF-16 units of the response. */
  readonly start: number;
  readonly end: number;
  /** BCP-47: the identified language, or only its script where there are few words (`und-Latn`). */
  readonly language: string;
}

/** One line of samples.jsonl. */
export interface SampleRecord {
  readonly language: string;
  readonly id: string;
  readonly prompt: string;
  readonly response: string;
  readonly reference: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Of the row, see `EvaluationRow`; absent where the row has none, and in runs from before it was kept. */
  readonly group?: string;
  /** Instructions of the row that were not checked, see `EvaluationRow`. Absent: none, or an older run did not say. */
  readonly refused?: readonly string[];
  /** Of the response; 0 where it was generated elsewhere and nobody said. */
  readonly tokens: number;
  /** False when generation hit the token limit. */
  readonly stopped: boolean;
  /** Identified language of the response, `und` when it can't be told, `zxx` for a response without words. */
  readonly responseLanguage: string;
  /** null = the response has no words, or the row's language can't be identified. */
  readonly languageCorrect: boolean | null;
  /** null = row without checks and instructions. Instructions count as strict. */
  readonly checksPassed: boolean | null;
  /** Each instruction of IFEval in the row's order; absent without any. */
  readonly instructions?: readonly InstructionResult[];
  /** Whether the row's own checks pass, where it has instructions besides. */
  readonly ownChecksPassed?: boolean;
  /** Set when the response equals the reference of the same id in this other language. */
  readonly answeredIn: string | null;
  readonly outcome: Outcome;
  /** Mean negative log-likelihood of the reference per token, nats; null without a reference. */
  readonly nll: number | null;
  readonly nllTokens: number;
  /**
   * The Language Confusion Benchmark's verdicts, see core/fidelity/benchmark.ts: share of the lines of five tokens or
   * more that are in the wanted language, null = there is no such line. Absent in runs from before it was measured.
   */
  readonly lineAccuracy?: number | null;
  /** All of these lines are. */
  readonly lpr?: boolean | null;
  /** No English word is in them; null = not all right at line level, or a language in Latin script. */
  readonly wpr?: boolean | null;
  /** Line level by an earlier rule, of older runs only: code and numbers were no words, all words were ICU's. */
  readonly lines?: boolean | null;
  /** Word level by that rule: any word of a foreign script in lower case with more than 3 letters was foreign. */
  readonly words?: boolean | null;
  /** Where the response leaves the wanted language, in order. */
  readonly foreign?: readonly ForeignSpan[];
}

/**
 * language = response-language accuracy, of the responses that are in a language; noLanguage = share of the responses
 * that are in none, of all; checks = checks passed; followed = both, see Outcome;
 * checksInLanguage = checks passed among the responses in the right language (`checks` behind the language gate);
 * lineAccuracy, lpr, wpr = mean line accuracy (acc), line-level and word-level pass rate as the Language Confusion
 * Benchmark computes them, lcpr = the harmonic mean of the last two; `wpr` and `lcpr` are absent for languages in Latin
 * script, for which they are not defined;
 * lines, words, linesAndWords = the like by an earlier rule, in older runs only (SampleRecord.lines);
 * wrongLanguage, wrongAnswer = shares of the outcomes; nll, nllPerCharacter = likelihood of references;
 * checksLoose = checks with the loose variants of instructions; chrf = chrF++ against references, 0 to 1;
 * truncated = share of the responses that were cut at `evaluate.maxNewTokens`, absent in older runs.
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
 * How the errors of languages go together that share prompts, between -1 and 1: pairs (0,1), (0,2) … (1,2) … of
 * `languages`. A mean over languages is as certain as this lets it be.
 */
export interface LanguageCorrelations {
  readonly languages: readonly string[];
  readonly pairs: readonly number[];
  /** Of the prompts that all languages rest on, for Student's t. Absent in older folders: as if there were many. */
  readonly degrees?: number;
}

/** metrics.json */
export interface MetricsRecord {
  readonly version: 1;
  readonly languages: Readonly<Record<string, Readonly<Partial<Record<MetricKey, MetricValue>>>>>;
  /** Absent in older folders, and for metrics that a single language has: languages then count as independent. */
  readonly correlations?: Readonly<Partial<Record<MetricKey, LanguageCorrelations>>>;
}
