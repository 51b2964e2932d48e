// The curve of a report: names of its lines that can be read wherever the lines end.
import assert from "node:assert/strict";
import { test } from "node:test";
import { curveSvg } from "../../../src/core/report/curveSvg.ts";
import type { Curve, CurveSeries } from "../../../src/core/results/curve.ts";

const series: readonly CurveSeries[] = ["base", "seen", "unseen"];

function curveAt(value: number): Curve {
  const score = { value, n: 100, interval: [0, 1] as const };
  const points = [0, 10].map(percent => ({
    ...{ mixture: `m${percent}`, otherExamples: percent, percent },
    ...{ base: score, seen: score, unseen: score },
  }));
  const lines = series.map(key => ({
    series: key,
    points: points.map(({ percent }) => ({ percent, value })),
  }));
  return { metric: "followed", baseLanguage: "en", points, lines };
}

/** Heights of the names at the ends of lines that all end at this value. */
function namesAt(value: number): number[] {
  const svg = curveSvg(curveAt(value), () => "English");
  return [...svg.matchAll(/<text x="[\d.]+" y="([\d.]+)" class="end"/g)].map(([, y]) => Number(y));
}

test("names of lines that end at one point are apart, around it, and not below the axis", () => {
  assert.deepEqual(namesAt(0.5), [163, 181, 199]);
  assert.deepEqual(namesAt(0), [282, 300, 318]);
});
