// The end of a run in its record.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { diedError, endedRun, weightPaths } from "../../../src/core/records/endedRun.ts";
import { madeUp } from "./madeUpRecords.ts";

const ended = "2026-01-02T00:00:00.000Z";

test("keeps everything but the owner, and what it does not tell anew", () => {
  const owner = { token: "t", host: "h", boot: null, space: null, processStarted: null };
  const record = { ...madeUp("pinch").record, status: "running", owner, peakMemoryBytes: 9 } as const;
  const { owner: _, ...rest } = record;
  const error = { message: "It was killed.", remedy: "" };
  assert.deepEqual(endedRun(record, { status: "failed", error, peakMemoryBytes: 5 }, ended), {
    ...rest,
    status: "failed",
    error,
    ended,
  });
});

test("keeps the reason of a failure when it is written, also where an Error brings it", () => {
  const error = new HumanError("It was killed.", { remedy: "Run it again." });
  const written = JSON.parse(
    JSON.stringify(endedRun(madeUp("pinch").record, { status: "failed", error }, ended)),
  );
  assert.deepEqual(written.error, { message: "It was killed.", remedy: "Run it again." });
});

test("of a killed process names a remedy that its folder allows", () => {
  assert.match(diedError(true).remedy, /resume the run/);
  assert.match(diedError(false).remedy, /Start the run again/);
});

test("weights count where the record names them, and in runs from before it did", () => {
  const adapter = ["adapter", "adapter_config.json"];
  const model = ["model", "model.safetensors"];
  assert.deepEqual(weightPaths({}), [adapter, model]);
  assert.deepEqual(weightPaths({ files: { "adapter/adapter_model.safetensors": "0" } }), [adapter]);
  assert.deepEqual(weightPaths({ files: { "events.jsonl": "0" } }), []);
});
