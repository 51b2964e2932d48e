// The samples behind a cell: a virtual list with filters, and other runs side by side.
import { messageOf } from "../../src/common/errors.ts";
import { displayName } from "../../src/core/language/tags.ts";
import { agreementWords, distrustSentence, fewRatingsSentence } from "../../src/core/rating/judgeTrust.ts";
import type { SampleRecord } from "../../src/core/records/records.ts";
import type {
  FromResultsView,
  RatedTwo,
  ResultsHostCalls,
  ResultsViewMemory,
  SampleRating,
  SampleRatings,
  SampleRow,
  SamplesFound,
  SamplesQuery,
} from "../../src/protocol/resultsView.ts";
import { h, replaceKeepingFocus } from "../shared/dom.ts";
import type { Host } from "../shared/host.ts";
import { Newest } from "../shared/newest.ts";
import { textField } from "../shared/toolkit.ts";
import { VirtualList } from "../shared/virtualList.ts";
import { foreignLegend, markedLanguages } from "./foreignText.ts";
import { sampleItem } from "./sampleItem.ts";
import {
  type FoundSamples,
  headBar,
  languageFilters,
  outcomeFilters,
  type RatingBar,
  type RunChoice,
  ratingBar,
} from "./samplesBars.ts";

/** Time in milliseconds between the last key and the search. */
const typingMs = 30;

/** Interval in milliseconds between checks whether an open list has closed. */
const retryMs = 100;

/** Time limit for a rating, in milliseconds: the user may be asked for a name first. */
const ratingMs = 3_600_000;

type Cell = NonNullable<ResultsViewMemory["cell"]>;

export interface SamplesShown {
  readonly cell: Cell;
  readonly memory: ResultsViewMemory;
  /** All runs of the table; those of the cell's mixture are its seeds. */
  readonly runs: readonly RunChoice[];
}

export interface SamplesViewParts {
  readonly post: (message: FromResultsView) => void;
  readonly request: Host<FromResultsView, ResultsViewMemory, ResultsHostCalls>["request"];
  /** Called when the samples of a new query, or the reason for their absence, are shown. */
  readonly arrived: () => void;
  /** Stores a choice; the page then calls `show` with it. */
  readonly choose: (change: Partial<ResultsViewMemory>) => void;
  readonly close: () => void;
}

export class SamplesView {
  readonly element = h("section", { class: "samples", "data-testid": "samples" });
  readonly #parts: SamplesViewParts;
  readonly #head = h("header", { class: "section-head" });
  readonly #languages = h("div", { class: "filter-bar" });
  readonly #outcomes = h("div", { class: "filter-bar" });
  readonly #say = h("p", { class: "muted", role: "status", "data-testid": "found" });
  readonly #fault = h("p", { class: "fault", role: "alert" });
  readonly #legend = h("div", {});
  readonly #agreement = h("p", { class: "muted", "data-testid": "hand-agreement" });
  readonly #list: VirtualList<SampleRow>;
  readonly #text: HTMLElement;
  #shown: SamplesShown | null = null;
  #query: SamplesQuery | null = null;
  #found: FoundSamples | null = null;
  #ratings: SampleRatings | null = null;
  readonly #searching = new Newest();
  readonly #askingRatings = new Newest();
  /** Rating bars of the drawn rows, by `rowKey`. */
  readonly #ratingBars = new Map<string, RatingBar>();
  #title = "";
  /** Languages of marked parts in the rows received so far. */
  #marked = new Set<string>();
  #typing: ReturnType<typeof setTimeout> | undefined;
  #bars: ReturnType<typeof setTimeout> | undefined;
  readonly #barKeys = new Map<HTMLElement, string>();

  constructor(parts: SamplesViewParts, text: string) {
    this.#parts = parts;
    this.#list = new VirtualList<SampleRow>({
      label: "Samples",
      draw: (row, place) => this.#item(row, place),
      want: (from, count) => this.#want(from, count),
    });
    this.#text = textField({
      label: "Find in prompts and responses",
      value: text,
      testId: "sample-text",
      focusKey: "sample-text",
      typed: value => {
        clearTimeout(this.#typing);
        this.#typing = setTimeout(() => parts.choose({ text: value }), typingMs);
      },
    }).element;
    this.element.append(
      this.#head,
      h("div", { class: "filters" }, this.#text, this.#languages, this.#outcomes),
      this.#agreement,
      this.#fault,
      this.#say,
      this.#legend,
      this.#list.element,
    );
  }

  /** Requests samples if the query differs from the one shown. */
  show(shown: SamplesShown): void {
    const before = this.#shown;
    this.#shown = shown;
    const { cell } = shown;
    this.#title = `${cell.mixture} in ${shown.memory.everyLanguage ? "all languages" : displayName(cell.language)}`;
    this.element.setAttribute("aria-label", `Samples: ${this.#title}`);
    this.#drawBars();
    const query = queryOf(shown);
    if (this.#query !== null && JSON.stringify(query) === JSON.stringify(this.#query)) return;
    this.#query = query;
    if (before?.cell.folder !== cell.folder || before.memory.beside.join() !== shown.memory.beside.join())
      this.#askRatings();
    this.#search(query);
  }

  /** Requests the same samples again, since the runs' files may have changed. */
  refresh(): void {
    this.#query = null;
    if (this.#shown !== null) this.show(this.#shown);
  }

  #search(query: SamplesQuery): void {
    this.#searching.take(this.#parts.request("samples", query), {
      done: reply => {
        if (reply === null) return;
        const { found, rows } = reply;
        this.#found = { ...found, query };
        this.#marked.clear();
        this.#ratingBars.clear();
        this.#legend.replaceChildren();
        this.#fault.textContent = "";
        this.#say.textContent = `${countWords(found)}${this.#searchedWords(query)}${unreadableWords(found)}`;
        this.#list.reset(found.total);
        this.#fill(0, rows);
        this.#drawBars();
        this.#parts.arrived();
      },
      failed: message => {
        this.#list.reset(0);
        this.#say.textContent = "";
        this.#fault.textContent = message;
        this.#parts.arrived();
      },
    });
  }

  /** Requests rows of the current query; they are ignored if another query has replaced it by then. */
  #want(from: number, count: number): void {
    const query = this.#query;
    if (query === null) return;
    this.#parts.request("sampleRows", { query, from, count }).then(
      rows => {
        if (rows !== null && query === this.#query) this.#fill(from, rows);
      },
      (error: unknown) => {
        if (query === this.#query) this.#fault.textContent = messageOf(error);
      },
    );
  }

  dispose(): void {
    clearTimeout(this.#typing);
    clearTimeout(this.#bars);
    this.#query = null;
    this.#searching.drop();
    this.#askingRatings.drop();
    this.#list.dispose();
    this.element.remove();
  }

  #fill(from: number, rows: readonly SampleRow[]): void {
    const before = this.#marked.size;
    // Next to other runs the marks show differences, not foreign text.
    const alone = this.#query?.folders.length === 1;
    for (const { sample } of alone ? rows : [])
      for (const language of sample === null ? [] : markedLanguages(sample)) this.#marked.add(language);
    if (this.#marked.size > before) this.#legend.replaceChildren(foreignLegend([...this.#marked]));
    this.#list.fill(from, rows);
  }

  #item(row: SampleRow, place: number): HTMLElement {
    const names = (this.#query?.folders ?? []).map(folder => this.#nameOf(folder));
    const element = sampleItem(row, {
      names,
      everyLanguage: this.#query?.language === null,
      rating: sample =>
        row.beside.length === 1 && row.beside[0] !== null ? this.#ratingBar(sample, names) : null,
    });
    element.setAttribute("data-focus", `sample ${place}`);
    return element;
  }

  #ratingBar({ language, id }: SampleRecord, names: readonly string[]): HTMLElement {
    const bar = ratingBar(names, this.#pickedOf({ language, id }), picked =>
      this.#rate({ language, id, picked }),
    );
    this.#ratingBars.set(rowKey({ language, id }), bar);
    return bar.element;
  }

  #nameOf(folder: string): string {
    const run = this.#shown?.runs.find(each => each.folder === folder);
    if (run === undefined) return folder;
    const several = (this.#shown?.runs ?? []).filter(each => each.mixture === run.mixture).length > 1;
    return several ? `${run.mixture}, seed ${run.seed}` : run.mixture;
  }

  /** Scope of the text search: the runs shown, not all runs. */
  #searchedWords({ text, folders }: SamplesQuery): string {
    const [leading = "", ...others] = folders.map(folder => this.#nameOf(folder));
    if (text.trim() === "") return "";
    const responses = others.length === 0 ? "" : `, and the responses of ${others.join(" and ")}`;
    return `: searched prompts, responses, references and ids of ${leading}${responses}, not other runs.`;
  }

  #drawBars(): void {
    const shown = this.#shown;
    if (shown === null) return;
    clearTimeout(this.#bars);
    // A list that the user has open is not replaced.
    if (this.element.querySelector("vscode-dropdown[open]") !== null) {
      this.#bars = setTimeout(() => this.#drawBars(), retryMs);
      return;
    }
    const folders = this.#query?.folders ?? [];
    const input = {
      ...shown,
      title: this.#title,
      found: this.#found,
      nameOf: (folder: string) => this.#nameOf(folder),
      rateBlind: (baseline: string) => this.#rateBlind({ run: shown.cell.folder, baseline }),
      ...this.#parts,
    };
    const { cell, memory, runs } = shown;
    const { everyLanguage, responseLanguage, outcome } = memory;
    const { languages, responseLanguages, outcomes, query } = this.#found ?? {};
    this.#drawAnew(this.#head, [input.title, cell, memory.beside, everyLanguage, runs], () => headBar(input));
    this.#drawAnew(
      this.#languages,
      [cell, everyLanguage, responseLanguage, languages, responseLanguages],
      () => languageFilters(input),
    );
    this.#drawAnew(this.#outcomes, [outcome, outcomes, query?.outcome], () => outcomeFilters(input));
    const { check, judge } = this.#ratings ?? { check: null, judge: "" };
    this.#agreement.textContent =
      folders.length !== 2 || check === null
        ? ""
        : [
            `Your ratings and the automatic verdict (${judge}) agree: ${agreementWords(check.all)}.`,
            fewRatingsSentence(check.all) ?? distrustSentence(check.languages) ?? "",
          ]
            .join(" ")
            .trim();
  }

  /** Redraws a bar only if its content differs: typing changes neither title nor choices. */
  #drawAnew(bar: HTMLElement, shows: readonly unknown[], draw: () => readonly HTMLElement[]): void {
    const key = JSON.stringify(shows);
    if (this.#barKeys.get(bar) === key) return;
    this.#barKeys.set(bar, key);
    replaceKeepingFocus(bar, ...draw());
  }

  #askRatings(): void {
    this.#ratings = null;
    this.#askingRatings.drop();
    const two = this.#two();
    if (two === null) return;
    this.#askingRatings.take(this.#parts.request("sampleRatings", two), {
      done: ratings => this.#takeRatings(ratings),
      failed: message => this.#fail(message),
    });
  }

  #takeRatings(ratings: SampleRatings | null): void {
    if (ratings === null) return;
    this.#ratings = ratings;
    this.#fault.textContent = "";
    const picked = new Map(ratings.own.map(each => [rowKey(each), each.picked]));
    for (const [key, bar] of this.#ratingBars) bar.show(picked.get(key) ?? null);
    this.#drawBars();
  }

  #pickedOf(row: Pick<SampleRecord, "language" | "id">): SampleRating["picked"] | null {
    return this.#ratings?.own.find(each => rowKey(each) === rowKey(row))?.picked ?? null;
  }

  #rate(rating: SampleRating): void {
    const two = this.#two();
    if (two === null) return;
    this.#askingRatings.take(this.#parts.request("rateSample", { ...two, rating }, ratingMs), {
      done: ratings => this.#takeRatings(ratings),
      failed: message => this.#fail(message),
    });
  }

  #rateBlind(two: RatedTwo): void {
    this.#parts.request("rateBlind", two, ratingMs).catch((error: unknown) => this.#fail(messageOf(error)));
  }

  #fail(message: string): void {
    this.#fault.textContent = message;
  }

  /** The cell's run and the only other run shown; null if none or several are shown. */
  #two(): RatedTwo | null {
    const [run, baseline, ...more] = this.#query?.folders ?? [];
    return run === undefined || baseline === undefined || more.length > 0 ? null : { run, baseline };
  }
}

function rowKey({ language, id }: Pick<SampleRecord, "language" | "id">): string {
  return JSON.stringify([language, id]);
}

function queryOf({ cell, memory, runs }: SamplesShown): SamplesQuery {
  const there = new Set(runs.map(({ folder }) => folder));
  const beside = memory.beside.filter(folder => folder !== cell.folder && there.has(folder));
  return {
    folders: [cell.folder, ...beside],
    language: memory.everyLanguage ? null : cell.language,
    outcome: memory.outcome,
    responseLanguage: memory.responseLanguage,
    text: memory.text,
  };
}

function countWords({ total, outcomes }: SamplesFound): string {
  const all = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  const samples = all === 1 ? "sample" : "samples";
  if (total === all) return `${all.toLocaleString("en")} ${samples}`;
  if (total === 0) return `No matches in ${all.toLocaleString("en")} ${samples}`;
  return `${total.toLocaleString("en")} of ${all.toLocaleString("en")} ${samples}`;
}

function unreadableWords({ unreadable }: SamplesFound): string {
  if (unreadable === null) return "";
  const { count, first } = unreadable;
  const lines =
    count === 1
      ? `Line ${first} is not a sample`
      : `${count} lines are not samples, the first is line ${first}`;
  return `. ${lines}: samples.jsonl was changed by another program. Restore it, or evaluate the run again.`;
}
