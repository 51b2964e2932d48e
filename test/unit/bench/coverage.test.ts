// The simulation behind `npm run bench:coverage`, on a few small studies: intervals hold what they say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { measure } from "../../../bench/coverageMeasures.ts";
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
const studies = 150;

test("three seeds: intervals of mixtures hold the truth, and tests call out seldom", () => {
  const shares = measure(shape, studies, "unit");
  for (const name of [
    "language (table)",
    "mean (studies)",
    "difference, language",
    "difference, mean",
  ] as const)
    assert.ok((shares.get(name) ?? 0) >= 91, `${name}: ${shares.get(name)}`);
  assert.ok((shares.get("p < 0.05, mean") ?? 100) <= 9, `${shares.get("p < 0.05, mean")}`);
});

test("five wordings of each fact are one prompt, not five", () => {
  const grouped = measure(
    { ...shape, seeds: 1, wordings: 5, seedShared: 0, seedLanguage: 0 },
    studies,
    "unit",
  );
  for (const name of ["language (table)", "difference, language"] as const)
    assert.ok((grouped.get(name) ?? 0) >= 91, `${name}: ${grouped.get(name)}`);
});

test("eight lognormal likelihoods are enough for their interval", () => {
  const few = measure({ ...shape, prompts: 8, seeds: 1 }, studies, "unit");
  assert.ok((few.get("likelihood") ?? 0) >= 91, `${few.get("likelihood")}`);
});
