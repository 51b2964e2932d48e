// What a run's scores rest on besides its mixture, read from its record; people may have edited it by hand.
import { defaultEvaluation, defaultTraining } from "../mixture/defaults.ts";
import { baseMixtureName } from "../mixture/mixtureFile.ts";
import type { RunRecord } from "../records/records.ts";
import { ruleNames, rulesBefore } from "../records/ruleVersions.ts";

/** The part of a record that settings are read from. */
export type SettledRecord = Pick<RunRecord, "mixture" | "configuration" | "lock" | "counts">;

/** Values as canonical text by key, `lora.rank`. */
export type Values = ReadonlyMap<string, string>;

/** null: the run does not depend on it, or does not say. */
export interface RunSettings {
  readonly model: { readonly name: string; readonly sha256: string | null } | null;
  /** How the base's weights are held: floats, or integers of so many bits. */
  readonly weights: string | null;
  /** How conversations were written for the model. */
  readonly chat: Values;
  readonly budget: string | null;
  readonly train: Values | null;
  readonly evaluate: Values | null;
  /** SHA-256 by language of the files that it was tuned and evaluated on. */
  readonly trainData: Values | null;
  readonly evalData: Values | null;
  /** Of the files that a setting was chosen by; null also where they were only looked at. */
  readonly devData: Values | null;
  /** SHA-256 by place of both: all that older records have. */
  readonly places: Values;
  /** Written list of languages; null: all. */
  readonly languages: string | null;
  /** Hash or path of the language identifier; null: Pinch's own. */
  readonly identifier: string | null;
  readonly trainingRules: string | null;
  readonly scoringRules: string | null;
  /** What the name stands for; null for the untuned model. */
  readonly mixture: { readonly name: string; readonly form: Values | null } | null;
}

/** Neither changes what comes out: one spares memory, the other is only looked at. */
const ofNoEffect = new Set(["gradientCheckpointing", "during", "metrics"]);
/** Compared on their own. */
const apart = new Set(["languages", "identifier", "base"]);
const ofAdapters = /^lora\./;

export const trainDefaults: Values = leaves({
  ...defaultTraining,
  lossWeight: "token",
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
  const tuned = mixture !== baseMixtureName && imported === undefined;
  const train = tuned ? trainValues(configuration.train) : null;
  const evaluate = evaluateValues(configuration.evaluate, imported !== undefined);
  const data = imported?.data ?? lock?.languageData?.eval;
  const places = texts(lock?.data);
  const written = configuration.evaluate?.identifier;
  const identifier = typeof written === "string" ? written.replaceAll("\\", "/").replace(/^\.\//, "") : null;
  const versions = imported === undefined ? lock?.versions : imported.versions;
  const hasVersions = isMap(versions);
  const rules = (name: string): string | null =>
    hasVersions ? String((versions as Record<string, unknown>)[name] ?? rulesBefore) : null;
  const languages: unknown = configuration.evaluate?.languages;
  return {
    model: imported === undefined ? { name: String(configuration.model), sha256: textOr(lock?.model) } : null,
    weights: weightsOf(configuration, tuned),
    chat: isMap(configuration.chat) ? leaves(configuration.chat) : new Map(),
    budget: tuned && typeof configuration.budget === "number" ? String(configuration.budget) : null,
    train,
    evaluate,
    trainData: tuned && isMap(lock?.languageData?.train) ? texts(lock.languageData.train) : null,
    evalData: isMap(data) ? texts(data) : null,
    devData: tuned && Array.isArray(configuration.train?.learningRate) ? devDataOf(lock) : null,
    places,
    languages: Array.isArray(languages) ? [...languages].map(String).sort().join(" ") : null,
    identifier: identifier === null ? null : (places.get(identifier) ?? identifier),
    trainingRules: tuned ? rules(ruleNames.training) : null,
    scoringRules: rules(ruleNames.scoring),
    mixture: mixture === baseMixtureName ? null : { name: mixture, form: formValues(configuration, counts) },
  };
}

function devDataOf(lock: RunRecord["lock"]): Values | null {
  return isMap(lock?.languageData?.dev) ? texts(lock.languageData.dev) : null;
}

function weightsOf({ train, weights, imported }: RunRecord["configuration"], tuned: boolean): string | null {
  if (imported !== undefined) return null;
  if (!tuned) return textOr(weights);
  if (!isMap(train)) return null;
  return train.method === "full" ? defaultTraining.base : textOf(train.base ?? defaultTraining.base);
}

/** What an older or edited record does not say, in words; it is then taken to be as in the runs that it stands with. */
export function unknownSettings(record: SettledRecord): string[] {
  const { model, train, evalData, places } = settingsOf(record);
  const { mixture, configuration } = record;
  const tuned = mixture !== baseMixtureName && configuration.imported === undefined;
  return [
    ...(model !== null && model.sha256 === null ? ["the files of its model"] : []),
    ...(evalData === null && places.size === 0 ? ["its data files"] : []),
    ...(tuned && train === null ? ["how it was trained"] : []),
  ];
}

function trainValues(train: unknown): Values | null {
  if (!isMap(train)) return null;
  const full = train.method === "full";
  return new Map(
    [...leaves(train)].filter(
      ([key]) => !ofNoEffect.has(key) && !apart.has(key) && !(full && ofAdapters.test(key)),
    ),
  );
}

function evaluateValues(evaluate: unknown, generatedElsewhere: boolean): Values | null {
  if (!isMap(evaluate)) return null;
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

/** Two forms of one name are two mixtures; `all` stands for the languages that there were. */
function formValues({ form, imported }: RunRecord["configuration"], counts: unknown): Values | null {
  if (imported !== undefined) return leaves({ imported });
  if (!isMap(form)) return null;
  const all =
    "over" in form && form.over === "all" && isMap(counts) ? { of: Object.keys(counts).sort() } : {};
  return leaves({ ...form, ...all });
}

/** Every value that is no map, as text, with the path of keys to it. */
export function leaves(value: unknown, path = ""): Map<string, string> {
  if (!isMap(value)) return new Map([[path, textOf(value)]]);
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
  if (!isMap(value)) return new Map();
  return new Map(
    Object.entries(value).flatMap(([key, text]) => (typeof text === "string" ? [[key, text] as const] : [])),
  );
}

function textOr(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
