// Steps, examples and tokens of a run, counted from its events, and what is said where mixtures differ in them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { meanAmount, trainedAmount } from "../../../src/core/experiments/trainedAmount.ts";
import { unequalNote } from "../../../src/core/experiments/unequalTraining.ts";

const tokens = { byExample: false, stopsEarly: false };
const examples = { byExample: true, stopsEarly: false };

const step = (at: number, more: object = {}): string =>
  JSON.stringify({
    ...{ step: at, steps: 3, epoch: at, loss: 1, learningRate: 1e-3, gradientNorm: 1 },
    ...{ examples: 4, tokens: 100, responseTokens: 50, tokensPerSecond: 10, time: "2026-01-01T00:00:00Z" },
    ...more,
  });
const lines = (...all: string[]): string => all.map(line => `${line}\n`).join("");

test("amounts are sums over the steps, a step that was done again counting once", () => {
  const whole = { steps: 3, examplesSeen: 12, tokensSeen: 300 };
  assert.deepEqual(trainedAmount(lines(step(1), step(2), step(3))), whole);
  assert.deepEqual(trainedAmount(lines(step(1), step(2), step(2), step(3))), whole);
  const older = lines(step(1, { examples: undefined }), step(2), step(3));
  assert.deepEqual(trainedAmount(older), { ...whole, examplesSeen: null });
});

test("of events that lack a step, or hold a line that is none, nothing is counted", () => {
  assert.equal(trainedAmount(""), null);
  assert.equal(trainedAmount(lines(step(1), step(3))), null);
  assert.equal(trainedAmount(lines(step(1), step(2))), null);
  assert.equal(trainedAmount(lines(step(1), step(2), step(4))), null);
  assert.equal(trainedAmount(lines(step(1), "half a line", step(2), step(3))), null);
  assert.equal(trainedAmount(lines(step(1), step(2, { tokens: -100 }), step(3))), null);
});

test("with early stopping, amounts are those up to the step that is kept, if all its steps are there", () => {
  const earlyStop = { trained: 2, planned: 3, kept: 1, loss: 1, losses: { en: 1 }, waited: 1 };
  const kept = { steps: 1, examplesSeen: 4, tokensSeen: 100 };
  assert.deepEqual(trainedAmount(lines(step(1), step(2)), { earlyStop }), kept);
  assert.equal(trainedAmount(lines(step(1)), { earlyStop }), null);
  assert.equal(trainedAmount(lines(step(1), step(2), step(3)), { earlyStop }), null);
  assert.equal(trainedAmount(lines(step(1), step(2)), { earlyStop: { ...earlyStop, planned: 4 } }), null);
});

test("the mean over seeds is known only where all of them are", () => {
  const amount = (steps: number, examplesSeen: number | null) => ({ steps, examplesSeen, tokensSeen: 10 });
  assert.deepEqual(meanAmount([amount(3, 12), amount(4, 13)]), {
    ...{ steps: 3.5, examplesSeen: 12.5, tokensSeen: 10 },
  });
  assert.equal(meanAmount([amount(3, 12), amount(4, null)])?.examplesSeen, null);
  assert.equal(meanAmount([amount(3, 12), null]), null);
  assert.equal(meanAmount([]), null);
});

test("mixtures that were trained unequally are named, with what evens them out", () => {
  const of = (mixture: string, steps: number, examplesSeen: number | null, tokensSeen: number) => ({
    mixture,
    trained: { steps, examplesSeen, tokensSeen },
  });
  const english = of("english", 48, null, 43_000);
  assert.equal(unequalNote([english], tokens), null);
  assert.equal(unequalNote([english, of("pinch", 50, 1800, 45_000)], tokens), null);
  assert.equal(unequalNote([english, { mixture: "older", trained: null }], tokens), null);
  assert.equal(
    unequalNote([english, of("pinch", 57, 1800, 60_200)], tokens),
    "Mixtures were trained on unequal amounts: optimizer steps differ by 19 %, 48 (english) to 57 (pinch); tokens differ by 40 %, 43,000 (english) to 60,200 (pinch). Differences between them may not be due to their languages. When they are run again, train.batchExamples or train.steps gives every mixture the same steps; with train.lossWeight: example, languages with longer texts get no more weight.",
  );
  const weighted = unequalNote([english, of("pinch", 48, 1800, 60_200)], examples) ?? "";
  assert.match(weighted, /All examples still had equal weight \(train\.lossWeight: example\)\.$/);
  assert.equal(
    unequalNote([english, of("pinch", 24, null, 43_000)], { byExample: false, stopsEarly: true }),
    "Mixtures were trained on unequal amounts, up to the step that early stopping kept: optimizer steps differ by 100 %, 24 (pinch) to 48 (english). Differences between them include when each stopped learning. When they are run again without train.earlyStopping, all are trained to the last step.",
  );
  assert.match(
    unequalNote([of("a", 1, 0, 1), of("b", 1, 5, 1)], examples) ?? "",
    /examples differ, 0 \(a\) to 5 \(b\);|examples differ, 0 \(a\) to 5 \(b\)\./,
  );
});
