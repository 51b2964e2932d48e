// Which runs make up the results panel's table.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RunSummary } from "../../../src/core/results/resultsTable.ts";
import type { SideBySide } from "../../../src/core/results/sideBySide.ts";
import type { RunRecord } from "../../../src/core/run/records.ts";
import { groupsOf, missingOf, scoredRuns } from "../../../src/features/results/groups.ts";
import { sideBySideOf, wantedMetric } from "../../../src/features/results/wantedComparison.ts";

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

describe("the side-by-side scores that are asked for", () => {
  const scores = (key: string, ended: string, runs: readonly (readonly [string, string])[]) =>
    ({
      key,
      ended,
      rows: [{ runs: runs.map(([folder, comparison]) => ({ folder, comparison })) }],
    }) as unknown as SideBySide;
  const all = [
    scores("rule", "2026-01-02", [["run-1", "rule-vs-monolingual"]]),
    scores("model", "2026-01-01", [
      ["run-1", "model-vs-monolingual"],
      ["run-2", "model-vs-monolingual"],
    ]),
  ];

  it("a command asks for the newest, for one by name, or for none", () => {
    assert.equal(sideBySideOf(undefined), null);
    assert.equal(sideBySideOf({ other: 1 }), null);
    assert.equal(sideBySideOf({ sideBySide: true }), "newest");
    assert.equal(sideBySideOf({ sideBySide: { folder: 1 } }), "newest");
    const named = { folder: "run-1", comparison: "x" };
    assert.deepEqual(sideBySideOf({ sideBySide: named }), named);
  });

  it("the named one is found behind any of its runs; one that is gone is the newest", () => {
    assert.equal(wantedMetric(all, "newest"), "rule");
    const named = (folder: string, comparison: string) => wantedMetric(all, { folder, comparison });
    assert.equal(named("run-2", "model-vs-monolingual"), "model");
    assert.equal(named("run-1", "rule-vs-monolingual"), "rule");
    assert.equal(named("run-2", "gone"), "rule");
    assert.equal(wantedMetric([], "newest"), undefined);
  });
});
