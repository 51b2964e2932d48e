// Indexes one data file: counts, ids and a sample of its rows by language. Reads in pieces without loading
// all of it.

import { stat } from "node:fs/promises";
import { HumanError } from "../../common/errors.ts";
import { systemCode, systemError } from "../../common/systemErrors.ts";
import type { Purpose } from "../../core/dataset/layouts.ts";
import { RowFaults } from "../../core/dataset/rowFaults.ts";
import { evaluationReader, readExample } from "../../core/dataset/rows.ts";
import type { DataSource } from "../../core/mixture/dataSource.ts";
import { throwIfCancelled } from "../../node/cancelled.ts";
import type { DataProblem } from "../../protocol/data.ts";
import type { SourceFile } from "../dataFiles/sourceFile.ts";
import { readSourceRows } from "../dataFiles/sourceRows.ts";
import { FirstFault, type LanguageIndex, LanguageScan } from "./indexLanguage.ts";

interface FileStamp {
  readonly size: number; // bytes
  readonly mtimeMs: number;
}

export interface FileIndex {
  readonly stamp: FileStamp;
  /** Number of rows, including invalid ones. */
  readonly count: number;
  readonly languages: ReadonlyMap<string, LanguageIndex>;
  /** Number of errors outside any language: invalid rows, and errors of the file as a whole. */
  readonly faults: number;
  readonly problem: DataProblem | null;
  /**
   * False if the file can't be read to its end or changed in the meantime; it is then indexed again next
   * time.
   */
  readonly whole: boolean;
}

export interface IndexedSource {
  readonly file: SourceFile;
  readonly source: DataSource;
  readonly purpose: Purpose;
  /** Prefix of the ids of its rows. */
  readonly prefix: string;
  /** Number of rows in the source's files before this one. */
  readonly first: number;
}

export interface IndexOptions {
  readonly signal: AbortSignal;
  /** Called after each piece. */
  readonly onRead?: (bytes: number) => void;
}

/** Indexes a file. If it changes in the meantime, reads it a second time; if it changes again, says so. */
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
  const scan = new FileScan(source);
  const { path } = source.file;
  let stamp: FileStamp = { size: 0, mtimeMs: 0 };
  try {
    stamp = await stat(path);
    await scan.read(part => {
      throwIfCancelled(options.signal);
      options.onRead?.(part * stamp.size);
    });
    const now = await stat(path);
    const same = now.size === stamp.size && now.mtimeMs === stamp.mtimeMs;
    return scan.finish(stamp, same ? null : changed);
  } catch (error) {
    const refused = systemError(error, "The file can't be read");
    if (refused === null) throw error;
    const { message, remedy } = refused;
    return scan.finish(stamp, systemCode(error) === "ENOENT" ? gone : { message, remedy });
  }
}

/** Collects counts from the stream of rows. */
class FileScan {
  readonly #source: IndexedSource;
  readonly #languages = new Map<string, LanguageScan>();
  readonly #faults = new FirstFault();
  #count = 0;

  constructor(source: IndexedSource) {
    this.#source = source;
    const { language } = source.file;
    if (language !== null) this.#of(language);
  }

  #of(language: string): LanguageScan {
    const known = this.#languages.get(language);
    if (known !== undefined) return known;
    const { source, prefix, file } = this.#source;
    const scan = new LanguageScan({
      language,
      prefix,
      cap: source.cap,
      // All errors in a file of a single language belong to that language.
      faults: file.language === null ? new FirstFault() : this.#faults,
    });
    this.#languages.set(language, scan);
    return scan;
  }

  /** Uses the same reader as a run, so that both find the same errors. */
  async read(onPart: (fraction: number) => void): Promise<void> {
    const { file, source, first, purpose } = this.#source;
    const read = purpose === "training" ? readExample : evaluationReader(purpose);
    try {
      const { rows, missing } = await readSourceRows({
        file,
        source,
        first,
        faults: this.#faults,
        onPart,
        take: (raw, language, at) => {
          const scan = this.#of(language);
          const place = at === "" ? `Line ${raw.range.start.line + 1}: ` : at;
          const row = read(raw, language, new RowFaults(scan.faults.ofRow, raw.range, place));
          if (row === null) scan.faults.rows++;
          else scan.add(row);
        },
      });
      this.#count = rows;
      for (const { message, remedy } of missing) this.#faults.note(message, remedy);
      if (rows === 0 && this.#faults.problem === null)
        this.#faults.note("The file has no rows.", "Each line is one row: see Data in the README.");
    } catch (error) {
      if (!(error instanceof HumanError) || error.kind === "cancelled") throw error;
      this.#faults.note(error.message, error.remedy ?? "");
    }
  }

  /** @param problem Problem of the file as a whole, which takes precedence over those of its rows. */
  finish(stamp: FileStamp, problem: DataProblem | null): FileIndex {
    const languages = new Map<string, LanguageIndex>();
    const only = this.#source.file.language !== null;
    for (const [language, scan] of this.#languages) {
      const found = scan.finish();
      languages.set(language, only ? { ...found, problem: problem ?? found.problem } : found);
    }
    return {
      stamp: { size: stamp.size, mtimeMs: stamp.mtimeMs },
      count: this.#count,
      languages,
      faults: only ? 0 : this.#faults.count,
      problem: problem ?? (only ? null : this.#faults.problem),
      whole: problem === null,
    };
  }
}
