// Reads one side of the `data` section: a path, a map, or a list of them.
import { isMap, isSeq } from "yaml";
import { closest } from "../../common/didYouMean.ts";
import { isLanguageTag } from "../language/tags.ts";
import {
  type ColumnField,
  columnFields,
  type DataSection,
  type DataSide,
  type DataSource,
  isOfHub,
  namesLanguages,
  sameFiles,
  toDownload,
} from "../mixture/dataSource.ts";
import { isCommit, parseHubSource } from "../sources/hubSource.ts";
import { languagePlaceholder } from "../sources/pattern.ts";
import { readLanguage } from "./languageFields.ts";
import type { Field, YamlReader } from "./reader.ts";

const example = "{ file: all.parquet, language: lang }";

/** Returns null when the side is missing or nothing in it is readable. */
export function readSources(
  reader: YamlReader,
  field: Field | undefined,
  side: DataSide,
): readonly DataSource[] | null {
  if (field === undefined) return null;
  if (!isSeq(field.node)) {
    const source = readSource(reader, field, side);
    if (source?.weight !== undefined) reportWeightAlone(reader, field);
    return source === null ? null : [source];
  }
  const items = reader.items(field);
  if (items.length === 0)
    reader.report(field.range, "no-data", `"${side}" is an empty list.`, `Write, for example, [${example}].`);
  const sources = items.map(item => readSource(reader, item, side));
  const read = sources.filter(source => source !== null);
  if (read.length < sources.length || read.length === 0) return null;
  const [only] = read.length === 1 ? read : [];
  if (only?.weight !== undefined) reportWeightAlone(reader, field);
  else reportMissingWeights(reader, items, read);
  return read;
}

function readSource(reader: YamlReader, field: Field, side: DataSide): DataSource | null {
  if (!isMap(field.node)) {
    const file = readFile(reader, field, side);
    const source = file === null ? null : { file };
    return source !== null &&
      isPinned(reader, field, source, side) &&
      hasLanguage(reader, field, source, side)
      ? source
      : null;
  }
  const before = errorsOf(reader);
  const entries = reader.section(field, `data.${side}`, example);
  const fileField = entries?.get("file");
  const file = fileField === undefined ? null : readFile(reader, fileField, "file");
  if (!entries || fileField === undefined || file === null) return null;
  const text = (name: "config" | "split" | "language"): Record<string, string> => {
    const value = reader.text(entries.get(name), name);
    return value === null ? {} : { [name]: value };
  };
  const source: DataSource = {
    file,
    ...text("config"),
    ...text("split"),
    ...text("language"),
    ...readIn(reader, entries.get("in")),
    ...readColumns(reader, entries.get("columns"), side),
    ...readWeight(reader, side === "train" ? entries.get("weight") : undefined),
    ...readCap(reader, entries.get("cap")),
  };
  isPinned(reader, fileField, source, "file");
  reportOfHubOnly(reader, entries, source);
  hasOneLanguage(reader, entries, source, side);
  return errorsOf(reader) === before ? source : null;
}

function readIn(reader: YamlReader, field: Field | undefined): Pick<DataSource, "in"> {
  const tag = field === undefined ? null : readLanguage(reader, field, "in");
  return tag === null ? {} : { in: tag };
}

/** Requires exactly one way to give the language: in names, in a column, or as one language for all rows. */
function hasOneLanguage(
  reader: YamlReader,
  entries: ReadonlyMap<string, Field>,
  source: DataSource,
  side: DataSide,
): void {
  const [column, one] = [entries.get("language"), entries.get("in")];
  const file = entries.get("file");
  const said = [
    ...(namesLanguages(source) ? [`in the file names, as ${languagePlaceholder}`] : []),
    ...(column === undefined ? [] : [`in the column "${source.language ?? ""}"`]),
    ...(one === undefined ? [] : [`as ${source.in ?? "one"} for all rows`]),
  ];
  const last = one ?? column;
  // A mistyped key is reported elsewhere.
  const isMistyped = [...entries.keys()].some(
    name => name !== "language" && closest(name, ["language"]) !== null,
  );
  if (said.length === 0 && file !== undefined && !isMistyped) hasLanguage(reader, file, source, side);
  else if (said.length > 1 && last !== undefined)
    reader.report(
      last.range,
      "two-languages",
      `The language is given ${said.join(", and ")}.`,
      "Keep one of them.",
    );
}

function errorsOf({ diagnostics }: YamlReader): number {
  return diagnostics.filter(({ severity }) => severity === "error").length;
}

/** `name` is the key of the path. */
function readFile(reader: YamlReader, field: Field, name: string): string | null {
  const file = reader.text(field, name);
  if (file === null) return null;
  const wrong = (file.match(/\{[^{}/\\]*\}/g) ?? []).find(placeholder => placeholder !== languagePlaceholder);
  if (wrong !== undefined) {
    reader.report(
      field.range,
      "bad-pattern",
      `Unknown placeholder ${wrong} in "${name}".`,
      `Use ${languagePlaceholder}.`,
      { meant: file.replaceAll(wrong, languagePlaceholder) },
    );
    return null;
  }
  if (isOfHub({ file })) return file;
  if (file.includes("\\")) {
    reader.report(
      field.range,
      "backslash",
      `"${name}" has a backslash, which only Windows understands.`,
      "Use / between folders.",
      { severity: "warning", meant: file.replaceAll("\\", "/") },
    );
  }
  return file;
}

/**
 * Requires a commit: a branch moves, so it does not identify the rows that a run used.
 *
 * @param name Key of the dataset.
 */
function isPinned(reader: YamlReader, field: Field, source: DataSource, name: string): boolean {
  if (!isOfHub(source)) return true;
  const { file } = source;
  const written = parseHubSource(file);
  if (written === null)
    reader.report(
      field.range,
      "bad-hub-id",
      `"${name}" does not name a Hub dataset.`,
      `Write, for example, hub:org/name@commit, or hub:org/name@commit/path/${languagePlaceholder}.jsonl.`,
    );
  else if (!isCommit(written.revision))
    reader.report(
      field.range,
      "hub-unpinned",
      written.revision === null
        ? `${written.id} has no commit, so its rows may change between runs.`
        : `${written.id} refers to ${written.revision}, which is not a commit, so its rows may change between runs.`,
      `Add all 40 digits of a commit, hub:${written.id}@…. Downloading the dataset determines it.`,
      { download: toDownload(source) },
    );
  return written !== null && isCommit(written.revision);
}

/** Requires a way to tell the language: otherwise every language would be read from all rows. */
function hasLanguage(reader: YamlReader, field: Field, source: DataSource, side: DataSide): boolean {
  if (namesLanguages(source)) return true;
  const { file } = source;
  const ofHub = isOfHub(source);
  const byColumn = `${ofHub ? "name" : "Or name"} the column that holds each row's language, { file: ${ofHub ? file : "all.parquet"}, language: COLUMN }, or the language of all rows, { file: ${ofHub ? file : "all.parquet"}, in: en }.`;
  reader.report(
    field.range,
    "bad-pattern",
    `"${String(field.path.findLast(part => typeof part === "string") ?? side)}" has no ${languagePlaceholder}: every language would be read from the same file.`,
    ofHub
      ? `Put ${languagePlaceholder} into its config or split, or ${byColumn}`
      : `Write, for example, data/${side}/${languagePlaceholder}.jsonl. ${byColumn}`,
    { meant: ofHub ? null : withPlaceholder(file) },
  );
  return false;
}

/**
 * Suggests `data/{language}.jsonl` for `data/en.jsonl`. Returns null when no part of the name is a language.
 */
function withPlaceholder(pattern: string): string | null {
  const parts = pattern.split(/([/._])/);
  const at = parts.findLastIndex(part => /^[a-z]{2,3}(-|$)/i.test(part) && isLanguageTag(part));
  return at < 0 ? null : parts.with(at, languagePlaceholder).join("");
}

function readColumns(
  reader: YamlReader,
  field: Field | undefined,
  side: DataSide,
): Pick<DataSource, "columns"> {
  if (field === undefined) return {};
  const entries = reader.section(field, `data.${side}.columns`, "columns: { prompt: question }");
  const columns: Partial<Record<ColumnField, string>> = {};
  for (const name of columnFields) {
    const column = reader.text(entries?.get(name), name);
    if (column !== null) columns[name] = column;
  }
  return { columns };
}

function readWeight(reader: YamlReader, field: Field | undefined): Pick<DataSource, "weight"> {
  return field === undefined ? {} : { weight: reader.number(field, "weight", { above: 0 }, 1) };
}

function readCap(reader: YamlReader, field: Field | undefined): Pick<DataSource, "cap"> {
  return field === undefined ? {} : { cap: reader.number(field, "cap", { whole: true, min: 1 }, 1) };
}

function reportOfHubOnly(reader: YamlReader, entries: ReadonlyMap<string, Field>, source: DataSource): void {
  const named = parseHubSource(source.file);
  if (named?.path === null) return;
  for (const name of ["config", "split"]) {
    const field = entries.get(name);
    if (field === undefined) continue;
    reader.report(
      field.keyRange,
      "unused-key",
      named === null
        ? `"${name}" has no effect on a file: it selects part of a Hub dataset.`
        : `"${name}" has no effect next to a path: ${named.path} already selects the files.`,
      named === null ? "Remove it, or write file: hub:org/name@commit." : "Remove it, or the path.",
    );
  }
}

function reportWeightAlone(reader: YamlReader, field: Field): void {
  reader.report(
    field.range,
    "unused-key",
    `"weight" has no effect on a single source: it is relative to other sources.`,
    "Remove it, or add other sources to the list.",
  );
}

/** Reports a source without a weight next to sources with one, since its share would be ambiguous. */
function reportMissingWeights(
  reader: YamlReader,
  items: readonly Field[],
  sources: readonly DataSource[],
): void {
  const without = sources.findIndex(({ weight }) => weight === undefined);
  const item = items[without];
  if (item === undefined || sources.every(({ weight }) => weight === undefined)) return;
  reader.report(
    item.range,
    "missing-weight",
    "This source has no weight, but others in the list do.",
    "Give every source a weight, or none: without weights all rows are equally likely.",
  );
}

/**
 * Reports development data that are also used for training or evaluation. Comparing names suffices here;
 * copies of files are found by the check for leaks.
 */
export function reportSameData(reader: YamlReader, field: Field | undefined, data: DataSection): void {
  for (const other of ["train", "eval"] as const) {
    const shared = data.dev?.some(one => data[other]?.some(source => sameFiles(one, source)) === true);
    if (field === undefined || shared !== true) continue;
    const what =
      other === "eval"
        ? "settings would be chosen on the data that later judge them"
        : "the fit to training data is no basis for choosing settings";
    reader.report(
      field.range,
      "same-data",
      `"dev" and "${other}" are the same files: ${what}.`,
      `Use separate files for "dev", with rows that are in neither of the others.`,
    );
  }
}
