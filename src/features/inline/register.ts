// Outputs in the editor: lenses over prompts, peek, diff, and Try a Prompt.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { untunedName } from "../../core/mixture/mixtureFile.ts";
import { commands, outputsScheme, tryPromptPanel } from "../../manifest.ts";
import { registerCommand } from "../../platform/messages.ts";
import { createPanel } from "../../platform/singlePanel.ts";
import { requireTrust } from "../../platform/trust.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { type AnsweredRun, latestRuns, seedWords } from "./answeredRuns.ts";
import { registerLenses } from "./lenses.ts";
import { OutputDocuments } from "./outputDocuments.ts";

export function registerInline(workspace: Workspace): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(outputsScheme, new OutputDocuments(workspace)),
    registerLenses(workspace),
    registerCommand(workspace.log, commands.peekOutputs, async argument => {
      const { peekOutputs } = await import("./peek.ts");
      return peekOutputs(workspace, argument);
    }),
    registerCommand(workspace.log, commands.compareOutputs, async argument => {
      const { compareOutputs } = await import("./compareOutputs.ts");
      return compareOutputs(workspace, argument);
    }),
    registerCommand(workspace.log, commands.tryPrompt, target => tryPrompt(workspace, target)),
  );
}

async function tryPrompt(workspace: Workspace, target: unknown): Promise<void> {
  requireTrust("Questions to a model");
  // The untuned model has no weights in its run folder, but can be prompted as well.
  const runs = latestRuns(await workspace.runs.all()).filter(
    run => run.tuned || run.record.mixture === untunedName,
  );
  if (runs.length === 0)
    throw new HumanError("There is no tuned model to prompt yet.", { remedy: "Run a mixture first." });
  const chosen = await pickModels(runs, target);
  if (chosen === undefined || chosen.length === 0) return;
  const prompt = await vscode.window.showInputBox({
    title: "Try a Prompt",
    prompt: "A question or an instruction, in any language",
    ignoreFocusOut: true,
    validateInput: value => (value.trim() === "" ? "Enter a prompt." : null),
  });
  if (prompt === undefined) return;
  const { TryPromptPanel } = await import("./tryPromptPanel.ts");
  const { extension } = workspace;
  const panel = createPanel({ extension, viewType: tryPromptPanel, title: "Try a Prompt" });
  const attached = new TryPromptPanel(panel, chosen, prompt, workspace);
  panel.onDidDispose(() => attached.dispose());
}

async function pickModels(
  runs: readonly AnsweredRun[],
  target: unknown,
): Promise<readonly AnsweredRun[] | undefined> {
  const row = (target ?? {}) as { readonly run?: { readonly folder?: unknown } };
  const items = runs.map(run => ({
    label: run.record.mixture,
    description: seedWords(run),
    picked: run.folder === row.run?.folder,
    run,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: "Prompt which models?",
    placeHolder: "One or more; their answers are shown side by side",
    canPickMany: true,
  });
  return picked?.map(({ run }) => run);
}
