// The simulation behind `npm run bench:coverage`, on a few small studies: intervals hold what they say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exceptionsOf } from "../../../bench/coverageExceptions.ts";
import { type Measure, measure } from "../../../bench/coverageMeasures.ts";
import type { StudyShape } from "../../../bench/coverageStudies.ts";

const shape: StudyShape = {
  prompts: 40,
  languages: 4,
  seeds: 3,
  rate: 0.6,
  wordings: 1,
  seedShared: 0.2,
  seedLanguage: 0.4,
  likelihoodSpread: 0.6,
};

function sharesOf(changed: Partial<StudyShape>, studies = 150): (name: Measure) => number {
  const { shares } = measure({ ...shape, ...changed }, "unit", { error: 0, least: 1, most: studies });
  return name => shares.get(name)?.value ?? Number.NaN;
}

function hold(of: (name: Measure) => number, names: readonly Measure[]): void {
  for (const name of names) assert.ok(of(name) >= 91, `${name}: ${of(name)}`);
}

test("three seeds: intervals of mixtures hold the truth, and tests call out seldom", () => {
  const of = sharesOf({});
  hold(of, ["language (table)", "mean (studies)", "difference, language", "difference, mean"]);
  assert.ok(of("p < 0.05, mean") <= 9, `${of("p < 0.05, mean")}`);
});

test("two seeds: no star where there is nothing, however many languages", () => {
  const of = sharesOf({ seeds: 2, languages: 12, prompts: 80 });
  assert.ok(of("any star") <= 6, `${of("any star")}`);
});

test("five wordings of each fact are one prompt, not five", () => {
  const of = sharesOf({ seeds: 1, wordings: 5, seedShared: 0, seedLanguage: 0 });
  hold(of, ["language (table)", "difference, language", "side by side"]);
});

test("eight prompts are enough for intervals of rates, of their mean and of lognormal likelihoods, and not too wide", () => {
  const of = sharesOf({ prompts: 8, seeds: 1, languages: 12 }, 300);
  hold(of, ["likelihood", "mean (table)", "mean (studies)", "language (table)"]);
  assert.ok(of("language (table)") <= 97.5, `${of("language (table)")}`);
});

test("studies are made until every share is as precise as asked", () => {
  const asked = { error: 2, least: 20, most: 1000 };
  const { studies, shares } = measure({ ...shape, prompts: 8, seeds: 1 }, "unit", asked);
  assert.ok(studies >= 60 && studies < 400, `${studies}`);
  for (const { error } of shares.values()) assert.ok(error <= 2);
});

test("what a table does not keep to is named with its reason, and a shortfall without one is a fault", () => {
  const row = (seeds: number, prompts: number, share: number, name: Measure = "mean (table)") => ({
    name: "",
    shape: { ...shape, seeds, prompts },
    studies: 1000,
    shares: new Map([[name, { value: share, error: 0.5 }]]),
  });
  assert.deepEqual(exceptionsOf([row(3, 40, 95), row(1, 40, 93.5), row(1, 40, 6, "any star")]), []);
  const reasons = exceptionsOf([
    row(5, 40, 98),
    row(2, 40, 98, "difference, mean"),
    row(1, 8, 98),
    row(1, 40, 92.6),
    row(1, 40, 92.4),
    row(1, 40, 98),
    row(5, 40, 98, "difference, mean"),
    row(3, 40, 7.1, "any star"),
  ]).map(({ reason }) => /takes seeds|Student|few|errors/u.exec(reason ?? "")?.[0] ?? reason);
  assert.deepEqual(reasons, ["takes seeds", "Student", "few", "errors", null, null, null, null]);
});
