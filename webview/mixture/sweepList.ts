// The points of a sweep as a list of bars; the chosen one is shown in detail.
import type { MixturePoint } from "../../src/protocol/mixtureView.ts";
import { h, plainButton } from "../shared/dom.ts";
import { type ItemView, KeyedList, roving } from "../shared/keyedList.ts";
import { type BudgetBar, budgetBar } from "./budgetBar.ts";

interface Line {
  readonly point: MixturePoint;
  readonly index: number;
  readonly chosen: boolean;
  readonly amounts: Readonly<Record<string, number>> | null;
  readonly most: number;
  readonly order: readonly string[];
}

export interface SweepItem {
  readonly points: readonly MixturePoint[];
  readonly chosen: number;
  /** Amounts of each point, in the unit shown. */
  readonly amounts: readonly (Readonly<Record<string, number>> | null)[];
  readonly most: number;
  readonly order: readonly string[];
}

export function sweepList(key: string, choose: (index: number) => void): ItemView<SweepItem> {
  const element = h("div", {
    class: "sweep",
    role: "radiogroup",
    "aria-label": `Point of ${key} shown in the rows`,
  });
  const lines = new KeyedList<Line>(
    element,
    ({ point }) => point.label,
    ({ point }) => pointLine(point.label, choose),
  );
  const settle = roving(element, () => [...element.querySelectorAll<HTMLElement>("[role=radio]")]);
  // Like radio buttons: the focused one is chosen.
  element.addEventListener("keydown", () => {
    const now = document.activeElement;
    const at = [...element.children].indexOf(now ?? element);
    if (at >= 0 && now?.getAttribute("aria-checked") === "false") choose(at);
  });
  return {
    element,
    update({ points, chosen, amounts, most, order }) {
      lines.update(
        points.map((point, index) => ({
          point,
          index,
          chosen: index === chosen,
          amounts: amounts[index] ?? null,
          most,
          order,
        })),
      );
      settle();
    },
  };
}

function pointLine(label: string, choose: (index: number) => void): ItemView<Line> {
  let index = 0;
  const bar: BudgetBar = budgetBar(label);
  bar.element.setAttribute("role", "presentation");
  const element = plainButton(
    { class: "point", role: "radio", "aria-checked": "false", "data-focus": `point ${label}` },
    () => choose(index),
    h("span", { class: "point-label" }, label),
    bar.element,
  );
  return {
    element,
    update(line) {
      index = line.index;
      element.setAttribute("aria-checked", String(line.chosen));
      bar.update(line.amounts, line.most, line.order);
      bar.element.removeAttribute("aria-label");
    },
  };
}
