// Commands that train nothing: validate, plan, report.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Diagnostic, formatDiagnostic } from "../common/diagnostic.ts";
import { HumanError } from "../common/errors.ts";
import { aligned } from "../core/results/format.ts";
import type { Plan } from "../protocol/runtime.ts";
import type { Arguments } from "./arguments.ts";
import { describeDetectable } from "./describeDetectable.ts";
import { type Environment, type ExitCode, exitCodes, withRuntime, writeJson } from "./environment.ts";
import { formatBytes, formatSeconds } from "./progress.ts";
import { describeReport, writeReport } from "./reports.ts";
import { defaultRunsFolder } from "./usage.ts";

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
    const checked: { file: string; diagnostics: readonly Diagnostic[] }[] = [];
    for (const file of files)
      checked.push({
        file,
        ...(await client.call("pinch/validate", { file: resolve(file), starter }, signal)),
      });
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

function describePlan({ model, runs, evaluationRows, layersTried, detectable }: Plan): string {
  const languages = [...new Set(runs.flatMap(run => Object.keys(run.counts)))];
  const header = ["mixture", "seed", ...languages, "tokens", "steps", "time", "memory"];
  const lines = runs.map(run => [
    run.mixture,
    String(run.seed),
    ...languages.map(language => String(run.counts[language] ?? "-")),
    run.trainTokens.toLocaleString("en"),
    String(run.steps),
    formatSeconds(run.predictedSeconds),
    formatBytes(run.predictedMemoryBytes),
  ]);
  const rows = Object.values(evaluationRows).reduce((sum, count) => sum + count, 0);
  const total = runs.reduce((sum, run) => sum + run.predictedSeconds, 0);
  const template = model?.template === "own" ? "its own chat template" : "the plain template";
  return [
    `Model ${model?.name}: ${((model?.parameters ?? 0) / 1e6).toFixed(1)} million parameters, ${template}.`,
    `Evaluation: ${rows} prompts in ${Object.keys(evaluationRows).length} languages.`,
    ...describeDetectable(detectable, evaluationRows),
    "",
    aligned([header, ...lines]),
    "",
    `Tokens are of one epoch. Memory is predicted from the graphs, time from ${sourceOfTime(layersTried)}. ${formatSeconds(total)} in all.`,
    "",
  ].join("\n");
}

function sourceOfTime(layersTried: Plan["layersTried"]): string {
  if (layersTried === null) return "the machine's rate in matrix products, roughly";
  const { tried, of } = layersTried;
  return `two steps and a few new tokens, tried here${tried < of ? ` with ${tried} of ${of} layers` : ""}`;
}

export async function plan(
  environment: Environment,
  { files, json, mixtures, device }: Arguments,
): Promise<ExitCode> {
  const { starter, signal, output, progress } = environment;
  const [file = ""] = files;
  const request = { file: resolve(file), starter, device, mixtures };
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

export function report(environment: Environment, { files, json, out, against }: Arguments): ExitCode {
  const runs = resolve(files[0] ?? defaultRunsFolder);
  if (!existsSync(runs))
    throw new HumanError(`There is no folder ${runs}.`, {
      remedy: "Give the folder that run folders lie in, or run a mixture file first.",
    });
  const written = writeReport(runs, out ?? runs, { against });
  if (written === null)
    throw new HumanError(`There is no run in ${runs}.`, {
      remedy: "Run a mixture file first: pinch run FILE.",
    });
  if (json) writeJson(environment.output, written);
  else environment.output.write(describeReport(written));
  return exitCodes.done;
}
