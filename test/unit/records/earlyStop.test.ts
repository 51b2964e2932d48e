// When a training with early stopping ends, which step is kept, and what is said of it wherever runs are read.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { settingsText } from "../../../src/core/experiments/settingsText.ts";
import { choicesOf } from "../../../src/core/records/choices.ts";
import {
  afterMeasurement,
  describeStop,
  type EarlyStop,
  earlyStopOf,
  isMeasured,
  measurements,
  mustStop,
  nothingMeasured,
  outcomeOf,
  type Stopping,
  stoppingOf,
  stopWords,
} from "../../../src/core/records/earlyStop.ts";
import { stepEventOf } from "../../../src/core/records/events.ts";
import type { StepEvent } from "../../../src/core/records/records.ts";
import { parseRunRecord, type RunRecord } from "../../../src/core/records/runRecord.ts";
import { reportMarkdown } from "../../../src/core/report/report.ts";
import { reportHtml } from "../../../src/core/report/reportHtml.ts";
import { methodTable } from "../../../src/core/report/reportLock.ts";
import { stopsTable } from "../../../src/core/report/reportStops.ts";
import { reportTex } from "../../../src/core/report/reportTex.ts";
import { buildResults } from "../../../src/core/results/buildResults.ts";
import { sha256OfText } from "../../../src/node/sha256.ts";
import { madeUp } from "./madeUpRecords.ts";

const rule = { patience: 2, minDelta: 0 };

/** Follows measurements of one language until they end the training. */
function follow(losses: readonly number[], spec = rule): { stopping: Stopping; trained: number } {
  let stopping = nothingMeasured;
  let trained = 0;
  for (const loss of losses) {
    if (mustStop(stopping, spec)) break;
    stopping = afterMeasurement(stopping, ++trained, { en: loss }, spec);
  }
  return { stopping, trained };
}

describe("the rule", () => {
  test("the first measurement is the best so far, and the first of equal ones stays it", () => {
    assert.deepEqual(follow([2]).stopping, { best: { step: 1, loss: 2, losses: { en: 2 } }, waited: 0 });
    const { stopping, trained } = follow([2, 1, 1, 1, 0]);
    assert.deepEqual([stopping.best?.step, stopping.waited, trained], [2, 2, 4], "0 is never measured");
  });

  test("a fall of exactly minDelta is none, but the lowest loss is kept all the same", () => {
    const { stopping, trained } = follow([2, 1.5, 1], { patience: 2, minDelta: 0.5 });
    assert.deepEqual([stopping.best?.step, trained, stopping.waited], [3, 3, 2]);
    assert.equal(follow([2, 1.49, 0.9], { patience: 2, minDelta: 0.5 }).stopping.waited, 0);
  });

  test("what is not a number improves nothing and is never kept, first or later", () => {
    const first = follow([Number.NaN, 3, Number.NaN, Number.POSITIVE_INFINITY]);
    assert.deepEqual([first.stopping.best?.step, first.stopping.waited, first.trained], [2, 2, 4]);
    const none = follow([Number.NaN, Number.NaN, 1]);
    assert.deepEqual([none.stopping, none.trained], [{ best: null, waited: 2 }, 2]);
    assert.equal(outcomeOf(none.stopping, { step: 2, steps: 3 }), null);
    assert.equal(afterMeasurement(nothingMeasured, 1, { en: 1, fi: Number.NaN }, rule).best, null);
    assert.equal(afterMeasurement(nothingMeasured, 1, undefined, rule).waited, 1);
    assert.equal(afterMeasurement(nothingMeasured, 1, {}, rule).best, null, "no language");
  });

  test("each language has the same weight", () => {
    const { best } = afterMeasurement(nothingMeasured, 5, { en: 1, fi: 2, sw: 6 }, rule);
    assert.equal(best?.loss, 3);
  });

  test("made-up losses end where EarlyStoppingCallback of transformers ends them, with the step that it loads", () => {
    const path = join(root, "test", "numeric", "fixtures", "early-stopping.json");
    const { cases } = JSON.parse(readFileSync(path, "utf8")) as {
      cases: {
        losses: number[];
        patience: number;
        threshold: number;
        trained: number;
        kept: number;
        waited: number;
      }[];
    };
    assert.ok(cases.some(({ trained, losses }) => trained < losses.length));
    for (const { losses, patience, threshold, ...expected } of cases) {
      const { stopping, trained } = follow(losses, { patience, minDelta: threshold });
      assert.deepEqual(
        { trained, kept: stopping.best?.step, waited: stopping.waited },
        expected,
        losses.join(),
      );
    }
  });
});

const event = (step: number, heldOut?: Record<string, number | null>): StepEvent => {
  const numbers = {
    loss: 1,
    learningRate: 1e-3,
    gradientNorm: 1,
    tokens: 9,
    responseTokens: 3,
    tokensPerSecond: 9,
  };
  const written = JSON.stringify({ step, steps: 7, epoch: step, time: "2026-01-01", ...numbers, heldOut });
  const read = stepEventOf(JSON.parse(written));
  assert.ok(read);
  return read;
};

test("the state is that of the events, in which a loss that is not a number is missing", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7].filter(step => isMeasured({ step, steps: 7 }, 3)),
    [3, 6, 7],
  );
  assert.equal(measurements(7, 3), 3);
  assert.equal(measurements(6, 3), 2);
  const events = [1, 2].map(step => event(step));
  assert.deepEqual(stoppingOf(events, 3, rule), nothingMeasured);
  events.push(event(3, { en: 2 }), event(4), event(5), event(6, { en: Number.NaN }));
  assert.deepEqual(stoppingOf(events, 3, rule), { best: { step: 3, loss: 2, losses: { en: 2 } }, waited: 1 });
  const { configuration } = madeUp("pinch", {
    train: { earlyStopping: rule },
    evaluate: { during: 3 },
  }).record;
  assert.equal(earlyStopOf(configuration, events)?.kept, 3);
  assert.equal(earlyStopOf(madeUp("pinch").record.configuration, events), undefined);
});

const stop: EarlyStop = {
  ...{ trained: 9, planned: 40, kept: 3, loss: 2.134, losses: { en: 1.901, fi: 2.367 }, waited: 2 },
};

function recorded(mixture: string, earlyStop: EarlyStop): RunRecord {
  const { record } = madeUp(mixture, { train: { earlyStopping: rule }, evaluate: { during: 3 } });
  return { ...record, earlyStop };
}

test("where it stopped, what is kept and why are said in words", () => {
  assert.equal(
    describeStop(stop, rule),
    "Stopped after step 9 of 40: the loss on the development data did not fall in 2 measurements. Step 3 is kept, with the lowest loss: 2.134 (mean over languages; en 1.901 and fi 2.367).",
  );
  assert.match(
    describeStop({ ...stop, waited: 1 }, { minDelta: 0.01 }),
    /did not fall by more than 0\.01 in 1 measurement\./,
  );
  assert.match(describeStop({ ...stop, trained: 40 }, rule), /^Trained all 40 steps\. Step 3 is kept/);
  assert.equal(stopWords(stop), "step 3 of 9 kept, 40 planned");
  assert.deepEqual(choicesOf(recorded("pinch", stop)), [describeStop(stop, rule)]);
  assert.deepEqual(choicesOf(madeUp("pinch").record), []);
  assert.match(settingsText(recorded("pinch", stop)), /^train\.earlyStopping, outcome\.kept: 3$/m);
});

test("a report has the steps and the losses of each language", () => {
  const other = { ...stop, trained: 40, kept: 40, losses: { sw: 1 } };
  const records = [madeUp("base").record, recorded("pinch", stop), recorded("en", other)];
  const table = stopsTable(records);
  assert.deepEqual(table?.head, [
    "Mixture",
    "Seed",
    "Trained",
    "Kept",
    "Mean",
    "English",
    "Finnish",
    "Swahili",
  ]);
  assert.deepEqual(table?.rows, [
    ["pinch", "7", "9 of 40", "3", "2.134", "1.901", "2.367", "–"],
    ["en", "7", "40 of 40", "40", "2.134", "–", "–", "1.000"],
  ]);
  assert.equal(stopsTable([madeUp("pinch").record]), null);
  assert.match(
    methodTable(records).rows.find(([what]) => what === "Training")?.[1] ?? "",
    /; ended when the loss on the development data did not fall in 2 measurements, and the step with the lowest was kept$/,
  );
  const results = buildResults([madeUp("pinch")]);
  for (const text of [
    reportMarkdown(results, null, { stops: table }),
    reportHtml(results, null, { stops: table }),
    reportTex(results, { stops: table }),
  ])
    assert.match(text, /9 of 40/);
});

test("records that were edited are refused by name", () => {
  const record = recorded("pinch", stop);
  const parsed = (earlyStop: unknown) =>
    parseRunRecord(JSON.stringify({ ...record, earlyStop }), sha256OfText);
  assert.deepEqual(parsed(stop), { value: record });
  for (const [wrong, fault] of [
    [7, /^its earlyStop .*is not an object$/],
    [{ ...stop, kept: "3" }, /^its earlyStop\.kept/],
    [{ ...stop, kept: 10 }, /^its earlyStop .*is not in the order of its steps$/],
    [{ ...stop, trained: 41 }, /^its earlyStop .*is not in the order of its steps$/],
    [{ ...stop, losses: { en: null } }, /^its earlyStop\.losses .*is not an object of losses$/],
  ] as const) {
    const read = parsed(wrong);
    assert.match("fault" in read ? read.fault : "", fault, JSON.stringify(wrong));
  }
});
