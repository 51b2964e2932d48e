// The queue of runs in a real host: two are queued, one is stopped and resumed, and what the file says is done.
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import type { StoredQueue } from "../../src/core/live/queue.ts";
import { commands, queueFile } from "../../src/manifest.ts";
import { eventually, inWorkspace, recordMessages, runs } from "../support/host.ts";
import { tinyMixture, writeTinyWorkspace } from "../support/tinyWorkspace.ts";

/** So many epochs that a run is certainly still training when the test interferes. */
const endless = 100_000;
const waitMs = 60_000;

describe("the queue of runs", () => {
  let messages: ReturnType<typeof recordMessages>;
  const file = inWorkspace("queue.mixture.yaml");
  const queuePath = inWorkspace(...queueFile.split("/")).fsPath;

  before(() => {
    writeTinyWorkspace(inWorkspace().fsPath);
    writeFileSync(file.fsPath, tinyMixture({ epochs: endless }));
    messages = recordMessages();
  });
  after(async () => {
    messages.restore();
    await vscode.commands.executeCommand(commands.stopRun);
    await eventually(
      "the end of every run",
      () => (runs().every(({ record }) => record.status !== "running") ? true : null),
      waitMs,
    );
    // Other tests look at all runs of the folder.
    rmSync(inWorkspace(".pinch", "runs").fsPath, { recursive: true, force: true, maxRetries: 5 });
    rmSync(file.fsPath);
  });

  const stored = (): StoredQueue => JSON.parse(readFileSync(queuePath, "utf8")) as StoredQueue;
  /** `english!` runs, `pinch` waits, `english+` waits to go on with what it left; the untuned model is left out. */
  const words = (): string =>
    stored()
      .entries.filter(({ mixture }) => mixture !== "base")
      .map(({ mixture, pid, resume }) => `${mixture}${pid !== null ? "!" : resume !== null ? "+" : ""}`)
      .join(" ");
  const waitFor = (wanted: string) =>
    eventually(
      `the queue ${wanted}`,
      () => (existsSync(queuePath) && words() === wanted ? true : null),
      waitMs,
    );
  const own = () =>
    runs().filter(({ record }) => record.configuration.file === file.fsPath && record.mixture !== "base");
  const training = (mixture: string) =>
    eventually(
      `${mixture} training`,
      () =>
        own().find(({ folder, record }) => {
          const events = join(folder, "events.jsonl");
          const isRunning = record.mixture === mixture && record.status === "running";
          return isRunning && existsSync(events) && readFileSync(events, "utf8").includes("\n");
        }),
      waitMs,
    );
  const statusOf = (mixture: string) => own().find(({ record }) => record.mixture === mixture)?.record.status;

  let first: Thenable<unknown>;
  let second: Thenable<unknown>;
  let resumed: Thenable<unknown>;

  it("keeps what runs and what waits in its file", async () => {
    first = vscode.commands.executeCommand(commands.runMixture, file, "english");
    await training("english");
    second = vscode.commands.executeCommand(commands.runMixture, file, "pinch");
    await waitFor("english! pinch");
    assert.equal(statusOf("pinch"), undefined, "one at a time");
  });

  it("goes on with the next when the first is stopped", async () => {
    await vscode.commands.executeCommand(commands.stopRun);
    await first;
    assert.equal(statusOf("english"), "cancelled");
    await training("pinch");
    await waitFor("pinch!");
  });

  it("takes up the stopped one again behind the one that runs", async () => {
    const stopped = own().find(({ record }) => record.mixture === "english");
    assert.ok(stopped);
    const run = {
      uri: vscode.Uri.file(stopped.folder),
      folder: basename(stopped.folder),
      record: stopped.record,
    };
    resumed = vscode.commands.executeCommand(commands.resumeRun, { kind: "stored", run });
    await waitFor("pinch! english+");
    assert.equal(statusOf("english"), "cancelled");
  });

  it("does what another window has written into the file", async () => {
    const queue = stored();
    const entries = queue.entries.map(entry =>
      entry.mixture === "pinch" ? { ...entry, stop: true } : entry,
    );
    writeFileSync(queuePath, JSON.stringify({ ...queue, entries }));
    await second;
    assert.equal(statusOf("pinch"), "cancelled");
    const { record } = await training("english");
    assert.ok((record.resumed?.[0]?.step ?? 0) > 0, "from where it was, not from the beginning");
    assert.equal(own().length, 2, "in its own folder");
    writeFileSync(queuePath, JSON.stringify({ ...stored(), paused: true }));
    await resumed;
    assert.equal(statusOf("english"), "cancelled");
    assert.notEqual(words(), "", "paused, it keeps its place");
    writeFileSync(queuePath, JSON.stringify({ ...stored(), paused: false, entries: [] }));
    assert.deepEqual(
      messages.shown.filter(({ kind }) => kind === "error"),
      [],
    );
  });

  it("starts nothing that came with the folder, and nothing outside of it whoever says so", async () => {
    const stranger = (id: string, path: string, resume: string | null) => ({
      ...{ id, file: vscode.Uri.file(path).toString(), mixture: "english", seed: 7 },
      ...{ resume, pid: null, stop: false },
    });
    const entries = [
      stranger("1", "/elsewhere/evil.mixture.yaml", null),
      stranger("2", file.fsPath, vscode.Uri.file("/elsewhere/run").toString()),
    ];
    const before = own().length;
    writeFileSync(queuePath, JSON.stringify({ version: 1, host: "", paused: false, entries }));
    await new Promise(resolve => setTimeout(resolve, 4_000));
    assert.deepEqual(
      stored().entries.map(({ id, pid }) => [id, pid]),
      [
        ["1", null],
        ["2", null],
      ],
    );
    await vscode.commands.executeCommand(commands.resumeRun);
    await eventually("both refused", () => (stored().entries.length === 0 ? true : null), waitMs);
    const said = messages.shown.filter(({ kind }) => kind === "error").map(({ text }) => text);
    assert.match(said.join("\n"), /evil\.mixture\.yaml is outside the folders of this window/);
    assert.match(said.join("\n"), /is not a run in this window's folders/);
    assert.equal(own().length, before);
  });
});
