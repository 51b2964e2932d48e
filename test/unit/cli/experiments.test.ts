// `diff` and `report` over folders that hold several experiments.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runCli } from "../../../src/cli/cli.ts";
import { Progress } from "../../../src/cli/progress.ts";
import type { RunSummary } from "../../../src/core/results/resultsTable.ts";
import { temporaryFolder } from "../model/tinyModel.ts";
import { madeUp } from "../records/madeUpRecords.ts";

async function pinch(...words: readonly string[]): Promise<{ code: number; output: string; errors: string }> {
  let output = "";
  let errors = "";
  const errorStream = { write: (text: string) => (errors += text) };
  const code = await runCli(words, {
    output: { write: (text: string) => (output += text) },
    errors: errorStream,
    progress: new Progress(errorStream),
    starter: "nowhere",
    signal: new AbortController().signal,
    start: () => assert.fail("nothing is computed"),
  });
  return { code, output, errors };
}

function folderOf(...runs: readonly RunSummary[]): string {
  const folder = temporaryFolder();
  for (const run of runs) {
    mkdirSync(join(folder, run.folder));
    writeFileSync(join(folder, run.folder, "run.json"), JSON.stringify(run.record));
    writeFileSync(join(folder, run.folder, "metrics.json"), JSON.stringify(run.metrics));
  }
  return folder;
}

const runs = () =>
  folderOf(madeUp("base"), madeUp("en", { minute: 2 }), madeUp("pinch", { minute: 3, budget: 120 }));

describe("diff", () => {
  it("says what keeps two runs apart, and lists every setting that differs", async () => {
    const folder = runs();
    const two = [join(folder, "pinch-s7-3"), join(folder, "en-s7-2")];
    const { code, output } = await pinch("diff", ...two);
    assert.equal(code, 0);
    assert.match(output, /^pinch-s7-3 and en-s7-2 are of two experiments: budget 120 instead of 600\.\n/);
    assert.match(output, /^budget +120 +600$/m);
    assert.match(output, /^form\.kind +spread +monolingual$/m);
    assert.doesNotMatch(output, /^evaluate/m);
    const json = JSON.parse((await pinch("diff", ...two, "--json")).output) as {
      comparable: boolean;
      differences: { key: string }[];
    };
    assert.deepEqual([json.comparable, json.differences.map(({ key }) => key)], [false, ["budget"]]);
  });

  it("says of two runs of one experiment that they can be compared", async () => {
    const folder = runs();
    const { output } = await pinch("diff", join(folder, "base-s7-1"), join(folder, "en-s7-2"));
    assert.match(output, /are of one experiment: their scores can be compared\./);
  });

  it("takes two folders that hold runs", async () => {
    const folder = runs();
    assert.equal((await pinch("diff", join(folder, "en-s7-2"))).code, 1);
    const none = await pinch("diff", join(folder, "en-s7-2"), folder);
    assert.equal(none.code, 1);
    assert.match(none.errors, /run\.json can't be read/);
  });
});

describe("report", () => {
  const names = async (...words: readonly string[]) => {
    const { code, output, errors } = await pinch("report", ...words, "--json");
    assert.equal(code, 0, errors);
    const { table } = JSON.parse(output) as { table: { rows: { mixture: string }[] } };
    return table.rows.map(({ mixture }) => mixture);
  };

  it("is of the newest experiment, of that of a run, or of all with marks", async () => {
    const folder = runs();
    assert.deepEqual(await names(folder), ["base", "pinch"]);
    assert.deepEqual(await names(folder, "--experiment", join(folder, "en-s7-2")), ["base", "en"]);
    assert.deepEqual(await names(folder, "--together"), ["base", "pinch", "en (budget 600)"]);
    assert.deepEqual(await names(folder, "--together", "--experiment", "en-s7-2"), [
      "base",
      "en",
      "pinch (budget 120)",
    ]);
    const unknown = await pinch("report", folder, "--experiment", "en-s7-9");
    assert.equal(unknown.code, 1);
    assert.match(unknown.errors, /no run folder en-s7-9/);
  });

  it("tells in the terminal what is beside, and marks what is together", async () => {
    const folder = runs();
    assert.match(
      (await pinch("report", folder)).output,
      /of other experiments \(pinch report --experiment[^)]*\):\n {2}1 run of en, the last on 2026-01-01 00:02 \(en-s7-2\): budget 600 instead of 120\./,
    );
    assert.match(
      (await pinch("report", folder, "--together")).output,
      /Note: en \(budget 600\) belongs to another experiment: budget 600 instead of 120\./,
    );
  });
});
