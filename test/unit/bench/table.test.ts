// The benchmark's table: ratios, targets, failed parts, and its place in a file.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Outcomes, reportOf } from "../../../bench/figures.ts";
import { median } from "../../../bench/numbers.ts";
import { markdownTable, writeBetweenMarkers } from "../../../bench/table.ts";
import { HumanError } from "../../../src/common/errors.ts";

const measured: Outcomes = {
  steady: {
    result: {
      gemmShare: 0.7512,
      stepGflops: 1300,
      stepSecondsMedian: 20,
      gemmGflops: 86.5,
      rowLength: 896,
      rowsPerStep: 2,
      dataTokens: 10,
      dataLossTokens: 8,
      weightBytes: 512 * 2 ** 20,
      losses: [2, 1.5],
    },
  },
  command: { result: { lossTokensPerSecond: 75, peakMemoryMiB: 3000, secondsToFirstStep: 18 } },
  padded: { result: { lossTokensPerSecond: 30, positionsPerStep: 4564 } },
  packed: {
    result: {
      lossTokensPerSecond: 50,
      peakMemoryMiB: 6000,
      secondsToFirstStep: 40,
      examples: 2,
      dataTokens: 12,
      dataLossTokens: 10,
      versions: { trl: "1.2.3" },
    },
  },
  unchecked: { failure: "MemoryError: 8 GiB | too much" },
  decode: { result: { sides: [{ tokensPerSecond: [400] }, { tokensPerSecond: [160] }], ratio: 2.5 } },
  quantized: { result: { weightBytes: 96 * 2 ** 20, losses: [2.1, 1.56] } },
};

const rows = (report: string): string[] => report.split("\n").filter(line => line.startsWith("| "));

test("the table holds each figure beside its peer, with its target judged", () => {
  const report = reportOf(measured, { model: "/models/tiny", steps: 5, warmup: 1 });
  assert.deepEqual(rows(report).slice(2), [
    "| training, tokens with loss a second; against TRL default | 75.0 | 30.0 | 2.50 × | ≥ 2 ×: met |",
    "| training, tokens with loss a second; against TRL packed | 75.0 | 50.0 | 1.50 × | ≥ 1.2 ×: met |",
    "| training, tokens with loss a second; against TRL packed, no checkpointing | 75.0 | failed: MemoryError: 8 GiB \\| too much | not measured |  |",
    "| step FLOPs over the GEMM rate of the same moments | 1300 GFLOP in 20 s | GEMM 86.5 GFLOP/s | 75.1 % | ≥ 75 %: met |",
    "| training, peak memory; against TRL packed | 3000 MiB | 6000 MiB | 0.50 × | ≤ 0.6 ×: met |",
    "| training, peak memory; against TRL packed, no checkpointing | 3000 MiB | failed: MemoryError: 8 GiB \\| too much | not measured |  |",
    "| command to first step; against TRL packed | 18.0 s | 40.0 s | 0.45 × | ≤ 0.4 ×: missed |",
    "| batch decoding, tokens a second; against transformers in batches of 16 | 400 | 160 | 2.50 × | ≥ 2 ×: met |",
    "| 4-bit base, weights; against float32 | 96 MiB | 512 MiB | 0.19 × | ≤ 0.2 ×: met |",
    "| 4-bit base, loss of the last step; against float32 | 1.5600 | 1.5000 | 1.04 × | ≤ 1.02 ×: missed |",
  ]);
  assert.match(report, /npm run bench -- --model tiny/);
  assert.match(report, /trl 1\.2\.3/);
  assert.match(report, /2 examples; tokens: 10 for Pinch, 12 for TRL; with loss: 8 and 10\./);
});

test("a part that failed leaves its figures unmeasured and its targets unjudged", () => {
  const failure = { failure: "no such file" };
  const report = reportOf(
    { ...measured, steady: failure, decode: failure },
    { model: "m", steps: 1, warmup: 1 },
  );
  const lines = rows(report);
  assert.match(lines[5] ?? "", /^\| step FLOPs .* \| failed: no such file \| +\| not measured \| ≥ 75 % \|$/);
  assert.match(
    lines[9] ?? "",
    /^\| batch decoding.* \| failed: no such file \| +\| not measured \| ≥ 2 × \|$/,
  );
});

test("a table goes between its markers, and nothing else of the file changes", () => {
  const folder = mkdtempSync(join(tmpdir(), "pinch-bench-test-"));
  try {
    const path = join(folder, "README.md");
    writeFileSync(path, "# A\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nrest\n");
    writeBetweenMarkers(path, markdownTable([]));
    const expected =
      "# A\n<!-- bench:begin -->\n\n| figure | Pinch | peer | ratio | target |\n| --- | --- | --- | --- | --- |\n\n<!-- bench:end -->\nrest\n";
    assert.equal(readFileSync(path, "utf8"), expected);
    writeFileSync(path, "# no markers\n");
    assert.throws(() => writeBetweenMarkers(path, "x"), HumanError);
    assert.equal(readFileSync(path, "utf8"), "# no markers\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the median of an even count is the upper of the two in the middle", () => {
  assert.equal(median([4, 1, 3, 2]), 3);
  assert.equal(median([5, 1, 2]), 2);
});
