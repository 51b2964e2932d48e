// The extension's entry: opens the workspace and registers the features on it. No I/O happens here.
import type * as vscode from "vscode";
import { registerCompare } from "./features/compare/register.ts";
import { registerData } from "./features/data/register.ts";
import { registerDevices } from "./features/devices/register.ts";
import { registerDiagnosis } from "./features/diagnosis/register.ts";
import { registerInline } from "./features/inline/register.ts";
import { registerLive } from "./features/live/register.ts";
import { registerMixtures } from "./features/mixtures/register.ts";
import { registerRating } from "./features/rating/register.ts";
import { registerResults } from "./features/results/register.ts";
import { registerRuns } from "./features/runs/register.ts";
import { registerStart } from "./features/start/register.ts";
import { openWorkspace } from "./workspace/workspace.ts";

const features = [
  registerRuns,
  // Before mixtures: lenses stand in a line in the reverse order of their providers, and those that act come first.
  registerInline,
  registerData,
  registerMixtures,
  registerCompare,
  registerResults,
  registerRating,
  registerLive,
  registerDevices,
  registerStart,
  registerDiagnosis,
];

export function activate(context: vscode.ExtensionContext): void {
  const started = performance.now();
  const workspace = openWorkspace(context);
  context.subscriptions.push(...features.map(register => register(workspace)), workspace);
  workspace.log.info(`Pinch is active: ${(performance.now() - started).toFixed(1)} ms.`);
}

// What runs belongs to a subscription: disposing of the queue stops it.
export function deactivate(): void {}
