// Reads run.json and validates the type of every field in use.

import { isObject, type JsonObject } from "../../common/json.ts";
import { trainingMethods } from "../mixture/defaults.ts";
import { isChoice } from "./learningRateChoice.ts";
import { isAmount, isCount, isListOf, isMapOf, isNumber, isText, type Parsed } from "./parsed.ts";
import type { RunRecord, RunStatus } from "./records.ts";
import { parseSealed, type TextHash } from "./seal.ts";

const statuses: readonly unknown[] = ["running", "done", "failed", "cancelled"] satisfies RunStatus[];

interface Field {
  /** Names from the outside in. Fields of missing objects are not checked. */
  readonly path: string;
  readonly fits: (value: unknown) => boolean;
  /** Description of a value that does not fit. */
  readonly fault: string;
  /** True for fields that may be null, or are absent in some version. */
  readonly optional?: true;
}

const isName = (value: unknown): boolean => isText(value) && value !== "";
const isTime = (value: unknown): boolean => isText(value) && !Number.isNaN(Date.parse(value));
const isTextMap = (value: unknown): boolean => isMapOf(value, isText);
const hasTexts =
  (...names: string[]) =>
  (value: unknown): boolean =>
    isObject(value) && names.every(name => isText(value[name]));
const hasAmounts =
  (...names: string[]) =>
  (value: unknown): boolean =>
    isObject(value) && names.every(name => isAmount(value[name]));
const isAllOrTexts = (value: unknown): boolean => value === "all" || isListOf(value, isText);

const partsOfForms: Readonly<Record<string, (form: JsonObject) => boolean>> = {
  monolingual: ({ language }) => isText(language),
  spread: ({ base, spread, over }) => isText(base) && isMapOf(spread, isAmount) && isAllOrTexts(over),
  uniform: ({ over }) => isAllOrTexts(over),
  shares: ({ shares }) => isMapOf(shares, isAmount),
  temperature: ({ temperature, over }) => isAmount(temperature) && isAllOrTexts(over),
};

function isForm(value: unknown): boolean {
  return isObject(value) && isText(value.kind) && partsOfForms[value.kind]?.(value) === true;
}

const object = { fits: isObject, fault: "not an object" };
const text = { fits: isText, fault: "not text" };
const count = { fits: isCount, fault: "not zero or a positive number" };
const amount = { fits: isAmount, fault: "not zero or a positive number" };
const list = { fits: Array.isArray, fault: "not a list" };
const texts = { fits: isTextMap, fault: "not an object of texts" };
const optional = true;

const fields: readonly Field[] = [
  {
    path: "status",
    fits: value => statuses.includes(value),
    fault: "not one of running, done, failed, cancelled",
  },
  { path: "mixture", fits: isName, fault: "not a name" },
  { path: "seed", fits: Number.isSafeInteger, fault: "not a whole number" },
  { path: "started", fits: isTime, fault: "not a time" },
  { path: "ended", fits: isTime, fault: "not a time", optional },
  { path: "pid", ...count, optional },
  { path: "maker", ...text, optional },
  { path: "owner", fits: hasTexts("token", "host"), fault: "not an owner with token and host", optional },
  { path: "files", ...texts, optional },
  { path: "replacing", ...texts, optional },
  {
    path: "error",
    fits: hasTexts("message", "remedy"),
    fault: "not an error with message and remedy",
    optional,
  },
  { path: "counts", fits: value => isMapOf(value, isCount), fault: "not a table of counts by language" },
  { path: "configuration", ...object },
  { path: "configuration.file", ...text },
  { path: "configuration.model", ...text },
  { path: "configuration.budget", ...count, optional },
  { path: "configuration.form", fits: isForm, fault: "not a form of a mixture", optional },
  { path: "configuration.imported", fits: hasTexts("format", "generator"), fault: "not an import", optional },
  { path: "configuration.evaluate", ...object },
  {
    path: "configuration.evaluate.languages",
    fits: isAllOrTexts,
    fault: "not a list of languages",
    optional,
  },
  { path: "configuration.evaluate.maxNewTokens", ...count, optional },
  { path: "configuration.evaluate.temperature", ...amount, optional },
  { path: "configuration.evaluate.topP", ...amount, optional },
  { path: "configuration.train", ...object, optional },
  {
    path: "configuration.train.method",
    fits: value => (trainingMethods as readonly unknown[]).includes(value),
    fault: `not one of ${trainingMethods.join(", ")}`,
  },
  { path: "configuration.train.lora", fits: hasAmounts("rank", "alpha"), fault: "not a rank and alpha" },
  {
    path: "configuration.train.learningRate",
    fits: value => isNumber(value) || isListOf(value, isNumber),
    fault: "not a number",
  },
  { path: "configuration.train.schedule", ...text },
  { path: "configuration.train.warmup", ...amount },
  { path: "configuration.train.epochs", ...amount },
  { path: "configuration.train.batchTokens", ...amount, optional },
  { path: "configuration.train.batchExamples", ...amount, optional },
  { path: "configuration.train.steps", ...amount, optional },
  { path: "lock", ...object, optional },
  { path: "lock.model", ...text, optional },
  { path: "lock.data", ...texts, optional },
  { path: "lock.languageData", ...object, optional },
  { path: "lock.languageData.train", ...texts, optional },
  { path: "lock.languageData.eval", ...texts, optional },
  { path: "lock.languageData.dev", ...texts, optional },
  { path: "lock.examples", ...list, optional },
  { path: "lock.versions", ...texts, optional },
  { path: "lock.device", ...text, optional },
  {
    path: "learningRateChoice",
    fits: isChoice,
    fault: "not a choice among the learning rates tried",
    optional,
  },
  {
    path: "findings",
    fits: value => isListOf(value, hasTexts("code", "message")),
    fault: "not a list of findings",
    optional,
  },
  {
    path: "timings",
    fits: hasAmounts("train", "evaluate"),
    fault: "not the seconds of train and evaluate",
    optional,
  },
  { path: "peakMemoryBytes", ...amount, optional },
  {
    path: "predicted",
    fits: hasAmounts("trainSeconds", "memoryBytes"),
    fault: "not a prediction of trainSeconds and memoryBytes",
    optional,
  },
  { path: "resumed", ...list, optional },
];

/** Absent values, which readers get as null. */
const unsaid = {
  record: { ended: null, error: null, lock: null, timings: null, peakMemoryBytes: null },
  configuration: { form: null, train: null },
};

export function parseRunRecord(json: string, sha256: TextHash): Parsed<RunRecord> {
  const parsed = parseSealed(json, sha256);
  if ("fault" in parsed) return parsed;
  const record = parsed.value;
  for (const { path, fits, fault, optional: mayLack = false } of fields) {
    const found = valueAt(record, path.split("."));
    if (found === null || (mayLack && found.value == null) || fits(found.value)) continue;
    return { fault: `its ${path}${lineOf(json, path.split("."))} is ${fault}` };
  }
  const configuration = { ...unsaid.configuration, ...(record.configuration as object) };
  const lock = isObject(record.lock) ? { ...record.lock, ...tablesOf(record.lock) } : null;
  // Checked above as far as readers rely on it.
  return { value: { ...unsaid.record, ...record, configuration, lock } as unknown as RunRecord };
}

/** Tables of a lock; empty when it has none. */
function tablesOf({ data, versions, examples }: JsonObject): JsonObject {
  return { data: data ?? {}, versions: versions ?? {}, examples: examples ?? [] };
}

/** Returns null when the parent of the field is not an object. */
function valueAt(record: JsonObject, path: readonly string[]): { readonly value: unknown } | null {
  let value: unknown = record;
  for (const name of path) {
    if (!isObject(value)) return null;
    value = value[name];
  }
  return { value };
}

/** For example ` (line 7)`: finds the names of the path one after the other. Empty when one is missing. */
function lineOf(json: string, path: readonly string[]): string {
  let at = 0;
  for (const name of path) {
    at = json.indexOf(`"${name}"`, at);
    if (at < 0) return "";
  }
  return ` (line ${json.slice(0, at).split("\n").length})`;
}
