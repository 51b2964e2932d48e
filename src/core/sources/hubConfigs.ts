// Finds the configs and splits of a Hub dataset: from its card, from file names, or from the Hub's
// conversion.

import { parseDocument } from "yaml";
import { HumanError } from "../../common/errors.ts";
import { isObject } from "../../common/json.ts";
import { matching, ofOneFormat, type Splits, splitsByName } from "./hubPatterns.ts";
import { refuse } from "./refuseYaml.ts";

export interface HubConfig {
  readonly name: string;
  /** True for the config used when none is named. */
  readonly isDefault: boolean;
  readonly splits: Splits;
}

export interface HubContents {
  /** Names including folders. */
  readonly files: readonly string[];
  /** Text of README.md; null when there is none. */
  readonly card: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** Branch with the Parquet files that the Hub makes from a dataset. */
export const convertedBranch = "refs/convert/parquet";
/**
 * Matches `config/split/0000.parquet`. Large splits are converted only in part, as the split `partial-split`.
 */
const converted = /^([^/]+)\/([^/]+)\/\d{4,}\.parquet$/;

/** Returns the script that generates the dataset; null = its files are the data. */
export function scriptOf({ files, card }: HubContents, id: string): string | null {
  const script = `${id.slice(id.indexOf("/") + 1)}.py`;
  return files.includes(script) && cardConfigs(card).length === 0 ? script : null;
}

/** @throws HumanError when the card can't be read. */
export function configsOf(contents: HubContents): readonly HubConfig[] {
  const { files, card } = contents;
  const written = cardConfigs(card);
  const configs =
    written.length > 0
      ? written.map(config => configOf(config, files, written.length === 1))
      : (convertedConfigs(contents) ?? [
          { name: "default", isDefault: true, splits: splitsByName(files, "") },
        ]);
  return configs.flatMap(config => {
    const splits = [...config.splits].map(([split, names]) => [split, ofOneFormat(names)] as const);
    const read = new Map(splits.filter(([, names]) => names.length > 0));
    return read.size === 0 ? [] : [{ ...config, splits: read }];
  });
}

function convertedConfigs({ files, card }: HubContents): HubConfig[] | null {
  const data = files.filter(file => file.endsWith(".parquet")); // the Hub also stores an index
  if (card !== null || data.length === 0 || !data.every(file => converted.test(file))) return null;
  const configs = new Map<string, Map<string, string[]>>();
  for (const file of data.sort()) {
    const [, config = "", split = ""] = converted.exec(file) ?? [];
    const splits = configs.get(config) ?? new Map<string, string[]>();
    configs.set(config, splits.set(split, [...(splits.get(split) ?? []), file]));
  }
  return [...configs].map(([name, splits]) => ({
    name,
    isDefault: configs.size === 1 || name === "default",
    splits,
  }));
}

/**
 * Maximum number of characters of the card's YAML header: datasets with a thousand languages list a file for
 * each.
 */
const largestHead = 1_000_000;

/** Reads `configs` from the YAML header of a card. */
function cardConfigs(card: string | null): readonly Fields[] {
  const head = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(card ?? "")?.[1];
  if (head === undefined) return [];
  const unsound = (cause: unknown): HumanError =>
    new HumanError("The YAML header of the dataset's README.md, which lists its files, is not valid.", {
      remedy: "Choose another revision, or name the files: hub:org/name@commit/path/{language}.jsonl.",
      cause,
    });
  if (refuse(head, largestHead) !== null) throw unsound(undefined);
  const document = parseDocument(head, { logLevel: "error" });
  if (document.errors.length > 0) throw unsound(document.errors[0]);
  let read: unknown;
  try {
    read = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw unsound(cause);
  }
  const configs = isObject(read) ? read.configs : undefined;
  return Array.isArray(configs) ? configs.filter(isObject) : [];
}

function configOf(written: Fields, files: readonly string[], alone: boolean): HubConfig {
  const { config_name: name, data_dir: folder, data_files: named, default: isDefault } = written;
  const inside = typeof folder === "string" ? folder.replace(/^(\.\/)+|\/+$/g, "") : "";
  return {
    name: name === undefined || name === null ? "default" : String(name),
    isDefault: alone || isDefault === true || name === "default",
    splits:
      named === undefined || named === null
        ? splitsByName(files, inside)
        : splitsAsWritten(named, files, inside),
  };
}

/** One or several globs, all of the split `train`; or globs for each split. */
function splitsAsWritten(written: unknown, files: readonly string[], folder: string): Splits {
  const list: readonly unknown[] = Array.isArray(written) ? written : [written];
  const splits = new Map<string, string[]>();
  const add = (split: string, globs: unknown): void => {
    const found = texts(globs).flatMap(glob => matching(files, glob, folder));
    splits.set(split, [...new Set([...(splits.get(split) ?? []), ...found])]);
  };
  for (const item of list) {
    if (!isObject(item)) add("train", item);
    else if ("split" in item) add(String(item.split), item.path);
    else for (const [split, globs] of Object.entries(item)) add(split, globs);
  }
  return splits;
}

function texts(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter(item => typeof item === "string");
}
