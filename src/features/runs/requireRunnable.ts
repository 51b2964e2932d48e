// Reports faults that would fail every run before the first one starts.
import * as vscode from "vscode";
import { formatDiagnostic } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import type { SweepInputs } from "../../core/experiments/sweepInputs.ts";
import { views } from "../../manifest.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import type { ChosenRuns } from "./chooseRuns.ts";

/**
 * @returns the inputs that every run starts with
 * @throws HumanError with the errors of the file, its data and its model that affect these mixtures
 */
export async function requireRunnable(
  launch: RuntimeLauncher,
  { file, text, mixtures }: Pick<ChosenRuns, "file" | "text" | "mixtures">,
): Promise<SweepInputs> {
  const runtime = launch();
  try {
    const request = { file: file.fsPath, text, mixtures, starter: runtime.starter };
    const { textFaults, dataFaults, data } = await vscode.window.withProgress(
      { location: { viewId: views.runs } },
      () => runtime.call("pinch/validate", request),
    );
    const errors = [...textFaults, ...dataFaults].filter(({ severity }) => severity === "error");
    const [first] = errors;
    if (first === undefined) return { text, data };
    const more = errors.length - 1;
    throw new HumanError(`${formatDiagnostic(first, file.fsPath)}${more > 0 ? ` (and ${more} more)` : ""}`, {
      remedy: "No run was started. The Problems panel lists what to correct.",
    });
  } finally {
    await runtime.end();
  }
}
