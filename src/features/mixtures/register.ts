// Puts the parts of mixtures together: what a window needs at once, and what comes with the first mixture file.
import * as vscode from "vscode";
import { commands, mixtureFileGlob, views } from "../../manifest.ts";
import { registerCommand, showFailure } from "../../platform/messages.ts";
import { MixtureFiles } from "../../workspace/mixtures/mixtureFiles.ts";
import type { HelpParts, MixtureHelp } from "./mixtureHelp.ts";
import { registerPlan } from "./planMixture.ts";

export interface Mixtures extends vscode.Disposable {
  readonly files: MixtureFiles;
}

/** Documents that help is for: mixture files, and what may be their data. */
const helped: vscode.DocumentSelector = [
  { pattern: mixtureFileGlob },
  { pattern: "**/*.jsonl" },
  { scheme: "file", pattern: "**/*.json" },
];

export function registerMixtures({
  memory,
  ...parts
}: Omit<HelpParts, "files"> & { readonly memory: vscode.Memento }): Mixtures {
  const { log } = parts;
  const files = new MixtureFiles(memory);
  let loading: Promise<MixtureHelp> | undefined;
  const load = async (): Promise<MixtureHelp> => {
    const { MixtureHelp } = await import("./mixtureHelp.ts");
    return new MixtureHelp({ ...parts, files });
  };
  const help = (): Promise<MixtureHelp> => {
    loading ??= load();
    return loading;
  };
  const look = (document: vscode.TextDocument) => {
    if (loading !== undefined || vscode.languages.match(helped, document) === 0) return;
    help().catch((error: unknown) => showFailure(log, error));
  };
  const registered = vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.window.registerWebviewViewProvider(views.mixture, {
      resolveWebviewView: async view => (await help()).show(view),
    }),
    registerCommand(log, commands.newMixtureFile, async () => {
      const { newMixtureFile } = await import("./newMixtureFile.ts");
      await newMixtureFile();
    }),
    registerCommand(log, commands.previewData, async (target, key) =>
      (await help()).preview.showMixture(target, key),
    ),
    registerCommand(log, commands.showExample, async target =>
      (await help()).preview.showUnderCursor(target),
    ),
    registerPlan({ ...parts, files }),
    files,
  );
  for (const document of vscode.workspace.textDocuments) look(document);
  return {
    files,
    dispose: () => {
      registered.dispose();
      void loading?.then(
        loaded => loaded.dispose(),
        () => undefined, // whoever asked was told
      );
    },
  };
}
