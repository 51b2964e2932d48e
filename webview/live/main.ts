// The live charts: choice of runs, then loss, held-out loss, learning rate, gradient norm, speed and memory
// by step.
import { displayName } from "../../src/core/language/tags.ts";
import type {
  FromLiveView,
  LiveRunItem,
  LiveViewMemory,
  LiveViewState,
  ToLiveView,
} from "../../src/protocol/liveView.ts";
import { h, replaceKeepingFocus, rootElement } from "../shared/dom.ts";
import { connectHost } from "../shared/host.ts";
import { drawWhenIdle } from "../shared/idle.ts";
import { onThemeChange, readTheme } from "../shared/theme.ts";
import { button, checkbox, dropdown } from "../shared/toolkit.ts";
import { liveChart } from "./chart.ts";
import { chartKinds, heldOutLanguages, linesOf, type Shown, styleOf } from "./lines.ts";
import "../shared/base.css";
import "./style.css";

const host = connectHost<ToLiveView, FromLiveView, LiveViewMemory>(receive);
let memory: LiveViewMemory = host.recall() ?? { runs: null, raw: true, language: null, tables: [] };
let state: LiveViewState | null = null;
let theme = readTheme();
const curves = new Map<string, Map<string, [number, number][]>>();

const root = rootElement();
const head = h("header", { class: "head" });
const charts = chartKinds.map(kind => ({
  kind,
  chart: liveChart(kind, memory.tables.includes(kind.name), open => {
    const others = memory.tables.filter(name => name !== kind.name);
    remember({ tables: open ? [...others, kind.name] : others });
  }),
}));
const grid = h("div", { class: "charts" }, ...charts.map(({ chart }) => chart.element));
/** Always in the document, so that a screen reader announces the end of a run. */
const status = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
root.append(head, grid, status);

function receive(message: ToLiveView): void {
  if (message.type === "state") {
    tellEnds(state, message.state);
    state = message.state;
    for (const run of curves.keys()) if (!state.chosen.includes(run)) curves.delete(run);
    updateHead(state);
  } else {
    const run = (message.anew ? undefined : curves.get(message.run)) ?? new Map<string, [number, number][]>();
    curves.set(message.run, run);
    for (const [name, { from, points }] of Object.entries(message.series)) {
      const known = run.get(name) ?? [];
      known.length = Math.min(known.length, from);
      for (const [step, value] of points) known.push([step, value]);
      run.set(name, known);
    }
  }
  drawSoon();
}

let asked = false;
/** Draws once for all messages of a frame. */
function drawSoon(): void {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    drawCharts();
  });
}

function shownRuns(): Shown[] {
  return (state?.chosen ?? []).flatMap(id => {
    const run = state?.runs.find(item => item.id === id);
    return run === undefined ? [] : [{ run, curves: curves.get(id) ?? new Map() }];
  });
}

let languagesShown = "";
function drawCharts(): void {
  const shown = shownRuns();
  // A language can be chosen once it has a curve.
  const languages = heldOutLanguages(shown).join();
  if (languages !== languagesShown) {
    languagesShown = languages;
    drawHead();
  }
  grid.hidden = shown.length === 0;
  for (const { kind, chart } of charts) chart.draw(linesOf(kind, shown, memory, theme), theme);
}

let headShown = "";
/** Elements with the text of each run, by its id, and that of the queue. */
const wordsOf = new Map<string, HTMLElement>();
const queueWords = h("span", { class: "muted", "data-testid": "queue" });
/** Updates text in place, twice a second, so that buttons do not disappear under the pointer. */
function updateHead(now: LiveViewState): void {
  const { queue, runs, ...rest } = now;
  const shape = JSON.stringify([rest, queue === "", runs.map(({ words: _, ...run }) => run)]);
  if (shape !== headShown) {
    headShown = shape;
    drawHead();
    return;
  }
  for (const { id, words } of runs) {
    const place = wordsOf.get(id);
    if (place !== undefined) place.textContent = words;
  }
  queueWords.textContent = queue;
}

const drawHead = drawWhenIdle(root, () => {
  if (state === null) return;
  const { runs, chosen, running, queue } = state;
  wordsOf.clear();
  queueWords.textContent = queue;
  if (runs.length === 0) {
    replaceKeepingFocus(
      head,
      h("h1", {}, "Live charts"),
      h(
        "p",
        { class: "muted" },
        "No run has started yet. Run a mixture to see its curves here while it trains.",
      ),
    );
    return;
  }
  const languages = heldOutLanguages(shownRuns());
  const choose = (ids: readonly string[]) => {
    remember({ runs: ids });
    host.post({ type: "choose", runs: ids });
  };
  replaceKeepingFocus(
    head,
    h(
      "div",
      { class: "title-row" },
      h("h1", {}, "Live charts"),
      queue === "" ? null : queueWords,
      running
        ? button({
            label: "Stop Run",
            icon: "debug-stop",
            look: "secondary",
            testId: "stop",
            press: () => host.post({ type: "stop" }),
          })
        : null,
    ),
    h("ul", { class: "runs", "aria-label": "Runs to show" }, ...runs.map(run => runRow(run, chosen, choose))),
    h(
      "div",
      { class: "choices" },
      checkbox("Raw loss behind the smoothed one", memory.raw, raw => {
        remember({ raw });
        drawSoon();
      }),
      languages.length > 1
        ? dropdown({
            label: "Held-out loss in",
            value: memory.language !== null && languages.includes(memory.language) ? memory.language : "",
            options: [
              { value: "", label: "All languages" },
              ...languages.map(tag => ({ value: tag, label: displayName(tag) })),
            ],
            testId: "language",
            choose: language => {
              remember({ language: language === "" ? null : language });
              drawSoon();
            },
          })
        : null,
    ),
  );
});

function runRow(
  run: LiveRunItem,
  chosen: readonly string[],
  choose: (ids: readonly string[]) => void,
): HTMLElement {
  const place = chosen.indexOf(run.id);
  const box = checkbox(run.label, place >= 0, checked => {
    const others = chosen.filter(id => id !== run.id);
    choose(checked ? [...others, run.id] : others);
  });
  box.setAttribute("data-focus", `run-${run.id}`);
  const words = h("span", { class: "muted words" }, run.words);
  wordsOf.set(run.id, words);
  return h(
    "li",
    { class: `run ${run.state}`, "data-run": run.id },
    place < 0 ? h("span", { class: "swatch" }) : swatch(place),
    box,
    words,
    run.fault === null ? null : h("span", { class: "fault", role: "note" }, run.fault),
  );
}

/** Sample of a run's line with its colour and dash. */
function swatch(place: number): HTMLElement {
  const { colour, dash } = styleOf(place, theme);
  const canvas = h("canvas", { class: "swatch", width: "56", height: "12", "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.strokeStyle = colour;
    context.lineWidth = 4;
    context.setLineDash(dash.map(part => 2 * part));
    context.moveTo(0, 6);
    context.lineTo(56, 6);
    context.stroke();
  }
  return canvas;
}

function tellEnds(before: LiveViewState | null, now: LiveViewState): void {
  const ended = now.runs.filter(
    run => run.state === "ended" && before?.runs.find(({ id }) => id === run.id)?.state === "running",
  );
  if (ended.length > 0) status.textContent = ended.map(({ label, words }) => `${label}: ${words}`).join("; ");
}

function remember(change: Partial<LiveViewMemory>): void {
  memory = { ...memory, ...change };
  host.remember(memory);
}

onThemeChange(() => {
  theme = readTheme();
  drawHead();
  drawSoon();
});
host.remember(memory);
host.post({ type: "ready", memory });
