// What an evaluation can show, per language and for the mean over languages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeDetectable } from "../../../src/core/evaluation/describeDetectable.ts";
import { detectableDifferences } from "../../../src/core/evaluation/detectable.ts";
import { minimumDetectableDifference } from "../../../src/core/statistics/minimumDetectable.ts";

function ids(count: number, prefix = ""): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

const expected = (prompts: number) => minimumDetectableDifference({ prompts, rate: 0.5, correlation: 0.4 });

test("a mean over languages that share prompts has the certainty of fewer prompts than it has", () => {
  const shared = detectableDifferences(new Map(["en", "fi", "sw"].map(tag => [tag, ids(60)])));
  assert.equal(shared.languages.fi, expected(60));
  // 3 * 60 / (1 + 2 * 0.2)
  assert.ok(Math.abs((shared.mean ?? 0) - expected(180 / 1.4)) < 1e-12);
  const apart = detectableDifferences(new Map(["en", "fi", "sw"].map(tag => [tag, ids(60, tag)])));
  assert.ok(Math.abs((apart.mean ?? 0) - expected(180)) < 1e-12);
  const uneven = detectableDifferences(
    new Map([
      ["en", ids(60)],
      ["sw", ids(20, "own")],
    ]),
  );
  assert.ok(Math.abs((uneven.mean ?? 0) - expected(4 / (1 / 60 + 1 / 20))) < 1e-12);
});

test("three prompts can show nothing, and one language has no mean", () => {
  const few = detectableDifferences(new Map([["sw", ids(3)]]));
  assert.deepEqual(few, { languages: { sw: null }, mean: null });
  assert.deepEqual(detectableDifferences(new Map([["sw", []]])), { languages: {}, mean: null });
});

test("plan says it in words: languages with equally many prompts share a line", () => {
  const counts = { en: 60, fi: 60, sw: 3 };
  const found = detectableDifferences(
    new Map(Object.entries(counts).map(([tag, count]) => [tag, ids(count)])),
  );
  const lines = describeDetectable(found, counts);
  assert.match(lines[1] ?? "", /^ {2}en, fi \(60 prompts\): 20\.3 points$/u);
  assert.match(lines[2] ?? "", /^ {2}sw \(3 prompts\): none, not even the largest$/u);
  assert.match(lines[3] ?? "", /^ {2}mean over languages: \d+\.\d points$/u);
  assert.match(lines[4] ?? "", /80 of 100 cases at the 5 % level/u);
  assert.deepEqual(describeDetectable({ languages: {}, mean: null }, {}), []);
});
