// Lines of samples.jsonl that a run writes, and those that somebody changed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleFault } from "../../../src/core/records/sampleRecord.ts";
import { madeUpSample } from "../results/madeUp.ts";

const sample = madeUpSample({});
const faultOf = (change: object) => sampleFault({ ...sample, ...change });

test("a sample is one with all that is optional, and with none of it", () => {
  assert.equal(sampleFault(sample), null);
  const more = {
    ...{ group: "g", refused: ["a"], instructions: [{ id: "i", strict: true, loose: true }] },
    ...{ ownChecksPassed: true, lineAccuracy: 0.5, lpr: false, wpr: null, lines: true, words: null },
    foreign: [{ start: 0, end: 3, language: "und-Latn" }],
  };
  assert.equal(faultOf(more), null);
  const { checksPassed: _checks, languageCorrect: _right, outcome: _outcome, ...rest } = sample;
  for (const [outcome, languageCorrect, checksPassed] of [
    ["followed", null, true],
    ["wrongLanguage", false, true],
    ["wrongAnswer", false, false], // an empty response, by an earlier rule
    ["unchecked", true, null],
    ["noLanguage", null, null],
    ["unscored", null, false],
  ])
    assert.equal(sampleFault({ ...rest, outcome, languageCorrect, checksPassed }), null, String(outcome));
});

test("what the model wrote and what was said of it are told apart, each fault with its field", () => {
  for (const value of [null, 3, "a", []])
    assert.deepEqual(sampleFault(value), { part: "answer", fault: "it is not a JSON object" });
  for (const [change, fault] of [
    [{ language: 3 }, 'its "language" is not text'],
    [{ id: undefined }, 'its "id" is not text'],
    [{ tokens: -1 }, 'its "tokens" is not zero or a positive number'],
    [{ stopped: "yes" }, 'its "stopped" is not true or false'],
    [{ nll: "3" }, 'its "nll" is not a number or null'],
  ] as const)
    assert.deepEqual(faultOf(change), { part: "answer", fault });
  const { response: _response, ...without } = sample;
  assert.deepEqual(sampleFault(without), { part: "answer", fault: 'it has no "response"' });
  for (const change of [
    { tags: null },
    { tags: { task: 3 } },
    { languageCorrect: "true" },
    { checksPassed: 1 },
    { outcome: "splendid" },
    { lineAccuracy: 1.5 },
    { foreign: "all" },
    { instructions: [{ id: "i" }] },
  ])
    assert.equal(faultOf(change)?.part, "verdict", JSON.stringify(change));
});

test("an outcome that its own verdicts contradict is a fault", () => {
  for (const change of [
    { outcome: "followed", languageCorrect: false, checksPassed: true },
    { outcome: "followed", languageCorrect: true, checksPassed: false },
    { outcome: "wrongLanguage", languageCorrect: true },
    { outcome: "wrongAnswer", checksPassed: true },
    { outcome: "unchecked", checksPassed: true },
    { outcome: "noLanguage", languageCorrect: true, checksPassed: null },
    { outcome: "unscored", languageCorrect: true },
  ])
    assert.match(faultOf(change)?.fault ?? "", /^its outcome "\w+" contradicts/, JSON.stringify(change));
});
