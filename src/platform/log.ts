// The one output channel, and how long activation took.
import * as vscode from "vscode";

export type Log = vscode.LogOutputChannel;

export function createLog(): Log {
  return vscode.window.createOutputChannel("Pinch", { log: true });
}
