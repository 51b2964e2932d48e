// A plan as a person reads it, in the command line and in the editor.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeUnequal } from "../../../src/core/experiments/unequalTraining.ts";
import { describePlan } from "../../../src/core/plan/runPlan.ts";
import { assumedSpread } from "../../../src/core/plan/seedSpread.ts";

const nothing = {
  seeds: 1,
  compared: 1,
  spread: assumedSpread,
  independent: {},
  languages: {},
  mean: null,
  seedsNeeded: null,
} as const;

test("figures stand before the languages, and what can be shown before the table", () => {
  const text = describePlan({
    model: { name: "tiny", parameters: 1_250_000, template: "plain" },
    runs: [
      {
        mixture: "pinch",
        seed: 7,
        counts: { en: 20, fi: 4 },
        trainTokens: 1234,
        steps: 6,
        examplesSeen: 72,
        tokensSeen: 3702,
        predictedSeconds: 61,
        predictedMemoryBytes: 3 * 2 ** 20 + 1,
      },
    ],
    layersTried: { tried: 2, of: 8 },
    evaluationRows: { en: 60 },
    detectable: { ...nothing, independent: { en: 60 }, languages: { en: 0.2 } },
  });
  assert.match(text, /^Model tiny: 1\.3 million parameters, the plain template\.$/m);
  assert.match(text, /each language \(60 prompts\): 20\.0 points/);
  assert.match(text, /^pinch +7 +6 +72 +3,702 +1 min 1 s +4 MiB +20 +4$/m);
  assert.match(text, /measured here with 2 of 8 layers\.$/m);
});

test("where a learning rate is chosen, it is said that time is of all of them", () => {
  const plan = {
    model: { name: "tiny", parameters: 1, template: "own" },
    runs: [],
    layersTried: null,
    evaluationRows: {},
    detectable: nothing,
  } as const;
  assert.doesNotMatch(describePlan(plan), /learning rates/);
  assert.match(
    describePlan({ ...plan, learningRates: [5e-4, 2e-3, 5e-3] }),
    /^Each run is trained 3 times, with the learning rates 0\.0005, 0\.002 and 0\.005,$/m,
  );
});

test("a plan with early stopping says that runs may take less", () => {
  const plan = { model: null, runs: [], layersTried: null, evaluationRows: {}, detectable: nothing } as const;
  assert.doesNotMatch(describePlan(plan), /early stopping/);
  assert.match(describePlan({ ...plan, stopsEarly: true }), /^With early stopping, a run may take fewer/m);
});

test("amounts that differ by more than 5 % are a warning each, and others none", () => {
  const amount = (steps: number, examplesSeen: number, tokensSeen: number) => ({
    steps,
    examplesSeen,
    tokensSeen,
  });
  assert.deepEqual(describeUnequal([]), []);
  assert.match(
    describeUnequal([amount(0, 0, 0), amount(2, 0, 0)]).join(),
    /^Warning: Optimizer steps differ: 0 to 2\./,
  );
  assert.deepEqual(describeUnequal([amount(100, 1800, 40_000), amount(105, 1800, 42_000)]), []);
  const [steps, ...others] = describeUnequal([amount(48, 1800, 43_000), amount(57, 1800, 44_000)]);
  assert.match(steps ?? "", /^Warning: Optimizer steps differ by 19 %: 48 to 57\. .*train\.batchExamples/);
  assert.deepEqual(others, []);
  const both = describeUnequal([amount(50, 1800, 40_000), amount(50, 2000, 56_000)]);
  assert.match(both[0] ?? "", /^Warning: Examples differ by 11 %: 1,800 to 2,000\./);
  assert.match(both[1] ?? "", /^Warning: Tokens differ by 40 %: 40,000 to 56,000\. .*train\.lossWeight/);
});
