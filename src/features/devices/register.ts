// The command that installs the CUDA provider: asks first, shows progress, can be cancelled and goes on later.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { commands, settings } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import { registerCommand, showNotice } from "../../platform/messages.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";

export function registerDevices(parts: {
  readonly log: Log;
  readonly launch: RuntimeLauncher;
}): vscode.Disposable {
  return registerCommand(parts.log, commands.installCuda, () => installCuda(parts.log, parts.launch));
}

async function installCuda(log: Log, launch: RuntimeLauncher): Promise<void> {
  const go = "Download";
  const answer = await vscode.window.showInformationMessage(
    "Download onnxruntime's CUDA provider from nuget.org?",
    {
      modal: true,
      detail:
        "Several hundred megabytes, checked against the registry's checksum, into your data folder. It needs an NVIDIA card with CUDA 12 and cuDNN 9 on this machine.",
    },
    go,
  );
  if (answer !== go) return;
  const folder = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: "Pinch: CUDA runtime", cancellable: true },
    (progress, token) => fetchCuda(launch, progress, token),
  );
  if (folder === null) return;
  log.info(`The CUDA provider lies in ${folder}.`);
  showNotice("The CUDA runtime is installed. Device auto tries it with the next run.", [
    {
      title: "Open Setting",
      run: () =>
        vscode.commands.executeCommand(
          "workbench.action.openSettings",
          `${settings.section}.${settings.device}`,
        ),
    },
  ]);
}

/** null: cancelled. What was fetched stays, and the next time goes on from there. */
async function fetchCuda(
  launch: RuntimeLauncher,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<string | null> {
  const runtime = launch();
  let shown = 0;
  const listening = runtime.onProgress(({ message, done, total }) => {
    const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
    progress.report({ message, increment: Math.max(0, percent - shown) });
    shown = Math.max(shown, percent);
  });
  try {
    return (await runtime.call("pinch/installCuda", {}, token)).folder;
  } catch (error) {
    if (token.isCancellationRequested || (error instanceof HumanError && error.kind === "cancelled"))
      return null;
    throw error;
  } finally {
    listening.dispose();
    await runtime.end();
  }
}
