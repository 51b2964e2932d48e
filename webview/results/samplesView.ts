// The samples behind a cell: a list as long as it takes, filtered as one types, with other runs beside.
import { displayName } from "../../src/core/language/tags.ts";
import { agreementWords, distrustSentence, fewRatingsSentence } from "../../src/core/rating/trust.ts";
import type { SampleRecord } from "../../src/core/run/records.ts";
import type {
  FromResultsView,
  ResultsViewMemory,
  SampleRating,
  SampleRatings,
  SampleRow,
  SamplesFound,
  SamplesQuery,
  ToResultsView,
} from "../../src/protocol/resultsView.ts";
import { h, replaceKeepingFocus } from "../shared/dom.ts";
import { textField } from "../shared/toolkit.ts";
import { VirtualList } from "../shared/virtualList.ts";
import { foreignLegend, markedLanguages } from "./foreignText.ts";
import { sampleItem } from "./sampleItem.ts";
import { headBar, languageFilters, outcomeFilters, type RunChoice, ratingBar } from "./samplesBars.ts";

/** Between the last letter typed and the search. */
const typingMs = 30;

/** Between two looks whether an open list has closed. */
const retryMs = 100;

type Cell = NonNullable<ResultsViewMemory["cell"]>;

export interface SamplesShown {
  readonly cell: Cell;
  readonly memory: ResultsViewMemory;
  /** Every run of the table; those of the cell's mixture are its seeds. */
  readonly runs: readonly RunChoice[];
}

export interface SamplesViewParts {
  readonly post: (message: FromResultsView) => void;
  /** Keeps what was chosen; the page calls `show` with it. */
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
  #found: SamplesFound | null = null;
  #ratings: SampleRatings | null = null;
  /** Languages of marked parts in the rows that have come. */
  #marked = new Set<string>();
  #number = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #bars: ReturnType<typeof setTimeout> | undefined;
  readonly #barKeys = new Map<HTMLElement, string>();

  constructor(parts: SamplesViewParts, text: string) {
    this.#parts = parts;
    this.#list = new VirtualList<SampleRow>({
      label: "Samples",
      draw: (row, place) => this.#item(row, place),
      want: (from, count) => {
        if (this.#query !== null) parts.post({ type: "sampleRows", number: this.#query.number, from, count });
      },
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

  /** Asks for the samples where something else is wanted than what is shown. */
  show(shown: SamplesShown): void {
    const before = this.#shown;
    this.#shown = shown;
    const { cell } = shown;
    const title = `${cell.mixture} in ${shown.memory.everyLanguage ? "all languages" : displayName(cell.language)}`;
    this.element.setAttribute("aria-label", `Samples: ${title}`);
    this.#drawBars(title);
    const query = this.#queryOf(shown);
    if (this.#query !== null && sameQuery(query, this.#query)) return;
    this.#query = query;
    if (before?.cell.folder !== cell.folder || before.memory.beside.join() !== shown.memory.beside.join())
      this.#askRatings(query);
    this.#parts.post({ type: "samples", query });
  }

  /** The runs' files may have changed: asks for the same again. */
  refresh(): void {
    this.#query = null;
    if (this.#shown !== null) this.show(this.#shown);
  }

  /** True where what a click wanted is there. */
  receive(message: ToResultsView): boolean {
    switch (message.type) {
      case "samplesFound":
        if (message.found.query.number !== this.#query?.number) return false;
        this.#found = message.found;
        this.#marked.clear();
        this.#legend.replaceChildren();
        this.#fault.textContent = "";
        this.#say.textContent = `${countWords(message.found)}${this.#searchedWords(message.found.query)}${unreadableWords(message.found)}`;
        this.#list.reset(message.found.total);
        this.#fill(0, message.rows);
        this.#drawBars(null);
        return true;
      case "sampleRows":
        if (message.number === this.#query?.number) this.#fill(message.from, message.rows);
        return false;
      case "samplesFailed":
        if (message.query.number !== this.#query?.number) return false;
        this.#list.reset(0);
        this.#say.textContent = "";
        this.#fault.textContent = message.message;
        return true;
      case "rateFailed":
        this.#fault.textContent = message.message;
        return false;
      case "sampleRatings":
        this.#takeRatings(message.ratings);
        return false;
      default:
        return false;
    }
  }

  dispose(): void {
    clearTimeout(this.#typing);
    clearTimeout(this.#bars);
    this.#list.dispose();
    this.element.remove();
  }

  #queryOf({ cell, memory, runs }: SamplesShown): SamplesQuery {
    const there = new Set(runs.map(({ folder }) => folder));
    const beside = memory.beside.filter(folder => folder !== cell.folder && there.has(folder));
    return {
      number: ++this.#number,
      folders: [cell.folder, ...beside],
      language: memory.everyLanguage ? null : cell.language,
      outcome: memory.outcome,
      responseLanguage: memory.responseLanguage,
      text: memory.text,
    };
  }

  #fill(from: number, rows: readonly SampleRow[]): void {
    const before = this.#marked.size;
    // Beside others nothing is marked as foreign: there the differences are.
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
        row.beside.length === 1 && row.beside[0] !== null
          ? ratingBar(names, this.#pickedOf(sample), picked =>
              this.#rate({ language: sample.language, id: sample.id, picked }),
            )
          : null,
    });
    element.setAttribute("data-focus", `sample ${place}`);
    return element;
  }

  #nameOf(folder: string): string {
    const run = this.#shown?.runs.find(each => each.folder === folder);
    if (run === undefined) return folder;
    const several = (this.#shown?.runs ?? []).filter(each => each.mixture === run.mixture).length > 1;
    return several ? `${run.mixture}, seed ${run.seed}` : run.mixture;
  }

  /** Where the text was looked for: not in the runs that are not here. */
  #searchedWords({ text, folders }: SamplesQuery): string {
    const [leading = "", ...others] = folders.map(folder => this.#nameOf(folder));
    if (text.trim() === "") return "";
    const responses = others.length === 0 ? "" : `, and the responses of ${others.join(" and ")}`;
    return `: looked through prompts, responses, references and ids of ${leading}${responses}; no other run.`;
  }

  #drawBars(title: string | null): void {
    const shown = this.#shown;
    if (shown === null) return;
    clearTimeout(this.#bars);
    // A list that somebody has open is not taken away.
    if (this.element.querySelector("vscode-dropdown[open]") !== null) {
      this.#bars = setTimeout(() => this.#drawBars(title), retryMs);
      return;
    }
    const folders = this.#query?.folders ?? [];
    const input = {
      ...shown,
      title: title ?? this.element.getAttribute("aria-label")?.replace("Samples: ", "") ?? "",
      found: this.#found,
      nameOf: (folder: string) => this.#nameOf(folder),
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

  /** Only where something else is shown than before: letters that are typed change neither title nor choices. */
  #drawAnew(bar: HTMLElement, shows: readonly unknown[], draw: () => readonly HTMLElement[]): void {
    const key = JSON.stringify(shows);
    if (this.#barKeys.get(bar) === key) return;
    this.#barKeys.set(bar, key);
    replaceKeepingFocus(bar, ...draw());
  }

  #askRatings({ folders: [run, baseline, ...more] }: SamplesQuery): void {
    this.#ratings = null;
    if (run === undefined || baseline === undefined || more.length > 0) return;
    this.#parts.post({ type: "sampleRatings", run, baseline });
  }

  #takeRatings(ratings: SampleRatings): void {
    const [run, baseline] = this.#query?.folders ?? [];
    if (ratings.run !== run || ratings.baseline !== baseline) return;
    this.#ratings = ratings;
    this.#fault.textContent = "";
    for (const bar of this.#list.element.querySelectorAll<HTMLElement>(".rate")) {
      const id = bar.closest<HTMLElement>("[data-id]")?.dataset.id;
      const language = bar.closest("[data-id]")?.querySelector(".part [lang]")?.getAttribute("lang");
      const picked = ratings.own.find(each => each.id === id && each.language === language)?.picked;
      for (const button of bar.querySelectorAll("button"))
        button.setAttribute("aria-pressed", String(button.dataset.picked === picked));
    }
    this.#drawBars(null);
  }

  #pickedOf({ language, id }: SampleRecord): SampleRating["picked"] | null {
    return this.#ratings?.own.find(each => each.id === id && each.language === language)?.picked ?? null;
  }

  #rate(rating: SampleRating): void {
    const [run, baseline] = this.#query?.folders ?? [];
    if (run === undefined || baseline === undefined) return;
    this.#parts.post({ type: "rateSample", run, baseline, rating });
  }
}

function sameQuery(a: SamplesQuery, b: SamplesQuery): boolean {
  return JSON.stringify({ ...a, number: 0 }) === JSON.stringify({ ...b, number: 0 });
}

function countWords({ total, outcomes }: SamplesFound): string {
  const all = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  const samples = all === 1 ? "sample" : "samples";
  if (total === all) return `${all.toLocaleString("en")} ${samples}`;
  if (total === 0) return `None of ${all.toLocaleString("en")} ${samples} fits`;
  return `${total.toLocaleString("en")} of ${all.toLocaleString("en")} ${samples}`;
}

function unreadableWords({ unreadable }: SamplesFound): string {
  if (unreadable === null) return "";
  const { count, first } = unreadable;
  const lines =
    count === 1 ? `Line ${first} is no sample` : `${count} lines are no samples, line ${first} first`;
  return `. ${lines}: samples.jsonl was changed by another program. Restore it, or evaluate the run again.`;
}
