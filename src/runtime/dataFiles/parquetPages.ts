// Determines location and size of a Parquet column's pages from their headers, before any page is
// decompressed.
import type { ColumnMetaData } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";

import { endOfThrift } from "./thriftBounds.ts";

/** Maximum size of a page. Common writers make pages of a megabyte. */
export const largestPage = 256 * 2 ** 20; // bytes, decompressed
/** Maximum number of values in a page, since repeated values take no space. */
const maxValues = 2 ** 22;
/**
 * Header sizes to try, in bytes: a header contains the minimum and maximum value, which may be long texts.
 */
const headerBytes = [4_096, 65_536, 2 ** 20];

type PageHeader = ReturnType<typeof parquetHeader>;

/** Maximum number of numbers and texts in a header; real ones have about a dozen. */
const maxHeaderValues = 1_000;

/** Location of a page, as in a file's index. */
export interface PageLocation {
  readonly offset: bigint;
  /** Size including the header. */
  readonly compressed_page_size: number;
  readonly first_row_index: bigint;
}

/** Reason why a column's pages are not read. */
export class PageFault extends Error {}

export interface ColumnPages {
  /** Total decompressed size of the pages in bytes. */
  readonly bytes: number;
  /**
   * Locations of pages that begin with a row, which can be read separately; null if the rows of each page are
   * unknown.
   */
  readonly locations: readonly PageLocation[] | null;
}

/**
 * @param read Returns the file's bytes between two offsets; fewer at its end.
 * @param rows Expected number of rows in the column.
 */
export async function pagesOf(
  column: ColumnMetaData,
  isFlat: boolean,
  rows: number,
  read: (from: number, to: number) => Promise<Uint8Array>,
): Promise<ColumnPages> {
  const start = Number(column.dictionary_page_offset || column.data_page_offset);
  const end = start + Number(column.total_compressed_size);
  const headers = new Headers(read, end);
  const locations: PageLocation[] = [];
  let bytes = 0;
  let row = 0;
  let known = true;
  for (let at = start; at < end - 1 && !(isFlat && row >= rows); ) {
    const { header, length } = await headers.at(at);
    const packed = header.compressed_page_size;
    const values = valuesOf(header);
    refuse(header, values, at + length + packed > end);
    bytes += header.uncompressed_page_size;
    if (header.type !== "DICTIONARY_PAGE") {
      locations.push({
        offset: BigInt(at),
        compressed_page_size: length + packed,
        first_row_index: BigInt(row),
      });
      const pageRows = header.data_page_header_v2?.num_rows ?? (isFlat ? values : null);
      if (pageRows === null) known = false;
      row += pageRows ?? 0;
    }
    at += length + packed;
  }
  if (known && row !== rows)
    throw new PageFault(
      `the column "${column.path_in_schema.join(".")}" holds ${row.toLocaleString("en")} rows of ${rows.toLocaleString("en")}`,
    );
  return { bytes, locations: known ? locations : null };
}

function valuesOf(header: PageHeader): number {
  return (
    header.data_page_header?.num_values ??
    header.data_page_header_v2?.num_values ??
    header.dictionary_page_header?.num_values ??
    0
  );
}

function refuse(header: PageHeader, values: number, isCut: boolean): void {
  const { uncompressed_page_size: unpacked, compressed_page_size: packed } = header;
  if (!(unpacked >= 0) || !(packed >= 0) || !(values >= 0) || isCut)
    throw new PageFault("a page of it is damaged");
  if (unpacked > largestPage)
    throw new PageFault(
      `a page of it unpacks to ${Math.ceil(unpacked / 2 ** 20)} MB, and at most ${largestPage / 2 ** 20} are read`,
    );
  if (values > maxValues)
    throw new PageFault(
      `a page of it holds ${values.toLocaleString("en")} values, and at most ${maxValues.toLocaleString("en")} are read`,
    );
}

/** Reads consecutive headers, several from each piece of the file. */
class Headers {
  readonly #read: (from: number, to: number) => Promise<Uint8Array>;
  readonly #end: number;
  #from = 0;
  #bytes: Uint8Array = new Uint8Array();

  constructor(read: (from: number, to: number) => Promise<Uint8Array>, end: number) {
    this.#read = read;
    this.#end = end;
  }

  async at(offset: number): Promise<{ readonly header: PageHeader; readonly length: number }> {
    const known = this.#parse(offset);
    if (known !== null) return known;
    for (const count of headerBytes) {
      this.#from = offset;
      this.#bytes = await this.#read(offset, Math.min(this.#end, offset + count));
      const found = this.#parse(offset);
      if (found !== null) return found;
    }
    throw new PageFault("the header of a page is damaged");
  }

  #parse(offset: number): { header: PageHeader; length: number } | null {
    const bytes = this.#bytes.subarray(Math.max(0, offset - this.#from));
    if (offset < this.#from || bytes.length < 8) return null;
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
    try {
      endOfThrift(bytes, 0, maxHeaderValues);
      const header = parquetHeader(reader);
      return reader.offset <= bytes.length ? { header, length: reader.offset } : null;
    } catch {
      return null; // continues beyond the piece, or is not a header
    }
  }
}
