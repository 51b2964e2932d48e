// Learning rates against those of PyTorch's runs, and the shapes between.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { learningRateAt } from "../../../src/runtime/train/schedule.ts";

interface Reference {
  readonly full: {
    readonly settings: {
      readonly peakLearningRate: number;
      readonly warmupSteps: number;
      readonly steps: number;
    };
    readonly events: readonly { readonly step: number; readonly learningRate: number }[];
  };
}

test("cosine with warm-up is the schedule of the reference runs", () => {
  const path = join(import.meta.dirname, "..", "..", "numeric", "fixtures", "training-tied.json");
  const { settings, events } = (JSON.parse(readFileSync(path, "utf8")) as Reference).full;
  const schedule = {
    kind: "cosine",
    peak: settings.peakLearningRate,
    steps: settings.steps,
    warmupSteps: settings.warmupSteps,
  } as const;
  for (const { step, learningRate } of events) {
    assert.ok(Math.abs(learningRateAt(schedule, step) - learningRate) < 1e-12, `step ${step}`);
  }
});

test("constant stays, linear falls evenly, a floor is kept", () => {
  const schedule = { peak: 1, steps: 10, warmupSteps: 0 };
  assert.equal(learningRateAt({ ...schedule, kind: "constant" }, 10), 1);
  assert.ok(Math.abs(learningRateAt({ ...schedule, kind: "linear" }, 6) - 0.5) < 1e-12);
  assert.ok(Math.abs(learningRateAt({ ...schedule, kind: "linear", floor: 0.2 }, 6) - 0.6) < 1e-12);
});

test("a run shorter than its warm-up still has rates", () => {
  const rates = [1, 2].map(step =>
    learningRateAt({ kind: "cosine", peak: 1, steps: 2, warmupSteps: 5 }, step),
  );
  assert.deepEqual(rates, [0.2, 0.4]);
});
