// Finds and describes the settings, except the mixture, by which the scores of two runs may differ.

import { shownName } from "../../common/shownName.ts";
import { listed } from "../../common/words.ts";
import { displayName } from "../language/tags.ts";
import {
  chatDefaults,
  evaluateDefaults,
  type RunSettings,
  type SettledRecord,
  settingsOf,
  trainDefaults,
  type Values,
} from "./runSettings.ts";

export interface SettingDifference {
  /** Key in the mixture file, if it has one: `train.learningRate`. */
  readonly key: string;
  /** The first run's value alone: `budget 120`. */
  readonly mark: string;
  /** Both values: `budget 120 instead of 600`. */
  readonly words: string;
}

/**
 * Returns the differences of two runs; if empty, they belong to one experiment as far as their records say.
 * Settings that one of them doesn't record are ignored.
 */
export function settingDifferences(own: SettledRecord, other: SettledRecord): SettingDifference[] {
  return differencesOf(settingsOf(own), settingsOf(other));
}

export function differencesOf(own: RunSettings, other: RunSettings): SettingDifference[] {
  return [
    ...modelDifference(own, other),
    ...plain("train.base", "base weights", own.weights, other.weights),
    ...valueDifferences("model", own.chat, other.chat, chatDefaults),
    ...plain("budget", "budget", own.budget, other.budget),
    ...valueDifferences("train", own.train, other.train, trainDefaults),
    ...dataDifferences(own, other),
    ...developmentDifferences(own, other),
    ...evaluationDifferences(own, other),
    ...rules("training", own.trainingRules, other.trainingRules),
    ...rules("scoring", own.scoringRules, other.scoringRules),
    ...mixtureDifference(own, other),
  ];
}

/** Joins differences: `budget 120 instead of 600, and other training data in Finnish`. */
export function differenceWords(differences: readonly SettingDifference[]): string {
  return listed(differences.map(({ words }) => words));
}

/** Maximum number of settings that a mark names. */
const maxMarks = 2;

/** Returns a short mark to put next to a name: `budget 120, learning rate 0.0002 and 2 more`. */
export function differenceMark(differences: readonly SettingDifference[]): string {
  const named = differences.slice(0, maxMarks).map(({ mark }) => mark);
  const rest = differences.length - named.length;
  return rest > 0 ? `${named.join(", ")} and ${rest} more` : named.join(", ");
}

/** Returns the differences over all pairs of two groups, each setting once. */
export function groupDifferences(
  own: readonly SettledRecord[],
  others: readonly SettledRecord[],
): SettingDifference[] {
  const found = new Map<string, SettingDifference>();
  for (const record of own)
    for (const other of others)
      for (const difference of settingDifferences(record, other))
        if (!found.has(difference.key)) found.set(difference.key, difference);
  return [...found.values()];
}

function modelDifference({ model: own }: RunSettings, { model: other }: RunSettings): SettingDifference[] {
  if (own === null || other === null) return [];
  const key = "model";
  const [name, otherName] = [shownName(own.name), shownName(other.name)];
  if (own.sha256 !== null && other.sha256 !== null) {
    if (own.sha256 === other.sha256) return [];
    if (name === otherName)
      return [{ key, mark: `other files of ${name}`, words: `other files of the model ${name}` }];
  } else if (own.name === other.name) return [];
  return [{ key, mark: `model ${name}`, words: `model ${name} instead of ${otherName}` }];
}

function plain(key: string, name: string, own: string | null, other: string | null): SettingDifference[] {
  if (own === null || other === null || own === other) return [];
  return [{ key, mark: `${name} ${own}`, words: `${name} ${own} instead of ${other}` }];
}

function valueDifferences(
  part: "model" | "train" | "evaluate",
  own: Values | null,
  other: Values | null,
  defaults: Values,
): SettingDifference[] {
  if (own === null || other === null) return [];
  const keys = [...new Set([...own.keys(), ...other.keys()])].sort();
  return keys.flatMap(key => {
    const absent = defaults.get(key) ?? (key === "prompts" ? "all" : "none");
    return plain(`${part}.${key}`, settingName(key), own.get(key) ?? absent, other.get(key) ?? absent);
  });
}

/**
 * Returns the name of a setting for messages: `learning rate` for `learningRate`,
 * `LoRA rank` for `lora.rank`.
 */
function settingName(key: string): string {
  const words = key.replaceAll(".", " ").replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
  return words.replace(/^lora\b/, "LoRA");
}

function dataDifferences(own: RunSettings, other: RunSettings): SettingDifference[] {
  const train = changedLanguages(own.trainData, other.trainData);
  const evaluation = changedLanguages(own.evalData, other.evalData);
  const bothTuned = own.budget !== null && other.budget !== null;
  if (evaluation === null || (train === null && bothTuned)) return byPlace(own, other);
  return [
    ...byLanguage("data.train", "training data", train ?? []),
    ...byLanguage("data.eval", "evaluation data", evaluation),
  ];
}

/** Compares the development data. An added or missing language is a different choice, too. */
function developmentDifferences(
  { devData: own }: RunSettings,
  { devData: other }: RunSettings,
): SettingDifference[] {
  if (own === null || other === null) return [];
  const [mine, theirs] = [own, other].map(data => [...data.keys()].sort().join(" "));
  return mine === theirs
    ? byLanguage("data.dev", "development data", changedLanguages(own, other) ?? [])
    : plain("data.dev", "settings chosen in", mine ?? null, theirs ?? null);
}

/** Returns languages that both runs have, with different files; null if the files of one run are unknown. */
function changedLanguages(own: Values | null, other: Values | null): string[] | null {
  if (own === null || other === null) return null;
  return [...own.keys()].filter(language => other.has(language) && own.get(language) !== other.get(language));
}

/** Compares data files by path: older records have nothing else. */
function byPlace(own: RunSettings, other: RunSettings): SettingDifference[] {
  const files = ({ places, identifier }: RunSettings) =>
    new Map([...places].filter(([, hash]) => hash !== identifier));
  const [mine, theirs] = [files(own), files(other)];
  if (mine.size === 0 || theirs.size === 0) return [];
  const common = [...mine.keys()].filter(place => theirs.has(place));
  const changedFiles = common.filter(place => mine.get(place) !== theirs.get(place));
  if (changedFiles.length > 0)
    return [
      { key: "data", mark: "other data", words: `other data in ${listed(changedFiles.map(shownName))}` },
    ];
  const hashes = new Set(theirs.values());
  if (common.length > 0 || [...mine.values()].some(hash => hashes.has(hash))) return [];
  return [{ key: "data", mark: "other data", words: "other data files" }];
}

function byLanguage(key: string, name: string, languages: readonly string[]): SettingDifference[] {
  if (languages.length === 0) return [];
  const where =
    languages.length > 3 ? `${languages.length} languages` : listed(languages.map(tag => displayName(tag)));
  return [{ key, mark: `other ${name}`, words: `other ${name} in ${where}` }];
}

function evaluationDifferences(own: RunSettings, other: RunSettings): SettingDifference[] {
  return [
    ...valueDifferences("evaluate", own.evaluate, other.evaluate, evaluateDefaults),
    ...languageDifference(own, other),
    ...(own.evaluate === null || other.evaluate === null
      ? []
      : plain("evaluate.identifier", "identifier", identifierName(own), identifierName(other))),
  ];
}

function identifierName({ identifier }: RunSettings): string {
  return identifier === null
    ? "Pinch's own"
    : /^[0-9a-f]{64}$/.test(identifier)
      ? identifier.slice(0, 8)
      : identifier;
}

/** Compares the evaluated languages, which decide what a mean is taken over. */
function languageDifference(own: RunSettings, other: RunSettings): SettingDifference[] {
  const evaluated = ({ evalData, languages }: RunSettings): string | null =>
    evalData === null ? languages : [...evalData.keys()].sort().join(" ");
  const [mine, theirs] = [evaluated(own), evaluated(other)];
  // An older folder's `all` is not known to differ from the languages that a newer one lists.
  const unknown = (mine === null && other.evalData !== null) || (theirs === null && own.evalData !== null);
  if (unknown || mine === theirs) return [];
  return plain("evaluate.languages", "evaluated in", mine ?? "all languages", theirs ?? "all languages");
}

function rules(part: "training" | "scoring", own: string | null, other: string | null): SettingDifference[] {
  if (own === null || other === null || own === other) return [];
  const age = Number(own) < Number(other) ? "older" : "newer";
  const done = part === "training" ? "trained" : "scored";
  return [
    {
      key: `rules.${part}`,
      mark: `${done} by ${age} rules`,
      words: `${done} by the ${age} rules of ${age === "older" ? "an earlier" : "a later"} Pinch (${own} instead of ${other})`,
    },
  ];
}

function mixtureDifference(
  { mixture: own }: RunSettings,
  { mixture: other }: RunSettings,
): SettingDifference[] {
  if (own === null || other === null || own.name !== other.name || own.form === null || other.form === null)
    return [];
  const { name } = own;
  const [mine, theirs] = [formWords(own.form), formWords(other.form)];
  if (mine === theirs) return [];
  return [
    {
      key: `mixtures.${name}`,
      mark: mine,
      words: `another mixture named ${name} (${mine} instead of ${theirs})`,
    },
  ];
}

function formWords(form: Values): string {
  const generator = form.get("imported.generator");
  if (generator !== undefined)
    return `answers of ${generator}, file ${(form.get("imported.sha256") ?? "").slice(0, 8)}`;
  return [...form]
    .filter(([key]) => key !== "kind" && key !== "of")
    .map(([key, value]) => `${key.replace(/^(spread|shares)\./, "$1 ")} ${value}`)
    .join(", ");
}
