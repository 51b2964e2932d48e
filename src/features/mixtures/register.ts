// Puts the parts of mixtures together: files, diagnostics, view, commands, help while typing.
import * as vscode from "vscode";
import type { DataIndex } from "../../platform/dataIndex.ts";
import type { Log } from "../../platform/log.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import { DataCatalog } from "./dataCatalog.ts";
import { DataFileHelp } from "./dataFileHelp.ts";
import { DataFiles } from "./dataFiles.ts";
import { MixtureDiagnostics } from "./diagnostics.ts";
import { registerExamplePreview } from "./examplePreview.ts";
import { KnownFacts, type ModelsFound, type ResultsOfRuns } from "./knownFacts.ts";
import { registerLanguageHelp } from "./languageHelp.ts";
import { MixtureFiles } from "./mixtureFiles.ts";
import { type RunState, registerMixtureView } from "./mixtureView.ts";
import { registerNewMixtureFile } from "./newMixtureFile.ts";
import { registerPlan } from "./planMixture.ts";
import { SmallData } from "./smallData.ts";

export interface Mixtures extends vscode.Disposable {
  readonly files: MixtureFiles;
}

export function registerMixtures(parts: {
  readonly extension: vscode.Uri;
  readonly memory: vscode.Memento;
  readonly launch: RuntimeLauncher;
  readonly index: DataIndex;
  readonly runs: RunState;
  readonly results: ResultsOfRuns;
  readonly models: ModelsFound;
  readonly log: Log;
}): Mixtures {
  const files = new MixtureFiles(parts.memory);
  const data = new DataFiles();
  const openData = new DataFileHelp(data, parts.log);
  const smallData = new SmallData(new DataCatalog(), parts.log);
  const diagnostics = new MixtureDiagnostics({ ...parts, files, openData, smallData });
  const facts = new KnownFacts({ ...parts, files, smallData });
  const registered = vscode.Disposable.from(
    registerMixtureView({ ...parts, files, diagnostics, smallData }),
    registerNewMixtureFile(parts.log),
    registerLanguageHelp({ files, diagnostics, facts, runs: parts.runs }),
    registerPlan({ ...parts, files }),
    registerExamplePreview({ ...parts, files, data }),
    facts,
    smallData,
    openData,
    data,
    diagnostics,
    files,
  );
  return { files, dispose: () => registered.dispose() };
}
