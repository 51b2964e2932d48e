// Makes the marks of a study's figure focusable buttons that open the samples behind them.
import type { MarkSource } from "../../src/core/figures/svg.ts";

/** Factor by which distance across the direction of the arrow counts more than distance along it. */
const aside = 3;

type Direction = readonly [x: number, y: number];
const arrows: Readonly<Record<string, Direction>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/** Makes the marks a single tab stop; arrow keys move between them. */
export function makeMarksOpen(figure: SVGElement, key: string, open: (source: MarkSource) => void): void {
  const marks = [...figure.querySelectorAll<SVGElement>("[data-opens]")].flatMap(mark => {
    const source = sourceOf(mark);
    return source === null ? [] : [{ mark, source }];
  });
  if (marks.length === 0) return;
  // Elements inside an image can't be pressed.
  figure.setAttribute("role", "group");
  for (const [place, { mark, source }] of marks.entries()) {
    const title = mark.querySelector("title")?.textContent ?? "";
    mark.setAttribute("role", "button");
    mark.setAttribute("aria-label", `${title}. Show its samples`);
    mark.setAttribute("data-focus", `${key} ${place}`);
    mark.setAttribute("tabindex", place === 0 ? "0" : "-1");
    mark.addEventListener("click", () => open(source));
  }
  figure.addEventListener("keydown", event => {
    const now = marks.find(({ mark }) => mark === event.target);
    if (now === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      open(now.source);
      return;
    }
    const arrow = arrows[event.key];
    if (arrow === undefined) return;
    event.preventDefault();
    const others = marks.flatMap(({ mark }) => (mark === now.mark ? [] : [mark]));
    const next = nearest(now.mark, others, arrow);
    if (next === null) return;
    now.mark.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });
}

/** Returns null if the source is malformed. */
function sourceOf(mark: SVGElement): MarkSource | null {
  try {
    const value: unknown = JSON.parse(mark.dataset.opens ?? "");
    if (typeof value !== "object" || value === null || !("mixtures" in value)) return null;
    const { mixtures } = value;
    if (!Array.isArray(mixtures) || !mixtures.every(name => typeof name === "string")) return null;
    const language = "language" in value ? value.language : null;
    return { mixtures, language: typeof language === "string" ? language : null };
  } catch {
    return null;
  }
}

/** The nearest mark in this direction; null if there is none. */
function nearest(from: SVGElement, others: readonly SVGElement[], [dx, dy]: Direction): SVGElement | null {
  const [x, y] = middleOf(from);
  const ahead = others.flatMap(mark => {
    const [toX, toY] = middleOf(mark);
    const along = (toX - x) * dx + (toY - y) * dy;
    const across = Math.abs((toX - x) * dy) + Math.abs((toY - y) * dx);
    return along < 1 ? [] : [{ mark, distance: along + aside * across }];
  });
  return ahead.sort((a, b) => a.distance - b.distance)[0]?.mark ?? null;
}

function middleOf(mark: SVGElement): Direction {
  const { left, top, width, height } = mark.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}
