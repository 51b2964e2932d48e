// What is in one data file: counts, ids and a sample of its rows, read in pieces and never held whole.
import { type FileHandle, open, stat } from "node:fs/promises";
import { messageOf } from "../../common/errors.ts";
import { type Random, randomInt, seededRandom } from "../../common/random.ts";
import { IdCollector } from "../../core/data/ids.ts";
import type { Purpose } from "../../core/dataset/layouts.ts";
import { otherKind } from "../../core/dataset/otherKind.ts";
import { parseDataset, parseEvaluation } from "../../core/dataset/rows.ts";
import type { DataProblem } from "../../protocol/data.ts";
import { throwIfCancelled } from "../recipes/cancelled.ts";
import { type RowBytes, RowSplitter } from "./indexSplit.ts";

export const indexLimits = {
  /** Bytes of one row: the longest of public datasets have some hundred thousand. */
  row: 8 * 2 ** 20,
  /** Bytes read at a time. */
  piece: 2 ** 20,
  /** Rows kept to count tokens in: a mean over so many is within a few per cent. */
  sampled: 64,
  /** UTF-16 units kept of a sampled side: the rest is counted as if it were like these. */
  sampledText: 16_000,
} as const;

/** Of a row that tokens are counted in; `scale` is how much longer the row is than what was kept of it. */
export interface SampledRow {
  readonly prompt: string;
  readonly response: string;
  readonly scale: number;
}

export interface FileStamp {
  readonly size: number; // bytes
  readonly mtimeMs: number;
}

export interface FileIndex {
  readonly stamp: FileStamp;
  readonly rows: number;
  readonly characters: number;
  readonly faults: number;
  readonly problem: DataProblem | null;
  readonly sample: readonly SampledRow[];
  /** Sorted hashes, each once. */
  readonly ids: Float64Array<ArrayBuffer>;
  /** False where the file can't be read to its end, or changed meanwhile: it is looked at again next time. */
  readonly whole: boolean;
}

export interface IndexedSource {
  readonly path: string; // absolute
  readonly language: string;
  readonly purpose: Purpose;
}

export interface IndexOptions {
  readonly signal: AbortSignal;
  /** Told after each piece. */
  readonly onRead?: (bytes: number) => void;
}

/** Reads it twice where it changes meanwhile, and then says so. */
export async function indexFile(source: IndexedSource, options: IndexOptions): Promise<FileIndex> {
  const first = await readOnce(source, options);
  return first.problem === changed ? readOnce(source, options) : first;
}

const changed: DataProblem = {
  message: "The file changes while it is read: another program is writing it.",
  remedy: "Wait until it is written; Pinch then reads it again.",
};
const gone: DataProblem = {
  message: "The file was deleted or moved while it was read.",
  remedy: "Put it back, or correct the pattern after `data:` in the mixture file.",
};

async function readOnce(source: IndexedSource, options: IndexOptions): Promise<FileIndex> {
  const scan = new RowScan(source);
  let stamp: FileStamp = { size: 0, mtimeMs: 0 };
  let file: FileHandle | null = null;
  try {
    file = await open(source.path, "r");
    stamp = await file.stat();
    const read = await readPieces(file, stamp.size, scan, options);
    const now = await stat(source.path);
    const same = now.size === stamp.size && now.mtimeMs === stamp.mtimeMs && read === stamp.size;
    return scan.finish(stamp, same || scan.refused ? null : changed);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === undefined) throw error;
    return scan.finish(stamp, code === "ENOENT" ? gone : unreadable(error));
  } finally {
    await file?.close();
  }
}

function unreadable(error: unknown): DataProblem {
  return {
    message: `The file can't be read (${messageOf(error)}).`,
    remedy: "Check its permissions, and that its disk is connected.",
  };
}

/** Bytes read: at most `size`, so that a file that grows as fast as it is read comes to an end. */
async function readPieces(
  file: FileHandle,
  size: number,
  scan: RowScan,
  options: IndexOptions,
): Promise<number> {
  const buffer = new Uint8Array(Math.max(1, Math.min(indexLimits.piece, size)));
  let total = 0;
  while (!scan.refused && total < size) {
    throwIfCancelled(options.signal);
    const wanted = Math.min(buffer.length, size - total);
    const { bytesRead } = await file.read(buffer, 0, wanted, total);
    if (bytesRead === 0) break;
    scan.push(buffer.subarray(0, bytesRead), total);
    total += bytesRead;
    options.onRead?.(total);
  }
  return total;
}

/** Counts what goes by. */
class RowScan {
  /** Nothing of the file can be read: the rest is left alone. */
  refused = false;
  readonly #source: IndexedSource;
  readonly #splitter: RowSplitter;
  readonly #ids = new IdCollector();
  readonly #random: Random;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  readonly #sample: SampledRow[] = [];
  #pieces = 0;
  #rows = 0;
  #characters = 0;
  #faults = 0;
  #problem: DataProblem | null = null;

  constructor(source: IndexedSource) {
    this.#source = source;
    this.#random = seededRandom("index", source.language);
    this.#splitter = new RowSplitter(indexLimits.row, row => this.#take(row));
  }

  push(bytes: Uint8Array, offset: number): void {
    const other = offset === 0 ? otherKind(bytes) : null;
    if (other === null) this.#splitter.push(bytes);
    else {
      this.refused = true;
      this.#fault(`The file is ${other.what}.`, other.remedy);
    }
  }

  finish(stamp: FileStamp, problem: DataProblem | null): FileIndex {
    const { closed, more } = this.#splitter.end();
    if (!closed) this.#fault("The JSON array is not closed.", "The file may be incomplete; it ends with ].");
    if (more)
      this.#fault(
        "There is more after the end of the JSON array.",
        "Write each row on a line of its own, or all into one array.",
      );
    const { ids, duplicates } = this.#ids.finish();
    if (duplicates > 0) {
      this.#fault(
        `${duplicates} ${duplicates === 1 ? "row has an id" : "rows have ids"} that another row of the file has.`,
        "Ids are unique within a file: rename them, or remove the rows.",
      );
    }
    if (this.#pieces === 0 && !this.refused)
      this.#fault("The file has no rows.", "Each line is one row: see Data in the README.");
    return {
      stamp: { size: stamp.size, mtimeMs: stamp.mtimeMs },
      rows: this.#rows - duplicates,
      characters: this.#characters,
      faults: this.#faults + Math.max(0, duplicates - 1),
      problem: problem ?? this.#problem,
      sample: this.#sample,
      ids,
      whole: problem === null,
    };
  }

  #take({ bytes, line }: RowBytes): void {
    this.#pieces++;
    const at = `Line ${line}`;
    if (bytes === null) {
      const limit = `${indexLimits.row / 2 ** 20} MB`;
      this.#fault(
        `${at} is longer than ${limit}, which is no example.`,
        "Put each row on a line of its own, or remove this one.",
      );
      return;
    }
    if (bytes.includes(0)) {
      this.#fault(
        `${at} has a zero byte: the file is damaged, or no text.`,
        "Write the file again from its source, as UTF-8 text.",
      );
      return;
    }
    const text = this.#decode(bytes);
    if (text === null) this.#fault(`${at} is not UTF-8.`, "Save the file as UTF-8.");
    else this.#read(text, at);
  }

  #decode(bytes: Uint8Array): string | null {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      return null;
    }
  }

  /** With the code that a run reads rows with, so that both find the same faults. */
  #read(text: string, at: string): void {
    const { purpose, language, path: file } = this.#source;
    const options = { file, language };
    const parsed =
      purpose === "training" ? parseDataset(text, options) : parseEvaluation(text, options, purpose);
    const [row] = "examples" in parsed ? parsed.examples : parsed.rows;
    const fault = parsed.diagnostics.find(({ severity }) => severity === "error");
    if (row === undefined || fault !== undefined) {
      this.#fault(`${at}: ${fault?.message ?? "it holds no row."}`, fault?.remedy ?? "Correct it.");
      return;
    }
    const derived = row.id === "row-1" && !text.includes('"row-1"');
    this.#ids.add(derived ? `row-${this.#pieces}` : row.id);
    this.#rows++;
    const response = "response" in row ? row.response : (row.reference ?? "");
    const earlier = "earlier" in row ? (row.earlier ?? []) : [];
    const said = earlier.flatMap(turn => [turn.prompt, turn.response]);
    this.#characters += [...said, row.prompt, response].reduce((sum, text) => sum + codePoints(text), 0);
    // Tokens are counted as if all that was said before were part of the prompt.
    this.#keep([...said, row.prompt].join("\n"), response);
  }

  /** Reservoir sampling: every row has the same chance, whatever their number. */
  #keep(prompt: string, response: string): void {
    const { sampled, sampledText } = indexLimits;
    const place = this.#rows <= sampled ? this.#rows - 1 : randomInt(this.#random, this.#rows);
    if (place >= sampled) return;
    const kept = { prompt: prompt.slice(0, sampledText), response: response.slice(0, sampledText) };
    const scale = (prompt.length + response.length) / (kept.prompt.length + kept.response.length);
    this.#sample[place] = { ...kept, scale };
  }

  #fault(message: string, remedy: string): void {
    this.#faults++;
    this.#problem ??= { message, remedy };
  }
}

function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
  return count;
}
