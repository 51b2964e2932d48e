// Runs in words, and run.json as it lies on disk.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatDuration } from "../../../src/common/duration.ts";
import type { JsonObject } from "../../../src/common/json.ts";
import { endedRun } from "../../../src/core/records/endedRun.ts";
import type { RunRecord } from "../../../src/core/records/runRecord.ts";
import { unsealed } from "../../../src/core/records/seal.ts";
import { isMadeHere } from "../../../src/node/madeHere.ts";
import { sha256OfText } from "../../../src/node/sha256.ts";
import type { ProgressUpdate } from "../../../src/protocol/runtime.ts";
import { textOfRecord } from "../../../src/workspace/runs/recordText.ts";
import { countWords, progressWords, scoreWords } from "../../../src/workspace/runs/runText.ts";
import { throttled } from "../../../src/workspace/runs/throttle.ts";

const record = {
  version: 1,
  status: "running",
  mixture: "pinch",
  seed: 7,
  started: "2026-01-01T00:00:00.000Z",
  ended: null,
  pid: 12,
  error: null,
  configuration: { file: "a.mixture.yaml", model: "pinch/starter", budget: 3, form: null, train: null },
  counts: { en: 2, fi: 1 },
} as unknown as RunRecord;

describe("words", () => {
  it("durations have two units at most and are rounded up", () => {
    assert.equal(formatDuration(0.2), "1 s");
    assert.equal(formatDuration(59.5), "1 min");
    assert.equal(formatDuration(80), "1 min 20 s");
    assert.equal(formatDuration(600), "10 min");
    assert.equal(formatDuration(754), "12 min");
    assert.equal(formatDuration(7500), "2 h 5 min");
    assert.equal(formatDuration(-3), "0 s");
  });

  it("progress says phase, percent and time left, as far as they are known", () => {
    const progress: ProgressUpdate = { phase: "train", done: 9, total: 20, secondsLeft: 80, message: "" };
    assert.equal(progressWords(progress), "training 45 %, 1 min 20 s left");
    assert.equal(progressWords({ ...progress, total: 0, secondsLeft: null }), "training");
    assert.equal(progressWords({ ...progress, phase: "generate", secondsLeft: null }), "answering 45 %");
    assert.equal(progressWords({ ...progress, done: 20, secondsLeft: 0 }), "training 100 %");
    assert.equal(progressWords(null), "starting");
  });

  it("counts leave out languages without examples", () => {
    assert.equal(countWords({ en: 560, fi: 40, sw: 0 }), "600 examples in 2 languages");
    assert.equal(countWords({ en: 1 }), "1 example in 1 language");
    assert.equal(countWords({}), "untuned");
  });

  it("the score is the mean over the languages of what was followed, else of the language", () => {
    const value = (rate: number) => ({ value: rate, n: 1, interval: [0, 1] as const });
    const languages = { en: { followed: value(0.9), language: value(1) }, fi: { followed: value(0.1) } };
    assert.equal(scoreWords({ version: 1, languages }), "50 % followed");
    assert.equal(
      scoreWords({ version: 1, languages: { en: { language: value(1) } } }),
      "100 % in the right language",
    );
    assert.equal(scoreWords({ version: 1, languages: {} }), null);
    assert.equal(scoreWords(null), null);
  });
});

describe("run.json", () => {
  it("of a run that was ended stays sealed, and this installation's: it would go on as a stranger's run", () => {
    const text = textOfRecord(endedRun(record, { status: "cancelled" }, "2026-01-02T00:00:00.000Z"));
    assert.ok(unsealed(JSON.parse(text) as JsonObject, sha256OfText) !== null);
    assert.ok(isMadeHere(text, "run"));
  });
});

describe("throttle", () => {
  it("calls at once, gathers what follows, and never loses the last change", context => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const shown: number[] = [];
    let value = 0;
    const show = throttled(() => shown.push(value), 20);
    for (value = 0; value < 50; value++) show();
    value = 50;
    show();
    assert.deepEqual(shown, [0]);
    context.mock.timers.tick(20);
    assert.deepEqual(shown, [0, 50]);
    context.mock.timers.tick(20);
    assert.deepEqual(shown, [0, 50], "nothing new, nothing shown");
    value = 51;
    show();
    show();
    show.dispose();
    context.mock.timers.tick(100);
    assert.deepEqual(shown, [0, 50, 51], "nothing after it is disposed of");
  });
});
