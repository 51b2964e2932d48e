// Validated settings, read each time they are needed.
import * as vscode from "vscode";
import { settings } from "../manifest.ts";
import type { CompareRequest } from "../protocol/comparison.ts";
import type { DeviceChoice } from "../protocol/runtime.ts";
import { type JudgeChoices, judgeChoices } from "./judgeSetting.ts";

export interface Settings {
  readonly device: DeviceChoice;
  /** Path relative to the workspace folder, or absolute. */
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

/** Settings for comparing responses. */
export interface JudgingSettings extends JudgeChoices {
  readonly concurrency: number;
  /** Null if no price is set. */
  readonly prices: CompareRequest["prices"];
}

/** Limits and default of package.json. */
const concurrencyLimits = { least: 1, most: 64, preset: 8 };

export function readJudging(): JudgingSettings {
  const values = vscode.workspace.getConfiguration(settings.section);
  const text = (name: string) => {
    const value = values.get<unknown>(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const number = (name: string) => {
    const value = values.get<unknown>(name);
    return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
  };
  const input = number(settings.judgePriceInput);
  const output = number(settings.judgePriceOutput);
  const { least, most, preset } = concurrencyLimits;
  return {
    ...judgeChoices(values.get<unknown>(settings.judge), {
      url: text(settings.judgeUrl),
      model: text(settings.judgeModel),
      promptLanguage: text(settings.judgePromptLanguage) === "own" ? "own" : "en",
    }),
    concurrency: Math.min(most, Math.max(least, Math.round(number(settings.judgeConcurrency) ?? preset))),
    prices: input === null && output === null ? null : { input: input ?? 0, output: output ?? 0 },
  };
}

/** Whether the judge is set by the workspace, that is, chosen by the author of its files. */
export function judgesAreOfWorkspace(): boolean {
  const values = vscode.workspace.getConfiguration(settings.section);
  return [settings.judge, settings.judgeUrl, settings.judgeModel].some(name => {
    const found = values.inspect(name);
    return found?.workspaceValue !== undefined || found?.workspaceFolderValue !== undefined;
  });
}

/** Name under which ratings are stored; empty if not set yet. */
export function readRater(): string {
  const name = vscode.workspace.getConfiguration(settings.section).get<unknown>(settings.rater);
  return typeof name === "string" ? name.trim() : "";
}

export async function keepRater(name: string): Promise<void> {
  const values = vscode.workspace.getConfiguration(settings.section);
  await values.update(settings.rater, name, vscode.ConfigurationTarget.Global);
}

/** Folder that contains the run folders of a workspace folder. */
export function runsRoot(folder: vscode.WorkspaceFolder): vscode.Uri {
  const { runsFolder } = readSettings(folder.uri);
  const absolute =
    runsFolder.startsWith("/") || /^[a-z]:[\\/]/i.test(runsFolder) || runsFolder.startsWith("\\\\");
  return absolute
    ? folder.uri.with({ path: vscode.Uri.file(runsFolder).path })
    : vscode.Uri.joinPath(folder.uri, ...runsFolder.split(/[\\/]+/));
}
