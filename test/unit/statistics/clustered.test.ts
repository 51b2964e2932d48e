// Clustered means and differences against NumPy's and SciPy's bootstrap, and their behaviour where those lie.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { clusteredDifference, clusteredMean } from "../../../src/core/statistics/clustered.ts";
import type { Observation } from "../../../src/core/statistics/observations.ts";
import { type ReferenceInterval, reference } from "./reference.ts";

// Student's t of 59 degrees with n - 1 reaches 3 % farther than the bootstrap's percentiles, which are lopsided besides;
// and a step of the grid that pass rates lie on.
const tolerance = 0.15;
const { bootstrap } = reference;

function rows(
  values: readonly (readonly number[])[],
  {
    weights,
    seed = 0,
    stranger = false,
  }: { weights?: typeof values; seed?: number; stranger?: boolean } = {},
): Observation[] {
  return values.flatMap((row, l) =>
    row.map((value, i) => ({
      cluster: stranger ? `${l}/${i}` : `${i}`,
      stratum: `l${l}`,
      seed,
      value,
      ...(weights !== undefined && { weight: weights[l]?.[i] ?? 0 }),
    })),
  );
}

function agrees(
  own: readonly [number, number],
  other: ReferenceInterval,
  what: string,
  deviations = tolerance,
): void {
  const room = deviations * other.deviation + 1 / 360 / 2; // pass rates of 360 responses
  assert.ok(Math.abs(own[0] - other.low) <= room, `${what}: low ${own[0]}, elsewhere ${other.low}`);
  assert.ok(Math.abs(own[1] - other.high) <= room, `${what}: high ${own[1]}, elsewhere ${other.high}`);
}

test("means over languages agree with NumPy's cluster bootstrap", () => {
  const of = (observations: Observation[]) => clusteredMean(observations);
  // Mid-P leans to the middle.
  agrees(of(rows(bootstrap.passes.slice(2, 3))).interval, bootstrap.oneLanguage, "one language", 0.2);
  agrees(of(rows(bootstrap.passes)).interval, bootstrap.mean, "parallel prompts");
  agrees(of(rows(bootstrap.passes, { stranger: true })).interval, bootstrap.meanOfStrangers, "own prompts");
  agrees(of(rows(bootstrap.nll, { weights: bootstrap.tokens })).interval, bootstrap.meanNll, "likelihood");
  const { value, n } = of(rows(bootstrap.passes));
  assert.equal(n, 360);
  assert.ok(Math.abs(value - bootstrap.passes.flat().reduce((a, b) => a + b, 0) / 360) < 1e-12);
});

test("differences agree with SciPy's paired and NumPy's cluster bootstrap", () => {
  const of = (from: number, to: number) =>
    clusteredDifference(rows(bootstrap.passes.slice(from, to)), rows(bootstrap.others.slice(from, to)));
  agrees(of(2, 3)?.interval ?? [0, 0], bootstrap.oneDifference, "one language");
  agrees(of(0, 6)?.interval ?? [0, 0], bootstrap.difference, "all languages");
});

test("shared prompts widen a mean over languages, and only where they are shared", () => {
  const width = (stranger: boolean) => {
    const [low, high] = clusteredMean(rows(bootstrap.passes, { stranger })).interval;
    return high - low;
  };
  assert.ok(width(false) > 1.2 * width(true), `${width(false)} beside ${width(true)}`);
});

test("a language that lacks some prompts takes part with those it has", () => {
  const part = rows(bootstrap.passes).filter(
    ({ stratum, cluster }) => stratum !== "l5" || Number(cluster) < 40,
  );
  const { value, n, interval } = clusteredMean(part);
  assert.equal(n, 340);
  const rate = (row: readonly number[]) => row.reduce((a, b) => a + b, 0) / row.length;
  const expected = bootstrap.passes.map((row, l) => rate(l === 5 ? row.slice(0, 40) : row));
  assert.ok(Math.abs(value - expected.reduce((a, b) => a + b, 0) / 6) < 1e-12);
  assert.ok(
    Math.abs(interval[0] - bootstrap.mean.low) < 0.03 && Math.abs(interval[1] - bootstrap.mean.high) < 0.03,
  );
});

test("seeds add what they vary by, with Student's t for so few", () => {
  const certain = (seed: number, value: number) =>
    rows([new Array<number>(40).fill(value)], { seed }).map(one => ({ ...one, weight: 2 }));
  const [low, high] = clusteredMean([...certain(7, 0.4), ...certain(8, 0.5), ...certain(9, 0.6)]).interval;
  // t(0.975, 2) * 0.1 / sqrt(3)
  assert.ok(Math.abs(high - 0.5 - 0.24841) < 1e-3 && Math.abs(0.5 - low - 0.24841) < 1e-3, `${low} ${high}`);
  const two = clusteredMean([...certain(7, 0.45), ...certain(8, 0.55)]);
  // t(0.975, 1) * 0.1 / sqrt(2) / sqrt(2)
  assert.ok(Math.abs(two.interval[1] - 0.5 - 0.63531) < 5e-3, `${two.interval[1]}`);
});

test("the interval covers the truth in about 95 of 100 studies with prompts, languages and three seeds", () => {
  const draw = seededRandom("studies");
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  let covered = 0;
  const studies = 300;
  for (let study = 0; study < studies; study++) {
    const observations: Observation[] = [];
    const prompts = Array.from({ length: 50 }, () => 0.5 * normal());
    for (let seed = 0; seed < 3; seed++) {
      const effect = 0.05 * normal();
      for (const [i, prompt] of prompts.entries())
        for (let l = 0; l < 4; l++)
          observations.push({
            cluster: `${i}`,
            stratum: `${l}`,
            seed,
            value: prompt + effect + 0.3 * normal(),
          });
    }
    const { interval } = clusteredMean(observations);
    if (interval[0] <= 0 && 0 <= interval[1]) covered++;
  }
  // Cautious by design; 300 studies at 95 % vary by 3.8.
  assert.ok(covered >= 0.92 * studies, `${covered} of ${studies}`);
});

test("three prompts: an interval that covers, not the bootstrap's", () => {
  const draw = seededRandom("three prompts");
  let covered = 0;
  for (let study = 0; study < 400; study++) {
    const passes = Array.from({ length: 4 }, () => Array.from({ length: 3 }, () => (draw() < 0.4 ? 1 : 0)));
    const { interval } = clusteredMean(rows(passes));
    if (interval[0] <= 0.4 && 0.4 <= interval[1]) covered++;
  }
  assert.ok(covered >= 370, `${covered} of 400`);
  const one = clusteredMean(rows([[1, 0, 0]]));
  assert.deepEqual(
    one.interval.map(end => end.toFixed(4)),
    ["0.0167", "0.8680"],
  ); // mid-P, 1 of 3: 1 - (1 - x)^3 - 3/2 x (1 - x)^2 = 0.025 and 0.975
});

test("values that are all alike are not certain", () => {
  const zeros = Array.from({ length: 6 }, () => new Array<number>(60).fill(0));
  const { interval } = clusteredMean(rows(zeros));
  assert.equal(interval[0], 0);
  assert.ok(Math.abs(interval[1] - (1 - 0.025 ** (1 / 60))) < 0.004, `${interval[1]}`); // 0 of 60 prompts
  const same = clusteredDifference(rows(bootstrap.passes), rows(bootstrap.passes));
  assert.equal(same?.value, 0);
  assert.ok((same?.p ?? 0) > 0.95);
  assert.ok((same?.interval[0] ?? 0) < -0.04 && (same?.interval[1] ?? 0) > 0.04, `${same?.interval}`);
});

test("a difference takes the prompts, languages and seeds that both have", () => {
  const a = rows(bootstrap.passes).filter(({ stratum }) => stratum !== "l0");
  const b = rows(bootstrap.others).filter(({ cluster }) => Number(cluster) >= 10);
  const paired = clusteredDifference(a, b);
  assert.equal(paired?.n, 5 * 50);
  assert.equal(clusteredDifference(a, rows(bootstrap.passes.slice(0, 1))), null);
  const seeds = (...numbers: number[]) => numbers.flatMap(seed => rows(bootstrap.passes, { seed }));
  const n = (x: Observation[], y: Observation[]) => clusteredDifference(x, y)?.n;
  assert.equal(n(seeds(7, 8, 9), seeds(7)), 3 * 360, "the untuned model has one run");
  assert.equal(n(seeds(7, 8, 9), seeds(8, 9, 10)), 2 * 360, "by number");
  assert.equal(n(seeds(1, 2), seeds(7, 8, 9)), 2 * 360, "by order");
});

test("p falls as the interval leaves zero", () => {
  const better = bootstrap.passes.map(row => row.map((value, i) => (i % 3 === 0 ? 1 : value)));
  const clear = clusteredDifference(rows(better), rows(bootstrap.passes));
  assert.ok((clear?.interval[0] ?? 0) > 0 && (clear?.p ?? 1) < 0.001, `${clear?.p}`);
  const close = clusteredDifference(rows(bootstrap.passes), rows(bootstrap.others));
  const excludes = (close?.interval[1] ?? 0) < 0 || (close?.interval[0] ?? 0) > 0;
  assert.equal(excludes, (close?.p ?? 1) < 0.05);
});
