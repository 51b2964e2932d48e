// One mixture: its form in words, a bar for each language, and what can be changed about it.
import type { MixtureCard, MixtureChange, MixtureViewState } from "../../src/protocol/webviews.ts";
import { h } from "../shared/dom.ts";
import { button, dropdown, textField } from "../shared/toolkit.ts";
import { examplesWords, formLine } from "./words.ts";

export interface CardInput {
  readonly card: MixtureCard;
  readonly state: MixtureViewState;
  readonly open: boolean;
  readonly languageName: (tag: string) => string;
  readonly toggled: (open: boolean) => void;
  readonly change: (change: MixtureChange) => void;
  readonly show: () => void;
  readonly run: () => void;
}

export function mixtureCard(input: CardInput): HTMLElement {
  const { card, state } = input;
  const total = Object.values(card.counts ?? {}).reduce((sum, count) => sum + count, 0);
  const details = h(
    "details",
    { class: "card", "data-mixture": card.name, ...(input.open ? { open: "" } : {}) },
    h(
      "summary",
      { "data-focus": `card ${card.name}` },
      h("span", { class: "codicon codicon-chevron-right card-icon card-chevron", "aria-hidden": "true" }),
      h(
        "span",
        { class: "card-title" },
        h("span", { class: "card-name" }, card.name),
        h("span", { class: "muted card-form" }, formLine(card, input.languageName)),
      ),
      card.counts === null ? null : miniature(card.counts, total),
    ),
    h(
      "div",
      { class: "card-body" },
      h(
        "div",
        { class: "card-tools" },
        h(
          "span",
          { class: "muted" },
          card.counts === null ? "Counts need the training data." : examplesWords(total),
        ),
        button({
          label: `Run ${card.name}`,
          icon: "play",
          iconOnly: true,
          disabled: state.running || !state.canRun || state.stale,
          press: input.run,
        }),
        button({
          label: `Go to ${card.key} in the file`,
          icon: "go-to-file",
          iconOnly: true,
          press: input.show,
        }),
        button({
          label: `Remove ${card.key}`,
          icon: "trash",
          iconOnly: true,
          press: () => input.change({ kind: "removeMixture", key: card.key }),
        }),
      ),
      card.counts === null ? null : bars(input, card.counts),
      spreadField(input),
      addLanguage(input),
    ),
  );
  details.addEventListener("toggle", () => input.toggled(details.open));
  return details;
}

/** Colours of the slices in the style sheet. */
const sliceColours = 5;

/** The languages as slices of one thin bar: what the mixture looks like at a glance. */
function miniature(counts: Readonly<Record<string, number>>, total: number): HTMLElement {
  const bar = h("span", { class: "miniature", "aria-hidden": "true" });
  Object.values(counts)
    .filter(count => count > 0)
    .forEach((count, index) => {
      const slice = h("span", { class: `slice slice-${index % sliceColours}` });
      slice.style.flexGrow = String(count / Math.max(1, total));
      bar.append(slice);
    });
  return bar;
}

function bars(input: CardInput, counts: Readonly<Record<string, number>>): HTMLElement {
  const { card } = input;
  const largest = Math.max(1, ...Object.values(counts));
  return h(
    "ul",
    { class: "bars" },
    ...Object.entries(counts).map(([language, count]) => {
      const fill = h("span", { class: "fill" });
      fill.style.width = `${(100 * count) / largest}%`;
      const name = input.languageName(language);
      return h(
        "li",
        { "data-language": language },
        h("span", { class: "language", title: `${name} (${language})` }, name),
        h("span", { class: "bar", "aria-hidden": "true" }, fill),
        h("span", { class: "count" }, count.toLocaleString("en")),
        card.removable.includes(language)
          ? button({
              label: `Take ${name} out of ${card.key}`,
              icon: "close",
              iconOnly: true,
              press: () => input.change({ kind: "removeLanguage", key: card.key, language }),
            })
          : h("span", { class: "no-button" }),
      );
    }),
  );
}

function spreadField({ card, change }: CardInput): HTMLElement | null {
  if (card.amount === null) return null;
  return textField({
    label: "Spread (examples, or % of the budget)",
    value: card.amount,
    focusKey: `spread ${card.key}`,
    testId: `spread-${card.key}`,
    commit: amount => change({ kind: "setSpread", key: card.key, amount }),
  }).element;
}

const nothing = "";

function addLanguage({ card, state, languageName, change }: CardInput): HTMLElement | null {
  const { form } = card;
  const takesAll = "over" in form && form.over === "all";
  const present = new Set("over" in form && form.over !== "all" ? form.over : Object.keys(card.counts ?? {}));
  const missing = takesAll ? [] : state.languages.filter(language => !present.has(language));
  if (missing.length === 0) return null;
  return dropdown({
    label: "Add a language",
    value: nothing,
    options: [
      { value: nothing, label: "Choose…" },
      ...missing.map(tag => ({ value: tag, label: `${languageName(tag)} (${tag})` })),
    ],
    testId: `add-language-${card.key}`,
    choose: language => {
      if (language !== nothing) change({ kind: "addLanguage", key: card.key, language });
    },
  });
}
