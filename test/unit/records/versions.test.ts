// Files of every form that Pinch has ever written are read, and those of a form to come are refused in a sentence and
// left as they are: by the runtime, by the extension and by the command line.
import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { runCli } from "../../../src/cli/cli.ts";
import { Progress } from "../../../src/cli/progress.ts";
import { HumanError } from "../../../src/common/errors.ts";
import { parseQueue } from "../../../src/core/live/queue.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { parseComparison } from "../../../src/core/records/comparisonRecord.ts";
import { faultText } from "../../../src/core/records/parsed.ts";
import { scoringRules, scoringRulesOf } from "../../../src/core/records/ruleVersions.ts";
import { sha256OfText } from "../../../src/node/sha256.ts";
import { keepEarlierScores } from "../../../src/runtime/files/earlierScores.ts";
import { readRunSummary, readSamples } from "../../../src/runtime/files/readRun.ts";
import { listRunFolders, readRunRecord } from "../../../src/runtime/files/runFolder.ts";
import { readComparisons } from "../../../src/runtime/files/verdictFiles.ts";
import type * as storedRuns from "../../../src/workspace/runs/storedRun.ts";
import { importWithVscode, StandInFileSystemError } from "../../support/vscodeStandIn.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const forms = join(root, "test", "fixtures", "versions");
const names = readdirSync(forms, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name);

/** A copy of the run folders, which a test may change. */
function copyOf(form: string): string {
  const folder = temporaryFolder();
  cpSync(join(forms, form, "runs"), folder, { recursive: true });
  return folder;
}

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

interface Place {
  readonly fsPath: string;
}
type RunReader = InstanceType<typeof storedRuns.RunReader>;

/** The extension's reader, over the real file system. */
async function readerOfRuns(warnings: string[]): Promise<(path: string) => ReturnType<RunReader["read"]>> {
  const stat = async ({ fsPath }: Place) => {
    if (!existsSync(fsPath)) throw new StandInFileSystemError("FileNotFound");
    return { type: 1, size: 1, mtime: 1 };
  };
  const fs = { stat, readFile: async ({ fsPath }: Place) => readFileSync(fsPath) };
  Object.assign(globalThis, { standInWorkspace: { fs } });
  const module = await importWithVscode("src/workspace/runs/storedRun.ts", temporaryFolder());
  const { RunReader } = module as typeof storedRuns;
  const log = { warn: (text: string) => void warnings.push(text) } as never;
  const reader = new RunReader(
    log,
    () => false,
    () => undefined,
  );
  return path => reader.read({ fsPath: path, path, scheme: "file" } as never, "run");
}

for (const form of names) {
  describe(`the form ${form}`, () => {
    it("has mixture files without a fault", () => {
      const files = readdirSync(join(forms, form)).filter(name => name.endsWith(".mixture.yaml"));
      assert.ok(files.length > 0);
      for (const name of files) {
        const { file, diagnostics } = parseMixtureFile(readFileSync(join(forms, form, name), "utf8"));
        assert.deepEqual(
          diagnostics.filter(({ severity }) => severity === "error"),
          [],
        );
        assert.ok(file !== null && file.mixtures.length > 0);
      }
    });

    it("has runs that the runtime reads whole", () => {
      const folders = listRunFolders(copyOf(form));
      assert.equal(folders.length, 2);
      for (const folder of folders) {
        const { record, metrics, trained } = readRunSummary(folder);
        assert.equal(record.status, "done");
        assert.deepEqual(Object.keys(metrics?.languages ?? {}), ["en", "fi"]);
        assert.equal(metrics?.languages.fi?.language?.n, 3);
        assert.equal(readSamples(folder).length, 6);
        if (record.mixture !== "base") assert.equal(trained?.steps, 1);
        for (const { verdicts, record: comparison } of readComparisons(folder)) {
          assert.equal(verdicts.length, 6);
          assert.equal(comparison.judge.kind, "rule");
        }
      }
    });

    it("has runs that the extension reads whole", async () => {
      const warnings: string[] = [];
      const read = await readerOfRuns(warnings);
      for (const path of listRunFolders(copyOf(form))) {
        const run = await read(path);
        assert.ok(run !== null && "record" in run, JSON.stringify(run));
        assert.equal(run.record.status, "done");
        assert.deepEqual(Object.keys(run.metrics?.languages ?? {}), ["en", "fi"]);
      }
      assert.deepEqual(warnings, []);
    });

    it("is reported by the command line, with nothing left out", async () => {
      const runs = copyOf(form);
      const { code, output, errors } = await pinch("report", runs);
      assert.equal(code, 0, errors);
      assert.match(output, /english/);
      assert.doesNotMatch(output + errors, /left out|can't be/);
    });

    it("keeps what earlier rules said before it is scored anew", () => {
      for (const folder of listRunFolders(copyOf(form))) {
        const record = readRunRecord(folder);
        const kept = keepEarlierScores(folder, record);
        if (scoringRulesOf(record) === scoringRules) {
          assert.equal(kept, null);
          continue;
        }
        for (const name of ["samples.jsonl", "metrics.json"])
          assert.deepEqual(readFileSync(join(kept ?? "", name)), readFileSync(join(folder, name)));
        assert.equal(keepEarlierScores(folder, record), null, "what is kept is not written over");
      }
    });
  });
}

describe("a form to come", () => {
  /** Of a run of today whose file says that it is of the next form. */
  function newer(name: string): { readonly runs: string; readonly folder: string; readonly text: string } {
    const runs = copyOf("rules-1");
    const folder = listRunFolders(runs).at(-1) ?? "";
    const path = join(folder, name);
    const text = readFileSync(path, "utf8").replace('"version": 1', '"version": 2');
    writeFileSync(path, text);
    return { runs, folder, text };
  }
  const sentence = /a newer Pinch wrote it, in format version 2, and this one reads version 1/;

  for (const [name, read] of [
    ["run.json", readRunRecord],
    ["metrics.json", readRunSummary],
  ] as const) {
    it(`of ${name} is refused by the runtime, which says to update`, () => {
      const { folder, text } = newer(name);
      assert.throws(
        () => read(folder),
        (error: unknown) =>
          error instanceof HumanError && sentence.test(error.message) && /^Update Pinch/.test(error.remedy),
      );
      assert.equal(readFileSync(join(folder, name), "utf8"), text);
    });

    it(`of ${name} is named by the command line, and the other runs stand`, async () => {
      const { runs } = newer(name);
      const { code, output, errors } = await pinch("report", runs);
      assert.equal(code, 0, errors);
      assert.match(output + errors, sentence);
      assert.match(output + errors, /Update Pinch/);
      assert.match(output, /base/);
    });
  }

  it("of run.json is a row of the Runs view that says so", async () => {
    const { folder } = newer("run.json");
    const run = await (await readerOfRuns([]))(folder);
    assert.ok(run !== null && "fault" in run);
    assert.match(run.fault, sentence);
    assert.match(run.fault, /Update Pinch/);
  });

  it("of the queue and of a comparison is refused in the same words", () => {
    for (const parsed of [
      parseQueue('{"version":2}', () => ""),
      parseComparison('{"version":2}', sha256OfText),
    ]) {
      assert.ok("fault" in parsed);
      assert.match(faultText(parsed), sentence);
      assert.match(faultText(parsed), /Update Pinch/);
    }
  });

  it("of a mixture file is its one fault, and nothing offers to make it an older one", () => {
    const text = "version: 2\nmodel: m\nblend: [new, words]\nbudget: a lot\n";
    const { file, diagnostics, draft } = parseMixtureFile(text);
    assert.equal(file, null);
    assert.deepEqual(
      diagnostics.map(({ code, message, meant }) => [code, message, meant]),
      [["newer-version", "This file has format version 2, but this version of Pinch reads 1.", undefined]],
    );
    assert.deepEqual(draft.mixtures, []);
  });
});
