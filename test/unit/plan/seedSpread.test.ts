// How far seeds are apart, from runs: by hand, and where there are too few to know.
import assert from "node:assert/strict";
import { test } from "node:test";
import { knownSpread, type SeededRun } from "../../../src/core/plan/seedSpread.ts";
import type { MetricKey } from "../../../src/core/records/records.ts";

function run(
  mixture: string,
  seed: number,
  scores: Readonly<Record<string, number>>,
  { key = "followed", minute = 0 }: { key?: MetricKey; minute?: number } = {},
): SeededRun {
  const languages = Object.entries(scores).map(([tag, value]) => [
    tag,
    { [key]: { value, n: 40, interval: [0, 1] as const } },
  ]);
  return {
    mixture,
    seed,
    started: new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString(),
    metrics: { version: 1, languages: Object.fromEntries(languages) },
  };
}

function close(actual: number | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-12, `${actual} is not ${expected}`);
}

const two = [
  run("a", 7, { en: 0.5, fi: 0.2 }),
  run("a", 8, { en: 0.6, fi: 0.2 }),
  run("b", 7, { en: 0.5, fi: 0.3 }),
  run("b", 8, { en: 0.7, fi: 0.1 }),
];

test("variances of two mixtures are pooled, of the mean over languages and of each language", () => {
  const found = knownSpread(two);
  // Means 0.35, 0.4 and 0.4, 0.4: half their squared distances are 0.00125 and 0, over two degrees of freedom.
  close(found?.mean, Math.sqrt(0.00125 / 2));
  // en 0.005 and 0.02, fi 0 and 0.02, over four.
  close(found?.language, Math.sqrt(0.045 / 4));
  assert.deepEqual(found?.from, { runs: 4, mixtures: 2 });
});

test("the untuned model, mixtures of one seed and older runs of a seed tell nothing", () => {
  const others = [
    run("base", 7, { en: 0, fi: 0 }),
    run("base", 8, { en: 1, fi: 1 }),
    run("c", 7, { en: 0, fi: 0 }),
    run("a", 7, { en: 0, fi: 0 }, { minute: -5 }),
  ];
  assert.deepEqual(knownSpread([...others, ...two]), knownSpread(two));
});

test("one mixture of two seeds is too little, three seeds are enough; without checks the language counts", () => {
  assert.equal(knownSpread(two.slice(0, 2)), null);
  assert.equal(knownSpread([]), null);
  const three = [0.1, 0.2, 0.3].map((value, seed) => run("a", seed, { sw: value }, { key: "language" }));
  close(knownSpread(three)?.mean, 0.1);
  assert.equal(knownSpread(two.map(each => ({ ...each, metrics: { version: 1, languages: {} } }))), null);
});
