// The rating panel: knows which response belongs to which run, which its page must not know.

import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { drawPairs } from "../../core/rating/drawPairs.ts";
import { type HumanCheck, humanCheck } from "../../core/rating/raterAgreement.ts";
import { isRatable, RatingSession, ratableLanguages } from "../../core/rating/ratingSession.ts";
import { type Rating, ratingsFile } from "../../core/rating/ratings.ts";
import { againstWords, judgeWords } from "../../core/results/sideBySide.ts";
import { commands } from "../../manifest.ts";
import { openWebview, type WebviewChannel } from "../../platform/webviewHost.ts";
import type { RatingHostCalls, RatingStep, RatingViewState } from "../../protocol/ratingView.ts";
import type { Handlers } from "../../protocol/viewCalls.ts";
import type { ComparisonStore, StoredComparison } from "../../workspace/comparisons/comparisonStore.ts";
import type { Workspace } from "../../workspace/workspace.ts";

export class RatingPanel implements vscode.Disposable {
  readonly #comparisons: ComparisonStore;
  readonly #rater: string;
  readonly #comparison: StoredComparison | null;
  readonly #channel: WebviewChannel<never>;
  #session: RatingSession | null = null;
  /** Queue of steps: a rating is on disk before the next one changes it. */
  #steps: Promise<unknown> = Promise.resolve();

  /** @param comparison Null if the comparison of a restored panel is gone. */
  constructor(
    panel: vscode.WebviewPanel,
    { comparisons, extension, log }: Pick<Workspace, "comparisons" | "extension" | "log">,
    rater: string,
    comparison: StoredComparison | null,
  ) {
    this.#comparisons = comparisons;
    this.#rater = rater;
    this.#comparison = comparison;
    this.#channel = openWebview<never, never, RatingHostCalls>(
      panel.webview,
      extension,
      { name: "rating", title: "Rate Pairs" },
      { log, handlers: this.#handlers() },
    );
  }

  #handlers(): Handlers<RatingHostCalls> {
    const step = (change: () => Promise<unknown> | undefined): Promise<RatingStep> => {
      const done = this.#steps.then(async () => {
        await change();
        return this.#shown();
      });
      this.#steps = done.catch(() => undefined);
      return done;
    };
    return {
      open: memory => step(async () => memory?.languages && this.#start(memory.languages)),
      start: languages => step(() => this.#start(languages)),
      rate: rating => step(() => this.#keepIf(session => session.rate(rating, rating.picked, new Date()))),
      undo: () => step(() => this.#keepIf(session => session.undo())),
      skipLanguage: language => step(async () => this.#session?.skipLanguage(language)),
      chooseLanguages: () =>
        step(async () => {
          this.#session = null;
        }),
      showResults: async () => {
        const { record, name } = this.#found();
        const sideBySide = { folder: record.run, comparison: name };
        await vscode.commands.executeCommand(commands.showResults, undefined, { sideBySide });
      },
    };
  }

  dispose(): void {
    this.#channel.dispose();
    // Scores show the agreement with the ratings so far.
    this.#comparisons.changed();
  }

  #found(): StoredComparison {
    if (this.#comparison !== null) return this.#comparison;
    throw new HumanError("The comparison that was rated here no longer exists.", {
      remedy: "Close this panel and rate pairs of another comparison (Pinch: Rate Pairs).",
    });
  }

  async #start(languages: readonly string[]): Promise<void> {
    const { uri } = this.#found();
    const verdicts = await this.#comparisons.verdicts(uri);
    this.#session = new RatingSession(this.#id(), this.#rater, verdicts, await this.#own(), languages);
  }

  /** Id made of folder names alone, so that it is the same for every rater and on every machine. */
  #id(): string {
    const { record, name } = this.#found();
    return `${record.run}/${name}`;
  }

  async #own(): Promise<Rating[]> {
    const all = await this.#comparisons.ratings(this.#found().uri);
    return all.filter(({ rater }) => rater === this.#rater);
  }

  /** Writes the ratings if the session reports a change. */
  async #keepIf(changes: (session: RatingSession) => boolean): Promise<void> {
    if (this.#session !== null && changes(this.#session)) await this.#keep(this.#session);
  }

  async #keep(session: RatingSession): Promise<void> {
    const file = ratingsFile(this.#rater);
    if (file === null) {
      throw new HumanError("Your ratings need a name to be stored under.", { remedy: "Set pinch.rater." });
    }
    // Names that normalise to the same file name share a file: the other rater's ratings are kept.
    const others = (await this.#comparisons.ratings(this.#found().uri)).filter(
      ({ rater }) => rater !== this.#rater && ratingsFile(rater) === file,
    );
    await this.#comparisons.keepRatings(this.#found().uri, file, [...others, ...session.ratings]);
    if (session.next() === null) this.#comparisons.changed();
  }

  async #shown(): Promise<RatingStep> {
    const comparison = this.#found().uri.toString();
    return {
      state: await this.#state(),
      memory: { comparison, languages: this.#session?.languages ?? null },
    };
  }

  async #state(): Promise<RatingViewState> {
    const session = this.#session;
    if (session === null) return this.#choice();
    const pair = session.next();
    const { done, total, canUndo } = session;
    if (pair === null) return { phase: "done", done, canUndo, ...(await this.#told()) };
    const runFirst = session.left(pair) === "run";
    return {
      phase: "rate",
      pair: {
        language: pair.language,
        id: pair.id,
        prompt: pair.prompt,
        left: runFirst ? pair.run : pair.baseline,
        right: runFirst ? pair.baseline : pair.run,
      },
      done,
      total,
      canUndo,
      canSkipLanguage: session.languages.length > 1,
    };
  }

  async #choice(): Promise<RatingViewState> {
    const verdicts = await this.#comparisons.verdicts(this.#found().uri);
    const languages = ratableLanguages(verdicts, await this.#own());
    const tags = languages.map(({ tag }) => tag);
    return {
      phase: "choose",
      languages,
      rater: this.#rater,
      total: drawPairs(verdicts.filter(isRatable), tags, this.#id()).length,
    };
  }

  async #told(): Promise<{ mixture: string; baseline: string; judge: string; check: HumanCheck | null }> {
    const { uri, record } = this.#found();
    return {
      mixture: record.mixture,
      baseline: againstWords(record),
      judge: judgeWords(record.judge),
      check: humanCheck(await this.#comparisons.verdicts(uri), await this.#comparisons.ratings(uri)),
    };
  }
}
