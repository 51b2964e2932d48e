// What a moved amount makes of a mixture, and that counts from sizes are the counts of a run.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { apportion, examplesOf } from "../../../src/core/mixture/amounts.ts";
import { amountLike, moveAmount, rebalance, sharesFor } from "../../../src/core/mixture/balance.ts";
import { drawnCounts, sumOf } from "../../../src/core/mixture/counts.ts";
import { drawMixture } from "../../../src/core/mixture/draw.ts";
import type { MixtureForm } from "../../../src/core/mixture/mixtureFile.ts";

const forms: readonly MixtureForm[] = [
  { kind: "monolingual", language: "fi" },
  { kind: "uniform", over: "all" },
  { kind: "uniform", over: ["sw", "en", "fi"] },
  { kind: "shares", shares: { sw: 33.3, en: 33.3, fi: 33.4 } },
  { kind: "temperature", temperature: 3, over: "all" },
  { kind: "spread", base: "en", spread: { percent: 10 }, over: "all" },
  { kind: "spread", base: "en", spread: { examples: 7 }, over: ["sw", "fi"] },
  { kind: "spread", base: "en", spread: { percent: 30 }, over: ["sw", "fi"], grow: true },
];

describe("drawnCounts", () => {
  it("are those that a run draws, for every form and budget", () => {
    const sizes = new Map([
      ["en", 900],
      ["fi", 17],
      ["sw", 333],
    ]);
    const ids = new Map(
      [...sizes].map(([tag, size]) => [tag, Array.from({ length: size }, (_, i) => `${tag}${i}`)]),
    );
    let served = 0;
    for (const form of forms) {
      for (const budget of [1, 2, 10, 101, 640]) {
        const counts = drawnCounts(form, budget, sizes);
        const drawn = drawMixture({ name: "m", key: "m", form }, { budget }, ids, 7);
        assert.deepEqual(Object.entries(counts), Object.entries(drawn.counts));
        if (drawn.diagnostics.length > 0) continue;
        served++;
        const tally = Object.fromEntries(Object.keys(counts).map(language => [language, 0]));
        for (const { language } of drawn.examples) tally[language] = (tally[language] ?? 0) + 1;
        assert.deepEqual(Object.entries(counts), Object.entries(tally));
      }
    }
    assert.ok(served > 25, `only ${served} could be drawn`);
  });
});

describe("rebalance", () => {
  const counts = { en: 500, fi: 60, sw: 40 };
  const move = (language: string, examples: number, locked: string[] = []) =>
    rebalance(counts, 600, { language, examples, locked });

  it("takes from the others in proportion and adds up to the budget", () => {
    assert.deepEqual(move("en", 300), { en: 300, fi: 180, sw: 120 });
    assert.deepEqual(move("en", 0), { en: 0, fi: 360, sw: 240 });
    assert.deepEqual(move("fi", 600), { en: 0, fi: 600, sw: 0 });
  });

  it("leaves locked languages alone and takes no more than the others have", () => {
    assert.deepEqual(move("fi", 100, ["en"]), { en: 500, fi: 100, sw: 0 });
    assert.deepEqual(move("fi", 300, ["en"]), { en: 500, fi: 100, sw: 0 });
    assert.equal(move("fi", 300, ["en", "sw"]), null);
  });

  it("languages without any come back evenly", () => {
    const after = rebalance({ en: 600, fi: 0, sw: 0 }, 600, { language: "en", examples: 500, locked: [] });
    assert.deepEqual(after, { en: 500, fi: 50, sw: 50 });
  });
});

describe("sharesFor", () => {
  it("come to the same counts again, with few decimals", () => {
    assert.deepEqual(sharesFor({ en: 300, fi: 300 }, 600), { en: 50, fi: 50 });
    assert.deepEqual(sharesFor({ en: 599, fi: 1 }, 600), { en: 99.8, fi: 0.2 });
    for (const budget of [7, 600, 4640, 99_999]) {
      for (const first of [1, 3, Math.floor(budget / 3)]) {
        const counts = { en: budget - first, fi: first, sw: 0 };
        const shares = Object.values(sharesFor(counts, budget));
        assert.deepEqual(apportion(budget, shares), Object.values(counts));
        assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100) < 1e-9);
      }
    }
  });
});

describe("moveAmount", () => {
  const spread: MixtureForm = { kind: "spread", base: "en", spread: { percent: 10 }, over: "all" };
  const sizes = new Map([
    ["en", 900],
    ["fi", 900],
    ["sw", 900],
  ]);

  it("a base that takes its part of the spread still comes to what is asked for", () => {
    const counts = drawnCounts(spread, 600, sizes);
    const moved = moveAmount(spread, counts, 600, { language: "en", examples: 400, locked: [] });
    assert.ok(moved?.kind === "spread");
    assert.deepEqual(drawnCounts(moved, 600, sizes), { en: 400, fi: 100, sw: 100 });
  });

  it("stays within the budget", () => {
    const counts = drawnCounts(spread, 600, sizes);
    const moved = moveAmount(spread, counts, 600, { language: "fi", examples: 600, locked: [] });
    assert.ok(moved?.kind === "spread" && examplesOf(moved.spread, 600) === 600);
  });

  it("one language alone, and a growing spread's base, can't be moved", () => {
    const alone: MixtureForm = { kind: "monolingual", language: "en" };
    const move = { language: "en", examples: 3, locked: [] };
    assert.equal(moveAmount(alone, { en: 600 }, 600, move), null);
    const growing: MixtureForm = {
      kind: "spread",
      base: "en",
      spread: { examples: 9 },
      over: ["fi"],
      grow: true,
    };
    assert.equal(moveAmount(growing, { en: 600, fi: 9 }, 600, move), null);
    const grown = moveAmount(growing, { en: 600, fi: 9 }, 600, { ...move, language: "fi", examples: 700 });
    assert.deepEqual(grown, { ...growing, spread: { examples: 700 } });
  });

  it("a uniform mixture becomes shares, in a sweep nothing", () => {
    const even: MixtureForm = { kind: "temperature", temperature: 2, over: ["en", "fi"] };
    const move = { language: "fi", examples: 150, locked: [] };
    assert.deepEqual(moveAmount(even, { en: 300, fi: 300 }, 600, move), {
      kind: "shares",
      shares: { en: 75, fi: 25 },
    });
    assert.equal(moveAmount(even, { en: 300, fi: 300 }, 600, move, true), null);
  });

  it("an amount is written as it was", () => {
    assert.deepEqual(amountLike({ examples: 1 }, 44, 600), { examples: 44 });
    assert.deepEqual(amountLike({ percent: 1 }, 60, 600), { percent: 10 });
    assert.deepEqual(amountLike({ percent: 1 }, 44, 600), { percent: 7.3 });
    assert.equal(sumOf({ a: 1, b: 2 }), 3);
  });
});
