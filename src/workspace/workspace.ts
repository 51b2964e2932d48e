// State of the open workspace: one instance of each store, shared by all features. Opening it reads nothing.
import * as vscode from "vscode";
import { dataFileGlob } from "../core/sources/dataFileNames.ts";
import { createLog, type Log } from "../platform/log.ts";
import { type RuntimeLauncher, runtimeLauncher } from "../platform/runtimeProcess.ts";
import { Comparing } from "./comparisons/comparing.ts";
import { ComparisonStore } from "./comparisons/comparisonStore.ts";
import { DataIndex, dataIndexFolder } from "./data/dataIndex.ts";
import { ModelList } from "./data/modelList.ts";
import { CurrentMixtureFile } from "./mixtures/currentMixtureFile.ts";
import type { MixtureParser } from "./mixtures/mixtureParser.ts";
import { openQueue } from "./runs/openQueue.ts";
import type { RunQueue } from "./runs/runQueue.ts";
import { RunStore } from "./runs/runStore.ts";
import { SampleLibrary } from "./runs/sampleLibrary.ts";

export interface Workspace extends vscode.Disposable {
  /** The extension's own folder. */
  readonly extension: vscode.Uri;
  readonly log: Log;
  /** The last entries of the log. */
  readonly logTail: () => readonly string[];
  readonly launch: RuntimeLauncher;
  readonly secrets: vscode.SecretStorage;
  /** Stored values of this workspace. */
  readonly memory: vscode.Memento;
  /** Stored values of this installation. */
  readonly installationMemory: vscode.Memento;
  readonly currentMixtureFile: CurrentMixtureFile;
  /** Loaded with the first call, because they depend on the YAML parser. */
  readonly mixtureParser: () => Promise<MixtureParser>;
  readonly runs: RunStore;
  readonly queue: RunQueue;
  readonly samples: SampleLibrary;
  readonly comparisons: ComparisonStore;
  readonly comparing: Comparing;
  readonly dataIndex: DataIndex;
  readonly models: ModelList;
}

export function openWorkspace(context: vscode.ExtensionContext): Workspace {
  const { log, tail } = createLog();
  const launch = runtimeLauncher(context.extensionUri, log);
  const runs = new RunStore(log);
  const queue = openQueue({
    log,
    launch,
    store: runs,
    // Without a folder nothing can be queued, and the queue's file is never written.
    storage: context.storageUri ?? context.globalStorageUri,
    installation: context.globalStorageUri,
  });
  const comparing = new Comparing(launch, log);
  const comparisons = new ComparisonStore(log, runs, comparing);
  const folder = dataIndexFolder(context.globalStorageUri);
  const dataIndex = new DataIndex({ launch, log, folder, watched: dataFileGlob });
  const models = new ModelList(launch);
  const currentMixtureFile = new CurrentMixtureFile(context.workspaceState);
  let parser: Promise<MixtureParser> | undefined;
  const loadParser = async (): Promise<MixtureParser> => {
    const { MixtureParser } = await import("./mixtures/mixtureParser.ts");
    return new MixtureParser();
  };
  const stores = vscode.Disposable.from(
    queue,
    runs,
    comparing,
    comparisons,
    dataIndex,
    models,
    currentMixtureFile,
    log,
  );
  return {
    extension: context.extensionUri,
    log,
    logTail: tail,
    launch,
    secrets: context.secrets,
    memory: context.workspaceState,
    installationMemory: context.globalState,
    currentMixtureFile,
    mixtureParser: () => {
      parser ??= loadParser();
      return parser;
    },
    runs,
    queue: queue.queue,
    samples: new SampleLibrary(),
    comparisons,
    comparing,
    dataIndex,
    models,
    dispose: () => {
      stores.dispose();
      void parser?.then(
        loaded => loaded.dispose(),
        () => undefined, // reported to the caller that asked
      );
    },
  };
}
