// Errors as a person sees them: what happened, what to do, and a way to the log.
import * as vscode from "vscode";
import { HumanError, messageOf } from "../common/errors.ts";
import { commands } from "../manifest.ts";
import type { Log } from "./log.ts";

export interface Action {
  readonly title: string;
  readonly run: () => unknown;
}

/** Shows an error with "Show Log" as the last action; the message does not block the caller. */
export function showFailure(log: Log, error: unknown, actions: readonly Action[] = []): void {
  const human = error instanceof HumanError;
  const text = human ? withRemedy(error) : `Pinch ran into an unexpected error: ${messageOf(error)}`;
  const cause = human ? error.cause : error;
  log.error(cause instanceof Error ? `${text}\n${cause.stack ?? cause.message}` : text);
  void offer(vscode.window.showErrorMessage, text, [
    ...actions,
    { title: "Show Log", run: () => vscode.commands.executeCommand(commands.showLog) },
  ]);
}

export function showNotice(text: string, actions: readonly Action[] = []): void {
  void offer(vscode.window.showInformationMessage, text, actions);
}

function withRemedy(error: HumanError): string {
  return error.remedy === "" ? error.message : `${error.message} ${error.remedy}`;
}

async function offer(
  show: (text: string, ...titles: string[]) => Thenable<string | undefined>,
  text: string,
  actions: readonly Action[],
): Promise<void> {
  const chosen = await show(text, ...actions.map(action => action.title));
  await actions.find(action => action.title === chosen)?.run();
}

/** Registers a command whose failure is shown instead of thrown at the caller. */
export function registerCommand(
  log: Log,
  id: string,
  run: (...parameters: readonly unknown[]) => unknown,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...parameters: readonly unknown[]) => {
    try {
      return await run(...parameters);
    } catch (error) {
      showFailure(log, error);
      return undefined;
    }
  });
}
