// A report over a folder that holds several experiments: one of them, or all with marks, and no sentence across.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { reportMarkdown } from "../../../src/core/report/report.ts";
import type { RunSummary } from "../../../src/core/results/resultsTable.ts";
import { aggregate } from "../../../src/core/scoring/score.ts";
import { assembleReport, type ReportScope } from "../../../src/runtime/reports/assembleReport.ts";
import { alone, madeUp, spread } from "../records/madeUpRecords.ts";
import { madeUpSample } from "../results/madeUp.ts";

const prompts = Array.from({ length: 60 }, (_, i) => `p${i}`);

/** Each prompt is followed with the rate given, the first ones. */
function write(runs: string, run: RunSummary, rate: number): string {
  const folder = join(runs, run.folder);
  mkdirSync(folder, { recursive: true });
  const samples = ["en", "fi"].flatMap(language =>
    prompts.map((id, i) => {
      const followed = i < rate * prompts.length;
      const outcome = followed ? "followed" : "wrongAnswer";
      return madeUpSample({ language, id, checksPassed: followed, outcome });
    }),
  );
  writeFileSync(join(folder, "samples.jsonl"), samples.map(each => `${JSON.stringify(each)}\n`).join(""));
  writeFileSync(join(folder, "run.json"), JSON.stringify(run.record));
  writeFileSync(join(folder, "metrics.json"), JSON.stringify(aggregate(samples)));
  return folder;
}

/** English and Finnish at a learning rate of 2e-3; the file edited to 2e-4; only the pinch run again. */
function edited(): string[] {
  const runs = mkdtempSync(join(tmpdir(), "pinch-experiments-"));
  const before = { train: { learningRate: 2e-3, epochs: 2 } };
  const after = { train: { learningRate: 2e-4, epochs: 1 } };
  return [
    write(runs, madeUp("base", { minute: 1, followed: 0.1 }), 0.1),
    write(runs, madeUp("english", { ...before, minute: 2, form: alone("en"), followed: 0.9 }), 0.9),
    write(runs, madeUp("finnish", { ...before, minute: 3, form: alone("fi"), followed: 0.8 }), 0.8),
    write(runs, madeUp("pinch", { ...before, minute: 4, form: spread(10), followed: 0.7 }), 0.7),
    write(runs, madeUp("pinch", { ...after, minute: 5, form: spread(10), followed: 0.2 }), 0.2),
  ];
}

function report(folders: readonly string[], scope: Partial<ReportScope> = {}) {
  const assembled = assembleReport(folders, { against: null, ...scope });
  assert.ok(assembled);
  const { table, samples, options } = assembled;
  return { ...assembled, text: reportMarkdown(table, samples, options) };
}

test("one mixture run again with other settings is compared with none of the older runs", () => {
  const { table, options, text } = report(edited());
  assert.deepEqual(
    table.rows.map(({ mixture }) => mixture),
    ["base", "pinch"],
  );
  assert.equal(options.differences?.against, "base");
  assert.deepEqual(options.studies, []);
  assert.deepEqual(options.apart, [
    "3 runs of english, finnish and pinch, the last on 2026-01-01 00:04 (pinch-s7-4): epochs 2 instead of 1 and learning rate 0.002 instead of 0.0002.",
  ]);
  const [head = ""] = text.split("## Other experiments");
  assert.doesNotMatch(head, /english|finnish/);
});

test("the older experiment can be opened by one of its runs", () => {
  const { table, options } = report(edited(), { experiment: "english-s7-2" });
  assert.deepEqual(
    table.rows.map(({ mixture, mean }) => [mixture, mean.followed?.value]),
    [
      ["base", 0.1],
      ["english", 0.9],
      ["finnish", 0.8],
      ["pinch", 0.7],
    ],
  );
  assert.ok((options.studies ?? []).length > 0);
  assert.match(options.apart?.join() ?? "", /^1 run of pinch, .*: epochs 1 instead of 2 and learning rate/);
  assert.throws(() => report(edited(), { experiment: "english-s7-3" }), /no run folder english-s7-3/);
});

test("together every row of another experiment is marked, and no study holds one", () => {
  const { table, options, text } = report(edited(), { together: true });
  const mark = "(epochs 2, learning rate 0.002)";
  assert.deepEqual(
    table.rows.map(({ mixture }) => mixture),
    ["base", "pinch", `english ${mark}`, `finnish ${mark}`, `pinch ${mark}`],
  );
  assert.deepEqual(options.studies, []);
  assert.deepEqual(options.apart, []);
  assert.deepEqual(
    options.differences?.rows.map(({ mixture }) => mixture),
    ["pinch", `english ${mark}`, `finnish ${mark}`, `pinch ${mark}`],
  );
  for (const line of text.split("\n"))
    if (/\b(english|finnish)\b/.test(line) && !/How|Mixture file/.test(line))
      assert.match(line, /learning rate 0\.002/, line);
});

test("two runs of one mixture with other seeds and models are two rows, not two seeds", () => {
  const runs = mkdtempSync(join(tmpdir(), "pinch-experiments-"));
  const folders = [
    write(runs, madeUp("en", { minute: 1, seed: 7, followed: 0.2 }), 0.2),
    write(runs, madeUp("en", { minute: 2, seed: 8, followed: 0.8, model: "org/7B", modelHash: "b" }), 0.8),
  ];
  const { table } = report(folders, { together: true });
  assert.deepEqual(
    table.rows.map(({ mixture, runs: own }) => [mixture, own.length]),
    [
      ["en", 1],
      ["en (model pinch/starter)", 1],
    ],
  );
});
