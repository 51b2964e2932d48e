// Loads the rows of one data file for a run: small uncompressed files with the locations of all rows, others
// as a stream.
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { type Diagnostic, startOfFile } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import { capKey, capped } from "../../core/dataset/cap.ts";
import type { MissingColumn } from "../../core/dataset/columns.ts";
import type { Exchange } from "../../core/dataset/conversation.ts";
import { decodeUtf8 } from "../../core/dataset/decode.ts";
import type { Purpose } from "../../core/dataset/layouts.ts";
import { Lowest } from "../../core/dataset/lowest.ts";
import { FileFaults, RowFaults } from "../../core/dataset/rowFaults.ts";
import { type ReadRow, readFile, type SeenIds } from "../../core/dataset/rows.ts";
import type { DataSource } from "../../core/mixture/dataSource.ts";
import { sha256OfFile } from "../../node/sha256.ts";
import { isJsonText, unreadable } from "./datasetRows.ts";
import { largestHeld, readDataFile } from "./readDataFile.ts";
import type { SourceFile } from "./sourceFile.ts";
import { rangeOf, readSourceRows } from "./sourceRows.ts";

interface Item {
  readonly id: string;
  readonly prompt: string;
  readonly response?: string;
  readonly reference?: string;
  readonly earlier?: readonly Exchange[];
}

/** Parser for the rows of training, evaluation or development data. */
export interface SideReader<Row> {
  readonly purpose: Purpose;
  readonly read: ReadRow<Row>;
}

export interface FileRows<Row> {
  readonly sha256: string;
  /** Valid rows by language, in the order of the file; at most as many of each as the source's limit. */
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  /** Number of rows, including invalid ones. */
  readonly count: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Columns that the source names but no row has. */
  readonly missing: readonly MissingColumn[];
}

/**
 * Loads one file of a source.
 * @param first Number of rows in the source's files before this one.
 * @param seen Ids in the source's files before this one, by language.
 */
export async function loadFile<Row extends Item>(
  file: SourceFile,
  source: DataSource,
  side: SideReader<Row>,
  first: number,
  seen: Map<string, SeenIds>,
): Promise<FileRows<Row>> {
  const { path, language } = file;
  const stats = statSync(path, { throwIfNoEntry: false });
  const isSmall = source.cap === undefined || (stats?.size ?? 0) <= largestHeld;
  if (language !== null && first === 0 && isSmall && (await isJsonText(path)))
    return loadText(path, language, source, side, seen);
  try {
    return await loadStream(file, source, side, first, seen);
  } catch (thrown) {
    const error = unreadable(path, thrown);
    if (!(error instanceof HumanError)) throw error;
    const { message, remedy } = error;
    const fault: Diagnostic = {
      severity: "error",
      code: "unreadable",
      message,
      remedy,
      file: path,
      range: startOfFile,
    };
    return { sha256: "", rows: emptyOf(language), count: 0, diagnostics: [fault], missing: [] };
  }
}

function loadText<Row extends Item>(
  path: string,
  language: string,
  { columns, cap }: DataSource,
  { purpose, read }: SideReader<Row>,
  seen: Map<string, SeenIds>,
): FileRows<Row> {
  const failed = (diagnostic: Diagnostic, sha256: string): FileRows<Row> => ({
    sha256,
    rows: emptyOf(language),
    count: 0,
    diagnostics: [diagnostic],
    missing: [],
  });
  const bytes = readDataFile(path);
  if (!(bytes instanceof Uint8Array)) return failed(bytes, "");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const text = decodeUtf8(bytes, path);
  if (typeof text !== "string") return failed(text, sha256);
  const options = { file: path, language, ...(columns && { columns }) };
  const { items, pieces, diagnostics, missing } = readFile(text, options, purpose, read, seen);
  return { sha256, rows: new Map([[language, capped(items, cap)]]), count: pieces, diagnostics, missing };
}

function idsOf(seen: Map<string, SeenIds>, language: string): SeenIds {
  const ids = seen.get(language) ?? new Map<string, string>();
  seen.set(language, ids);
  return ids;
}

/** Starts with an empty list for the language of a file, so that it counts even without rows. */
function emptyOf<Row>(language: string | null): Map<string, readonly Row[]> {
  return new Map(language === null ? [] : [[language, []]]);
}

/** Maximum number of characters of the rows that are kept. Nothing is stored of the others. */
const maxCharacters = largestHeld;

async function loadStream<Row extends Item>(
  file: SourceFile,
  source: DataSource,
  { read }: SideReader<Row>,
  first: number,
  seen: Map<string, SeenIds>,
): Promise<FileRows<Row>> {
  const { path } = file;
  const before = statSync(path);
  const sha256 = sha256OfFile(path);
  const faults = new FileFaults(path);
  const kept = new Map<string, Lowest<Kept<Row>>>();
  let characters = 0;
  let taken = 0;
  const { rows: count, missing } = await readSourceRows({
    file,
    source,
    first,
    faults,
    take(raw, language, at) {
      const row = read(raw, language, new RowFaults(faults, raw.range, at));
      if (row === null) return;
      let ofLanguage = kept.get(language);
      if (ofLanguage === undefined) {
        ofLanguage = new Lowest(source.cap ?? Number.POSITIVE_INFINITY);
        kept.set(language, ofLanguage);
      }
      characters += lengthOf(row);
      const key = source.cap === undefined ? -taken++ : capKey(row.id);
      const left = ofLanguage.add(key, {
        row,
        number: raw.number,
        line: at === "" ? raw.range.start.line : -1,
      });
      if (left !== null) characters -= lengthOf(left.left.row);
      if (characters > maxCharacters) throw tooMuch(path);
    },
  });
  const after = statSync(path);
  if (after.size !== before.size || after.mtimeMs !== before.mtimeMs)
    throw new HumanError(`${path} changes while it is read: another program is writing it.`, {
      remedy: "Wait until it is written, then try again.",
    });
  if (count === 0)
    faults.error(startOfFile, "empty-file", "The file has no rows.", "Check that it is the file you mean.");
  const rows = emptyOf<Row>(file.language);
  for (const [language, lowest] of kept) {
    const ids = idsOf(seen, language);
    rows.set(
      language,
      lowest.items().flatMap(({ row, number, line }) => {
        const other = ids.get(row.id);
        if (other === undefined) {
          ids.set(row.id, line < 0 ? `in row ${number.toLocaleString("en")}` : `on line ${line + 1}`);
          return [row];
        }
        faults.error(
          rangeOf(line < 0 ? null : line + 1),
          "duplicate-id",
          `${line < 0 ? `Row ${number.toLocaleString("en")}: ` : ""}The id "${row.id}" is also ${other}, in ${language}.`,
          "Ids are unique within a language: rename one of them, or remove the row.",
        );
        return [];
      }),
    );
  }
  return { sha256, rows, count, diagnostics: faults.list(), missing };
}

interface Kept<Row> {
  readonly row: Row;
  /** One-based number among the rows of the file. */
  readonly number: number;
  /** Zero-based; -1 if the file has no lines. */
  readonly line: number;
}

function lengthOf({ prompt, response, reference, earlier = [] }: Item): number {
  const said = earlier.reduce((sum, turn) => sum + turn.prompt.length + turn.response.length, 0);
  return said + prompt.length + (response ?? reference ?? "").length;
}

function tooMuch(path: string): HumanError {
  return new HumanError(
    `${path} has more than ${maxCharacters / 2 ** 20} million characters of rows; a run holds its data in memory.`,
    { remedy: "Take fewer rows of each language: { file: …, cap: 10000 }." },
  );
}
