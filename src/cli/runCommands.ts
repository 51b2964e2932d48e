// Commands that compute: run (a sweep, one process per run) and eval.
import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import { formatDuration } from "../common/duration.ts";
import { HumanError } from "../common/errors.ts";
import { userError } from "../common/systemErrors.ts";
import { type MixtureFile, untunedName } from "../core/mixture/mixtureFile.ts";
import { choicesOf } from "../core/records/choices.ts";
import type { CallName, CallParams, CallResult } from "../protocol/calls.ts";
import type { RunOutcome, StartChoice } from "../protocol/runtime.ts";
import { chooseMixtures } from "../runtime/experiment/chooseMixtures.ts";
import { loadExperiment } from "../runtime/experiment/experiment.ts";
import { dataHashes } from "../runtime/experiment/prepareRun.ts";
import { languageFaults } from "../runtime/experiment/rowLanguages.ts";
import { endRunsOf, readRunRecord } from "../runtime/files/runFolder.ts";
import { faultsOf } from "../runtime/recipes/validate.ts";
import type { Arguments } from "./arguments.ts";
import { type Environment, type ExitCode, exitCodes, withRuntime, writeJson } from "./environment.ts";
import { hasError, printDiagnostics } from "./inspectCommands.ts";
import type { Progress } from "./progress.ts";
import { describeReport, writeReport } from "./reports.ts";
import { runsFolder } from "./runsFolder.ts";

interface Planned {
  readonly mixture: string;
  readonly seed: number;
}

type ComputingCall = Extract<CallName, "pinch/run" | "pinch/evaluate">;

/** Runs one call in its own process, forwarding its events. A run that can't start is an outcome, not an exception. */
async function compute<M extends ComputingCall>(
  environment: Environment,
  json: boolean,
  label: Readonly<Record<string, unknown>>,
  method: M,
  params: CallParams<M>,
  begun: (pid: number) => void = () => undefined,
): Promise<CallResult<M>> {
  const { progress, output, signal } = environment;
  return withRuntime(environment, ({ client, pid }) => {
    begun(pid);
    client.on("pinch/progress", update => {
      progress.update(update);
      if (json) writeJson(output, { type: "progress", ...label, ...update });
    });
    client.on("pinch/step", event => {
      progress.step(event);
      if (json) writeJson(output, { type: "step", ...label, ...event });
    });
    client.on("pinch/log", ({ level, message }) => {
      if (level === "warn") progress.say(`warning: ${message}`);
      if (json) writeJson(output, { type: "log", ...label, level, message });
    });
    return client.call(method, params, signal);
  });
}

/** The untuned model first, and once: every mixture is compared with it. */
function plannedRuns(file: MixtureFile, names: readonly string[], hasEvaluation: boolean): Planned[] {
  const [firstSeed = 0] = file.seeds;
  const base = hasEvaluation ? [{ mixture: untunedName, seed: firstSeed }] : [];
  const tunedNames = names.filter(name => name !== untunedName);
  if (names.length > 0 && tunedNames.length === 0) return base;
  const tuned = chooseMixtures(file, tunedNames).flatMap(mixture =>
    file.seeds.map(seed => ({ mixture: mixture.name, seed })),
  );
  return [...base, ...tuned];
}

function failure(error: unknown): RunOutcome {
  const { message, remedy, kind } = userError(error, "output");
  return { folder: "", status: kind === "cancelled" ? "cancelled" : "failed", error: { message, remedy } };
}

function startOf({ flag }: Arguments): StartChoice {
  if (flag("resume")) return { kind: "reuseOrResume" };
  return { kind: flag("reuse") ? "reuse" : "new" };
}

export async function run(environment: Environment, options: Arguments): Promise<ExitCode> {
  const { output, progress, signal, starter } = environment;
  const { json, device, mixtures } = options;
  const start = startOf(options);
  const [file = ""] = options.files;
  const path = resolve(file);
  const out = runsFolder(options.out);
  const experiment = await loadExperiment({ file: path, starter });
  const tuned = mixtures.filter(name => name !== untunedName);
  // Errors that would end every run end the sweep before the untuned model is scored.
  const untuned = mixtures.length > 0 && tuned.length === 0;
  const diagnostics = untuned
    ? [...experiment.diagnostics, ...(await languageFaults(experiment))]
    : await faultsOf(experiment, tuned);
  printDiagnostics(environment, diagnostics, file);
  if (experiment.config === null || hasError(diagnostics)) {
    if (json) writeJson(output, { type: "diagnostics", diagnostics });
    return exitCodes.input;
  }
  const inputs = { text: experiment.text ?? "", data: dataHashes(experiment) };
  const planned = plannedRuns(experiment.config, mixtures, experiment.evaluation.languages.size > 0);
  let failed = 0;
  /** Folder of a finished run, preferably of a tuned model. */
  let done: string | null = null;
  const started = Date.now();
  for (const [index, { mixture, seed }] of planned.entries()) {
    if (signal.aborted) break;
    const title = `[${index + 1}/${planned.length}] ${mixture} s${seed}`;
    const label = { mixture, seed };
    progress.begin(title);
    const request = { file: path, mixture, seed, out, device, starter, start, inputs };
    const began = Date.now();
    let process = -1;
    const answer = await compute(environment, json, label, "pinch/run", request, pid => {
      process = pid;
    }).catch(failure);
    const cancelled = signal.aborted;
    // The process was killed and could not record it.
    const [settled = ""] = orTold(progress, "A run that was killed could not be marked", [], () =>
      endRunsOf(process, out, { status: cancelled ? "cancelled" : "failed", error: answer.error }),
    );
    const outcome = answer.folder === "" ? { ...answer, folder: settled } : answer;
    const status = cancelled && outcome.status !== "done" ? "cancelled" : outcome.status;
    // A run that was ended by somebody else is missing from the sweep.
    if (status === "failed" || (status === "cancelled" && !cancelled)) failed++;
    if (status === "done" && (done === null || mixture !== untunedName)) done = outcome.folder;
    const took = formatDuration((Date.now() - began) / 1000);
    progress.say(`${title} ${status} in ${took}${outcome.folder === "" ? "" : `: ${outcome.folder}`}`);
    if (status === "done")
      for (const choice of choicesOf(readRunRecord(outcome.folder))) progress.say(`  ${choice}`);
    if (status !== "done" && !cancelled && outcome.error !== null)
      progress.say(`  ${outcome.error.message} ${outcome.error.remedy}`);
    if (json) writeJson(output, { type: "run", ...label, ...outcome, status });
  }
  const names = new Set([untunedName, ...experiment.config.mixtures.map(mixture => mixture.name)]);
  const experimentFolder = done;
  const written = orTold(progress, "The report could not be written", null, () =>
    experimentFolder === null
      ? null
      : writeReport(out, out, {
          keep: ({ record }) => record.status === "done" && names.has(record.mixture),
          experiment: basename(experimentFolder),
        }),
  );
  if (json) writeJson(output, { type: "results", report: written });
  else if (written !== null) output.write(`\n${describeReport(written)}`);
  progress.say(
    `${signal.aborted ? "Cancelled" : "Finished"} after ${formatDuration((Date.now() - started) / 1000)}.`,
  );
  if (signal.aborted) return exitCodes.cancelled;
  return failed > 0 || (experimentFolder !== null && written === null) ? exitCodes.run : exitCodes.done;
}

/** Runs are independent: a failure after them neither ends the sweep nor hides their results. */
function orTold<T>(progress: Progress, failed: string, otherwise: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { message, remedy } = userError(error, "output");
    progress.say(`${failed}. ${message} ${remedy}`);
    return otherwise;
  }
}

/** Splits a list into at most `most` parts of similar length, none empty. */
function partsOf<T>(items: readonly T[], most: number): T[][] {
  const length = Math.ceil(items.length / Math.min(most, items.length));
  return Array.from({ length: Math.ceil(items.length / length) }, (_, i) =>
    items.slice(i * length, (i + 1) * length),
  );
}

/** Runs of one mixture file share a process and its untuned model. */
export async function evaluate(
  environment: Environment,
  { files, json, device, samples }: Arguments,
): Promise<ExitCode> {
  const { output, progress, signal, starter } = environment;
  const byFile = new Map<string, string[]>();
  for (const folder of new Set(files.map(path => resolve(path)))) {
    const { file } = readRunRecord(folder).configuration; // refuses what is no run before anything is computed
    byFile.set(file, [...(byFile.get(file) ?? []), folder]);
  }
  let failed = 0;
  for (const [index, folders] of [...byFile.values()].entries()) {
    if (signal.aborted) break;
    progress.begin(`[${index + 1}/${byFile.size}] ${folders.map(folder => basename(folder)).join(", ")}`);
    // Generation uses all cores; scoring uses one core per process.
    const parts = samples ? partsOf(folders, availableParallelism()) : [folders];
    const outcomes = await Promise.all(
      parts.map(part => {
        const request = { folders: part, device, starter, samples };
        return compute(environment, json, {}, "pinch/evaluate", request).catch((error: unknown) => {
          if (error instanceof HumanError && error.kind === "input") throw error;
          return part.map(folder => ({ ...failure(error), folder }));
        });
      }),
    );
    for (const outcome of outcomes.flat()) {
      if (outcome.error !== null) failed++;
      const result = outcome.error === null ? "scored" : `${outcome.error.message} ${outcome.error.remedy}`;
      progress.say(`${basename(outcome.folder)} ${result}`);
      if (json) writeJson(output, { type: "run", ...outcome });
    }
  }
  if (signal.aborted) return exitCodes.cancelled;
  return failed > 0 ? exitCodes.run : exitCodes.done;
}
