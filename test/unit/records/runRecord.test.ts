// run.json as it lies on disk: whole, of older versions, or edited by hand.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { weightPaths } from "../../../src/core/records/endedRun.ts";
import { parseRunRecord } from "../../../src/core/records/runRecord.ts";
import { brokenSeal, sealed } from "../../../src/core/records/seal.ts";
import type { RunSummary } from "../../../src/core/results/resultsTable.ts";
import { sha256OfText } from "../../../src/node/sha256.ts";
import { asOlder, madeUp } from "./madeUpRecords.ts";

const { record } = madeUp("pinch");

function fault(json: string): string {
  const parsed = parseRunRecord(json, sha256OfText);
  return "fault" in parsed ? parsed.fault : "";
}

/** The record with another value at a path; undefined: without it. */
function edited(path: string, value: unknown): string {
  const copy = JSON.parse(JSON.stringify(record)) as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop() ?? "";
  let inside = copy;
  for (const name of names) inside = inside[name] as Record<string, unknown>;
  inside[last] = value;
  return JSON.stringify(copy, null, 2);
}

describe("run.json", () => {
  it("is read as a run of today or of an older version writes it", () => {
    const read = ({ record: each }: RunSummary) => {
      assert.deepEqual(parseRunRecord(JSON.stringify(each), sha256OfText), { value: each });
    };
    for (const run of [madeUp("pinch"), madeUp("base"), madeUp("fi", { train: { method: "full" } })]) {
      read(run);
      read(asOlder(run));
      read(asOlder(run, "lock"));
    }
  });

  it("what it doesn't say is null to its readers", () => {
    const { timings: _timings, lock: _lock, ...rest } = record;
    const parsed = parseRunRecord(JSON.stringify(rest), sha256OfText);
    assert.ok("value" in parsed);
    assert.deepEqual([parsed.value.timings, parsed.value.lock], [null, null]);
  });

  it("has what may be absent also where an editor wrote null", () => {
    const nulls = { files: null, owner: null, findings: null, pid: null, resumed: null };
    const parsed = parseRunRecord(JSON.stringify({ ...record, ...nulls }), sha256OfText);
    assert.ok("value" in parsed);
    assert.deepEqual(
      Object.keys(nulls).map(name => parsed.value[name as keyof typeof nulls]),
      [undefined, undefined, undefined, undefined, undefined],
    );
    assert.equal(weightPaths(parsed.value).length, 2);
  });

  it("is refused with field and line where a value is none that a run writes", () => {
    const wrong: [string, unknown, RegExp][] = [
      ["status", "lost", /^its status \(line 3\) is not one of running/],
      ["mixture", 7, /^its mixture \(line 4\) is not a name/],
      ["seed", 7.5, /^its seed \(line 5\) is not a whole number/],
      ["seed", "7", /seed/],
      ["started", "yesterday", /^its started .* is not a time/],
      ["counts", null, /counts/],
      ["counts", { en: -3 }, /^its counts .* is not a table of counts/],
      ["counts", { en: "100" }, /counts/],
      ["configuration", [], /configuration/],
      ["configuration.model", null, /^its configuration\.model \(line \d+\) is not text/],
      ["configuration.budget", -600, /budget/],
      ["configuration.evaluate", undefined, /evaluate/],
      ["configuration.evaluate.maxNewTokens", "48", /maxNewTokens/],
      ["configuration.form", { kind: "spread" }, /form/],
      ["configuration.train.lora", { rank: "16", alpha: 32 }, /lora/],
      ["configuration.train.learningRate", "fast", /learningRate/],
      ["lock.data", { a: 3 }, /lock\.data/],
      ["lock.examples", "all", /examples/],
      ["timings", { train: "long", evaluate: 3 }, /^its timings\.train \(line \d+\) is not a number/],
      ["peakMemoryBytes", "much", /peakMemoryBytes/],
      ["findings", [{ code: 3 }], /findings/],
      ["error", "it broke", /error/],
      ["lock", [], /^its lock .* is not an object/],
      ["seed", undefined, /^its seed is missing/],
      [
        "configuration.train.lora",
        { rank: 16 },
        /^its configuration\.train\.lora\.alpha \(line \d+\) is missing/,
      ],
    ];
    for (const [path, value, expected] of wrong) assert.match(fault(edited(path, value)), expected, path);
  });

  it("is refused where it is no JSON object, or of another version", () => {
    assert.match(fault('{"version": 1'), /not JSON/);
    assert.match(fault("[]"), /object/);
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    assert.match(fault(`{"version": 1, "more": ${deep}}`), /its lists and maps are nested more than 64 deep/);
    assert.match(fault(edited("version", 2)), /version 2/);
  });
});

describe("a seal", () => {
  const written = JSON.stringify(sealed(record, sha256OfText), null, 2);

  it("fits what was written, however it is indented, and is no part of the record", () => {
    assert.deepEqual(parseRunRecord(written, sha256OfText), { value: record });
    assert.deepEqual(parseRunRecord(JSON.stringify(JSON.parse(written)), sha256OfText), { value: record });
  });

  it("is broken by any other digit, also where the field itself is sound", () => {
    const seeded = written.replace(`"seed": ${record.seed}`, `"seed": ${record.seed + 1}`);
    assert.notEqual(seeded, written);
    assert.deepEqual(parseRunRecord(seeded, sha256OfText), { fault: brokenSeal });
  });

  it("is not asked of records from before there were any", () => {
    assert.deepEqual(parseRunRecord(JSON.stringify(record), sha256OfText), { value: record });
  });
});
