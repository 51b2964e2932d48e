// The page of the live charts: a message changes the lines with new points, and leaves the others as they are.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LivePatch, LiveRunItem } from "../../../src/protocol/liveView.ts";
import { chartTable, chartWords } from "../../../webview/live/chartWords.ts";
import { type Curves, extendCurves } from "../../../webview/live/curves.ts";
import { chartKinds, linesOf } from "../../../webview/live/lines.ts";
import type { Theme } from "../../../webview/shared/theme.ts";
import { keepUnchanged } from "../../../webview/shared/unchanged.tsx";

const theme: Theme = {
  foreground: "#cccccc",
  muted: "#888888",
  background: "#1e1e1e",
  grid: { color: "#888888", lineWidth: 1 },
  focus: "#007fd4",
  font: "sans-serif",
  fontSize: 13,
  highContrast: false,
  light: false,
  charts: {
    blue: "#3794ff",
    green: "#89d185",
    yellow: "#cca700",
    red: "#f14c4c",
    purple: "#b180d7",
    grey: "#888888",
  },
};
const memory = { runs: null, raw: true, language: null, tables: [] };

const run = (id: string): LiveRunItem => ({
  id,
  label: "english, seed 7",
  state: "running",
  words: "",
  fault: null,
});
const patch = (from: number, ...points: [number, number][]): LivePatch => ({ from, points });
const first = extendCurves(undefined, {
  loss: patch(0, [1, 3.2], [1, 3.2]),
  smooth: patch(0, [1, 3.2]),
  gradientNorm: patch(0, [1, 0.5]),
  "heldOut:fi": patch(0, [1, 4]),
});

function kindNamed(name: string) {
  const kind = chartKinds.find(each => each.name === name);
  assert.ok(kind !== undefined, name);
  return kind;
}

/** Lines of every chart, by its name, for runs with the given curves. */
function linesByChart(...curves: readonly Curves[]) {
  const shown = curves.map((each, place) => ({ run: run(`run-${place}`), curves: each }));
  return Object.fromEntries(chartKinds.map(kind => [kind.name, linesOf(kind, shown, memory, theme)]));
}

test("a patch replaces the points from its index on, and leaves other curves the same objects", () => {
  const now = extendCurves(first, { smooth: patch(0, [2, 3.1], [3, 2.9]), loss: patch(2, [2, 3], [2, 3]) });
  assert.deepEqual(now.get("smooth"), [
    [2, 3.1],
    [3, 2.9],
  ]);
  assert.deepEqual(now.get("loss"), [
    [1, 3.2],
    [1, 3.2],
    [2, 3],
    [2, 3],
  ]);
  assert.equal(now.get("gradientNorm"), first.get("gradientNorm"));
  assert.deepEqual(first.get("smooth"), [[1, 3.2]], "the curves before are not changed");
});

test("only charts with new points get new lines", () => {
  const before = linesByChart(first, first);
  const now = keepUnchanged(before, linesByChart(first, extendCurves(first, { smooth: patch(1, [2, 3]) })));
  const redrawn = chartKinds.map(({ name }) => name).filter(name => now[name] !== before[name]);
  assert.deepEqual(redrawn, ["loss"]);
  assert.deepEqual(
    now.loss?.map((line, place) => line === before.loss?.[place]),
    [true, true, true, false],
  );
});

test("lines of two runs with one name have their own ids", () => {
  for (const [name, lines] of Object.entries(linesByChart(first, first)))
    assert.equal(new Set(lines.map(({ id }) => id)).size, lines.length, name);
});

test("the sentence and the table say what the curves are", () => {
  const kind = kindNamed("heldOut");
  const { heldOut } = linesByChart(extendCurves(first, { "heldOut:fi": patch(1, [1_200, 2.5]) }), first);
  assert.ok(heldOut !== undefined);
  assert.equal(
    chartWords(kind, heldOut),
    "Finnish, english, seed 7: 2.500 at step 1,200, from 4.000; Finnish, english, seed 7: 4.000 at step 1. In nats per token.",
  );
  assert.deepEqual(chartTable(kind, heldOut), {
    caption: "Held-out loss by step",
    rows: [
      { step: 1, cells: ["4.000", "4.000"] },
      { step: 1_200, cells: ["2.500", "–"] },
    ],
  });
});

test("a long table has evenly spaced steps, with the last one", () => {
  const points = Array.from({ length: 60 }, (_, i): [number, number] => [i + 1, i]);
  const { gradientNorm } = linesByChart(extendCurves(undefined, { gradientNorm: patch(0, ...points) }));
  const { caption, rows } = chartTable(kindNamed("gradientNorm"), gradientNorm ?? []);
  assert.equal(caption, "Gradient norm by step, every 3 points");
  assert.deepEqual(
    rows.map(({ step }) => step),
    Array.from({ length: 20 }, (_, i) => 3 * (i + 1)),
  );
});
