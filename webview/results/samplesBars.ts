// The bars above the samples: title and tools, filters, and rating buttons.
import { displayName } from "../../src/core/language/tags.ts";
import { type Outcome, outcomes } from "../../src/core/records/records.ts";
import type {
  FromResultsView,
  ResultsViewMemory,
  SampleRating,
  SamplesFound,
  SamplesQuery,
} from "../../src/protocol/resultsView.ts";
import { h, plainButton } from "../shared/dom.ts";
import { button, dropdown } from "../shared/toolkit.ts";
import { outcomeLabel } from "./sampleItem.ts";

export interface RunChoice {
  readonly folder: string;
  readonly mixture: string;
  readonly seed: number;
}

export interface BarsInput {
  readonly cell: NonNullable<ResultsViewMemory["cell"]>;
  readonly memory: ResultsViewMemory;
  readonly runs: readonly RunChoice[];
  readonly title: string;
  /** Result with its query; null while the host is reading. */
  readonly found: FoundSamples | null;
  readonly nameOf: (folder: string) => string;
  readonly choose: (change: Partial<ResultsViewMemory>) => void;
  readonly post: (message: FromResultsView) => void;
  /** Opens the panel for blind rating of the cell's run against this one. */
  readonly rateBlind: (baseline: string) => void;
  readonly close: () => void;
}

export interface FoundSamples extends SamplesFound {
  readonly query: SamplesQuery;
}

/** Maximum number of other runs side by side; more columns would be too narrow to read. */
const maxBeside = 3;
const any = "any";

export function headBar(input: BarsInput): HTMLElement[] {
  const { cell, memory, runs, nameOf, choose, post } = input;
  const seeds = runs.filter(run => run.mixture === cell.mixture);
  const beside = memory.beside.filter(folder => folder !== cell.folder);
  const others = runs.filter(({ folder }) => folder !== cell.folder && !beside.includes(folder));
  const [baseline] = beside;
  return [
    h("h2", { id: "detail-title", tabindex: "-1" }, `Samples: ${input.title}`),
    h(
      "div",
      { class: "tools" },
      ...(seeds.length > 1
        ? [
            dropdown({
              label: "Seed",
              value: cell.folder,
              options: seeds.map(run => ({ value: run.folder, label: String(run.seed) })),
              choose: folder => choose({ cell: { ...cell, folder } }),
            }),
          ]
        : []),
      ...(others.length > 0 && beside.length < maxBeside
        ? [
            dropdown({
              label: "Compare with",
              value: "",
              testId: "beside",
              options: [
                { value: "", label: beside.length === 0 ? "nothing" : "another run…" },
                ...others.map(run => ({ value: run.folder, label: nameOf(run.folder) })),
              ],
              choose: folder => {
                if (folder !== "") choose({ beside: [...beside, folder] });
              },
            }),
          ]
        : []),
      ...(beside.length === 1 && baseline !== undefined
        ? [
            button({
              label: "Rate Blind…",
              icon: "eye-closed",
              look: "secondary",
              testId: "rate-blind",
              press: () => input.rateBlind(baseline),
            }),
            button({
              label: "Open as a diff",
              icon: "diff",
              iconOnly: true,
              testId: "diff",
              press: () =>
                post({
                  type: "diffSamples",
                  folders: [cell.folder, baseline],
                  language: memory.everyLanguage ? null : cell.language,
                }),
            }),
          ]
        : []),
      button({
        label: "Open samples.jsonl",
        icon: "go-to-file",
        iconOnly: true,
        press: () => post({ type: "openSamplesFile", folder: cell.folder }),
      }),
      button({ label: "Close samples", icon: "close", iconOnly: true, press: input.close }),
    ),
    ...(beside.length === 0
      ? []
      : [
          h(
            "div",
            { class: "filter", role: "group", "aria-label": "Runs shown next to it" },
            ...beside.map(folder =>
              plainButton(
                { class: "chip", "data-focus": `beside ${folder}`, title: "Remove" },
                () => choose({ beside: beside.filter(each => each !== folder) }),
                nameOf(folder),
                h("span", { class: "codicon codicon-close", "aria-label": "remove", role: "img" }),
              ),
            ),
          ),
        ]),
  ];
}

export function languageFilters({ found, memory, cell, choose }: BarsInput): HTMLElement[] {
  if (found === null) return [h("p", { class: "muted" }, "Reading…")];
  return [
    dropdown({
      label: "Language",
      value: memory.everyLanguage ? any : cell.language,
      testId: "sample-language",
      options: [
        { value: any, label: "All" },
        ...found.languages.map(tag => ({ value: tag, label: `${displayName(tag)} (${tag})` })),
      ],
      choose: tag =>
        choose(
          tag === any ? { everyLanguage: true } : { everyLanguage: false, cell: { ...cell, language: tag } },
        ),
    }),
    dropdown({
      label: "Written in",
      value: memory.responseLanguage ?? any,
      testId: "response-language",
      options: [
        { value: any, label: "Any language" },
        ...found.responseLanguages.map(({ tag, count }) => ({
          value: tag,
          label: `${tag === "und" ? "unclear" : displayName(tag)} ${count.toLocaleString("en")}`,
        })),
      ],
      choose: tag => choose({ responseLanguage: tag === any ? null : tag }),
    }),
  ];
}

export function outcomeFilters({ found, memory, choose }: BarsInput): HTMLElement[] {
  if (found === null) return [];
  const all = Object.values(found.outcomes).reduce((sum, count) => sum + count, 0);
  const choices: { value: Outcome | "all"; label: string; icon: string | null; count: number }[] = [
    { value: "all", label: "All", icon: null, count: all },
  ];
  for (const outcome of outcomes) {
    const count = found.outcomes[outcome];
    if (count > 0 || memory.outcome === outcome)
      choices.push({ value: outcome, ...outcomeLabel(outcome), count });
  }
  return [
    h(
      "div",
      { class: "filter", role: "group", "aria-label": "Outcome" },
      ...choices.map(choice =>
        plainButton(
          {
            class: `chip ${choice.value}`,
            // Uses the filter of the samples shown, not that of a pending search.
            "aria-pressed": String(found.query.outcome === choice.value),
            "data-focus": `outcome ${choice.value}`,
            "data-outcome": choice.value,
          },
          () => choose({ outcome: choice.value }),
          choice.icon === null
            ? null
            : h("span", { class: `codicon codicon-${choice.icon}`, "aria-hidden": "true" }),
          `${choice.label} ${choice.count.toLocaleString("en")}`,
        ),
      ),
    ),
  ];
}

export interface RatingBar {
  readonly element: HTMLElement;
  readonly show: (picked: SampleRating["picked"] | null) => void;
}

/** Buttons better, same and worse; pressing the pressed one removes the rating. */
export function ratingBar(
  names: readonly string[],
  picked: SampleRating["picked"] | null,
  rate: (picked: SampleRating["picked"]) => void,
): RatingBar {
  const choices: readonly { readonly value: SampleRating["picked"]; readonly label: string }[] = [
    { value: "run", label: `${names[0] ?? ""} is better` },
    { value: "tie", label: "The same" },
    { value: "baseline", label: `${names[1] ?? ""} is better` },
  ];
  const buttons = choices.map(({ value, label }) => ({
    value,
    button: plainButton({ class: "chip", "data-picked": value }, () => rate(value), label),
  }));
  const show: RatingBar["show"] = now => {
    for (const { value, button } of buttons) button.setAttribute("aria-pressed", String(now === value));
  };
  show(picked);
  const group = { class: "filter rate", role: "group", "aria-label": "Your rating" };
  return { element: h("div", group, ...buttons.map(({ button }) => button)), show };
}
