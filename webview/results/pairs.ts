// The pairs behind a side-by-side score: prompt, both responses, and the judge's choice in each order.
import { isDisputed } from "../../src/core/comparison/panel.ts";
import { agreementWords, fewRatingsSentence } from "../../src/core/rating/judgeTrust.ts";
import { isFlipped } from "../../src/core/rating/readVerdicts.ts";
import type { JudgedOrder, PairOutcome, PairVerdict } from "../../src/core/records/comparison.ts";
import type { SideBySideCell, SideBySideRow } from "../../src/core/results/sideBySide.ts";
import type { PairFilter, PairsPage, ResultsViewMemory } from "../../src/protocol/resultsView.ts";
import { distrustNote } from "../shared/agreement.ts";
import { h, inLanguage, plainButton } from "../shared/dom.ts";
import { button, dropdown } from "../shared/toolkit.ts";
import { pager } from "./pager.ts";

const outcomeWords: Record<PairOutcome | "unread", { readonly label: string; readonly icon: string }> = {
  win: { label: "Won", icon: "arrow-up" },
  tie: { label: "Tied", icon: "dash" },
  loss: { label: "Lost", icon: "arrow-down" },
  unread: { label: "Unread", icon: "question" },
};

const filterWords: Record<PairFilter, { readonly label: string; readonly icon: string | null }> = {
  all: { label: "All", icon: null },
  ...outcomeWords,
  flipped: { label: "Flipped", icon: "arrow-swap" },
};

export interface PairsInput {
  readonly cell: NonNullable<ResultsViewMemory["cell"]>;
  readonly languageName: (tag: string) => string;
  readonly judge: string;
  readonly counts: SideBySideCell | undefined;
  /** Reason to distrust the judge in this language; null if there is none. */
  readonly distrust: string | null;
  /** Compared runs of the mixture, offered as a choice if there are several seeds. */
  readonly runs: SideBySideRow["runs"];
  readonly filter: PairFilter;
  /** Null while the host is reading. */
  readonly page: PairsPage | null;
  readonly fault: string | null;
  readonly chooseRun: (folder: string) => void;
  readonly chooseFilter: (filter: PairFilter) => void;
  readonly choosePage: (offset: number) => void;
  readonly close: () => void;
}

export function pairsSection(input: PairsInput): HTMLElement {
  const { cell, counts, page, fault } = input;
  const baseline = counts?.baseline ?? "the baseline";
  const title = `${cell.mixture} against ${baseline} in ${input.languageName(cell.language)}`;
  const nothing =
    input.runs.length === 0
      ? "This mixture has not been compared with this judge and baseline."
      : counts?.itself === true
        ? "The run is its own baseline: 50 by construction, without pairs."
        : null;
  return h(
    "section",
    { class: "samples", "aria-label": `Pairs: ${title}`, "data-testid": "pairs" },
    h(
      "header",
      { class: "section-head" },
      h("h2", { id: "detail-title", tabindex: "-1" }, `Pairs: ${title}`),
      h(
        "div",
        { class: "tools" },
        input.runs.length > 1
          ? dropdown({
              label: "Seed",
              value: cell.folder,
              options: input.runs.map(run => ({ value: run.folder, label: String(run.seed) })),
              choose: input.chooseRun,
            })
          : null,
        button({ label: "Close pairs", icon: "close", iconOnly: true, press: input.close }),
      ),
    ),
    distrustNote(input.distrust),
    agreementLine(input),
    nothing === null ? null : h("p", { class: "muted" }, nothing),
    nothing !== null || page === null ? null : filters(page, input),
    fault === null ? null : h("p", { class: "fault", role: "alert" }, fault),
    page === null && fault === null && nothing === null ? h("p", { class: "muted" }, "Reading…") : null,
    nothing !== null || page === null ? null : list(page, input, baseline),
    nothing !== null || page === null ? null : pager({ ...page, of: "pairs", choosePage: input.choosePage }),
  );
}

function agreementLine({ cell, runs }: PairsInput): HTMLElement | null {
  const check = runs.find(run => run.folder === cell.folder)?.check;
  const agreement = check?.languages[cell.language];
  return agreement === undefined
    ? null
    : h(
        "p",
        {},
        [
          `People agree with the judge here: ${agreementWords(agreement)}.`,
          fewRatingsSentence(agreement) ?? "",
        ]
          .join(" ")
          .trim(),
      );
}

function filters(page: PairsPage, input: PairsInput): HTMLElement {
  const shown = (Object.keys(filterWords) as PairFilter[]).filter(
    filter => filter === "all" || page.counts[filter] > 0 || filter === input.filter,
  );
  return h(
    "div",
    { class: "filter", role: "group", "aria-label": "Which pairs" },
    ...shown.map(filter => {
      const { label, icon } = filterWords[filter];
      return plainButton(
        {
          class: `chip ${filter}`,
          "aria-pressed": String(input.filter === filter),
          "data-focus": `pairs ${filter}`,
          "data-filter": filter,
        },
        () => input.chooseFilter(filter),
        icon === null ? null : iconOf(icon),
        `${label} ${page.counts[filter]}`,
      );
    }),
  );
}

function list(page: PairsPage, input: PairsInput, baseline: string): HTMLElement {
  if (page.pairs.length === 0) return h("p", { class: "muted" }, "No pairs match.");
  return h(
    "ol",
    { class: "sample-list", start: String(page.offset + 1) },
    ...page.pairs.map(pair => item(pair, input, baseline)),
  );
}

function item(pair: PairVerdict, input: PairsInput, baseline: string): HTMLElement {
  const outcome = pair.outcome ?? "unread";
  const { label, icon } = outcomeWords[outcome];
  return h(
    "li",
    { class: "sample", "data-id": pair.id },
    h(
      "div",
      { class: "sample-head" },
      h("span", { class: `badge ${outcome}` }, iconOf(icon), label),
      isFlipped(pair) ? h("span", { class: "badge flipped" }, iconOf("arrow-swap"), "Flipped") : null,
      isDisputed(pair) ? h("span", { class: "badge" }, iconOf("organization"), "Judges disagree") : null,
    ),
    h(
      "div",
      { class: "part" },
      h("span", { class: "part-label" }, "Prompt"),
      inLanguage(pair.language, pair.prompt),
    ),
    h(
      "div",
      { class: "two-responses" },
      response(input.cell.mixture, pair.language, pair.run),
      response(`${baseline} (baseline)`, pair.language, pair.baseline),
    ),
    verdicts(pair, input, baseline),
  );
}

function response(name: string, language: string, text: string): HTMLElement {
  return h(
    "div",
    { class: "response-side" },
    h("h3", { class: "part-label" }, name),
    text.trim() === "" ? h("span", { class: "muted" }, "(empty)") : inLanguage(language, text),
  );
}

function verdicts(pair: PairVerdict, input: PairsInput, baseline: string): HTMLElement {
  if (pair.panel === undefined) return ordersOf(pair.orders, input, baseline);
  const names = input.judge.split(" + ");
  return h(
    "div",
    {},
    ordersOf(pair.orders, input, baseline),
    ...pair.panel.map(({ orders }, i) =>
      h(
        "div",
        { class: "part" },
        h("span", { class: "part-label" }, names[i] ?? `Judge ${i + 1}`),
        ordersOf(orders, input, baseline),
      ),
    ),
  );
}

function ordersOf(orders: PairVerdict["orders"], input: PairsInput, baseline: string): HTMLElement {
  const name = { run: input.cell.mixture, baseline, tie: "tie" };
  const line = ({ first, picked }: JudgedOrder) =>
    `${name[first]} first: ${picked === null ? "unread" : picked === "tie" ? "tie" : `picked ${name[picked]}`}`;
  const said = orders.filter(order => order.answer !== null || order.error !== null);
  const picks = h("p", { class: "picks" }, ...orders.map(order => h("span", {}, line(order))));
  if (said.length === 0) return picks;
  return h(
    "details",
    { class: "answers" },
    h("summary", {}, h("span", { class: "picks" }, ...orders.map(order => h("span", {}, line(order))))),
    ...orders.map(order =>
      h(
        "div",
        { class: "part" },
        h("span", { class: "part-label" }, `${name[order.first]} first`),
        order.answer === null
          ? h("span", { class: "fault" }, order.error ?? "No answer.")
          : // The judge may answer in any language: the first letters determine the direction.
            h("div", { dir: "auto", lang: "und", class: "text" }, order.answer),
      ),
    ),
  );
}

function iconOf(name: string): HTMLElement {
  return h("span", { class: `codicon codicon-${name}`, "aria-hidden": "true" });
}
