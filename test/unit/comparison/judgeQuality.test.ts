// What verdicts tell of their judge: which place it leans to, and whether it decides alike in every language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { consistencyOf, consistencyWords } from "../../../src/core/comparison/consistency.ts";
import { scoreLanguage } from "../../../src/core/comparison/pairScore.ts";
import { leaning, leaningWords, placeBias, placesOf } from "../../../src/core/comparison/places.ts";
import type { JudgedOrder, PairOutcome, Pick } from "../../../src/core/records/comparison.ts";
import { beyondChance, severalRaters } from "../../../src/core/statistics/kappa.ts";
import { verdict } from "../rating/madeUp.ts";

const orders = (runFirst: Pick, baselineFirst: Pick) => {
  const order = (first: "run" | "baseline", picked: Pick): JudgedOrder => ({
    first,
    picked,
    answer: "",
    error: null,
  });
  return [order("run", runFirst), order("baseline", baselineFirst)] as const;
};

test("a flip names the place that the judge leant to; of a tie and a pick, the pick tells", () => {
  const table: readonly [Pick, Pick, "first" | "second" | null][] = [
    ["run", "baseline", "first"],
    ["baseline", "run", "second"],
    ["run", "tie", "first"],
    ["tie", "baseline", "first"],
    ["baseline", "tie", "second"],
    ["tie", "run", "second"],
    ["run", "run", null],
    ["tie", "tie", null],
    [null, "run", null],
  ];
  for (const [one, other, place] of table)
    assert.equal(leaning(orders(one, other)), place, `${one} ${other}`);
});

test("a score keeps how often each place was preferred where the order decided, with its interval", () => {
  const flipped = (id: string, place: "first" | "second") => ({
    ...verdict("sw", id, "tie"),
    orders: place === "first" ? orders("run", "baseline") : orders("baseline", "run"),
  });
  const verdicts = [
    verdict("sw", "0", "win"),
    ...Array.from({ length: 9 }, (_, i) => flipped(`a${i}`, "first")),
    flipped("b", "second"),
  ];
  const setting = {
    baseline: "b",
    baselineMixture: "b",
    unmatched: 0,
    identical: 0,
  };
  const scored = scoreLanguage(verdicts, setting);
  assert.equal(scored?.flips, 10);
  assert.deepEqual([scored?.places?.first, scored?.places?.second], [9, 1]);
  // Mid-P: x^10 + 5 x^9 (1 - x) is 0.025 and 0.975.
  const [low = 9, high = 9] = scored?.places?.interval ?? [];
  for (const [x, p] of [
    [low, 0.025],
    [high, 0.975],
  ] as const)
    assert.ok(Math.abs(x ** 10 + 5 * x ** 9 * (1 - x) - p) < 1e-6, `${x}`);
  assert.equal(leaningWords(scored?.places ?? assert.fail("none")), "for the first place in 90 % (60–99)");
  assert.equal(scoreLanguage([verdict("sw", "0", "win")], setting)?.places, undefined);
});

test("places of several languages add up; an older comparison that did not count them leaves no sum", () => {
  const places = placeBias(["first", "first", "first", "second"]);
  assert.ok(places);
  const sum = placesOf([{ flips: 4, places }, { flips: 0 }, { flips: 4, places }]);
  assert.deepEqual([sum?.first, sum?.second], [6, 2]);
  assert.equal(placesOf([{ flips: 4, places }, { flips: 1 }]), undefined);
  assert.equal(placesOf([{ flips: 0 }]), null);
});

test("translations of one pair are judged alike by Fleiss's kappa; equal responses and unread pairs tell nothing", () => {
  const said: Readonly<Record<string, readonly [string, PairOutcome | null][]>> = {
    p0: [
      ["en", "win"],
      ["fi", "win"],
      ["sw", "win"],
    ],
    p1: [
      ["en", "win"],
      ["fi", "loss"],
      ["sw", "tie"],
    ],
    p2: [
      ["en", "loss"],
      ["fi", "loss"],
      ["sw", null],
    ],
    p3: [["en", "win"]],
  };
  const verdicts = Object.entries(said).flatMap(([id, list]) =>
    list.map(([language, outcome]) => verdict(language, id, outcome)),
  );
  const same = { ...verdict("sw", "p3", "tie"), run: "x", baseline: "x" };
  const found = consistencyOf([...verdicts, same]);
  assert.ok(found);
  // Shares 1, 0, 1. Of 8 verdicts 4 wins, 1 tie, 3 losses: (16 + 1 + 9) / 64 by chance.
  assert.equal(found.prompts, 3);
  assert.ok(Math.abs(found.agreed - 2 / 3) < 1e-12);
  const byChance = 26 / 64;
  assert.ok(Math.abs((found.kappa ?? 9) - (2 / 3 - byChance) / (1 - byChance)) < 1e-12);
  assert.match(
    consistencyWords(found),
    /^the same verdict in 67 % \(13–98\) of language pairs, Fleiss's kappa 0\.44 \(/,
  );
  assert.equal(consistencyOf([verdict("en", "a", "win"), verdict("fi", "b", "win")]), null);
  const alike = consistencyOf([verdict("en", "a", "win"), verdict("fi", "a", "win")]);
  assert.deepEqual([alike?.agreed, alike?.kappa, alike?.kappaInterval], [1, null, null]);
});

test("Fleiss's kappa of the example that textbooks print: 10 subjects, 14 raters, 5 labels, 0.210", () => {
  const subjects = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
  ];
  const { shares, byChance } = severalRaters(subjects);
  const agreed = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  assert.ok(Math.abs((beyondChance(agreed, byChance) ?? 9) - 0.21) < 5e-4);
});
