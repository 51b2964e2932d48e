// Chooses the files of a Hub dataset by a source's path, config and split, and the language of each.

import { configsOf, type HubConfig, type HubContents } from "./hubConfigs.ts";
import { languageOfPath, languagePlaceholder } from "./pattern.ts";

/** Each may contain `{language}`; absent = the only one, or the default config of the dataset. */
export interface HubChoice {
  /** Path in the repository; excludes config and split. */
  readonly path?: string;
  readonly config?: string;
  readonly split?: string;
}

export interface HubFileOf {
  readonly name: string;
  /** Canonical tag; null = rows name their own language. */
  readonly language: string | null;
}

export interface HubFiles {
  readonly files: readonly HubFileOf[];
  /** Configs, splits or paths that match the pattern without naming a known language. */
  readonly unread: readonly string[];
}

/** Describes a missing config, split or path, with the available names. */
export interface HubChoiceFault {
  readonly message: string;
  readonly remedy: string;
  readonly choices: readonly string[];
  readonly of: "config" | "split" | "path";
}

export function isChoiceFault(chosen: HubFiles | HubChoiceFault): chosen is HubChoiceFault {
  return "choices" in chosen;
}

/** Maximum number of names listed. */
const maxNamed = 30;

/** @throws HumanError when the dataset card can't be read. */
export function chooseHubFiles(
  contents: HubContents,
  choice: HubChoice,
  id: string,
): HubFiles | HubChoiceFault {
  if (choice.path !== undefined) return byPath(contents.files, choice.path, id);
  const configs = configsOf(contents);
  if (configs.length === 0) return fault("path", [], `${id} has no files that can be read.`, readable);
  const matchingConfigs = chooseConfigs(configs, choice.config, id);
  if ("choices" in matchingConfigs) return matchingConfigs;
  const files: HubFileOf[] = [];
  const unread = [...matchingConfigs.unread];
  for (const { item, language } of matchingConfigs.found) {
    const splits = chooseSplit(item, choice.split, id);
    if ("choices" in splits) return splits;
    unread.push(...splits.unread);
    for (const { item: split, language: ofSplit } of splits.found)
      for (const name of item.splits.get(split) ?? []) files.push({ name, language: language ?? ofSplit });
  }
  return { files, unread };
}

const readable = "Choose a dataset of .jsonl, .json, .csv, .tsv or .parquet files.";

interface Match<Item> {
  readonly found: readonly { readonly item: Item; readonly language: string | null }[];
  readonly unread: readonly string[];
}

function chooseConfigs(
  configs: readonly HubConfig[],
  wanted: string | undefined,
  id: string,
): Match<HubConfig> | HubChoiceFault {
  const names = configs.map(({ name }) => name);
  if (wanted !== undefined) {
    const match = matched("config", configs, wanted, ({ name }) => name);
    if ("choices" in match || match.found.length > 0) return match;
    const message = wanted.includes(languagePlaceholder)
      ? `${id} has no configs that match ${wanted}.`
      : `${id} has no config ${wanted}.`;
    return fault("config", names, message, `It has ${listed(names)}.`);
  }
  const [only] = configs.length === 1 ? configs : configs.filter(({ isDefault }) => isDefault);
  if (only !== undefined) return { found: [{ item: only, language: null }], unread: [] };
  return fault(
    "config",
    names,
    `${id} has ${names.length} configs, but none is selected.`,
    `Select one, { file: hub:…, config: ${names[0]} }, or use "${languagePlaceholder}" for one per language. It has ${listed(names)}.`,
  );
}

function chooseSplit(
  { name, splits }: HubConfig,
  wanted: string | undefined,
  id: string,
): Match<string> | HubChoiceFault {
  const names = [...splits.keys()];
  const of = name === "default" ? id : `The config ${name} of ${id}`;
  if (wanted !== undefined) {
    const match = matched("split", names, wanted, split => split);
    if ("choices" in match || match.found.length > 0) return match;
    return fault("split", names, `${of} has no split ${wanted}.`, `It has ${listed(names)}.`);
  }
  const [only, other] = names;
  if (only !== undefined && other === undefined)
    return { found: [{ item: only, language: null }], unread: [] };
  return fault(
    "split",
    names,
    `${of} has ${names.length} splits, but none is selected.`,
    `Select one, { file: hub:…, split: ${only} }. It has ${listed(names)}.`,
  );
}

function byPath(files: readonly string[], path: string, id: string): HubFiles | HubChoiceFault {
  const match = matched("path", files, path, file => file);
  if ("choices" in match) return match;
  const { found, unread } = match;
  if (found.length > 0)
    return { files: found.map(({ item, language }) => ({ name: item, language })), unread };
  const message = `${id} has no file ${path}.`;
  return fault("path", files, message, `It has ${listed(files)}.`);
}

/** Items with this name, or with any language in place of `{language}`. Each language may occur once. */
function matched<Item>(
  of: HubChoiceFault["of"],
  items: readonly Item[],
  wanted: string,
  nameOf: (item: Item) => string,
): Match<Item> | HubChoiceFault {
  if (!wanted.includes(languagePlaceholder)) {
    const found = items.filter(item => nameOf(item) === wanted);
    return { found: found.map(item => ({ item, language: null })), unread: [] };
  }
  const parts = wanted.split(languagePlaceholder);
  const [before = "", after = ""] = [parts[0], parts.at(-1)];
  const found = new Map<string, Item>();
  const unread: string[] = [];
  for (const item of items) {
    const name = nameOf(item);
    const alike = name.length > before.length + after.length && name.startsWith(before);
    if (!alike || !name.endsWith(after)) continue;
    const language = languageOfPath(wanted, name);
    const other = language === null ? undefined : found.get(language);
    if (other !== undefined && language !== null)
      return fault(
        of,
        [nameOf(other), name],
        `${nameOf(other)} and ${name} are both data in ${language}.`,
        "Name one of them as a separate source.",
      );
    if (language === null) unread.push(name);
    else found.set(language, item);
  }
  return { found: [...found].map(([language, item]) => ({ item, language })), unread };
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, maxNamed).join(", ");
  return names.length > maxNamed ? `${shown} and ${names.length - maxNamed} more` : shown;
}

function fault(
  of: HubChoiceFault["of"],
  choices: readonly string[],
  message: string,
  remedy: string,
): HubChoiceFault {
  return { of, choices, message, remedy };
}
