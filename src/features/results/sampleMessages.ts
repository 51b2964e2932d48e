// What the results page asks about samples and ratings, and the answers.

import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { toldText } from "../../common/systemErrors.ts";
import { commands } from "../../manifest.ts";
import { readRater } from "../../platform/settings.ts";
import type { WebviewChannel } from "../../platform/webviewHost.ts";
import type { FromResultsView, SamplesQuery, ToResultsView } from "../../protocol/resultsView.ts";
import { saveSamples } from "./exporting.ts";
import { ensureComparison, type RatedRuns, rate, ratingsOf } from "./handRatings.ts";
import type { LocatedRun, ResultsParts } from "./parts.ts";
import { type SampleLibrary, samplesFile } from "./sampleLibrary.ts";
import { SampleSearch } from "./sampleSearch.ts";

/** Rows that come with what was found: enough for a window, so that it is filled in one go. */
const firstRows = 16;

type SampleMessage = Extract<
  FromResultsView,
  {
    type:
      | "samples"
      | "sampleRows"
      | "openSamplesFile"
      | "sampleRatings"
      | "rateSample"
      | "rateBlind"
      | "diffSamples";
  }
>;

export class SampleMessages {
  readonly #parts: ResultsParts;
  readonly #channel: WebviewChannel<ToResultsView, FromResultsView>;
  readonly #find: (folder: string) => Promise<LocatedRun | undefined>;
  readonly #search: SampleSearch;
  #number = -1;
  /** One rating after the other: each is on disk before the next one reads what there is. */
  #rated: Promise<void> = Promise.resolve();

  constructor(
    parts: ResultsParts,
    channel: WebviewChannel<ToResultsView, FromResultsView>,
    library: SampleLibrary,
    find: (folder: string) => Promise<LocatedRun | undefined>,
  ) {
    this.#parts = parts;
    this.#channel = channel;
    this.#find = find;
    this.#search = new SampleSearch(library);
  }

  async receive(message: SampleMessage): Promise<void> {
    switch (message.type) {
      case "samples":
        return this.#sendFound(message.query);
      case "sampleRows": {
        const { number, from, count } = message;
        if (number !== this.#number) return;
        const rows = await this.#search.window(from, count);
        if (number === this.#number) this.#channel.post({ type: "sampleRows", number, from, rows });
        return;
      }
      case "openSamplesFile": {
        const run = await this.#find(message.folder);
        if (run !== undefined) await vscode.window.showTextDocument(samplesFile(run.uri));
        return;
      }
      case "sampleRatings": {
        const runs = await this.#two(message);
        return this.#sendRatings(runs, readRater());
      }
      case "rateSample":
        this.#rated = this.#rated.then(() => this.#orSay(() => this.#rate(message)));
        return this.#rated;
      case "rateBlind":
        return this.#orSay(async () => {
          const comparison = await ensureComparison(this.#parts.comparisons, await this.#two(message), null);
          await vscode.commands.executeCommand(commands.ratePairs, {
            folder: message.run,
            comparison: comparison.name,
          });
        });
      case "diffSamples":
        await vscode.commands.executeCommand(commands.compareOutputs, {
          folders: message.folders,
          language: message.language,
        });
    }
  }

  /** Everything that was found last, as a file. */
  async save(format: "csv" | "json", base: vscode.Uri): Promise<void> {
    const rows = await this.#search.window(0, Number.POSITIVE_INFINITY);
    await saveSamples(rows, this.#search.names, format, base);
  }

  async #sendFound(query: SamplesQuery): Promise<void> {
    try {
      const runs = await Promise.all(query.folders.map(this.#find));
      const found = await this.#search.find(
        query,
        runs.flatMap(run => run ?? []),
      );
      if (found === null) return;
      const rows = await this.#search.window(0, firstRows);
      this.#number = query.number;
      this.#channel.post({ type: "samplesFound", found, rows });
    } catch (error) {
      this.#channel.post({ type: "samplesFailed", query, message: toldText(error) });
    }
  }

  async #rate(message: Extract<FromResultsView, { type: "rateSample" }>): Promise<void> {
    const rater = await this.#parts.rater();
    if (rater === undefined) return;
    const runs = await this.#two(message);
    await rate(this.#parts.comparisons, runs, rater, message.rating);
    await this.#sendRatings(runs, rater);
    this.#parts.comparisons.changed();
  }

  async #sendRatings(runs: RatedRuns, rater: string): Promise<void> {
    const ratings = await ratingsOf(this.#parts.comparisons, runs, rater);
    if (ratings !== null) this.#channel.post({ type: "sampleRatings", ratings });
  }

  async #two(names: { readonly run: string; readonly baseline: string }): Promise<RatedRuns> {
    const [run, baseline] = await Promise.all([this.#find(names.run), this.#find(names.baseline)]);
    if (run === undefined || baseline === undefined)
      throw new HumanError("One of the two runs is gone.", { remedy: "Choose another one." });
    return { run, baseline };
  }

  async #orSay(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#parts.log.error(error instanceof Error ? error : String(error));
      this.#channel.post({ type: "rateFailed", message: toldText(error) });
    }
  }
}
