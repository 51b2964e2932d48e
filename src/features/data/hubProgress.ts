// Progress, cancellation and failures of downloads from the Hub.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { commands } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import { showFailure, withNotification } from "../../platform/messages.ts";
import type { RuntimeProcess } from "../../platform/runtimeProcess.ts";

/** Returns null if cancelled. Downloaded parts are kept, and the next download resumes from them. */
export function withHubProgress<Result>(
  runtime: RuntimeProcess,
  id: string,
  work: (stop: vscode.CancellationToken) => Promise<Result>,
): Thenable<Result | null> {
  return withNotification({ title: `Pinch: ${id}`, cancellable: true }, async (progress, stop) => {
    const listening = runtime.onProgress(({ message, done, total, secondsLeft }) => {
      const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
      const left = secondsLeft === null ? "" : `, ${Math.ceil(secondsLeft)} s left`;
      progress.say(`${message} ${percent} %${left}`, percent);
    });
    try {
      return await work(stop);
    } catch (error) {
      if (stop.isCancellationRequested || (error instanceof HumanError && error.kind === "cancelled"))
        return null;
      throw error;
    } finally {
      listening.dispose();
    }
  });
}

export function showHubFailure(log: Log, error: unknown): void {
  showFailure(log, error, [
    { title: "Set Token…", run: () => vscode.commands.executeCommand(commands.setHubToken) },
  ]);
}
