// Settings as values: read when needed, checked, never kept.
import * as vscode from "vscode";
import { settings } from "../manifest.ts";
import type { DeviceChoice } from "../protocol/runtime.ts";

export interface Settings {
  readonly device: DeviceChoice;
  /** Relative to the workspace folder, or absolute. */
  readonly runsFolder: string;
}

const devices: readonly string[] = ["auto", "cpu", "webgpu", "cuda"] satisfies DeviceChoice[];

export function readSettings(scope?: vscode.Uri): Settings {
  const values = vscode.workspace.getConfiguration(settings.section, scope ?? null);
  const device = values.get<unknown>(settings.device);
  const folder = values.get<unknown>(settings.runsFolder);
  return {
    device: typeof device === "string" && devices.includes(device) ? (device as DeviceChoice) : "auto",
    runsFolder: typeof folder === "string" && folder.trim() !== "" ? folder.trim() : ".pinch/runs",
  };
}

/** The folder that run folders of a workspace folder lie in. */
export function runsRoot(folder: vscode.WorkspaceFolder): vscode.Uri {
  const { runsFolder } = readSettings(folder.uri);
  const absolute =
    runsFolder.startsWith("/") || /^[a-z]:[\\/]/i.test(runsFolder) || runsFolder.startsWith("\\\\");
  return absolute
    ? folder.uri.with({ path: vscode.Uri.file(runsFolder).path })
    : vscode.Uri.joinPath(folder.uri, ...runsFolder.split(/[\\/]+/));
}
