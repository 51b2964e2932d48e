// The whole budget as one bar: a slice for each language.
import { displayName } from "../../src/core/language/tags.ts";
import { sumOf } from "../../src/core/mixture/counts.ts";
import { h } from "../shared/dom.ts";
import { tint } from "./palette.ts";
import { shareWords } from "./words.ts";

type Amounts = Readonly<Record<string, number>>;

export interface BudgetBar {
  readonly element: HTMLElement;
  /**
   * @param most Amount of a full-width bar, so that adjacent bars have the same scale.
   * @param languages Order of the slices, which also determines their colours.
   */
  update(amounts: Amounts | null, most: number, languages: readonly string[]): void;
}

export function budgetBar(label: string): BudgetBar {
  const element = h("div", { class: "budget-bar", role: "img" });
  return {
    element,
    update(amounts, most, languages) {
      const total = sumOf(amounts ?? {});
      const present = Object.entries(amounts ?? {})
        .filter(([, amount]) => amount > 0)
        .sort(([a], [b]) => languages.indexOf(a) - languages.indexOf(b));
      element.setAttribute(
        "aria-label",
        present.length === 0
          ? `${label}: not counted`
          : `${label}: ${present.map(([tag, amount]) => `${displayName(tag)} ${shareWords(amount, total)}`).join(", ")}`,
      );
      element.classList.toggle("unknown", amounts === null);
      element.style.setProperty("--whole", String(total / Math.max(1, most)));
      element.replaceChildren(
        ...present.map(([tag, amount]) => {
          const slice = h("span", {
            class: "slice",
            title: `${displayName(tag)} ${shareWords(amount, total)}`,
          });
          slice.style.flexGrow = String(amount / Math.max(1, total));
          tint(slice, tag, languages);
          const share = amount / Math.max(1, total);
          slice.classList.toggle("wide", share > spacedShare);
          slice.classList.toggle("labelled", share > labelledShare);
          if (share > labelledShare) slice.append(tag);
          return slice;
        }),
      );
    },
  };
}

/**
 * Share below which a slice has no gap: gaps between many narrow slices would make them look larger than they
 * are.
 */
const spacedShare = 0.04;
/** Share below which a slice has no room for its tag. */
const labelledShare = 0.12;
