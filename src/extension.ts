// Composition root: makes the parts and connects them. No I/O happens here.
import type * as vscode from "vscode";
import { dataFileGlob } from "./core/sources/dataFileNames.ts";
import { registerCompare } from "./features/compare/register.ts";
import { registerData } from "./features/data/register.ts";
import { registerDevices } from "./features/devices/register.ts";
import { registerDiagnosis } from "./features/diagnosis/register.ts";
import { registerInline } from "./features/inline/register.ts";
import { registerLive } from "./features/live/register.ts";
import { registerMixtures } from "./features/mixtures/register.ts";
import { askRater, registerRating } from "./features/rating/register.ts";
import { registerResults } from "./features/results/register.ts";
import { registerRuns } from "./features/runs/register.ts";
import { registerStart } from "./features/start/register.ts";
import { createLog } from "./platform/log.ts";
import { runtimeLauncher } from "./platform/runtimeProcess.ts";
import { DataIndex, dataIndexFolder } from "./workspace/data/dataIndex.ts";
import { SampleLibrary } from "./workspace/runs/sampleLibrary.ts";

export function activate(context: vscode.ExtensionContext): void {
  const started = performance.now();
  const { extensionUri: extension, workspaceState: memory } = context;
  const { log, tail } = createLog();
  const launch = runtimeLauncher(extension, log);

  // The Mixture view shows whether a run is under way; a run asks which file the view shows.
  let shownFile: () => vscode.Uri | undefined = () => undefined;
  const runs = registerRuns({
    log,
    launch,
    // Without a folder nothing can be queued; the queue's file is then never written.
    storage: context.storageUri ?? context.globalStorageUri,
    installation: context.globalStorageUri,
    shownFile: () => shownFile(),
  });
  const running = () => runs.queue.running;
  const index = new DataIndex({
    launch,
    log,
    folder: dataIndexFolder(context.globalStorageUri),
    watched: dataFileGlob,
  });
  const library = new SampleLibrary();
  const source = {
    runs: () => runs.store.runs(),
    onDidChange: runs.store.onDidChange,
    running,
    onDidChangeRunning: runs.onDidChangeRunning,
  };
  // First: lenses stand in a line in the reverse order of their providers, and those that act come before these.
  const inline = registerInline({ ...source, extension, log, launch, samples: library });
  const data = registerData({ log, launch, index, memory, secrets: context.secrets });
  const mixtures = registerMixtures({
    index,
    models: () => data.models(),
    extension,
    memory,
    launch,
    log,
    runs: { running, onDidChange: runs.onDidChangeRunning },
    results: {
      of: async file => {
        const { lastResults } = await import("./core/mixtureEditor/lastResults.ts");
        return lastResults(await runs.store.runs(), file);
      },
      onDidChange: runs.store.onDidChange,
    },
  });
  shownFile = () => mixtures.files.current;

  const compare = registerCompare({
    log,
    launch,
    secrets: context.secrets,
    consents: context.globalState,
    runs: () => runs.store.runs(),
  });
  const results = registerResults(
    { extension, log, comparisons: compare.source, rater: askRater, launch, source },
    library,
  );
  const rating = registerRating({ extension, log, source: compare.source });
  const live = registerLive({ extension, log, source: runs.live });
  const devices = registerDevices({ log, launch });
  const start = registerStart({ extension, launch, log });
  const diagnosis = registerDiagnosis({
    extension,
    log,
    tail,
    runs: () => runs.store.runs(),
    broken: () => runs.store.broken(),
  });
  context.subscriptions.push(log, index, data, runs, mixtures, compare, results, rating, live, inline);
  context.subscriptions.push(devices, start, diagnosis);
  log.info(`Pinch is active: ${(performance.now() - started).toFixed(1)} ms.`);
}

// What runs belongs to a subscription: disposing of the queue stops it.
export function deactivate(): void {}
