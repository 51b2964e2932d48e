// Samples of run folders on demand: an index of each file, and only the lines that are asked for.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { type SampleIndex, SampleIndexer } from "../../core/results/sampleIndex.ts";
import { parseSampleLine } from "../../core/results/sampleLine.ts";
import { runFiles, type SampleRecord } from "../../core/run/records.ts";
import { type ByteFile, withByteFile } from "../../platform/byteFile.ts";
import { statFile } from "../../platform/files.ts";

/** Read at a time: the host answers other things in between. */
const pieceBytes = 1 << 18;
/** Indexes kept: 64 runs of 7,400 samples take some 40 MB. */
const maxIndexes = 64;

const decoder = new TextDecoder();

interface KeptIndex {
  readonly stamp: string;
  readonly index: Promise<SampleIndex>;
}

export class SampleLibrary {
  readonly #indexes = new Map<string, KeptIndex>();
  readonly #ids = new Map<string, string>();

  /** @throws HumanError where the run kept no samples. */
  async index(run: vscode.Uri): Promise<SampleIndex> {
    const file = samplesFile(run);
    const stat = await statFile(file);
    const key = file.toString();
    if (stat === null) {
      this.#indexes.delete(key);
      throw new HumanError("This run kept no samples.", { remedy: "Evaluate it again (pinch eval)." });
    }
    const stamp = `${stat.mtime} ${stat.size}`;
    const known = this.#indexes.get(key);
    this.#indexes.delete(key); // the newest asked for comes last
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

  /** In the order of `rows`; null where the file has changed and there is no sample any more. */
  async read(run: vscode.Uri, rows: readonly (number | undefined)[]): Promise<(SampleRecord | null)[]> {
    const index = await this.index(run);
    return withByteFile(samplesFile(run), async file => {
      const found: (SampleRecord | null)[] = [];
      for (const row of rows) found.push(row === undefined ? null : await readRow(file, index, row));
      return found;
    });
  }

  /** Calls with the samples of these rows, rising, some at a time; stops where `visit` says false. */
  async scan(
    run: vscode.Uri,
    rows: readonly number[],
    visit: (row: number, sample: SampleRecord) => void,
    options: {
      /** False: nobody waits for it any more. */
      readonly wanted: () => boolean;
      /** A quick look at the line before it is read as a sample; false: it can't be of interest. */
      readonly mayFit?: (line: string) => boolean;
    },
  ): Promise<void> {
    const index = await this.index(run);
    await withByteFile(samplesFile(run), async file => {
      let next = 0;
      while (next < rows.length && options.wanted()) {
        const first = index.span(rows[next] ?? 0);
        let end = next;
        let last = first.start + first.length;
        while (end + 1 < rows.length) {
          const span = index.span(rows[end + 1] ?? 0);
          if (span.start + span.length - first.start > pieceBytes) break;
          last = span.start + span.length;
          end++;
        }
        const bytes = await file.read(first.start, last - first.start);
        for (; next <= end; next++) {
          const row = rows[next] ?? 0;
          const span = index.span(row);
          const at = span.start - first.start;
          const line = decoder.decode(bytes.subarray(at, at + span.length));
          const sample = options.mayFit?.(line) === false ? null : parseSampleLine(line);
          if (sample !== null) visit(row, sample);
        }
      }
    });
  }
}

export function samplesFile(run: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(run, runFiles.samples);
}

async function readIndex(uri: vscode.Uri, intern: (id: string) => string): Promise<SampleIndex> {
  const indexer = new SampleIndexer(intern);
  await withByteFile(uri, async file => {
    for (let offset = 0; ; offset += pieceBytes) {
      const piece = await file.read(offset, pieceBytes);
      indexer.push(piece);
      if (piece.length < pieceBytes) return;
    }
  });
  return indexer.index;
}

async function readRow(file: ByteFile, index: SampleIndex, row: number): Promise<SampleRecord | null> {
  const { start, length } = index.span(row);
  return parseSampleLine(decoder.decode(await file.read(start, length)));
}
