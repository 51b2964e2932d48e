// Errors, notifications and questions for users. Text from outside never becomes a link.
import * as vscode from "vscode";
import { messageOf } from "../common/errors.ts";
import { humanErrorOf, messageAndRemedy } from "../common/systemErrors.ts";
import { visibleText } from "../common/visibleText.ts";
import { commands } from "../manifest.ts";
import type { Log } from "./log.ts";

export interface Action {
  readonly title: string;
  readonly run: () => unknown;
}

/**
 * Neutralises links. VS Code reads `[label](command:…)` in every notification as a link that may run any
 * command. Messages quote templates, rows, judges' answers and file names: these must not become links or
 * hide their content.
 */
export function notificationText(text: string): string {
  return visibleText(text).replaceAll("](", "]\u2060(");
}

/** Shows an error with "Show Log" as the last action, without blocking the caller. */
export function showFailure(log: Log, error: unknown, actions: readonly Action[] = []): void {
  const told = humanErrorOf(error);
  const text =
    told === null ? `Pinch ran into an unexpected error: ${messageOf(error)}` : messageAndRemedy(told);
  const cause = told === null ? error : told.cause;
  log.error(cause instanceof Error ? `${text}\n${cause.stack ?? cause.message}` : text);
  void offer(vscode.window.showErrorMessage, text, [
    ...actions,
    ...(told === null
      ? [{ title: "Report Issue", run: () => vscode.commands.executeCommand(commands.reportIssue) }]
      : []),
    { title: "Show Log", run: () => vscode.commands.executeCommand(commands.showLog) },
  ]);
}

export function showNotice(text: string, actions: readonly Action[] = []): void {
  void offer(vscode.window.showInformationMessage, text, actions);
}

/**
 * Shows a modal dialog.
 * @returns whether `yes` was chosen
 */
export async function confirm(
  question: string,
  {
    detail,
    yes,
    warning = true,
  }: { readonly detail: string; readonly yes: string; readonly warning?: boolean },
): Promise<boolean> {
  const show = warning ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const options = { modal: true, detail: notificationText(detail) };
  return (await show(notificationText(question), options, yes)) === yes;
}

/** Shows a notification until `work` has ended. */
export function withNotification<Result>(
  { title, cancellable = false }: { readonly title: string; readonly cancellable?: boolean },
  work: (progress: NotificationProgress, stop: vscode.CancellationToken) => Promise<Result>,
): Thenable<Result> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress(
    { location, title: notificationText(title), cancellable },
    (progress, stop) => {
      let shown = 0;
      return work(
        {
          say(message, percent = 0) {
            progress.report({
              message: notificationText(message),
              increment: Math.max(0, percent - shown),
            });
            shown = Math.max(shown, percent);
          },
        },
        stop,
      );
    },
  );
}

export interface NotificationProgress {
  /** @param percent Percent of the whole; the bar never moves backwards. */
  say(message: string, percent?: number): void;
}

async function offer(
  show: (text: string, ...titles: string[]) => Thenable<string | undefined>,
  text: string,
  actions: readonly Action[],
): Promise<void> {
  const chosen = await show(notificationText(text), ...actions.map(action => action.title));
  await actions.find(action => action.title === chosen)?.run();
}

/** Registers a command whose errors are shown to the user instead of thrown at the caller. */
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
