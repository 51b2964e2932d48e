// Finds the samples that match a query, in one run or several side by side, and reads windows of them.
import type * as vscode from "vscode";
import type { SampleRecord } from "../../core/records/records.ts";
import { candidatePattern, folded } from "../../core/samples/textSearch.ts";
import type { SampleRow, SamplesFound, SamplesQuery } from "../../protocol/resultsView.ts";
import type { SampleLibrary } from "../../workspace/runs/sampleLibrary.ts";

type Library = Pick<SampleLibrary, "index" | "read" | "scan">;

export interface SearchedRun {
  readonly folder: string;
  readonly uri: vscode.Uri;
}

/** Runs one query at a time: a newer one cancels the previous one. */
export class SampleSearch {
  readonly #library: Library;
  #runs: readonly SearchedRun[] = [];
  #rows: readonly number[] = [];
  #number = 0;

  constructor(library: Library) {
    this.#library = library;
  }

  /**
   * Filters the samples of the first run and joins those of the others. Returns null if a newer query
   * superseded this one.
   */
  async find(query: SamplesQuery, runs: readonly SearchedRun[]): Promise<SamplesFound | null> {
    const number = ++this.#number;
    const current = () => number === this.#number;
    const [first] = runs;
    if (first === undefined) throw new Error("The run folder no longer exists.");
    const index = await this.#library.index(first.uri);
    const found = index.find(query);
    const rows =
      query.text.trim() === "" ? found.rows : await this.#withText(query, runs, found.rows, current);
    if (!current()) return null;
    this.#runs = runs;
    this.#rows = rows;
    return {
      total: rows.length,
      outcomes: found.outcomes,
      responseLanguages: found.responseLanguages,
      languages: index.languages(),
      unreadable: index.unreadable,
    };
  }

  /** Folder names of the runs that were searched last. */
  get names(): readonly string[] {
    return this.#runs.map(({ folder }) => folder);
  }

  /** Rows of the last result within a window. */
  async window(from: number, count: number): Promise<SampleRow[]> {
    const [first, ...others] = this.#runs;
    if (first === undefined) return [];
    const rows = this.#rows.slice(from, from + count);
    const own = await this.#library.read(first.uri, rows);
    const beside = await Promise.all(others.map(run => this.#beside(run, own)));
    return own.map((sample, i) => ({ sample, beside: beside.map(samples => samples[i] ?? null) }));
  }

  async #beside(
    { uri }: SearchedRun,
    own: readonly (SampleRecord | null)[],
  ): Promise<(SampleRecord | null)[]> {
    const index = await this.#library.index(uri);
    return this.#library.read(
      uri,
      own.map(sample => (sample === null ? undefined : index.rowOf(sample.language, sample.id))),
    );
  }

  /** Matches text in the prompt, reference, id or any of the responses, ignoring case. */
  async #withText(
    query: SamplesQuery,
    runs: readonly SearchedRun[],
    rows: readonly number[],
    current: () => boolean,
  ): Promise<readonly number[]> {
    const wanted = folded(query.text.trim());
    const fits = new Set<number>();
    const options = { wanted: current, pattern: candidatePattern(wanted) };
    const [first, ...others] = runs;
    if (first === undefined) return [];
    const lead = await this.#library.index(first.uri);
    const visit = (row: number, { prompt, response, reference, id }: SampleRecord) => {
      if ([response, prompt, reference ?? "", id].some(text => folded(text).includes(wanted))) fits.add(row);
    };
    await this.#library.scan(first.uri, rows, visit, options);
    for (const { uri } of others) {
      const index = await this.#library.index(uri);
      const rowOf = new Map<number, number>();
      for (const row of rows) {
        if (fits.has(row)) continue;
        const { language, id } = lead.at(row);
        const theirs = index.rowOf(language, id);
        if (theirs !== undefined) rowOf.set(theirs, row);
      }
      const theirRows = [...rowOf.keys()].sort((a, b) => a - b);
      await this.#library.scan(
        uri,
        theirRows,
        (row, { response }) => {
          if (folded(response).includes(wanted)) fits.add(rowOf.get(row) ?? -1);
        },
        options,
      );
    }
    return rows.filter(row => fits.has(row));
  }
}
