// Pinch: Plan Mixtures. Opens a document with the counts, tokens, steps, time and memory of a run.

import * as vscode from "vscode";
import { baseName } from "../../common/baseName.ts";
import { HumanError } from "../../common/errors.ts";
import { describePlan } from "../../core/plan/runPlan.ts";
import { commands } from "../../manifest.ts";
import { registerCommand, withNotification } from "../../platform/messages.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import { readSettings, runsRoot } from "../../platform/settings.ts";
import { requireTrust } from "../../platform/trust.ts";
import type { Plan } from "../../protocol/runtime.ts";
import type { CurrentMixtureFile } from "../../workspace/mixtures/currentMixtureFile.ts";
import type { Workspace } from "../../workspace/workspace.ts";

const scheme = "pinch-plan";

export function registerPlan({ launch, log, currentMixtureFile }: Workspace): vscode.Disposable {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: uri =>
        texts.get(uri.toString()) ?? "This plan no longer exists: plan again.",
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => texts.delete(uri.toString())),
    registerCommand(log, commands.planMixture, async (target, mixture) => {
      const document = await mixtureDocument(currentMixtureFile, target);
      const mixtures = typeof mixture === "string" ? [mixture] : [];
      const plan = await ask(launch, document, mixtures);
      if (plan === null) return;
      const file = baseName(document.uri.path);
      const name = mixtures[0] ?? file;
      const uri = vscode.Uri.from({ scheme, path: `Plan of ${name}.txt`, query: document.uri.toString() });
      texts.set(uri.toString(), planText(name, plan));
      changed.fire(uri);
      await vscode.window.showTextDocument(uri, {
        viewColumn: vscode.ViewColumn.Beside,
        preserveFocus: true,
      });
    }),
  );
}

/**
 * Returns the document of the requested file, else of the one in the Mixture view.
 * @throws HumanError if the runtime can't compute with it
 */
export async function mixtureDocument(
  current: CurrentMixtureFile,
  target: unknown,
): Promise<vscode.TextDocument> {
  requireTrust("Plans and examples");
  const document =
    target instanceof vscode.Uri ? await vscode.workspace.openTextDocument(target) : await current.document();
  if (document === undefined) {
    throw new HumanError("There is no mixture file in this workspace.", {
      remedy: "Create one with Pinch: New Mixture File.",
    });
  }
  if (document.uri.scheme === "file") return document;
  if (document.uri.scheme === "untitled") {
    throw new HumanError("This mixture file has not been saved yet, so its data can't be found.", {
      remedy: "Save it in the workspace first.",
    });
  }
  throw new HumanError("This mixture file is in a virtual workspace, which the runtime can't read.", {
    remedy: "Copy its folder to a disk and open the copy; clone it if it is a repository.",
  });
}

/** Returns null if cancelled. */
async function ask(
  launch: RuntimeLauncher,
  document: vscode.TextDocument,
  mixtures: readonly string[],
): Promise<Plan | null> {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  return withNotification({ title: "Planning", cancellable: true }, async (progress, token) => {
    const runtime = launch();
    const told = runtime.onProgress(({ message }) => progress.say(message));
    try {
      return await runtime.call(
        "pinch/plan",
        {
          file: document.uri.fsPath,
          text: document.getText(),
          starter: runtime.starter,
          device: readSettings(document.uri).device,
          mixtures,
          ...(folder !== undefined && { out: runsRoot(folder).fsPath }),
        },
        token,
      );
    } catch (error) {
      if (token.isCancellationRequested) return null;
      throw error;
    } finally {
      told.dispose();
      await runtime.end();
    }
  });
}

function planText(name: string, plan: Plan): string {
  const faults = plan.diagnostics.filter(({ severity }) => severity === "error");
  if (faults.length > 0 || plan.model === null) {
    const lines = faults.map(
      ({ range, message, remedy }) => `Line ${range.start.line + 1}: ${message} ${remedy}`,
    );
    return [`${name} can't be planned:`, "", ...lines, ""].join("\n");
  }
  return `Plan of ${name}. Nothing has been trained.\n\n${describePlan(plan)}`;
}
