// Recipe of one run: reads and checks everything, trains the mixture, keeps the trained weights, and
// evaluates them.
import { basename } from "node:path";
import { messageOf } from "../../common/errors.ts";
import { messageAndRemedy, userError } from "../../common/systemErrors.ts";
import { developmentCodes, findingCodes } from "../../core/leaks/leakFaults.ts";
import { weightFormatOf } from "../../core/mixture/weightFormat.ts";
import { fullMeasurements } from "../../core/mixtureFile/development.ts";
import { resumeRemedy } from "../../core/records/endedRun.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { cancelledError } from "../../node/cancelled.ts";
import { requireWasm } from "../../node/wasmMemory.ts";
import type { RunOutcome, RunRequest, StartChoice } from "../../protocol/runtime.ts";
import { removeCandidates } from "../checkpoint/candidates.ts";
import { removeCheckpoint } from "../checkpoint/checkpoint.ts";
import { findResumable, type RunStart, resumeRun } from "../checkpoint/resumeRun.ts";
import type { RecipeContext } from "../context/context.ts";
import { Pace, tokenCosts } from "../context/pace.ts";
import { Evaluator, evaluationCosts, scoringCost } from "../evaluation/evaluateModel.ts";
import { responseScorer } from "../evaluation/scoreResponse.ts";
import { modelOfRun } from "../evaluation/tunedModel.ts";
import { tooLongCode } from "../experiment/exampleLengths.ts";
import { loadExperiment, requireValid, type ValidExperiment } from "../experiment/experiment.ts";
import { type PreparedRun, prepareRun, requireInputs } from "../experiment/prepareRun.ts";
import { languageFaults } from "../experiment/rowLanguages.ts";
import { unknownTokenFaults } from "../experiment/unknownTokens.ts";
import { findEqualRun } from "../files/readRun.ts";
import { writeResults } from "../files/results.ts";
import { createRunFolder, endRun, isResumable, type NewRun } from "../files/runFolder.ts";
import { continuationHash } from "../files/runName.ts";
import { identifierPath } from "../identification/identifierFile.ts";
import { filesToPassOn } from "../model/modelFiles.ts";
import { loadTokenizer } from "../model/tokenizer.ts";
import { GraphFolder } from "../ort/graphFolder.ts";
import type { Device } from "../ort/session.ts";
import { removeStaleFolders } from "../ort/staleFolders.ts";
import { planTraining } from "../train/trainingPlan.ts";
import { trainingWork } from "../tuning/trainingWork.ts";
import { resolveDevice } from "./devices.ts";

/** Everything that a run reads before it begins. */
interface ReadyRun {
  readonly device: Device;
  readonly experiment: ValidExperiment;
  readonly prepared: PreparedRun;
}

async function prepare(request: RunRequest, { log }: RecipeContext): Promise<ReadyRun> {
  const { inputs, mixture, seed } = request;
  const device = await resolveDevice(request.device, log);
  const experiment = await loadExperiment(inputs === undefined ? request : { ...request, text: inputs.text });
  requireInputs(experiment, inputs); // before its errors, which would be those of other data
  const valid = requireValid(experiment);
  return { device, experiment: valid, prepared: prepareRun(valid, mixture, seed, device) };
}

/**
 * Trains and evaluates one mixture with one seed, or only evaluates the untuned model, unless an earlier run
 * that may be reused has done so.
 */
export async function run(request: RunRequest, context: RecipeContext): Promise<RunOutcome> {
  const { device, experiment, prepared } = await prepare(request, context);
  const finished = finishedRun(request, prepared.run, context);
  if (finished !== null) return { folder: finished, status: "done", error: null };
  // Its tokenizer is copied to the run folder: report problems now rather than after training.
  if (prepared.spec !== null && experiment.config.train.method === "full") filesToPassOn(experiment.model);
  const identifier = identifierPath(experiment.config.evaluate, experiment.path);
  if (identifier !== null) await responseScorer(prepared.evaluation, identifier); // reject one that can't judge
  if (prepared.evaluation.size > 0) requireWasm();
  removeStaleFolders();
  const findings = await findingsOf(experiment, prepared.development.size > 0);
  if (prepared.overlong !== null) {
    context.log("warn", prepared.overlong);
    findings.push({ code: tooLongCode, message: prepared.overlong });
  }
  const start = await startOf(request, { ...prepared.run, findings }, context);
  context.log("info", `Run folder: ${start.folder}`);
  return endingRun(start.folder, context, () =>
    trainAndEvaluate(experiment, prepared, start, request.checkpointSeconds, device, context),
  );
}

/** Stored with the run, for its report. */
async function findingsOf(
  experiment: ValidExperiment,
  usesDevelopment: boolean,
): Promise<{ code: string; message: string }[]> {
  const { train, evaluation } = experiment;
  const development = usesDevelopment ? experiment.development : { languages: new Map<string, never>() };
  const unknown = unknownTokenFaults({ train, evaluation, development }, loadTokenizer(experiment.model));
  const found = [...unknown, ...(await languageFaults({ train, evaluation, development }))];
  return [...experiment.diagnostics, ...found]
    .filter(
      ({ code }) => findingCodes.includes(code) && (usesDevelopment || !developmentCodes.includes(code)),
    )
    .map(({ code, message, file }) => ({
      code,
      message: file === undefined ? message : `${basename(file)}: ${message}`,
    }));
}

/** Folder of the finished run that this one would repeat; null if there is none, or it must not be reused. */
function finishedRun(
  { start, out, mixture, seed }: RunRequest,
  run: NewRun,
  { log }: RecipeContext,
): string | null {
  if (start.kind !== "reuse" && start.kind !== "reuseOrResume") return null;
  const folder = findEqualRun(out, run, message => log("warn", message));
  if (folder !== null) log("info", `${mixture} seed ${seed}: reused ${folder}`);
  return folder;
}

async function startOf({ start, out }: RunRequest, run: NewRun, context: RecipeContext): Promise<RunStart> {
  const stopped = await stoppedRun(start, out, run, context);
  if (stopped !== null) return resumeRun(stopped, run, context);
  const { folder } = createRunFolder(out, run);
  return { folder, identity: continuationHash(run), checkpoint: null, trained: false };
}

/** Folder of the run to resume; null for a new run. */
async function stoppedRun(
  start: StartChoice,
  out: string,
  run: NewRun,
  context: RecipeContext,
): Promise<string | null> {
  if (start.kind === "resume") return start.folder;
  if (start.kind !== "reuseOrResume") return null;
  const { folder, passedOver } = await findResumable(out, run, context);
  if (folder === null && passedOver !== null) context.log("warn", passedOver);
  return folder;
}

/** Records in the run folder how the run ended, whatever happens. */
async function endingRun(
  folder: string,
  context: RecipeContext,
  work: () => Promise<RunRecord["timings"]>,
): Promise<RunOutcome> {
  try {
    const timings = await work();
    endRun(folder, { status: "done", timings, peakMemoryBytes: peakMemoryBytes() });
    cleanUp(folder, context);
    return { folder, status: "done", error: null };
  } catch (error) {
    const cancelled = context.signal.aborted;
    const kept = isResumable(folder) ? ` ${resumeRemedy}` : "";
    const told = userError(error);
    const reason = cancelledError(context.signal);
    const shown = cancelled
      ? { message: reason.message, remedy: kept.trim() || reason.remedy }
      : { message: told.message, remedy: `${told.remedy}${kept}` };
    if (!cancelled) context.log("error", withCause(error));
    const status = cancelled ? "cancelled" : "failed";
    try {
      endRun(folder, { status, error: shown, peakMemoryBytes: peakMemoryBytes() });
    } catch (fault) {
      context.log(
        "warn",
        `The end of the run could not be recorded in its folder. ${messageAndRemedy(fault)}`,
      );
    }
    return { folder, status, error: shown };
  }
}

/** Remaining files only take up space. */
function cleanUp(folder: string, context: RecipeContext): void {
  try {
    removeCheckpoint(folder);
    removeCandidates(folder);
  } catch (error) {
    context.log(
      "warn",
      `The checkpoint of the finished run could not be removed. ${messageAndRemedy(error)}`,
    );
  }
}

/** Formats a stack, followed by the runtime's own message. */
function withCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\nCaused by: ${messageOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024; // kibibytes
}

async function trainAndEvaluate(
  experiment: ValidExperiment,
  prepared: PreparedRun,
  start: RunStart,
  checkpointSeconds: number | undefined,
  device: Device,
  context: RecipeContext,
): Promise<RunRecord["timings"]> {
  const { folder } = start;
  const { model, config: file } = experiment;
  const tokenizer = loadTokenizer(model);
  for (const note of [...model.notes, ...tokenizer.notes]) context.log("warn", note);
  const graphs = new GraphFolder(model, weightFormatOf(file.train));
  try {
    const started = performance.now();
    const spec = prepared.spec === null ? null : file.train;
    const training =
      spec === null
        ? null
        : planTraining(prepared.examples, tokenizer, spec, prepared.seed, model.config.maxPositions);
    const work =
      spec === null || training === null ? null : trainingWork(start, spec, training.steps, context.log);
    const trainCost =
      training === null
        ? 0
        : tokenCosts.train * training.tokens * training.epochs.length +
          scoringCost(prepared.development) * fullMeasurements(file, training.steps);
    const pace = new Pace(
      {
        train: trainCost * (work?.trainings ?? 0),
        ...evaluationCosts(prepared.evaluation, file.evaluate),
      },
      context.progress,
      trainCost * (work?.done ?? 0),
    );
    pace.update("load", 0, 1, "Loading the model");
    const place = { experiment, tokenizer, graphs, device };
    const { tuned, earlier } =
      work === null || training === null
        ? { tuned: modelOfRun(place, folder, prepared.run.mixture), earlier: 0 }
        : await work.run({ ...place, prepared, training, folder, checkpointSeconds, pace, context });
    const trained = performance.now();
    if (prepared.evaluation.size > 0) {
      const identifier = identifierPath(file.evaluate, experiment.path);
      const evaluator = new Evaluator(tuned, prepared.evaluation, file.evaluate, context, identifier);
      const { parameters } = tuned;
      const samples = await evaluator.evaluate({ parameters, seed: prepared.seed, pace, last: true });
      await evaluator.release();
      graphs.requireSameModel();
      pace.update("save", 0, 1, "Writing results");
      writeResults(folder, samples);
    }
    return {
      train: spec === null ? 0 : earlier + (trained - started) / 1000,
      evaluate: (performance.now() - trained) / 1000,
    };
  } finally {
    graphs.remove();
  }
}
