// Stores the index of data files between sessions: one small file each, with another for its ids.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../node/atomicWrite.ts";
import { temporaryMark } from "../../node/temporaryFiles.ts";
import type { FileIndex, IndexedSource } from "./indexFile.ts";
import type { LanguageIndex } from "./indexLanguage.ts";

/** Version of the format below and of how rows are read. Files with another version are indexed again. */
const version = 8;
/** Part of all names, so that entries of older versions are recognised and removed. */
const mark = `.v${version}.`;
/** Maximum number of files in the folder. Beyond it, the least recently used are removed. */
const maxFiles = 2_000;

interface Entry extends Omit<StoredIndex, "languages" | "whole"> {
  readonly version: number;
  readonly path: string;
  /** Languages in the order of their ids in that file. */
  readonly languages: readonly (Omit<LanguageIndex, "ids" | "sample"> & {
    readonly language: string;
    /** Number of ids. */
    readonly ids: number;
  })[];
  /** Name of the file of ids, in the same folder. */
  readonly ids: string;
}

/** Mean tokens of an example, by model and language. */
export type TokenMeans = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface StoredIndex extends FileIndex {
  readonly tokens: TokenMeans;
}

export class IndexStore {
  readonly #folder: string;

  /** @param folder Created when something is stored. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns the index; null if there is none or the file has changed since. */
  find(source: IndexedSource): StoredIndex | null {
    try {
      const { size, mtimeMs } = statSync(source.file.path);
      const place = this.#place(source);
      const entry = JSON.parse(readFileSync(place, "utf8")) as Entry;
      if (entry.version !== version || entry.path !== source.file.path) return null;
      if (entry.stamp.size !== size || entry.stamp.mtimeMs !== mtimeMs) return null;
      const bytes = readFileSync(join(this.#folder, entry.ids));
      const ids = new Float64Array(bytes.length / Float64Array.BYTES_PER_ELEMENT);
      new Uint8Array(ids.buffer).set(bytes);
      const now = new Date();
      utimesSync(place, now, now);
      let from = 0;
      const languages = entry.languages.map(({ language, ids: count, ...rest }): [string, LanguageIndex] => {
        from += count;
        return [language, { ...rest, sample: [], ids: ids.slice(from - count, from) }];
      });
      const { stamp, count, faults, problem, tokens } = entry;
      return { stamp, count, faults, problem, tokens, languages: new Map(languages), whole: true };
    } catch {
      return null; // missing, or not as written: it is rebuilt
    }
  }

  /** @throws The file system's errors. */
  keep(source: IndexedSource, index: StoredIndex): void {
    const place = this.#place(source);
    const key = this.#key(source);
    const { size, mtimeMs } = index.stamp;
    const ids = `${key}-${size.toString(36)}-${Math.round(mtimeMs).toString(36)}${mark}ids`;
    const all = [...index.languages.values()].map(({ ids: { buffer, byteOffset, byteLength } }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    );
    // Ids come first, so that an entry never refers to a missing file.
    writeFileAtomically(join(this.#folder, ids), Buffer.concat(all));
    const { stamp, count, faults, problem, tokens } = index;
    const languages = [...index.languages].map(([language, { sample: _, ...found }]) => ({
      ...found,
      language,
      ids: found.ids.length,
    }));
    const { path } = source.file;
    const entry: Entry = { version, path, stamp, count, faults, problem, tokens, languages, ids };
    writeFileAtomically(place, JSON.stringify(entry));
    for (const name of readdirSync(this.#folder)) {
      const older = name.startsWith(`${key}-`) && name !== ids;
      if (older || !(name.includes(mark) || name.includes(temporaryMark)))
        rmSync(join(this.#folder, name), { force: true });
    }
    this.#prune();
  }

  #prune(): void {
    const names = readdirSync(this.#folder).filter(name => !name.includes(temporaryMark));
    if (names.length <= maxFiles) return;
    const entries = names
      .filter(name => name.endsWith(".json"))
      .map(name => ({
        name,
        used: statSync(join(this.#folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
      }))
      .sort((a, b) => a.used - b.used);
    for (const { name } of entries.slice(0, entries.length / 2)) {
      const key = name.slice(0, name.indexOf("."));
      for (const other of names) {
        if (other.startsWith(key)) rmSync(join(this.#folder, other), { force: true });
      }
    }
  }

  #key({ file, source, prefix, purpose, first }: IndexedSource): string {
    const { language, columns, cap } = source;
    const decisive = [purpose, file.language, file.path, language, columns, cap, prefix, first];
    return createHash("sha256").update(JSON.stringify(decisive)).digest("hex").slice(0, 24);
  }

  #place(source: IndexedSource): string {
    return join(this.#folder, `${this.#key(source)}${mark}json`);
  }
}
