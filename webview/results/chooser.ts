// Checkboxes for the languages, mixtures and further experiments in the table.
import { displayName } from "../../src/core/language/tags.ts";
import { h, plainButton } from "../shared/dom.ts";
import type { PageInput } from "./page.ts";

interface Choice {
  /** Kind of item, used in element ids. */
  readonly kind: "languages" | "mixtures" | "experiments";
  readonly title: string;
  readonly summary: string;
  readonly all: readonly { readonly id: string; readonly name: string }[];
  readonly chosen: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  /** Shows all hidden items, or removes all added experiments; null if there is nothing to reset. */
  readonly reset: { readonly label: string; readonly press: () => void } | null;
}

export function chooser({ state, memory, actions: { hide } }: PageInput): HTMLElement {
  const { hidden } = memory;
  const shown = (
    kind: "languages" | "mixtures",
    all: readonly string[],
    name: (item: string) => string,
  ): Choice => {
    const count = all.filter(item => !hidden[kind].includes(item)).length;
    const title = kind === "languages" ? "Languages" : "Mixtures";
    const change = (items: readonly string[]) => hide({ ...hidden, [kind]: items });
    return {
      kind,
      title: kind,
      summary: `${title}: ${count === all.length ? "all" : `${count} of ${all.length}`}`,
      all: all.map(id => ({ id, name: name(id) })),
      chosen: id => !hidden[kind].includes(id),
      toggle: id => change(without(hidden[kind], id)),
      reset: count === all.length ? null : { label: "Show all", press: () => change([]) },
    };
  };
  const others = state.groups.filter(({ id }) => id !== state.group);
  const beside: Choice = {
    kind: "experiments",
    title: "further experiments",
    summary: `Further experiments: ${state.beside.length === 0 ? "none" : `${state.beside.length} of ${others.length}`}`,
    all: others.map(({ id, label }) => ({ id, name: label })),
    chosen: id => state.beside.includes(id),
    toggle: id => hide({ ...hidden, beside: without(state.beside, id) }),
    reset:
      state.beside.length === 0
        ? null
        : { label: "Remove all", press: () => hide({ ...hidden, beside: [] }) },
  };
  return h(
    "div",
    { class: "choosers" },
    details(shown("languages", state.all.languages, tag => `${displayName(tag)} (${tag})`)),
    details(shown("mixtures", state.all.mixtures, name => name)),
    others.length === 0 ? null : details(beside),
  );
}

/** The items without the given one, or with it if it was missing. */
function without(items: readonly string[], item: string): readonly string[] {
  return items.includes(item) ? items.filter(each => each !== item) : [...items, item];
}

function details({ kind, title, summary, all, chosen, toggle, reset }: Choice): HTMLElement {
  const element = h(
    "details",
    { class: "chooser", "data-testid": `choose-${kind}` },
    h("summary", { "data-focus": `choose ${kind}` }, summary),
    h(
      "div",
      { class: "filter", role: "group", "aria-label": title },
      ...all.map(({ id, name }) =>
        plainButton(
          {
            class: "chip",
            dir: "auto",
            "aria-pressed": String(chosen(id)),
            "data-choice": id,
            "data-focus": `choose ${kind} ${id}`,
          },
          () => toggle(id),
          name,
        ),
      ),
      reset === null
        ? null
        : plainButton({ class: "chip", "data-focus": `choose ${kind} all` }, reset.press, reset.label),
    ),
  );
  element.open = open.has(kind);
  element.addEventListener("toggle", () => {
    if (element.open) open.add(kind);
    else open.delete(kind);
  });
  return element;
}

/** Open choosers, which stay open when the page is redrawn. */
const open = new Set<string>();
