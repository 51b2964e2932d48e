// Runs from the command to the run folder: one that ends, one that is stopped, one whose process dies.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import type { MetricsRecord, SampleRecord } from "../../src/core/records/records.ts";
import type { RunRecord } from "../../src/core/records/runRecord.ts";
import { commands } from "../../src/manifest.ts";
import { eventually, inWorkspace, recordMessages, runs } from "../support/host.ts";
import { tinyLanguages, tinyMixture, tinyMixtureFile, writeTinyWorkspace } from "../support/tinyWorkspace.ts";

/** So many epochs that a run is certainly still training when the test interferes. */
const endless = 100_000;

describe("runs", () => {
  let messages: ReturnType<typeof recordMessages>;
  const file = inWorkspace(tinyMixtureFile);
  const longFile = inWorkspace("long.mixture.yaml");

  before(() => {
    writeTinyWorkspace(inWorkspace().fsPath);
    writeFileSync(longFile.fsPath, tinyMixture({ epochs: endless }));
  });
  beforeEach(() => {
    messages = recordMessages();
  });
  afterEach(() => messages.restore());

  it("Run Mixture trains and scores, and the base model beside it", async () => {
    await vscode.commands.executeCommand(commands.runMixture, file, "english");
    const done = runs();
    assert.deepEqual(done.map(({ record }) => [record.mixture, record.status]).sort(), [
      ["base", "done"],
      ["english", "done"],
    ]);
    assert.deepEqual(
      messages.shown.filter(({ kind }) => kind === "error"),
      [],
    );

    const tuned = done.find(({ record }) => record.mixture === "english");
    assert.ok(tuned);
    assert.deepEqual(tuned.record.counts, { en: 24 });
    const metrics = readJson<MetricsRecord>(tuned.folder, "metrics.json");
    assert.deepEqual(Object.keys(metrics.languages).sort(), [...tinyLanguages].sort());
    const samples = readFileSync(join(tuned.folder, "samples.jsonl"), "utf8").trimEnd().split("\n");
    assert.equal(samples.length, 3 * 8, "one sample for each evaluation row");
    for (const line of samples) {
      const sample = JSON.parse(line) as SampleRecord;
      assert.ok(tinyLanguages.some(language => language === sample.language));
    }
    assert.ok(existsSync(join(tuned.folder, "adapter", "adapter_model.safetensors")));
  });

  it("the built-in model is found and trains", async () => {
    const starter = inWorkspace("starter.mixture.yaml");
    writeFileSync(starter.fsPath, tinyMixture().replace("model: model", "model: pinch/starter"));
    await vscode.commands.executeCommand(commands.runMixture, starter, "pinch");
    const tuned = runs().find(
      ({ record: { mixture, configuration } }) =>
        mixture === "pinch" && configuration.model === "pinch/starter",
    );
    assert.equal(tuned?.record.status, "done", JSON.stringify(messages.shown));
  });

  it("Show Results opens the results panel", async () => {
    await vscode.commands.executeCommand(commands.showResults, file);
    await eventually("a tab with the results", () =>
      vscode.window.tabGroups.all
        .flatMap(group => group.tabs)
        .find(
          ({ input }) => input instanceof vscode.TabInputWebview && /pinch\.results/.test(input.viewType),
        ),
    );
  });

  it("Stop Run ends a run, which is marked cancelled", async () => {
    const running = vscode.commands.executeCommand(commands.runMixture, longFile, "english");
    await trainingRun();
    await vscode.commands.executeCommand(commands.stopRun);
    await running;
    const stopped = runs().find(({ record }) => isLong(record) && record.mixture === "english");
    assert.equal(stopped?.record.status, "cancelled");
    assert.deepEqual(
      messages.shown.filter(({ kind }) => kind === "error"),
      [],
    );
  });

  it("Resume Run goes on with the stopped run, in its own folder", async () => {
    const stopped = runs().find(({ record }) => isLong(record) && record.status === "cancelled");
    assert.ok(stopped);
    const node = { kind: "stored", run: storedRun(stopped) };
    const running = vscode.commands.executeCommand(commands.resumeRun, node);
    const resumed = await eventually("the run that goes on", () =>
      runs().find(({ folder, record }) => folder === stopped.folder && record.status === "running"),
    );
    assert.ok((resumed.record.resumed?.[0]?.step ?? 0) > 0);
    await vscode.commands.executeCommand(commands.stopRun);
    await running;
    assert.equal(readJson<RunRecord>(stopped.folder, "run.json").status, "cancelled");
    assert.deepEqual(
      messages.shown.filter(({ kind }) => kind === "error"),
      [],
    );
  });

  it("Export Run writes a whole model where the person says", async () => {
    const tuned = runs().find(({ record }) => record.mixture === "english" && record.status === "done");
    assert.ok(tuned);
    const asked = answering({ label: "Whole model in float32", folder: inWorkspace("exports") });
    try {
      const node = { kind: "stored", run: storedRun(tuned) };
      await vscode.commands.executeCommand(commands.exportRun, node);
    } finally {
      asked.restore();
    }
    const [name = "", ...others] = readdirSync(inWorkspace("exports").fsPath);
    assert.deepEqual(others, []);
    assert.match(name, /^english-s7-.*-float32$/);
    const config = readJson<{ torch_dtype: string }>(inWorkspace("exports", name).fsPath, "config.json");
    assert.equal(config.torch_dtype, "float32");
    assert.ok(existsSync(inWorkspace("exports", name, "model.safetensors").fsPath));
    assert.ok(
      messages.shown.some(({ text }) => text.startsWith("Exported to ")),
      JSON.stringify(messages.shown),
    );
  });

  it("a runtime that is killed is reported, its run is marked failed, and the next run works", async () => {
    const before = new Set(runs().map(({ folder }) => folder));
    const running = vscode.commands.executeCommand(commands.runMixture, longFile, "pinch");
    const { folder, record } = await trainingRun();
    assert.ok(!before.has(folder));
    process.kill(record.pid ?? assert.fail("its record has no pid"), "SIGKILL");
    await running;

    const failed = readJson<RunRecord>(folder, "run.json");
    assert.equal(failed.status, "failed");
    assert.ok(failed.error?.message, "the record says why");
    assert.ok(failed.ended);
    const shown = messages.shown.filter(({ kind }) => kind === "error");
    assert.equal(shown.length, 1, JSON.stringify(shown));
    assert.ok(shown[0]?.buttons.includes("Show Log"), "it offers the log");

    await vscode.commands.executeCommand(commands.runMixture, file, "pinch");
    const next = runs().find(
      ({ record: { mixture, configuration } }) =>
        mixture === "pinch" && configuration.file.endsWith(tinyMixtureFile),
    );
    assert.equal(next?.record.status, "done");
  });
});

/** The run of the endless file, once it has trained a step. */
function trainingRun(): Promise<{ folder: string; record: RunRecord }> {
  return eventually(
    "a run that is training",
    () =>
      runs().find(
        ({ folder, record }) =>
          isLong(record) &&
          record.status === "running" &&
          record.mixture !== "base" &&
          existsSync(join(folder, "events.jsonl")) &&
          readFileSync(join(folder, "events.jsonl"), "utf8").includes("\n"),
      ),
    60_000,
  );
}

/** Chooses this item of every list, and this folder of every folder dialog: nobody is there to do it. */
function answering(choice: { readonly label: string; readonly folder: vscode.Uri }): { restore(): void } {
  const window = vscode.window as unknown as Record<string, unknown>;
  const { showQuickPick, showOpenDialog } = window;
  window.showQuickPick = (items: readonly vscode.QuickPickItem[]) =>
    Promise.resolve(items.find(({ label }) => label === choice.label));
  window.showOpenDialog = () => Promise.resolve([choice.folder]);
  return { restore: () => Object.assign(window, { showQuickPick, showOpenDialog }) };
}

/** As a row of the Runs view has it. */
function storedRun({ folder, record }: { readonly folder: string; readonly record: RunRecord }) {
  return { uri: vscode.Uri.file(folder), folder: basename(folder), record };
}

function isLong(record: RunRecord): boolean {
  return record.configuration.file.endsWith("long.mixture.yaml");
}

function readJson<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(join(folder, name), "utf8")) as T;
}
