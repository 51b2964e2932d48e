// Pinch: Export Run. Asks for a run, a format and a folder, and shows progress.
import * as vscode from "vscode";
import { showNotice, withNotification } from "../../platform/messages.ts";
import type { ExportOutcome } from "../../protocol/runtime.ts";
import type { BrokenRun, StoredRun } from "../../workspace/runs/storedRun.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { type Form, maxShardBytes, pickForm, pickTunedRun } from "./chooseExport.ts";

/** @param asked Run of the row that the command was called on; undefined to ask the user. */
export async function exportRun(
  parts: Pick<Workspace, "runs" | "launch" | "log">,
  asked: StoredRun | BrokenRun | undefined,
): Promise<void> {
  const run = asked !== undefined && "record" in asked ? asked : await pickTunedRun(parts.runs, "Export");
  if (run === undefined) return;
  const form = await pickForm(run, "Export");
  if (form === undefined) return;
  const name = [run.folder, form.format === "gguf" ? "gguf" : null, form.dtype ?? form.format]
    .filter(part => part !== null)
    .join("-");
  const [parent] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      title: `Folder in which to create ${name}`,
      openLabel: "Export Here",
    })) ?? [];
  if (parent === undefined) return;
  const outcome = await exported(parts, run, form, vscode.Uri.joinPath(parent, name));
  if (outcome === null) return;
  const folder = vscode.Uri.file(outcome.folder);
  showNotice(`Exported to ${outcome.folder}.`, [
    { title: "Show Folder", run: () => vscode.commands.executeCommand("revealFileInOS", folder) },
    {
      title: "Open Model Card",
      run: () =>
        vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.joinPath(folder, "README.md")),
    },
  ]);
}

/** Returns null if the user cancelled. */
async function exported(
  { launch, log }: Pick<Workspace, "runs" | "launch" | "log">,
  run: StoredRun,
  form: Form,
  out: vscode.Uri,
): Promise<ExportOutcome | null> {
  const title = `Exporting ${run.record.mixture}`;
  return withNotification({ title, cancellable: true }, async (progress, token) => {
    const runtime = launch();
    const listening = runtime.onProgress(({ done, total, message }) =>
      progress.say(message, total > 0 ? (100 * done) / total : 0),
    );
    try {
      const request = {
        folder: run.uri.fsPath,
        format: form.format,
        dtype: form.dtype,
        out: out.fsPath,
        maxShardBytes,
        starter: runtime.starter,
      };
      return await runtime.call("pinch/export", request, token);
    } catch (error) {
      if (!token.isCancellationRequested) throw error;
      log.info(`The export of ${run.folder} was cancelled.`);
      return null;
    } finally {
      listening.dispose();
      await runtime.end();
    }
  });
}
