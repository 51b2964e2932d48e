// What an evaluation can show, per language and for the mean over languages, with how many seeds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeDetectable } from "../../../src/core/plan/describeDetectable.ts";
import {
  type Detectable,
  type DetectableOptions,
  detectableAssumptions,
  detectableDifferences,
} from "../../../src/core/plan/detectable.ts";
import { assumedSpread } from "../../../src/core/plan/seedSpread.ts";
import type { Grouped } from "../../../src/core/statistics/clusterNumbers.ts";
import { mcnemarPower } from "../../../src/core/statistics/power.ts";

const alone: DetectableOptions = { seeds: 1, compared: 1, hasMeanOthers: false, spread: assumedSpread };

function prompts(count: number, prefix = ""): Grouped[] {
  return Array.from({ length: count }, (_, i) => ({ id: `${prefix}${i}` }));
}

/** `count` prompts in each of the languages, translations of each other. */
function parallel(languages: number, count: number): Map<string, readonly Grouped[]> {
  return new Map(Array.from({ length: languages }, (_, i) => [`l${i}`, prompts(count)]));
}

function number(value: number | null | undefined): number {
  return value ?? Number.POSITIVE_INFINITY;
}

test("one language and seed: McNemar's exact test finds the difference in 80 of 100 cases, not its approximation", () => {
  for (const count of [40, 80, 140, 617]) {
    const found = number(detectableDifferences(parallel(1, count), alone).languages.l0);
    const { rate, ofPairs } = detectableAssumptions;
    const [p, q] = [rate - found / 2, rate + found / 2];
    const apart = p * (1 - q) + q * (1 - p) - 2 * ofPairs * Math.sqrt(p * (1 - p) * q * (1 - q));
    const power = mcnemarPower(count, { onlyA: (apart - found) / 2, onlyB: (apart + found) / 2 }, 0.05);
    assert.ok(power >= 0.8 && power < 0.803, `${count}: ${power}`);
  }
});

test("a mean over languages that share prompts is less certain than one of prompts of their own", () => {
  const shared = number(detectableDifferences(parallel(3, 60), alone).mean);
  const own = new Map(["l0", "l1", "l2"].map(tag => [tag, prompts(60, tag)]));
  const apart = number(detectableDifferences(own, alone).mean);
  assert.ok(apart < shared && shared < number(detectableDifferences(parallel(3, 60), alone).languages.l0));
  // 3 * 60 / (1 + 2 * 0.2) prompts of one language beside 3 * 60.
  assert.ok(Math.abs(shared / apart - Math.sqrt(1.4)) < 0.05, `${shared} beside ${apart}`);
});

test("wordings of one fact are one prompt", () => {
  const wordings = Array.from({ length: 120 }, (_, i) => ({ id: `${i}`, group: `f${i % 40}` }));
  const of = (own: readonly Grouped[]) =>
    number(detectableDifferences(new Map([["sw", own]]), alone).languages.sw);
  const [grouped, facts, all] = [of(wordings), of(prompts(40)), of(prompts(120))];
  assert.ok(Math.abs(grouped / facts - 1) < 0.1, `${grouped} beside ${facts}`); // another test of as many
  assert.ok(all < 0.7 * grouped);
});

test("more seeds tell less, more mixtures more; seeds that are known to agree tell as one", () => {
  const of = (options: Partial<DetectableOptions>) =>
    detectableDifferences(parallel(4, 140), { ...alone, ...options });
  const means = [3, 5, 8].map(seeds => number(of({ seeds }).mean));
  assert.deepEqual(
    [...means].sort((a, b) => b - a),
    means,
  );
  assert.ok(number(of({ seeds: 5, compared: 6 }).mean) > number(of({ seeds: 5 }).mean));
  assert.ok(number(of({ seeds: 5, hasMeanOthers: true }).mean) > number(of({ seeds: 5 }).mean));
  const agreeing = { mean: 0.001, language: 0.001, from: { runs: 12, mixtures: 4 } };
  const known = of({ seeds: 5, spread: agreeing });
  assert.ok(number(known.mean) < number(of({ seeds: 5 }).mean));
  assert.ok(number(known.seedsNeeded) < number(of({ seeds: 5 }).seedsNeeded));
  assert.equal(of({ seeds: 3 }).seedsNeeded, of({ seeds: 5 }).seedsNeeded, "whatever the file has");
});

test("three prompts can show nothing, one language has no mean, and no language nothing", () => {
  const few = detectableDifferences(new Map([["sw", prompts(3)]]), alone);
  assert.deepEqual([few.languages, few.mean, few.seedsNeeded], [{ sw: null }, null, null]);
  const none = detectableDifferences(new Map([["sw", []]]), alone);
  assert.deepEqual([none.languages, none.mean, none.seedsNeeded], [{}, null, null]);
});

const found: Detectable = {
  seeds: 3,
  compared: 4,
  spread: assumedSpread,
  independent: { en: 60, fi: 60, sw: 2 },
  languages: { en: 0.3, fi: 0.3, sw: null },
  mean: 0.2,
  seedsNeeded: 7,
};
const counts = { sw: 3, en: 60, fi: 60 };

test("plan says it in words: seeds, correction, and where the spread of seeds is from", () => {
  assert.deepEqual(describeDetectable(found, counts), [
    "Smallest detectable difference between two mixtures (3 seeds each, corrected for 4 mixtures):",
    "  en, fi (60 prompts): 30.0 points",
    "  sw (3 prompts in 2 groups): none, not even the largest",
    "  mean over languages: 20.0 points",
    "  in 80 of 100 cases at the 5 % level, for rates around 50 %, a correlation of",
    "  0.4 between outcomes of two mixtures on one prompt, and of 0.2 between differences in two languages.",
    "Between seeds of one mixture: 5.0 points in one language, 3.5 in the mean (standard deviation, assumed).",
    "Distinguishing two mixtures that differ by 10 points in the mean takes 7 seeds each.",
  ]);
  const known = { mean: 0.021, language: 0.064, from: { runs: 12, mixtures: 4 } };
  const words = describeDetectable({ ...found, spread: known, seedsNeeded: null }, counts).join("\n");
  assert.match(words, /6\.4 points in one language, 2\.1 in the mean/u);
  assert.match(words, /from 12 earlier runs of 4 mixtures\)/u);
  assert.match(
    words,
    /Even 20 seeds each can't distinguish two mixtures that differ by 10 points in the mean\.$/u,
  );
});

test("with one seed plan speaks of two models, and says how many seeds would tell mixtures", () => {
  const words = describeDetectable({ ...found, seeds: 1, compared: 1 }, { en: 60, fi: 60 }).join("\n");
  assert.match(words, /^One seed per mixture: the results describe these models only/u);
  assert.match(words, /^Smallest detectable difference between two such models \(1 seed each\):$/mu);
  assert.match(words, /^ {2}each language \(60 prompts\): 30\.0 points$/mu);
  assert.match(words, /takes 7 seeds each\.$/u);
  const single = describeDetectable({ ...found, mean: null }, { en: 60 }).join("\n");
  assert.match(single, /: 5\.0 points in one language \(standard/u);
  assert.match(single, /that differ by 10 points takes 7 seeds/u);
  assert.deepEqual(describeDetectable(found, {}), []);
});
