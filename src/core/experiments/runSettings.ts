// Settings on which a run's scores depend besides its mixture, read from its record. Users
// may have edited records manually.
import { isObject } from "../../common/json.ts";
import { defaultEvaluation, defaultTraining } from "../mixture/defaults.ts";
import { untunedName } from "../mixture/mixtureFile.ts";
import { ruleNames, rulesBefore } from "../records/ruleVersions.ts";
import type { RunRecord } from "../records/runRecord.ts";

/** Parts of a record that settings are read from. */
export type SettledRecord = Pick<RunRecord, "mixture" | "configuration" | "lock" | "counts">;

/** Values as canonical text, by key such as `lora.rank`. */
export type Values = ReadonlyMap<string, string>;

/** Settings of one run; a setting is null if the run does not depend on it or does not record it. */
export interface RunSettings {
  readonly model: { readonly name: string; readonly sha256: string | null } | null;
  /** Weight format of the base model: floats, or integers of a given width. */
  readonly weights: string | null;
  /** Settings of the chat template. */
  readonly chat: Values;
  readonly budget: string | null;
  readonly train: Values | null;
  readonly evaluate: Values | null;
  /** SHA-256 by language of the files that the run was tuned and evaluated on. */
  readonly trainData: Values | null;
  readonly evalData: Values | null;
  /**
   * SHA-256 by language of the files by which a setting was chosen; null also if they were only reported on.
   */
  readonly devData: Values | null;
  /** SHA-256 by path of all these files; older records have nothing else. */
  readonly places: Values;
  /** Languages as listed in the mixture file; null means all. */
  readonly languages: string | null;
  /** Hash or path of the language identifier; null means Pinch's own. */
  readonly identifier: string | null;
  readonly trainingRules: string | null;
  readonly scoringRules: string | null;
  /** Name and form of the mixture; null for the untuned model. */
  readonly mixture: { readonly name: string; readonly form: Values | null } | null;
}

/** Settings without effect on the outcome: one saves memory, the others are only reported. */
const ofNoEffect = new Set(["gradientCheckpointing", "during", "metrics"]);
/** Settings that are compared separately. */
const apart = new Set(["languages", "identifier", "base"]);
const ofAdapters = /^lora\./;

export const trainDefaults: Values = leaves({
  ...defaultTraining,
  lora: { ...defaultTraining.lora, scaling: "standard", plusRatio: 1, dora: false, dropout: 0, from: "new" },
  embeddings: false,
  lossWeight: "token",
  neftune: 0,
  labelSmoothing: 0,
  loss: "responses",
  overlong: "refuse",
});
export const chatDefaults: Values = leaves({ specialTokens: "text", templateName: "default" });
export const evaluateDefaults: Values = leaves(defaultEvaluation);

const known = new WeakMap<object, RunSettings>();

export function settingsOf(record: SettledRecord): RunSettings {
  const kept = known.get(record);
  if (kept !== undefined) return kept;
  const settings = readSettings(record);
  known.set(record, settings);
  return settings;
}

function readSettings({ mixture, configuration, lock, counts }: SettledRecord): RunSettings {
  const { imported } = configuration;
  const tuned = mixture !== untunedName && imported === undefined;
  const evaluate = evaluateValues(configuration.evaluate, imported !== undefined);
  const data = imported?.data ?? lock?.languageData?.eval;
  const places = texts(lock?.data);
  const train = tuned ? trainValues(configuration, places) : null;
  const written = configuration.evaluate?.identifier;
  const identifier = typeof written === "string" ? written.replaceAll("\\", "/").replace(/^\.\//, "") : null;
  const versions = imported === undefined ? lock?.versions : imported.versions;
  const hasVersions = isObject(versions);
  const rules = (name: string): string | null =>
    hasVersions ? String((versions as Record<string, unknown>)[name] ?? rulesBefore) : null;
  const languages: unknown = configuration.evaluate?.languages;
  return {
    model: imported === undefined ? { name: String(configuration.model), sha256: textOr(lock?.model) } : null,
    weights: weightsOf(configuration, tuned),
    chat: isObject(configuration.chat) ? leaves(configuration.chat) : new Map(),
    budget: tuned && typeof configuration.budget === "number" ? String(configuration.budget) : null,
    train,
    evaluate,
    trainData: tuned && isObject(lock?.languageData?.train) ? texts(lock.languageData.train) : null,
    evalData: isObject(data) ? texts(data) : null,
    devData: tuned && isChosen(configuration.train) ? devDataOf(lock) : null,
    places,
    languages: Array.isArray(languages) ? [...languages].map(String).sort().join(" ") : null,
    identifier: identifier === null ? null : (places.get(identifier) ?? identifier),
    trainingRules: tuned ? rules(ruleNames.training) : null,
    scoringRules: rules(ruleNames.scoring),
    mixture: mixture === untunedName ? null : { name: mixture, form: formValues(configuration, counts) },
  };
}

/** True if something of a training is chosen by its loss on development data: the learning rate or the step. */
function isChosen(train: RunRecord["configuration"]["train"]): boolean {
  return isObject(train) && (Array.isArray(train.learningRate) || isObject(train.earlyStopping));
}

function devDataOf(lock: RunRecord["lock"]): Values | null {
  return isObject(lock?.languageData?.dev) ? texts(lock.languageData.dev) : null;
}

function weightsOf({ train, weights, imported }: RunRecord["configuration"], tuned: boolean): string | null {
  if (imported !== undefined) return null;
  if (!tuned) return textOr(weights);
  if (!isObject(train)) return null;
  return train.method === "full" ? defaultTraining.base : textOf(train.base ?? defaultTraining.base);
}

/**
 * Lists what an older or edited record does not say. The run is then assumed to agree with
 * the runs it is grouped with.
 */
export function unknownSettings(record: SettledRecord): string[] {
  const { model, train, evalData, places } = settingsOf(record);
  const { mixture, configuration } = record;
  const tuned = mixture !== untunedName && configuration.imported === undefined;
  return [
    ...(model !== null && model.sha256 === null ? ["the files of the model"] : []),
    ...(evalData === null && places.size === 0 ? ["the data files"] : []),
    ...(tuned && train === null ? ["how it was trained"] : []),
  ];
}

function trainValues(
  { train, evaluate }: Pick<RunRecord["configuration"], "train" | "evaluate">,
  places: Values,
): Values | null {
  if (!isObject(train)) return null;
  const full = train.method === "full";
  const values = leaves(train);
  if (isObject(train.lora) && Array.isArray(train.lora.targets))
    values.set("lora.targets", train.lora.targets.map(textOf).sort().join(", ")); // in any order the same layers
  const from = values.get("lora.from");
  if (from !== undefined) values.set("lora.from", startOf(from, places));
  if (isObject(train.earlyStopping)) values.set("earlyStopping.during", textOf(evaluate?.during));
  return new Map(
    [...values].filter(([key]) => !ofNoEffect.has(key) && !apart.has(key) && !(full && ofAdapters.test(key))),
  );
}

/**
 * Names the adapter that a run started from by the hash of its weights, wherever they were: no other file of a lock
 * has this name.
 */
function startOf(folder: string, places: Values): string {
  const weights = [...places].find(([path]) => /(?:^|\/)adapter_model\.safetensors$/.test(path));
  return weights === undefined ? folder : `adapter ${weights[1].slice(0, 8)}`;
}

function evaluateValues(evaluate: unknown, generatedElsewhere: boolean): Values | null {
  if (!isObject(evaluate)) return null;
  const greedy = (evaluate.temperature ?? defaultEvaluation.temperature) === 0;
  const decoding = new Set(["maxNewTokens", "temperature", "topP"]);
  return new Map(
    [...leaves(evaluate)].filter(
      ([key]) =>
        !ofNoEffect.has(key) &&
        !apart.has(key) &&
        !(generatedElsewhere && decoding.has(key)) &&
        !(greedy && key === "topP"),
    ),
  );
}

/**
 * Returns the form of a mixture; two forms under one name are two mixtures. `all` is
 * resolved to the languages of the run.
 */
function formValues({ form, imported }: RunRecord["configuration"], counts: unknown): Values | null {
  if (imported !== undefined) return leaves({ imported });
  if (!isObject(form)) return null;
  const all =
    "over" in form && form.over === "all" && isObject(counts) ? { of: Object.keys(counts).sort() } : {};
  return leaves({ ...form, ...all });
}

/** Flattens a value: every value that is not a map, as text, by its path of keys. */
export function leaves(value: unknown, path = ""): Map<string, string> {
  if (!isObject(value)) return new Map([[path, textOf(value)]]);
  const found = new Map<string, string>();
  for (const key of Object.keys(value).sort())
    if (value[key] !== undefined)
      for (const leaf of leaves(value[key], path === "" ? key : `${path}.${key}`)) found.set(...leaf);
  return found;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function texts(value: unknown): Map<string, string> {
  if (!isObject(value)) return new Map();
  return new Map(
    Object.entries(value).flatMap(([key, text]) => (typeof text === "string" ? [[key, text] as const] : [])),
  );
}

function textOr(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
