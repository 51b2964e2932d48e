// Which runs make up the results panel's table, and pages of samples.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RunSummary } from "../../../src/core/results/resultsTable.ts";
import type { Outcome, RunRecord, SampleRecord } from "../../../src/core/run/records.ts";
import { groupsOf, missingOf, scoredRuns } from "../../../src/features/results/groups.ts";
import { pageOf, parseSamples, samplesPageSize } from "../../../src/features/results/samples.ts";

function run(
  mixture: string,
  started: string,
  options: { file?: string; seed?: number; status?: RunRecord["status"]; scored?: boolean } = {},
): RunSummary {
  const { file = "a.mixture.yaml", seed = 1, status = "done", scored = status === "done" } = options;
  const record = { mixture, seed, status, started, configuration: { file } } as unknown as RunRecord;
  return { folder: `${mixture}-${started}`, record, metrics: scored ? { version: 1, languages: {} } : null };
}

describe("groups", () => {
  it("one for each mixture file, the one with the newest run first", () => {
    const runs = [
      run("x", "1", { file: "old" }),
      run("x", "2", { file: "new" }),
      run("y", "0", { file: "new" }),
    ];
    assert.deepEqual(
      groupsOf(runs, file => file.toUpperCase()),
      [
        { id: "new", label: "NEW" },
        { id: "old", label: "OLD" },
      ],
    );
  });

  it("take the scored runs of their file only", () => {
    const runs = [run("x", "1"), run("x", "2", { file: "other" }), run("y", "3", { status: "failed" })];
    assert.deepEqual(
      scoredRuns(runs, "a.mixture.yaml").map(({ folder }) => folder),
      ["x-1"],
    );
  });

  it("what has no scores is said in words, and whether an older run stands in", () => {
    const runs = [
      run("x", "1"),
      run("x", "2", { status: "failed" }),
      run("y", "3", { status: "cancelled" }),
      run("z", "4", { status: "failed" }),
      run("z", "5"),
      run("w", "6", { scored: false }),
    ];
    assert.deepEqual(missingOf(runs, "a.mixture.yaml"), [
      "x with seed 1 (failed, an older run is shown)",
      "y with seed 1 (cancelled)",
      "w with seed 1 (not scored)",
    ]);
  });
});

function sample(id: number, outcome: Outcome, language = "fi"): SampleRecord {
  return { id: String(id), language, prompt: "p", response: "r", outcome } as SampleRecord;
}

describe("samples", () => {
  it("whole lines are read, half a line is not", () => {
    const lines = [sample(1, "followed"), sample(2, "wrongAnswer")].map(each => JSON.stringify(each));
    const text = `${lines.join("\r\n")}\r\n\n${JSON.stringify(sample(3, "followed")).slice(0, -9)}`;
    assert.deepEqual(
      parseSamples(text).map(({ id }) => id),
      ["1", "2"],
    );
    assert.deepEqual(parseSamples('{"language":"fi","outcome":"splendid"}\nnull\n[]'), []);
  });

  const many = [
    ...Array.from({ length: 120 }, (_, i) => sample(i, i % 3 === 0 ? "followed" : "wrongLanguage")),
    sample(999, "followed", "sw"),
  ];
  const query = { folder: "f", language: "fi", outcome: "all", offset: 0 } as const;

  it("a page holds one language, and counts every outcome whatever the filter", () => {
    const page = pageOf(many, { ...query, outcome: "followed" });
    assert.equal(page.total, 40);
    assert.equal(page.samples.length, 40);
    assert.ok(page.samples.every(({ outcome, language }) => outcome === "followed" && language === "fi"));
    assert.deepEqual(page.outcomes, { followed: 40, wrongLanguage: 80, wrongAnswer: 0, unchecked: 0 });
  });

  it("pages follow one another, and one behind the end is the last", () => {
    const second = pageOf(many, { ...query, offset: samplesPageSize });
    assert.equal(second.samples[0]?.id, String(samplesPageSize));
    const last = pageOf(many, { ...query, offset: 5_000 });
    assert.equal(last.query.offset, 2 * samplesPageSize);
    assert.equal(last.samples.length, 120 - 2 * samplesPageSize);
    assert.equal(pageOf([], query).query.offset, 0);
  });
});
