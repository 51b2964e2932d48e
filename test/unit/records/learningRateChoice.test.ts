// Which learning rate is kept, and what is said of it wherever runs are read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { settingsText } from "../../../src/core/experiments/settingsText.ts";
import {
  chooseRate,
  describeChoice,
  edgeOf,
  type LearningRateChoice,
} from "../../../src/core/records/learningRateChoice.ts";
import { parseRunRecord, type RunRecord } from "../../../src/core/records/runRecord.ts";
import { reportMarkdown } from "../../../src/core/report/report.ts";
import { reportHtml } from "../../../src/core/report/reportHtml.ts";
import { methodTable } from "../../../src/core/report/reportLock.ts";
import { ratesLimits, ratesTable } from "../../../src/core/report/reportRates.ts";
import { reportTex } from "../../../src/core/report/reportTex.ts";
import { buildResults } from "../../../src/core/results/buildResults.ts";
import { sha256OfText } from "../../../src/node/sha256.ts";
import { madeUp } from "./madeUpRecords.ts";

const tried = (losses: Readonly<Record<string, number | null>>): LearningRateChoice["tried"] =>
  Object.entries(losses).map(([rate, devLoss]) => ({ learningRate: Number(rate), devLoss, seconds: 1 }));

function chosen(losses: Readonly<Record<string, number | null>>): LearningRateChoice {
  const choice = chooseRate(tried(losses));
  assert.ok(choice);
  return choice;
}

function recorded(mixture: string, seed: number, losses: Readonly<Record<string, number | null>>): RunRecord {
  const learningRate = Object.keys(losses).map(Number);
  const { record } = madeUp(mixture, { seed, train: { learningRate } });
  return { ...record, learningRateChoice: chosen(losses) };
}

test("the lowest loss wins, the first of equal ones, and none that diverged", () => {
  assert.equal(chosen({ "1e-4": 2, "1e-3": 1.5, "1e-2": 1.6 }).chosen, 1e-3);
  assert.equal(chosen({ "1e-3": 1.5, "1e-4": 1.5 }).chosen, 1e-3);
  assert.equal(chosen({ "1e-2": null, "1e-4": 9 }).chosen, 1e-4);
  assert.equal(chooseRate(tried({ "1e-2": null, "1e-1": null })), null);
  assert.equal(chooseRate([]), null);
});

test("one at the end of the list is said, however the list is ordered", () => {
  assert.equal(edgeOf(chosen({ "1e-3": 1, "1e-2": 2, "1e-4": 2 })), null);
  assert.equal(edgeOf(chosen({ "1e-3": 2, "1e-2": 2, "1e-4": 1 })), "smallest");
  assert.equal(edgeOf(chosen({ "1e-2": 1, "1e-3": 2 })), "largest");
  assert.equal(edgeOf(chosen({ "1e-4": 2, "1e-3": 1, "1e-1": null })), null, "what diverged bounds it");
  assert.equal(
    describeChoice(chosen({ "0.0005": 1.9021, "0.002": 1.7339, "0.5": null })),
    "Learning rate 0.002 chosen by the loss on the development data: 0.0005 1.902, 0.002 1.734, 0.5 diverged.",
  );
  assert.match(
    describeChoice(chosen({ "0.0005": 1.9, "0.002": 1.7 })),
    / It is the largest tried: widen the list\.$/,
  );
});

test("the settings of a run have what was tried and what was chosen", () => {
  const text = settingsText(recorded("pinch", 7, { "0.0005": 1.9, "0.002": 1.7, "0.5": null }));
  assert.match(
    text,
    /^train\.learningRate: 0\.0005, 0\.002, 0\.5$[\s\S]*^train\.learningRate, chosen: 0\.002\ntrain\.learningRate 0\.0005: loss on data\.dev: 1\.900\n.*: 1\.700\n.*0\.5: loss on data\.dev: diverged$/m,
  );
});

test("a report says the rate and the losses of each run, and which lists are too short", () => {
  const records = [
    madeUp("base").record,
    recorded("pinch", 7, { "0.0005": 1.9, "0.002": 1.7, "0.005": 1.8 }),
    recorded("pinch", 8, { "0.0005": 1.9, "0.002": 1.75, "0.005": 1.7 }),
    recorded("en", 7, { "0.002": 1.6, "0.005": null }),
  ];
  const table = ratesTable(records);
  assert.deepEqual(table?.head, ["Mixture", "Seed", "Chosen", "0.0005", "0.002", "0.005"]);
  assert.deepEqual(table?.rows, [
    ["pinch", "7", "0.002", "1.900", "1.700", "1.800"],
    ["pinch", "8", "0.005", "1.900", "1.750", "1.700"],
    ["en", "7", "0.002", "–", "1.600", "diverged"],
  ]);
  assert.deepEqual(
    ratesLimits(records).map(line => line.slice(0, line.indexOf(":"))),
    [
      "In 1 of 3 runs the chosen learning rate is the smallest of those tried (en seed 7)",
      "In 1 of 3 runs the chosen learning rate is the largest of those tried (pinch seed 8)",
    ],
  );
  const method = methodTable(records).rows.find(([what]) => what === "Training")?.[1] ?? "";
  assert.match(
    method,
    /learning rate chosen from 0\.0005, 0\.002, 0\.005 for each run by the loss on the development data/,
  );
  const results = buildResults([madeUp("pinch")]);
  for (const text of [
    reportMarkdown(results, null, { rates: table }),
    reportHtml(results, null, { rates: table }),
    reportTex(results, { rates: table }),
  ])
    assert.match(text, /1\.750/);
  assert.equal(ratesTable([madeUp("pinch").record]), null);
  assert.deepEqual(ratesLimits([madeUp("pinch").record]), []);
});

test("records that were edited are refused by name", () => {
  const record = recorded("pinch", 7, { "0.0005": 1.9, "0.002": 1.7, "0.5": null });
  const parsed = (choice: unknown) =>
    parseRunRecord(JSON.stringify({ ...record, learningRateChoice: choice }), sha256OfText);
  assert.deepEqual(parsed(record.learningRateChoice), { value: record });
  const [one] = record.learningRateChoice?.tried ?? [];
  for (const choice of [
    7,
    {},
    { chosen: 5e-4, tried: [] },
    { chosen: 2e-3, tried: [one] },
    { chosen: 5e-4, tried: [{ ...one, devLoss: "low" }] },
  ]) {
    const read = parsed(choice);
    assert.match(
      "fault" in read ? read.fault : "",
      /^its learningRateChoice.* is (missing|not a)/,
      JSON.stringify(choice),
    );
  }
});
