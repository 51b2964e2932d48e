// Mixture files: the parts that a window needs immediately, and a loader for the rest.
import * as vscode from "vscode";
import { commands, mixtureFileGlob, views } from "../../manifest.ts";
import { registerCommand, showFailure } from "../../platform/messages.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { MixtureHelp } from "./mixtureHelp.ts";
import { registerPlan } from "./planMixture.ts";

/** Documents with language features: mixture files, and files that may be their data. */
const helped: vscode.DocumentSelector = [
  { pattern: mixtureFileGlob },
  { pattern: "**/*.jsonl" },
  { scheme: "file", pattern: "**/*.json" },
];

export function registerMixtures(workspace: Workspace): vscode.Disposable {
  const { log } = workspace;
  let loading: Promise<MixtureHelp> | undefined;
  const load = async (): Promise<MixtureHelp> => {
    const [{ MixtureHelp }, parser] = await Promise.all([
      import("./mixtureHelp.ts"),
      workspace.mixtureParser(),
    ]);
    return new MixtureHelp(workspace, parser);
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
    registerPlan(workspace),
  );
  for (const document of vscode.workspace.textDocuments) look(document);
  return new vscode.Disposable(() => {
    registered.dispose();
    void loading?.then(
      loaded => loaded.dispose(),
      () => undefined, // reported to the caller that asked
    );
  });
}
