// Handles the results page's requests about samples and ratings.

import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { commands } from "../../manifest.ts";
import { readRater } from "../../platform/settings.ts";
import type { RatedTwo, ResultsHostCalls, SampleRatings, SamplesQuery } from "../../protocol/resultsView.ts";
import type { Payload, Reply } from "../../protocol/viewCalls.ts";
import { askRater } from "../../workspace/comparisons/rater.ts";
import { samplesFile } from "../../workspace/runs/sampleLibrary.ts";
import type { StoredRun } from "../../workspace/runs/storedRun.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { saveSamples } from "./exporting.ts";
import { ensureComparison, type RatedRuns, rate, ratingsOf } from "./handRatings.ts";
import { SampleSearch } from "./sampleSearch.ts";

/** Number of rows sent with a search result: enough to fill a window immediately. */
const firstRows = 16;

type Calls = ResultsHostCalls;

export class SampleRequests {
  readonly #workspace: Workspace;
  readonly #find: (folder: string) => Promise<StoredRun | undefined>;
  readonly #search: SampleSearch;
  /** Serialized query whose rows `#search` holds. */
  #found = "";
  /** Queue of ratings: each one is on disk before the next one reads the file. */
  #rating: Promise<unknown> = Promise.resolve();

  constructor(workspace: Workspace, find: (folder: string) => Promise<StoredRun | undefined>) {
    this.#workspace = workspace;
    this.#find = find;
    this.#search = new SampleSearch(workspace.samples);
  }

  async find(query: SamplesQuery): Promise<Reply<Calls, "samples">> {
    const runs = await Promise.all(query.folders.map(this.#find));
    const found = await this.#search.find(
      query,
      runs.flatMap(run => run ?? []),
    );
    if (found === null) return null;
    this.#found = JSON.stringify(query);
    return { found, rows: await this.#search.window(0, firstRows) };
  }

  async rows(query: SamplesQuery, from: number, count: number): Promise<Reply<Calls, "sampleRows">> {
    const wanted = JSON.stringify(query);
    if (wanted !== this.#found) return null;
    const rows = await this.#search.window(from, count);
    return wanted === this.#found ? rows : null;
  }

  async ratings(two: RatedTwo): Promise<SampleRatings | null> {
    return ratingsOf(this.#workspace.comparisons, await this.#two(two), readRater());
  }

  rate(request: Payload<Calls, "rateSample">): Promise<SampleRatings | null> {
    const rated = this.#rating.then(() => this.#rate(request));
    this.#rating = rated.catch(() => undefined);
    return rated;
  }

  async rateBlind(two: RatedTwo): Promise<void> {
    const comparison = await ensureComparison(this.#workspace.comparisons, await this.#two(two), null);
    await vscode.commands.executeCommand(commands.ratePairs, {
      folder: two.run,
      comparison: comparison.name,
    });
  }

  async openFile(folder: string): Promise<void> {
    const run = await this.#find(folder);
    if (run !== undefined) await vscode.window.showTextDocument(samplesFile(run.uri));
  }

  /** Exports all samples found by the last query. */
  async save(format: "csv" | "json", base: vscode.Uri): Promise<void> {
    const rows = await this.#search.window(0, Number.POSITIVE_INFINITY);
    await saveSamples(rows, this.#search.names, format, base);
  }

  async #rate({ rating, ...two }: Payload<Calls, "rateSample">): Promise<SampleRatings | null> {
    const rater = await askRater();
    if (rater === undefined) return null;
    const runs = await this.#two(two);
    await rate(this.#workspace.comparisons, runs, rater, rating);
    this.#workspace.comparisons.changed();
    return ratingsOf(this.#workspace.comparisons, runs, rater);
  }

  async #two(names: RatedTwo): Promise<RatedRuns> {
    const [run, baseline] = await Promise.all([this.#find(names.run), this.#find(names.baseline)]);
    if (run === undefined || baseline === undefined)
      throw new HumanError("One of the two runs no longer exists.", { remedy: "Choose another one." });
    return { run, baseline };
  }
}
