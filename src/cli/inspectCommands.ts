// Commands that don't train: validate, plan, report.
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type Diagnostic, formatDiagnostic } from "../common/diagnostic.ts";
import { HumanError } from "../common/errors.ts";
import { describePlan } from "../core/plan/runPlan.ts";
import type { Validated } from "../protocol/runtime.ts";
import type { Arguments } from "./arguments.ts";
import { type Environment, type ExitCode, exitCodes, withRuntime, writeJson } from "./environment.ts";
import { describeReport, writeReport } from "./reports.ts";
import { runsFolder } from "./runsFolder.ts";

export function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(diagnostic => diagnostic.severity === "error");
}

export function printDiagnostics(
  environment: Environment,
  diagnostics: readonly Diagnostic[],
  file: string,
): void {
  for (const diagnostic of diagnostics) environment.errors.write(`${formatDiagnostic(diagnostic, file)}\n`);
}

export async function validate(environment: Environment, { files, json }: Arguments): Promise<ExitCode> {
  const { starter, signal, output } = environment;
  const results = await withRuntime(environment, async ({ client }) => {
    const checked: { file: string; diagnostics: readonly Diagnostic[]; data: Validated["data"] }[] = [];
    for (const file of files) {
      const request = { file: resolve(file), starter };
      const { textFaults, dataFaults, data } = await client.call("pinch/validate", request, signal);
      checked.push({ file, diagnostics: [...textFaults, ...dataFaults], data });
    }
    return checked;
  });
  if (json) writeJson(output, { files: results });
  else
    for (const { file, diagnostics } of results) {
      printDiagnostics(environment, diagnostics, file);
      if (diagnostics.length === 0) output.write(`${file}: no faults\n`);
    }
  return results.some(({ diagnostics }) => hasError(diagnostics)) ? exitCodes.input : exitCodes.done;
}

export async function plan(
  environment: Environment,
  { files, json, mixtures, device, out }: Arguments,
): Promise<ExitCode> {
  const { starter, signal, output, progress } = environment;
  const [file = ""] = files;
  const runs = runsFolder(out);
  const request = { file: resolve(file), starter, device, mixtures, out: runs };
  const result = await withRuntime(environment, ({ client }) => {
    client.on("pinch/log", ({ level, message }) => {
      if (level === "warn" || level === "error") progress.say(message);
    });
    return client.call("pinch/plan", request, signal);
  });
  if (json) writeJson(output, result);
  else {
    printDiagnostics(environment, result.diagnostics, file);
    if (result.runs.length > 0) output.write(describePlan(result));
  }
  return hasError(result.diagnostics) ? exitCodes.input : exitCodes.done;
}

export function report(environment: Environment, options: Arguments): ExitCode {
  const { files, json, out, against, text, flag } = options;
  const runs = runsFolder(files[0]);
  if (!existsSync(runs))
    throw new HumanError(`The folder ${runs} does not exist.`, {
      remedy: "Give the folder that run folders lie in, or run a mixture file first.",
    });
  const experiment = text("experiment");
  const written = writeReport(runs, out ?? runs, {
    against,
    experiment: experiment === null ? null : basename(resolve(experiment)),
    together: flag("together"),
  });
  if (written === null)
    throw new HumanError(`No runs found in ${runs}.`, {
      remedy: "Run a mixture file first: pinch run FILE.",
    });
  if (json) writeJson(environment.output, written);
  else environment.output.write(describeReport(written));
  return exitCodes.done;
}
