// Which runs make up the results panel's table, and whose outputs stand beside the text.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RunRecord } from "../../../src/core/records/runRecord.ts";
import type { RunSummary } from "../../../src/core/results/resultsTable.ts";
import type { SideBySide } from "../../../src/core/results/sideBySide.ts";
import { type AnsweredRun, latestRuns, nameOf } from "../../../src/features/inline/answeredRuns.ts";
import { chosenGroup, groupsOf, missingOf } from "../../../src/features/results/groups.ts";
import { sideBySideOf, wantedMetric } from "../../../src/features/results/wantedComparison.ts";
import { type Changes, madeUp } from "../records/madeUpRecords.ts";

function run(
  mixture: string,
  minute: number,
  options: Changes & { readonly status?: RunRecord["status"]; readonly scored?: boolean } = {},
): RunSummary {
  const { status = "done", scored = status === "done", ...changes } = options;
  const made = madeUp(mixture, { minute, ...changes });
  return { ...made, record: { ...made.record, status }, metrics: scored ? made.metrics : null };
}

const words = {
  file: (path: string) => path.split("/").at(-1) ?? "",
  time: (at: string) => at.slice(11, 16),
};

describe("groups", () => {
  it("one for each experiment, the newest first, named by its file and what differs", () => {
    const runs = [
      run("en", 1),
      run("fi", 2),
      run("base", 3),
      run("pinch", 4, { budget: 120 }),
      run("en", 0, { file: "/z/z.mixture.yaml", modelHash: "z" }),
    ];
    assert.deepEqual(
      groupsOf(runs, words).map(({ id, label, experiment }) => [id, label, experiment.runs.length]),
      [
        ["pinch-s7-4", "a.mixture.yaml · budget 120 · 00:04", 2],
        ["fi-s7-2", "a.mixture.yaml · budget 600 · 00:02", 3],
        ["en-s7-0", "z.mixture.yaml · 00:00", 1],
      ],
    );
  });

  it("files with equal settings are one experiment, whatever they are called", () => {
    const runs = [run("en", 1), run("fi", 2, { file: "/study/b.mixture.yaml" })];
    assert.deepEqual(
      groupsOf(runs, words).map(({ label }) => label),
      ["b.mixture.yaml · 00:02"],
    );
  });

  it("a run, or a file of which the newest is meant, chooses", () => {
    const runs = [
      run("en", 1),
      run("en", 2, { budget: 120 }),
      run("en", 9, { file: "/study/b.mixture.yaml", model: "org/b", modelHash: "b" }),
    ];
    const groups = groupsOf(runs, words);
    const chosen = (wanted: string | null) => chosenGroup(groups, wanted)?.id;
    assert.equal(chosen("en-s7-1"), "en-s7-1");
    assert.equal(chosen("/study/a.mixture.yaml"), "en-s7-2");
    assert.equal(chosen("gone"), "en-s7-9");
    assert.equal(chosen(null), "en-s7-9");
    assert.equal(chosenGroup([], null), null);
  });

  it("what has no scores is said in words, with what differs, and whether an older run stands in", () => {
    const runs = [
      run("x", 1),
      run("x", 2, { status: "failed" }),
      run("y", 3, { status: "cancelled" }),
      run("z", 4, { status: "failed" }),
      run("z", 5),
      run("w", 6, { scored: false }),
      run("v", 7, { status: "running", budget: 120 }),
    ];
    const [group] = groupsOf(runs, words);
    assert.deepEqual(missingOf(runs, group?.experiment ?? null), [
      "x with seed 7 (failed, an older run is shown)",
      "y with seed 7 (cancelled)",
      "w with seed 7 (not scored)",
      "v with seed 7 (running, with budget 120)",
    ]);
    assert.deepEqual(missingOf([run("v", 7, { status: "running" })], null), ["v with seed 7 (running)"]);
  });
});

describe("the latest runs, whose outputs stand beside the text", () => {
  const located = (one: RunSummary): AnsweredRun =>
    ({ ...one, uri: {}, tuned: true }) as unknown as AnsweredRun;

  it("are of the newest experiment of their file; others are named with what differs", () => {
    const runs = [run("pinch", 3, { budget: 120 }), run("pinch", 2), run("en", 1), run("base", 0)].map(
      located,
    );
    assert.deepEqual(latestRuns(runs).map(nameOf), [
      "pinch, seed 7",
      "en, seed 7 (budget 600)",
      "base, seed 7",
    ]);
  });

  it("an older run of the newest experiment comes before a newer one of another", () => {
    const older = { train: { epochs: 1 } };
    const runs = [run("fi", 4), run("en", 3, older), run("en", 2), run("fi", 1, older)].map(located);
    assert.deepEqual(
      latestRuns(runs).map(({ folder }) => folder),
      ["fi-s7-4", "en-s7-2"],
    );
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
