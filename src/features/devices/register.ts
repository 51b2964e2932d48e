// Pinch: Install CUDA Runtime. Asks first, shows progress, and resumes a download that was cancelled.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { commands, settings } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import {
  confirm,
  type NotificationProgress,
  registerCommand,
  showNotice,
  withNotification,
} from "../../platform/messages.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import type { Workspace } from "../../workspace/workspace.ts";

export function registerDevices({ log, launch }: Workspace): vscode.Disposable {
  return registerCommand(log, commands.installCuda, () => installCuda(log, launch));
}

async function installCuda(log: Log, launch: RuntimeLauncher): Promise<void> {
  const agreed = await confirm("Download onnxruntime's CUDA provider from nuget.org?", {
    detail:
      "Downloads several hundred megabytes into your data folder and verifies the checksum. Requires an NVIDIA GPU with CUDA 13 and cuDNN 9 on this machine.",
    yes: "Download",
    warning: false,
  });
  if (!agreed) return;
  const folder = await withNotification(
    { title: "Pinch: CUDA runtime", cancellable: true },
    (progress, token) => fetchCuda(launch, progress, token),
  );
  if (folder === null) return;
  log.info(`The CUDA provider was installed in ${folder}.`);
  showNotice("The CUDA runtime is installed. The device auto tries it with the next run.", [
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

/** Returns null if cancelled. Downloaded parts are kept, and the next download resumes from them. */
async function fetchCuda(
  launch: RuntimeLauncher,
  progress: NotificationProgress,
  token: vscode.CancellationToken,
): Promise<string | null> {
  const runtime = launch();
  const listening = runtime.onProgress(({ message, done, total }) =>
    progress.say(message, total > 0 ? Math.floor((100 * done) / total) : 0),
  );
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
