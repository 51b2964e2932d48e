// metrics.json as it lies on disk: of older versions, edited by hand, or broken.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseMetricsText } from "../../../src/core/records/metricsRecord.ts";

const score = { value: 0.5, n: 4, interval: [0.1, 0.9] };
const metrics = (cells: unknown, more: object = {}): string =>
  JSON.stringify({ version: 1, languages: { fi: cells }, ...more });
const fault = (text: string): string => {
  const parsed = parseMetricsText(text);
  return "fault" in parsed ? parsed.fault : "";
};

describe("parseMetricsText", () => {
  it("reads what an evaluation writes, and every metrics.json of the examples", () => {
    assert.deepEqual(parseMetricsText(metrics({ followed: score })), {
      value: { version: 1, languages: { fi: { followed: score } } },
    });
    const examples = join(import.meta.dirname, "..", "..", "..", "examples");
    const found = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter(path =>
      path.endsWith("metrics.json"),
    );
    for (const path of found) assert.equal(fault(readFileSync(join(examples, path), "utf8")), "", path);
  });

  it("calls what an earlier rule said by names of its own", () => {
    const parsed = parseMetricsText(metrics({ lines: score, words: score, lcpr: score }));
    assert.ok("value" in parsed);
    assert.deepEqual(Object.keys(parsed.value.languages.fi ?? {}), ["lines", "words", "linesAndWords"]);
    const current = parseMetricsText(metrics({ lpr: score, wpr: score, lcpr: score }));
    assert.ok("value" in current);
    assert.deepEqual(Object.keys(current.value.languages.fi ?? {}), ["lpr", "wpr", "lcpr"]);
  });

  it("cuts an interval of line accuracy that an earlier version let leave its range", () => {
    const parsed = parseMetricsText(
      metrics({ lineAccuracy: { value: 0.96, n: 55, interval: [0.91, 1.02] } }),
    );
    assert.ok("value" in parsed);
    assert.deepEqual(parsed.value.languages.fi?.lineAccuracy?.interval, [0.91, 1]);
    assert.match(fault(metrics({ lineAccuracy: { value: 1.2, n: 55, interval: [0.9, 1] } })), /not a score/);
  });

  it("names what is no score", () => {
    for (const broken of [
      3,
      null,
      { ...score, value: null },
      { ...score, value: 1.2 },
      { ...score, value: "0.5" },
      { ...score, n: 0 },
      { ...score, n: 2.5 },
      { ...score, n: "<img src=x>" },
      { ...score, interval: [0.1] },
      { ...score, interval: [0.9, 0.1] },
      { ...score, interval: [0, 7] },
    ])
      assert.match(fault(metrics({ followed: broken })), /^its followed of fi is not a score$/);
    assert.equal(fault(metrics({ nll: { value: 3, n: 4, interval: [2, 5] } })), "");
  });

  it("refuses what is no table by language", () => {
    assert.match(fault('{"version": 1'), /not JSON/);
    assert.match(fault("[]"), /object/);
    assert.match(fault('{"version": 2, "languages": {}}'), /version/);
    assert.match(fault('{"version": 1, "languages": {"fi": 3}}'), /lacks fields/);
    assert.match(fault('{"version": 1}'), /lacks fields/);
    const pairs = (list: unknown, more: object = {}) =>
      metrics({}, { correlations: { followed: { languages: ["fi", "et"], pairs: list, ...more } } });
    assert.equal(fault(pairs([0.2])), "");
    assert.match(fault(pairs([0.2, 0.3])), /correlations/);
    assert.match(fault(pairs(["0"])), /correlations/);
    assert.equal(fault(pairs([0.2], { degrees: 7.5 })), "");
    assert.match(fault(pairs([0.2], { degrees: 0 })), /correlations/);
  });
});
