// Which pairs are rated: 50, evenly over languages, the same for every rater; and on which side each response stands.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPairs, leftOf, pairsToRate } from "../../../src/core/rating/drawPairs.ts";
import { pairKey } from "../../../src/core/rating/ratings.ts";
import { verdictsOf } from "./madeUp.ts";

const counted = (pairs: readonly { readonly language: string }[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { language } of pairs) counts[language] = (counts[language] ?? 0) + 1;
  return counts;
};

test("50 pairs, an equal share of each language; what one can't give the others do", () => {
  assert.equal(pairsToRate, 50);
  const many = verdictsOf({ ar: 60, en: 60, sw: 60 });
  assert.deepEqual(counted(drawPairs(many, ["ar", "en", "sw"], "c")), { ar: 17, en: 17, sw: 16 });
  const few = verdictsOf({ ar: 60, en: 3, sw: 60 });
  assert.deepEqual(counted(drawPairs(few, ["sw", "ar", "en"], "c")), { ar: 24, en: 3, sw: 23 });
  assert.deepEqual(counted(drawPairs(many, ["sw"], "c")), { sw: 50 });
  const scarce = verdictsOf({ ar: 4, en: 3 });
  assert.deepEqual(counted(drawPairs(scarce, ["ar", "en"], "c")), { ar: 4, en: 3 });
  assert.deepEqual(drawPairs(scarce, [], "c"), []);
});

test("no pair twice, and languages mixed, not one after the other", () => {
  const drawn = drawPairs(verdictsOf({ ar: 60, en: 60 }), ["ar", "en", "ar"], "c");
  assert.equal(new Set(drawn.map(pairKey)).size, 50);
  const changes = drawn.filter(({ language }, i) => i > 0 && language !== drawn[i - 1]?.language).length;
  assert.ok(changes > 12 && changes < 38, `${changes} changes of language in 50 pairs`);
});

test("the draw is random but the same for every rater, whatever the order of the file; another comparison has another", () => {
  const pairs = verdictsOf({ ar: 200 });
  const drawn = drawPairs(pairs, ["ar"], "c");
  assert.deepEqual(drawPairs([...pairs].reverse(), ["ar"], "c"), drawn);
  assert.notDeepEqual(drawPairs(pairs, ["ar"], "d"), drawn);
  // 50 of 200 at random: about a quarter of each fifty, and not in the order of their ids.
  const places = drawn.map(({ id }) => Number(id.slice(1)));
  for (const quarter of [0, 1, 2, 3]) {
    const inside = places.filter(place => Math.floor(place / 50) === quarter).length;
    assert.ok(inside >= 5 && inside <= 20, `${inside} of 50 in quarter ${quarter}`);
  }
  assert.notDeepEqual(
    [...places].sort((a, b) => a - b),
    places,
  );
});

test("raters who choose other languages share as many pairs as they can", () => {
  const pairs = verdictsOf({ ar: 200, en: 200, sw: 200 });
  const keys = (languages: readonly string[]) => drawPairs(pairs, languages, "c").map(pairKey);
  const all = keys(["ar", "en", "sw"]);
  const two = new Set(keys(["ar", "sw"]));
  const shared = all.filter(key => !key.includes('"en"'));
  assert.ok(shared.every(key => two.has(key)));
});

test("which response stands on the left is even chance, kept for a rater, and another one's own", () => {
  const pairs = verdictsOf({ ar: 500, en: 500 });
  const sides = (rater: string) => pairs.map(pair => leftOf(pair, "c", rater));
  const ada = sides("Ada");
  assert.deepEqual(sides("Ada"), ada);
  const run = ada.filter(side => side === "run").length;
  assert.ok(Math.abs(run - 500) < 65, `${run} of 1000`); // four standard deviations
  const other = sides("Grace").filter((side, i) => side === ada[i]).length;
  assert.ok(Math.abs(other - 500) < 65, `${other} of 1000 alike`);
});
