// Puts the parts of mixtures together: files, diagnostics, view, commands, help while typing.
import * as vscode from "vscode";
import type { DataIndex } from "../../platform/dataIndex.ts";
import type { Log } from "../../platform/log.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import { MixtureDiagnostics } from "./diagnostics.ts";
import { registerLanguageHelp } from "./languageHelp.ts";
import { MixtureFiles } from "./mixtureFiles.ts";
import { type RunState, registerMixtureView } from "./mixtureView.ts";
import { registerNewMixtureFile } from "./newMixtureFile.ts";

export interface Mixtures extends vscode.Disposable {
  readonly files: MixtureFiles;
}

export function registerMixtures(parts: {
  readonly extension: vscode.Uri;
  readonly memory: vscode.Memento;
  readonly launch: RuntimeLauncher;
  readonly index: DataIndex;
  readonly runs: RunState;
  readonly log: Log;
}): Mixtures {
  const files = new MixtureFiles(parts.memory);
  const diagnostics = new MixtureDiagnostics(files, parts.launch, parts.log);
  const registered = vscode.Disposable.from(
    registerMixtureView({ ...parts, files, diagnostics }),
    registerNewMixtureFile(parts.log),
    registerLanguageHelp(files, parts.runs),
    diagnostics,
    files,
  );
  return { files, dispose: () => registered.dispose() };
}
