// Reads the rows of a Parquet file, a few megabytes at a time.

import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type RowGroup,
} from "hyparquet";
import { getTreePath, isFlatColumn } from "hyparquet/src/schema.js";
import { HumanError, messageOf } from "../../common/errors.ts";
import { systemCode } from "../../common/systemErrors.ts";
import { boundedCompressors } from "./parquetCompressors.ts";
import { PageFault, type PageLocation, pagesOf } from "./parquetPages.ts";
import { type Dataset, maxColumns, type RowBatch } from "./readRow.ts";
import { endOfThrift, ThriftFault } from "./thriftBounds.ts";

/** Target size of a decoded batch in bytes, as far as pages allow. */
const batchBytes = 8 * 2 ** 20;
const batchRows = 12_500;
/** Maximum size of row groups that can't be read in parts, because their pages don't begin with a row. */
const largestGroup = 256 * 2 ** 20; // bytes
/** Marks the beginning of the file. */
const magic = "PAR1";

export async function isParquet(path: string): Promise<boolean> {
  const handle = await open(path, "r");
  try {
    const bytes = Buffer.alloc(magic.length);
    await handle.read(bytes, 0, magic.length, 0);
    return bytes.toString("latin1") === magic;
  } finally {
    await handle.close();
  }
}

/** @throws HumanError */
export async function openParquet(
  path: string,
): Promise<Pick<Dataset, "fraction" | "batches"> & { readonly rowCount: number }> {
  const metadata = await withFile(path, file => readMetadata(file, path));
  const total = Number(metadata.num_rows);
  let read = 0;
  async function* batches(): AsyncGenerator<RowBatch> {
    const handle = await open(path, "r");
    try {
      const file = await bufferOf(handle);
      for (const [at, group] of metadata.row_groups.entries()) {
        for await (const rows of readGroup({ file, metadata, group, at, first: read, path })) {
          read += rows.length;
          yield rows.map(row => ({ row: plainRow(row), line: null }));
        }
      }
    } finally {
      await handle.close();
    }
  }
  return { rowCount: total, fraction: () => (total === 0 ? 1 : read / total), batches };
}

async function withFile<T>(path: string, use: (file: AsyncBuffer) => Promise<T>): Promise<T> {
  const handle = await open(path, "r");
  try {
    return await use(await bufferOf(handle));
  } finally {
    await handle.close();
  }
}

async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const from = start < 0 ? size + start : start;
      // The metadata of a truncated file refer to positions beyond its end.
      if (from < 0 || end > size) throw new PageFault(`it ends after ${size} bytes`);
      const bytes = new Uint8Array(Math.max(0, end - from));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
      if (bytesRead < bytes.length) throw new PageFault(`it ends after ${size} bytes`);
      return bytes.buffer;
    },
  };
}

/** Maximum size of the metadata; ten thousand row groups take about 30 MB. */
const largestContents = 64 * 2 ** 20; // bytes
/** Maximum number of numbers and texts in the metadata. */
const maxContents = 10_000_000;
/** Maximum nesting of lists and maps, each of which takes two or three levels. */
const deepestSchema = 64;
/** Size of the metadata's length and the magic bytes. */
const tailBytes = 8;

/** Reads the metadata and checks the sizes in them against the file and each other. @throws HumanError */
async function readMetadata(file: AsyncBuffer, path: string): Promise<FileMetaData> {
  const name = basename(path);
  let metadata: FileMetaData;
  try {
    await checkContents(file);
    metadata = await parquetMetadataAsync(file, { geoparquet: false });
  } catch (cause) {
    if (cause instanceof PageFault || cause instanceof ThriftFault)
      throw new HumanError(
        `${name} is a Parquet file with a damaged table of contents: ${messageOf(cause)}.`,
        {
          remedy: "Download or copy it again; if it happens again, convert it to JSON Lines.",
          cause,
        },
      );
    throw new HumanError(`${name} is a Parquet file that was cut short: its table of contents is missing.`, {
      remedy: "Download or copy it again in full.",
      cause,
    });
  }
  const fault = shapeFault(metadata);
  if (fault !== null)
    throw new HumanError(`${name} is a damaged Parquet file: ${fault}.`, {
      remedy: "Download or copy it again; if it happens again, convert it to JSON Lines.",
    });
  const columns = parquetSchema(metadata).children.length;
  if (columns <= maxColumns) return metadata;
  throw new HumanError(
    `${name} has ${columns.toLocaleString("en")} columns, and at most ${maxColumns.toLocaleString("en")} are read: rows of instructions have a few.`,
    { remedy: "Keep the columns of prompt, response and language only." },
  );
}

/** Checks the metadata before they are decoded. */
async function checkContents(file: AsyncBuffer): Promise<void> {
  const end = file.byteLength - tailBytes;
  const length = Buffer.from(await file.slice(end)).readUInt32LE();
  if (length > end) throw new Error("it is longer than the file");
  if (length > largestContents)
    throw new PageFault(
      `it has ${Math.ceil(length / 2 ** 20)} MB, and at most ${largestContents / 2 ** 20} are read`,
    );
  endOfThrift(new Uint8Array(await file.slice(end - length, end)), 0, maxContents);
}

/** Describes an inconsistency; null if there is none. */
function shapeFault({ schema, num_rows: rows, row_groups: groups }: FileMetaData): string | null {
  const sum = groups.reduce((all, group) => all + Number(group.num_rows), 0);
  if (groups.some(group => !(group.num_rows >= 0)) || sum !== Number(rows))
    return `it says that it has ${Number(rows).toLocaleString("en")} rows, and its groups have ${sum.toLocaleString("en")}`;
  /** Number of remaining children at each open level. */
  const open: number[] = [];
  for (const [at, { num_children: children = 0 }] of schema.entries()) {
    while (open.at(-1) === 0) open.pop();
    if (open.length > 0) open.push((open.pop() ?? 0) - 1);
    else if (at > 0) return "its list of columns continues past its end";
    if (children > schema.length) return "its list of columns breaks off";
    if (children > 0) open.push(children);
    if (open.length > deepestSchema) return `its columns are nested more than ${deepestSchema} deep`;
  }
  if (open.some(left => left > 0)) return "its list of columns breaks off";
  const twice = groups.some(group => {
    const paths = group.columns.map(({ meta_data: column }) => column?.path_in_schema.join("\n"));
    return new Set(paths).size < paths.length;
  });
  return twice ? "a column of it is there twice" : null;
}

interface Group {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly group: RowGroup;
  /** Index of the group, and of its first row in the file. */
  readonly at: number;
  readonly first: number;
  readonly path: string;
}

type Row = Record<string, unknown>;

async function* readGroup(from: Group): AsyncGenerator<Row[]> {
  const { file, metadata, group, at, first, path } = from;
  const rows = Number(group.num_rows);
  let done = 0;
  try {
    const { step, locations } = await partsOf(from);
    const pageLocationsByGroup = metadata.row_groups.map((_, i) => (i === at ? locations : undefined));
    for (; done < rows; done += step) {
      const options: Parameters<typeof parquetReadObjects>[0] & { pageLocationsByGroup: unknown } = {
        file,
        metadata,
        compressors: boundedCompressors,
        rowStart: first + done,
        rowEnd: first + Math.min(rows, done + step),
        // Supplies the library with the locations of pages if the file has no index.
        pageLocationsByGroup,
      };
      const read: Row[] = await parquetReadObjects(options);
      if (read.length < Math.min(step, rows - done) || read.some(hasHoles))
        throw new PageFault("it holds fewer values than it says");
      yield read;
    }
  } catch (cause) {
    if (cause instanceof HumanError || systemCode(cause) !== null) throw cause;
    throw new HumanError(
      `${basename(path)} can't be read from row ${(first + done + 1).toLocaleString("en")} on: ${messageOf(cause)}.`,
      { remedy: "Download or copy it again; if it happens again, convert it to JSON Lines.", cause },
    );
  }
}

function hasHoles(row: Row): boolean {
  return Object.values(row).includes(undefined);
}

/** Determines the rows per batch for reading a group, and the locations of its pages. */
async function partsOf({ file, metadata, group, path }: Group): Promise<{
  readonly step: number;
  readonly locations: Readonly<Record<string, readonly PageLocation[]>>;
}> {
  const rows = Number(group.num_rows);
  const tree = parquetSchema(metadata);
  const read = async (from: number, to: number) => new Uint8Array(await file.slice(from, to));
  const locations: Record<string, readonly PageLocation[]> = {};
  let bytes = 0;
  let whole = 0;
  for (const { meta_data: column } of group.columns) {
    if (column === undefined) throw new PageFault("a column of it is not described");
    const isFlat = isFlatColumn(getTreePath(tree, column.path_in_schema));
    const pages = await pagesOf(column, isFlat, rows, read);
    bytes += pages.bytes;
    if (pages.locations !== null) locations[column.path_in_schema.join(".")] = pages.locations;
    else whole += pages.bytes;
  }
  if (whole > largestGroup)
    throw new HumanError(
      `${basename(path)} has ${Math.ceil(whole / 2 ** 20)} MB of lists or maps in one group of rows, and at most ${largestGroup / 2 ** 20} are read at once.`,
      { remedy: "Write it with smaller groups of rows (in pandas: row_group_size=10000)." },
    );
  // Columns that have to be decoded from the beginning each time are decoded only once.
  const parts = whole > 0 ? 1 : Math.ceil(bytes / batchBytes);
  const step = Math.max(1, Math.ceil(rows / Math.max(1, parts)));
  return { step: whole > 0 ? rows : Math.min(step, batchRows), locations };
}

/** Converts integers to JSON numbers, or to text if a double can't represent them, so that ids stay exact. */
function plainRow(row: Row): Row {
  for (const name in row) {
    const value = row[name];
    if (typeof value === "bigint" || (typeof value === "object" && value !== null)) row[name] = plain(value);
  }
  return row;
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return plainRow({ ...value });
}
