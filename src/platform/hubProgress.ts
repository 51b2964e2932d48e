// Progress, cancellation and failures of transfers from and to the Hub.
import * as vscode from "vscode";
import { HumanError } from "../common/errors.ts";
import { commands } from "../manifest.ts";
import type { Log } from "./log.ts";
import { showFailure, withNotification } from "./messages.ts";
import type { RuntimeProcess } from "./runtimeProcess.ts";

/** Returns null if cancelled. What was transferred is kept, and the next attempt continues from there. */
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
