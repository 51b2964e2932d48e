// Faults that would fail every run are said before the first one starts.
import * as vscode from "vscode";
import { formatDiagnostic } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import { views } from "../../manifest.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";

/** @throws HumanError with the errors of the file, its data and its model, as far as these mixtures meet them */
export async function requireRunnable(
  launch: RuntimeLauncher,
  file: vscode.Uri,
  mixtures: readonly string[],
): Promise<void> {
  const runtime = launch();
  try {
    const { diagnostics } = await vscode.window.withProgress({ location: { viewId: views.runs } }, () =>
      runtime.call("pinch/validate", { file: file.fsPath, mixtures, starter: runtime.starter }),
    );
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const [first] = errors;
    if (first === undefined) return;
    const more = errors.length - 1;
    throw new HumanError(`${formatDiagnostic(first, file.fsPath)}${more > 0 ? ` (and ${more} more)` : ""}`, {
      remedy: "No run was started. The Problems panel lists what to correct.",
    });
  } finally {
    await runtime.end();
  }
}
