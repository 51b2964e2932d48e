// How much each mixture was trained on, and how many of its responses were cut: in the table, in words, in reports.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { reportMarkdown } from "../../../src/core/report/report.ts";
import { reportHtml } from "../../../src/core/report/reportHtml.ts";
import { reportTex } from "../../../src/core/report/reportTex.ts";
import { buildResults } from "../../../src/core/results/buildResults.ts";
import type { RunSummary } from "../../../src/core/results/resultsTable.ts";
import { amountsTables, amountWords } from "../../../src/core/results/trainedAmounts.ts";
import { readRunSummary } from "../../../src/runtime/files/readRun.ts";
import { type Changes, madeUp } from "../records/madeUpRecords.ts";
import { value } from "./madeUp.ts";

const trained = (steps: number, tokensSeen: number) => ({ steps, examplesSeen: 1800, tokensSeen });

function run(
  mixture: string,
  changes: Changes & { cut?: number; trained?: RunSummary["trained"] },
): RunSummary {
  const { cut, trained: amount = null, ...rest } = changes;
  const made = madeUp(mixture, rest);
  const cells = (share: number) => ({
    followed: value(0.5),
    ...(cut === undefined ? {} : { truncated: value(share) }),
  });
  const languages = { en: cells(0), fi: cells(cut ?? 0) };
  return { ...made, trained: amount, metrics: { version: 1, languages } };
}

test("amounts and cut responses of each mixture stand in the table, and in every report", () => {
  const table = buildResults([
    run("base", { minute: 1, cut: 1 }),
    run("en", { minute: 2, seed: 7, cut: 0.02, trained: trained(50, 40_000) }),
    run("en", { minute: 3, seed: 8, cut: 0.04, trained: trained(51, 41_001) }),
    run("pinch", { minute: 4 }),
  ]);
  const [amounts] = amountsTables(table);
  assert.deepEqual(amounts?.rows, [
    ["base (untuned)", "–", "–", "–", "50.0"],
    ["en", "50.5", "1,800", "40,501", "1.5"],
    ["pinch", "–", "–", "–", "–"],
  ]);
  assert.deepEqual(table.rows.map(amountWords), [
    "50 % cut",
    "in all 50.5 steps, 1,800 examples, 40,501 tokens; 2 % cut",
    "",
  ]);
  for (const text of [reportMarkdown(table), reportHtml(table), reportTex(table)])
    assert.match(text, /40,501/);
  assert.deepEqual(amountsTables(buildResults([run("pinch", {})])), []);
});

test("a note says where mixtures of the experiment were trained unequally; the untuned model is none", () => {
  const unequal = (...runs: RunSummary[]) =>
    (buildResults(runs).notes ?? []).filter(note => note.startsWith("Mixtures were trained"));
  const base = run("base", { minute: 1 });
  const english = run("en", { minute: 2, trained: trained(50, 40_000) });
  const pinch = run("pinch", { minute: 3, trained: trained(50, 50_000) });
  assert.match(
    unequal(base, english, pinch).join(),
    /tokens differ by 25 %, 40,000 \(en\) to 50,000 \(pinch\)\. .*lossWeight/,
  );
  assert.deepEqual(unequal(base, english, run("pinch", { minute: 3, trained: trained(52, 41_000) })), []);
  const elsewhere = run("pinch", { minute: 0, budget: 120, trained: trained(10, 8_000) });
  assert.deepEqual(unequal(base, english, elsewhere), [], "another experiment is not compared");
  const together = buildResults([english, elsewhere], new Set([english.folder]));
  assert.equal(
    (together.notes ?? []).some(note => note.startsWith("Mixtures were")),
    false,
  );
});

test("a note names the languages whose responses were cut, where it is more than a few percent", () => {
  const noted = (...runs: RunSummary[]) =>
    (buildResults(runs).notes ?? []).filter(note => note.startsWith("Responses were cut"));
  assert.deepEqual(noted(run("base", { minute: 1, cut: 1 }), run("en", { minute: 2, cut: 0.03 })), []);
  const [note = ""] = noted(
    run("en", { minute: 1, cut: 0.08, evaluate: { maxNewTokens: 48 } }),
    run("pinch", { minute: 2, cut: 0.12, evaluate: { maxNewTokens: 48 } }),
  );
  assert.match(
    note,
    /^Responses were cut off at 48 tokens, at most 12 % of the Finnish ones \(pinch\): .*maxNewTokens/,
  );
});

test("a finished run's amounts are counted from its events", () => {
  const folder = mkdtempSync(join(tmpdir(), "pinch-amounts-"));
  mkdirSync(folder, { recursive: true });
  const { record } = madeUp("pinch");
  const event = {
    step: 1,
    steps: 1,
    epoch: 1,
    loss: 1,
    learningRate: 1,
    gradientNorm: 1,
    examples: 9,
    tokens: 70,
  };
  const rest = { responseTokens: 30, tokensPerSecond: 9, time: "2026-01-01T00:00:00Z" };
  writeFileSync(join(folder, "events.jsonl"), `${JSON.stringify({ ...event, ...rest })}\n`);
  const readAs = (status: string) => {
    writeFileSync(join(folder, "run.json"), JSON.stringify({ ...record, status }));
    return readRunSummary(folder).trained;
  };
  assert.deepEqual(readAs("done"), { steps: 1, examplesSeen: 9, tokensSeen: 70 });
  assert.equal(readAs("failed"), null);
});
