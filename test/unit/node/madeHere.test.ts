// Results that came with a folder are shown, and said not to be made here, whatever the folder says of itself.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { ComparisonRecord, JudgeIdentity } from "../../../src/core/records/comparison.ts";
import { sealed } from "../../../src/core/records/seal.ts";
import { sha256OfText } from "../../../src/node/sha256.ts";
import { writeResults } from "../../../src/runtime/files/results.ts";
import {
  createRunFolder,
  endRun,
  isRunMadeHere,
  recordPrediction,
} from "../../../src/runtime/files/runFolder.ts";
import { readComparisons } from "../../../src/runtime/files/verdictFiles.ts";
import { VerdictCache } from "../../../src/runtime/judge/verdictCache.ts";
import { compare } from "../../../src/runtime/recipes/compare.ts";
import { assembleReport } from "../../../src/runtime/reports/assembleReport.ts";
import { madeUpSample } from "../judge/madeUpRuns.ts";
import { temporaryFolder } from "../model/tinyModel.ts";
import { madeUp } from "../records/madeUpRecords.ts";

const here = temporaryFolder();
const elsewhere = temporaryFolder();
let before: string | undefined;
beforeEach(() => {
  before = process.env.PINCH_DATA;
  process.env.PINCH_DATA = here;
});
afterEach(() => {
  if (before === undefined) delete process.env.PINCH_DATA;
  else process.env.PINCH_DATA = before;
});

const inInstallation = <T>(data: string, work: () => T): T => {
  process.env.PINCH_DATA = data;
  try {
    return work();
  } finally {
    process.env.PINCH_DATA = here;
  }
};

function run(runs: string, mixture: string): string {
  const { started: _, ...made } = madeUp(mixture).record;
  const { folder } = createRunFolder(runs, made);
  const samples = ["en", "fi"].flatMap(language =>
    ["a", "b"].map((response, i) => madeUpSample(language, i, `${mixture} ${response}`)),
  );
  writeResults(folder, samples);
  endRun(folder, { status: "done" });
  return folder;
}

const recordOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as Record<string, unknown>;

const limitsOf = (folders: readonly string[]): string =>
  assembleReport(folders, { against: null })?.options.limits?.join("\n") ?? "";

describe("a run", () => {
  it("of this installation is its own, also when something is added to it", () => {
    const folder = run(temporaryFolder(), "en");
    assert.ok(isRunMadeHere(folder));
    recordPrediction(folder, { trainSeconds: 1, memoryBytes: 1 });
    assert.ok(isRunMadeHere(folder));
    const copy = join(temporaryFolder(), "copy");
    cpSync(folder, copy, { recursive: true });
    assert.ok(isRunMadeHere(copy), "a person's own copy");
    assert.doesNotMatch(limitsOf([folder]), /Not made here/);
  });

  it("that came with a folder is named in every report, and stays so whatever is added to it", () => {
    const runs = temporaryFolder();
    const folder = inInstallation(elsewhere, () => run(runs, "en"));
    assert.ok(!isRunMadeHere(folder));
    recordPrediction(folder, { trainSeconds: 1, memoryBytes: 1 });
    assert.ok(!isRunMadeHere(folder));
    assert.match(
      limitsOf([folder, run(runs, "base")]),
      /Not made here[^:]*: en-s7-[^,]*\. What these folders say/,
    );
  });

  it("that was changed is not made here, whatever its seal says", () => {
    const folder = run(temporaryFolder(), "en");
    const { seal: _, ...record } = recordOf(folder);
    writeFileSync(join(folder, "run.json"), JSON.stringify(sealed({ ...record, seed: 8 }, sha256OfText)));
    assert.ok(!isRunMadeHere(folder));
  });

  it("of an older version is no one's", () => {
    const folder = run(temporaryFolder(), "en");
    const { seal: _seal, maker: _maker, ...record } = recordOf(folder);
    writeFileSync(join(folder, "run.json"), JSON.stringify(record));
    assert.ok(!isRunMadeHere(folder));
  });
});

describe("verdicts", () => {
  const context = {
    progress: () => undefined,
    step: () => undefined,
    log: () => undefined,
    signal: new AbortController().signal,
    askHost: () => Promise.reject(new Error("nobody asks")),
  };
  const byRule = (folder: string) =>
    compare(
      {
        folders: [folder],
        judge: { kind: "rule" },
        ...{ baseline: "base", languages: null, limit: null, prices: null, dryRun: false, starter: "" },
      },
      context,
    );

  it("of a comparison made elsewhere are said to be", async () => {
    const runs = temporaryFolder();
    const [folder, base] = [run(runs, "en"), run(runs, "base")];
    await byRule(folder);
    assert.deepEqual(
      readComparisons(folder).map(({ madeHere }) => madeHere),
      [true],
    );
    assert.doesNotMatch(limitsOf([folder, base]), /Not compared here/);
    const [{ slug, record } = { slug: "", record: {} as ComparisonRecord }] = readComparisons(folder);
    const path = join(folder, "comparisons", slug, "comparison.json");
    writeFileSync(path, JSON.stringify({ ...record, ended: "2027-01-01T00:00:00.000Z" }));
    assert.match(limitsOf([folder, base]), /Not compared here[^:]*: en-s7-/);
  });

  it("kept by another installation are counted where they are used", () => {
    const runs = temporaryFolder();
    const judge = { kind: "openai", model: "m", url: null } as unknown as JudgeIdentity;
    const keep = (question: string) => {
      const cache = new VerdictCache(runs, judge);
      cache.keep(question, { text: "A", served: null, promptTokens: null, completionTokens: null });
      cache.close();
    };
    inInstallation(elsewhere, () => keep("theirs"));
    keep("own");
    const cache = new VerdictCache(runs, judge);
    assert.deepEqual(
      ["theirs", "own", "none"].map(question => cache.find(question)?.own),
      [false, true, undefined],
    );
  });
});
