// The section below the figures: the samples behind the chosen cell, or the pairs that a judge saw.
import { displayName } from "../../src/core/language/tags.ts";
import type { SideBySide, SideBySideRow } from "../../src/core/results/sideBySide.ts";
import type {
  FromResultsView,
  PairsPage,
  ResultsHostCalls,
  ResultsViewMemory,
  ResultsViewState,
} from "../../src/protocol/resultsView.ts";
import { h, replaceKeepingFocus } from "../shared/dom.ts";
import type { Host } from "../shared/host.ts";
import { Newest } from "../shared/newest.ts";
import { pairsSection } from "./pairs.ts";
import { SamplesView } from "./samplesView.ts";

export interface DetailParts {
  readonly state: () => ResultsViewState | null;
  readonly memory: () => ResultsViewMemory;
  /** Side-by-side score that is shown, if the metric is one. */
  readonly shownComparison: () => SideBySide | undefined;
  readonly remember: (change: Partial<ResultsViewMemory>) => void;
  /** Marks the chosen cell in the table and shows its samples or pairs. */
  readonly showCell: () => void;
  readonly focusCell: (cell: NonNullable<ResultsViewMemory["cell"]>) => void;
  readonly host: Pick<Host<FromResultsView, ResultsViewMemory, ResultsHostCalls>, "post" | "request">;
}

export class Detail {
  readonly element = h("div", { id: "samples-place" });
  readonly #parts: DetailParts;
  #samples: SamplesView | null = null;
  #pairs: PairsPage | null = null;
  readonly #askingPairs = new Newest();
  #fault: string | null = null;
  /** Whether a click awaits its samples or pairs. */
  #wanted = false;

  constructor(parts: DetailParts) {
    this.#parts = parts;
  }

  get hasSamples(): boolean {
    return this.#samples !== null;
  }

  /** Makes the section scroll into view once its samples or pairs have arrived. */
  want(): void {
    this.#wanted = true;
  }

  /** Requests the data again, since the runs' files may have changed. */
  refresh(): void {
    this.#samples?.refresh();
    this.ask();
  }

  /**
   * Requests the chosen cell's pairs if the metric is a side-by-side score; samples are requested by their
   * own view.
   */
  ask(): void {
    this.#askingPairs.drop();
    const { cell, offset, pairFilter: filter } = this.#parts.memory();
    if (cell === null || this.#parts.shownComparison() === undefined) return;
    const compared = this.comparedRun();
    if (compared === undefined) return;
    const { folder, comparison } = compared;
    if (folder !== cell.folder) this.#parts.remember({ cell: { ...cell, folder } });
    const { language } = cell;
    const query = { folder, comparison, language, filter, offset };
    this.#askingPairs.take(this.#parts.host.request("pairs", query), {
      done: page => {
        this.#pairs = page;
        this.#fault = null;
        this.#parts.remember({ offset: page.offset });
        this.render();
        this.#arrived();
      },
      failed: message => {
        this.#fault = message;
        this.render();
      },
    });
  }

  forget(): void {
    this.#askingPairs.drop();
    this.#samples?.dispose();
    this.#samples = null;
    this.#pairs = null;
    this.#fault = null;
  }

  /** The comparison behind the chosen cell, or that of another seed if the cell's run has none. */
  comparedRun(): SideBySideRow["runs"][number] | undefined {
    const { cell } = this.#parts.memory();
    const rows = this.#parts.shownComparison()?.rows ?? [];
    const runs = rows.find(row => row.mixture === cell?.mixture)?.runs ?? [];
    return runs.find(run => run.folder === cell?.folder) ?? runs[0];
  }

  render(): void {
    const { cell } = this.#parts.memory();
    const rows = this.#parts.state()?.table?.rows ?? [];
    if (cell === null || !rows.some(row => row.mixture === cell.mixture)) {
      this.forget();
      this.element.replaceChildren();
      return;
    }
    const sideBySide = this.#parts.shownComparison();
    if (sideBySide === undefined) this.#renderSamples(cell);
    else this.#renderPairs(cell, sideBySide);
  }

  #renderPairs(cell: NonNullable<ResultsViewMemory["cell"]>, sideBySide: SideBySide): void {
    this.#samples?.dispose();
    this.#samples = null;
    const again = (change: Partial<ResultsViewMemory>) => {
      this.#parts.remember(change);
      this.ask();
    };
    const compared = sideBySide.rows.find(each => each.mixture === cell.mixture);
    replaceKeepingFocus(
      this.element,
      pairsSection({
        cell,
        languageName: displayName,
        page: this.#pairs,
        fault: this.#fault,
        choosePage: offset => {
          this.#wanted = true;
          again({ offset });
        },
        close: () => this.#close(),
        judge: sideBySide.judge,
        distrust: sideBySide.distrusted.includes(cell.language) ? sideBySide.distrust : null,
        counts: compared?.cells[cell.language],
        runs: compared?.runs ?? [],
        filter: this.#parts.memory().pairFilter,
        chooseRun: folder => again({ cell: { ...cell, folder }, offset: 0 }),
        chooseFilter: pairFilter => again({ pairFilter, offset: 0 }),
      }),
    );
  }

  #renderSamples(cell: NonNullable<ResultsViewMemory["cell"]>): void {
    const { state, memory, host } = this.#parts;
    if (this.#samples === null) {
      const choose = (change: Partial<ResultsViewMemory>) => {
        this.#parts.remember(change);
        this.#parts.showCell();
      };
      const { post, request } = host;
      const arrived = () => this.#arrived();
      this.#samples = new SamplesView(
        { post, request, arrived, choose, close: () => this.#close() },
        memory().text,
      );
      this.element.replaceChildren(this.#samples.element);
    }
    const runs = (state()?.table?.rows ?? []).flatMap(({ mixture, runs: own }) =>
      own.map(run => ({ mixture, ...run })),
    );
    this.#samples.show({ cell, memory: memory(), runs });
  }

  #close(): void {
    const { cell } = this.#parts.memory();
    this.forget();
    this.#parts.remember({ cell: null });
    this.#parts.showCell();
    // Returns to the element that opened them; otherwise the keyboard would start at the top of the page.
    if (cell !== null) this.#parts.focusCell(cell);
  }

  /**
   * After a click, moves the focus to the new content, so that keyboard and screen reader follow, and scrolls
   * just enough to bring it to the top.
   */
  #arrived(): void {
    if (!this.#wanted) return;
    this.#wanted = false;
    document.getElementById("detail-title")?.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "start" });
  }
}
