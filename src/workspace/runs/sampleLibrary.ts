// Samples of run folders on demand: indexes each file and reads only the requested lines.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { runFiles, type SampleRecord } from "../../core/records/records.ts";
import { parseRunRecord } from "../../core/records/runRecord.ts";
import { isOwnFile } from "../../core/records/seal.ts";
import { type SampleIndex, SampleIndexer } from "../../core/samples/sampleIndex.ts";
import { parseSampleLine } from "../../core/samples/sampleLine.ts";
import { type LineSpan, matchingLines } from "../../core/samples/textSearch.ts";
import { Sha256, sha256OfText } from "../../node/sha256.ts";
import { asLatin1, type ByteFile, withByteFile } from "../../platform/byteFile.ts";
import { readText, statFile } from "../../platform/files.ts";

/** Bytes read at a time, between which the extension host handles other events. */
const pieceBytes = 1 << 18;
/** Number of indexes kept: 64 runs of 7,400 samples take some 40 MB. */
const maxIndexes = 64;

const decoder = new TextDecoder();

interface KeptIndex {
  readonly stamp: string;
  readonly index: Promise<SampleIndex>;
}

export class SampleLibrary {
  readonly #indexes = new Map<string, KeptIndex>();
  readonly #ids = new Map<string, string>();

  /** @throws HumanError if the run has no samples. */
  async index(run: vscode.Uri): Promise<SampleIndex> {
    const file = samplesFile(run);
    const stat = await statFile(file);
    const key = file.toString();
    if (stat === null) {
      this.#indexes.delete(key);
      throw new HumanError("This run has no samples.", { remedy: "Evaluate it again (pinch eval)." });
    }
    const stamp = `${stat.mtime} ${stat.size}`;
    const known = this.#indexes.get(key);
    this.#indexes.delete(key); // moves the key to the end, as most recently used
    const kept = known?.stamp === stamp ? known : { stamp, index: readIndex(file, id => this.#one(id)) };
    this.#indexes.set(key, kept);
    for (const [oldest] of this.#indexes) {
      if (this.#indexes.size <= maxIndexes) break;
      this.#indexes.delete(oldest);
    }
    kept.index.catch(() => this.#indexes.delete(key));
    return kept.index;
  }

  #one(id: string): string {
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    this.#ids.set(id, id);
    return id;
  }

  /** Samples in the order of `rows`; null where the file has changed and the sample is gone. */
  async read(run: vscode.Uri, rows: readonly (number | undefined)[]): Promise<(SampleRecord | null)[]> {
    const index = await this.index(run);
    return withByteFile(samplesFile(run), async file => {
      const found: (SampleRecord | null)[] = [];
      for (const row of rows) found.push(row === undefined ? null : await readRow(file, index, row));
      return found;
    });
  }

  /** Calls with the samples of these rows in ascending order, one piece of the file at a time. */
  async scan(
    run: vscode.Uri,
    rows: readonly number[],
    visit: (row: number, sample: SampleRecord) => void,
    options: ScanOptions,
  ): Promise<void> {
    const index = await this.index(run);
    await withByteFile(samplesFile(run), async file => {
      for (let next = 0; next < rows.length && options.wanted(); ) {
        const first = index.span(rows[next] ?? 0).start;
        const lines: LineSpan[] = [];
        for (let i = next; i < rows.length; i++) {
          const { start, length } = index.span(rows[i] ?? 0);
          if (lines.length > 0 && start + length - first > pieceBytes) break;
          lines.push({ start: start - first, length });
        }
        const last = lines.at(-1) ?? { start: 0, length: 0 };
        const bytes = await file.read(first, last.start + last.length);
        for (const place of candidates(bytes, lines, options.pattern)) {
          const { start, length } = lines[place] ?? last;
          const sample = parseSampleLine(decoder.decode(bytes.subarray(start, start + length)));
          if (sample !== null) visit(rows[next + place] ?? 0, sample);
        }
        next += lines.length;
      }
    });
  }
}

export interface ScanOptions {
  /** Returns false if the result is no longer needed. */
  readonly wanted: () => boolean;
  /** Only lines that it matches are read as samples; null for all. See `candidatePattern`. */
  readonly pattern: RegExp | null;
}

function candidates(bytes: Uint8Array, lines: readonly LineSpan[], pattern: RegExp | null): Iterable<number> {
  return pattern === null ? lines.keys() : matchingLines(asLatin1(bytes), lines, pattern);
}

export function samplesFile(run: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(run, runFiles.samples);
}

/** @throws HumanError if the samples are not the ones that the run recorded. */
async function requireOwn(samples: vscode.Uri, sha256: string): Promise<void> {
  const text = await readText(vscode.Uri.joinPath(samples, "..", runFiles.run));
  const parsed = text === null ? null : parseRunRecord(text, sha256OfText);
  // A faulty record is reported in the list of runs.
  if (parsed === null || "fault" in parsed || isOwnFile(parsed.value, runFiles.samples, sha256)) return;
  throw new HumanError(`${runFiles.samples} was changed since the run wrote it.`, {
    remedy: "Restore it from a copy, or let the model answer again (pinch eval).",
  });
}

async function readIndex(uri: vscode.Uri, intern: (id: string) => string): Promise<SampleIndex> {
  const indexer = new SampleIndexer(intern);
  const hash = new Sha256();
  await withByteFile(uri, async file => {
    for (let offset = 0; ; offset += pieceBytes) {
      const piece = await file.read(offset, pieceBytes);
      indexer.push(piece);
      hash.add(piece);
      if (piece.length < pieceBytes) return;
    }
  });
  await requireOwn(uri, hash.hex());
  return indexer.index;
}

async function readRow(file: ByteFile, index: SampleIndex, row: number): Promise<SampleRecord | null> {
  const { start, length } = index.span(row);
  return parseSampleLine(decoder.decode(await file.read(start, length)));
}
