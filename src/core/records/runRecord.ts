// run.json: its shape, checked when it is read.
import * as v from "valibot";
import { loraScalings, trainingMethods } from "../mixture/defaults.ts";
import type {
  ChatOptions,
  EvaluationSpec,
  MixtureForm,
  TrainingSpec,
  WeightFormat,
} from "../mixture/mixtureFile.ts";
import { earlyStop } from "./earlyStop.ts";
import { learningRateChoice } from "./learningRateChoice.ts";
import type { Parsed } from "./parsed.ts";
import {
  amount,
  count,
  mapOf,
  missing,
  name,
  number,
  object,
  optional,
  orNull,
  partly,
  type Read,
  readAs,
  text,
  texts,
  time,
  wholeNumber,
} from "./schemas.ts";
import { parseSealed, type TextHash } from "./seal.ts";

const allOrTexts = v.union([v.literal("all"), v.array(v.string())], "not a list of languages");
const amounts = mapOf(amount, "not an object of amounts");
const form = v.variant(
  "kind",
  [
    v.looseObject({ kind: v.literal("monolingual"), language: text }, missing),
    v.looseObject({ kind: v.literal("spread"), base: text, spread: amounts, over: allOrTexts }, missing),
    v.looseObject({ kind: v.literal("uniform"), over: allOrTexts }, missing),
    v.looseObject({ kind: v.literal("shares"), shares: amounts }, missing),
    v.looseObject({ kind: v.literal("temperature"), temperature: amount, over: allOrTexts }, missing),
  ],
  "not a form of a mixture",
);
const training = object({
  method: v.picklist(trainingMethods, `not one of ${trainingMethods.join(", ")}`),
  lora: object({
    rank: amount,
    alpha: amount,
    targets: optional(v.union([text, v.array(text)], "not a list of names")),
    scaling: optional(v.picklist(loraScalings, `not one of ${loraScalings.join(", ")}`)),
    plusRatio: optional(amount),
    dora: optional(v.literal(true, "not true")),
    dropout: optional(amount),
    from: optional(text),
  }),
  embeddings: optional(v.literal(true, "not true")),
  learningRate: v.union([number, v.array(number)], "not a number"),
  schedule: text,
  warmup: amount,
  neftune: optional(amount),
  labelSmoothing: optional(amount),
  earlyStopping: optional(object({ patience: count, minDelta: amount })),
  epochs: amount,
  batchTokens: optional(amount),
  batchExamples: optional(amount),
  steps: optional(amount),
});
const evaluation = object({
  languages: optional(allOrTexts),
  maxNewTokens: optional(count),
  temperature: optional(amount),
  topP: optional(amount),
});

/**
 * Process that writes a run folder. Its claim is a file next to run.json, whose modification time shows that
 * it is alive.
 */
const owner = object({
  /** Token of the claim. */
  token: text,
  /** Machine name, boot id, and PID namespace of the process. */
  host: text,
  boot: orNull(text),
  space: orNull(text),
  /**
   * Start time of the process as reported by the operating system, which distinguishes it from a later one
   * with the same id.
   */
  processStarted: orNull(text),
});
export type RunOwner = Read<typeof owner>;

const runStatuses = ["running", "done", "failed", "cancelled"] as const;
export type RunStatus = (typeof runStatuses)[number];

const record = object({
  version: v.literal(1),
  status: v.picklist(runStatuses, `not one of ${runStatuses.join(", ")}`),
  /** Mixture name, or `base` for the untuned model. */
  mixture: name,
  seed: wholeNumber,
  /** ISO 8601, UTC. */
  started: time,
  ended: orNull(time),
  /** Signature that only the installation that made the run can write; absent in older folders. */
  maker: optional(text),
  /** Id of the process that writes this folder while `status` is `running`, to detect dead runs. */
  pid: optional(count),
  /** Where that process runs; absent when the run has ended, and in older folders. */
  owner: optional(owner),
  /**
   * SHA-256 by path within the folder, for files that must not change after the run wrote them; absent in
   * older folders.
   */
  files: optional(texts),
  /** SHA-256 of files about to replace those; present while results are written. */
  replacing: optional(texts),
  error: orNull(object({ message: text, remedy: text }, "not an error with message and remedy")),
  configuration: object({
    /** Path of the mixture file. */
    file: text,
    model: text,
    /** Options for rendering conversations; absent = the template's defaults. */
    chat: optional(partly<ChatOptions>(v.unknown())),
    budget: optional(count),
    form: orNull(partly<MixtureForm>(form)),
    train: orNull(partly<TrainingSpec>(training)),
    /** For the untuned model: its weight format during evaluation; absent in older folders. */
    weights: optional(partly<WeightFormat>(v.unknown())),
    evaluate: partly<EvaluationSpec>(evaluation),
    /** Set when the responses were generated elsewhere; `model` is then the generator's name. */
    imported: optional(
      object({
        format: text,
        generator: text,
        /** Hashes of the imported files. */
        sha256: partly<readonly string[]>(v.optional(v.unknown())),
        /** SHA-256 of the evaluation file by language; absent in older folders. */
        data: optional(texts),
        /** Versions of the scoring rules; absent in older folders. */
        versions: optional(texts),
      }),
    ),
  }),
  /** Examples drawn per language; empty for `base`. */
  counts: mapOf(count, "not a table of counts by language"),
  lock: orNull(
    object({
      model: partly<string>(optional(text)), // SHA-256
      /** SHA-256 by path. */
      data: v.nullish(texts, {}),
      /**
       * The same by language: files used for training, evaluation and development. Absent in older folders,
       * entirely or in part.
       */
      languageData: optional(
        object({
          train: optional(texts),
          eval: partly<Readonly<Record<string, string>>>(optional(texts)),
          dev: optional(texts),
          /** Ids of the datasets on the Hub that training rows come from. */
          trainDatasets: optional(partly<readonly string[]>(v.array(text, "not a list of texts"))),
        }),
      ),
      /** Example ids in sampled order, `language/id`. */
      examples: v.nullish(v.custom<readonly string[]>(Array.isArray, "not a list"), []),
      versions: v.nullish(texts, {}),
      device: partly<string>(optional(text)),
    }),
  ),
  /**
   * Problems found in the data when the run began that make scores doubtful; absent in runs of older
   * versions.
   */
  findings: optional(v.array(object({ code: text, message: text }), "not a list of findings")),
  /**
   * Absent when there was a single rate. Otherwise the trained weights and events.jsonl are those of the
   * chosen rate.
   */
  learningRateChoice: optional(learningRateChoice),
  /** Absent without `train.earlyStopping`. The trained weights are those of the step kept. */
  earlyStop: optional(earlyStop),
  /** Seconds, over all learning rates tried. */
  timings: orNull(object({ train: amount, evaluate: amount }, "not the seconds of train and evaluate")),
  peakMemoryBytes: orNull(amount),
  /** Memory predicted before training, and the duration of all steps predicted after the second step. */
  predicted: optional(object({ trainSeconds: amount, memoryBytes: amount }, "not a prediction")),
  /** Each resumption: the last step before it, its time, and the device from then on. */
  resumed: optional(
    v.custom<readonly { readonly step: number; readonly time: string; readonly device: string }[]>(
      Array.isArray,
      "not a list",
    ),
  ),
});

/** Content of run.json. */
export interface RunRecord extends Read<typeof record> {}

export function parseRunRecord(json: string, sha256: TextHash): Parsed<RunRecord> {
  const parsed = parseSealed(json, sha256);
  return "fault" in parsed ? parsed : readAs(record, parsed.value, json);
}
