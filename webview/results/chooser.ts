// Which languages and mixtures take part: boxes to check, closed until they are wanted.
import { displayName } from "../../src/core/language/tags.ts";
import { h, plainButton } from "../shared/dom.ts";
import type { PageInput } from "./sections.ts";

export function chooser({ state, memory, hide }: PageInput): HTMLElement {
  const { hidden } = memory;
  const group = (
    kind: "languages" | "mixtures",
    all: readonly string[],
    name: (item: string) => string,
  ): HTMLElement => {
    const shown = all.filter(item => !hidden[kind].includes(item));
    const change = (items: readonly string[]) => hide({ ...hidden, [kind]: items });
    const details = h(
      "details",
      { class: "chooser", "data-testid": `choose-${kind}` },
      h(
        "summary",
        { "data-focus": `choose ${kind}` },
        `${kind === "languages" ? "Languages" : "Mixtures"}: ${shown.length === all.length ? "all" : `${shown.length} of ${all.length}`}`,
      ),
      h(
        "div",
        { class: "filter", role: "group", "aria-label": kind },
        ...all.map(item =>
          plainButton(
            {
              class: "chip",
              dir: "auto",
              "aria-pressed": String(shown.includes(item)),
              "data-choice": item,
              "data-focus": `choose ${kind} ${item}`,
            },
            () =>
              change(
                hidden[kind].includes(item)
                  ? hidden[kind].filter(each => each !== item)
                  : [...hidden[kind], item],
              ),
            name(item),
          ),
        ),
        shown.length === all.length
          ? null
          : plainButton({ class: "chip", "data-focus": `choose ${kind} all` }, () => change([]), "Show all"),
      ),
    );
    details.open = open.has(kind);
    details.addEventListener("toggle", () => {
      if (details.open) open.add(kind);
      else open.delete(kind);
    });
    return details;
  };
  return h(
    "div",
    { class: "choosers" },
    group("languages", state.all.languages, tag => `${displayName(tag)} (${tag})`),
    group("mixtures", state.all.mixtures, name => name),
  );
}

/** Stays through drawing the page again. */
const open = new Set<string>();
