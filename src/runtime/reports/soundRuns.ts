// Reads run folders for a table. Those with files that a run would not write are excluded and named.

import { basename } from "node:path";
import { messageOf } from "../../common/errors.ts";
import { humanErrorOf } from "../../common/systemErrors.ts";
import type { SampleRecord } from "../../core/records/records.ts";
import type { RunSummary } from "../../core/results/resultsTable.ts";
import { withTruncation } from "../../core/scoring/score.ts";
import { readRunSummary, readSamples } from "../files/readRun.ts";
import { requireAgreement } from "../files/results.ts";

/** Contents of run folders, read as far as they are needed. */
export class SoundRuns {
  /** Path of each run folder by name. */
  readonly folderOf = new Map<string, string>();
  readonly #summaries = new Map<string, RunSummary>();
  readonly #samples = new Map<string, readonly SampleRecord[]>();
  readonly #leftOut = new Map<string, string>();

  constructor(folders: readonly string[]) {
    for (const folder of folders) {
      const name = basename(folder);
      this.folderOf.set(name, folder);
      this.#orLeaveOut(name, () => this.#summaries.set(name, readRunSummary(folder)));
    }
  }

  /** Summaries in the order of the folders, with the share of truncated responses if samples were read. */
  get summaries(): readonly RunSummary[] {
    return [...this.#summaries.values()];
  }

  /** What is wrong with each excluded run, in which file, and what to do. */
  get leftOut(): readonly string[] {
    return [...this.#leftOut.values()];
  }

  whyLeftOut(name: string): string | undefined {
    return this.#leftOut.get(name);
  }

  samplesOf(name: string): readonly SampleRecord[] {
    return this.#samples.get(name) ?? [];
  }

  /**
   * Reads the samples of these runs and compares them with their metrics. Returns true if all had been read
   * before, so that results computed from the summaries are still valid.
   */
  hasRead(names: readonly string[]): boolean {
    const unread = names.filter(name => !this.#samples.has(name));
    for (const name of unread) this.#read(name);
    return unread.length === 0;
  }

  #read(name: string): void {
    const folder = this.folderOf.get(name);
    const summary = this.#summaries.get(name);
    if (folder === undefined || summary === undefined) return;
    this.#orLeaveOut(name, () => {
      const samples = readSamples(folder);
      const { metrics } = summary;
      if (metrics !== null && samples.length > 0) {
        requireAgreement(folder, metrics, samples);
        this.#summaries.set(name, { ...summary, metrics: withTruncation(metrics, samples) });
      }
      this.#samples.set(name, samples);
    });
  }

  #orLeaveOut(name: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      const folder = this.folderOf.get(name) ?? name;
      const { message, remedy } = humanErrorOf(error) ?? {
        message: messageOf(error),
        remedy: "Look at its files.",
      };
      // Reports leave this machine: there, the run's name says more than its path.
      const said = `${message} ${remedy}`.replaceAll(folder, name);
      this.#summaries.delete(name);
      this.#leftOut.set(name, `${name} is left out. ${said}`);
    }
  }
}
