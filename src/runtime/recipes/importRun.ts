// Recipe that imports a run generated elsewhere: its responses are matched to evaluation rows and scored like
// Pinch's own.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Diagnostic, formatDiagnostic } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import { systemError } from "../../common/systemErrors.ts";
import { decodeUtf8 } from "../../core/dataset/decode.ts";
import { longResponses } from "../../core/fidelity/scoredPart.ts";
import { type Matched, matchOutputs } from "../../core/interchange/match.ts";
import { type GivenOutputs, readOutputs } from "../../core/interchange/outputs.ts";
import { untunedName } from "../../core/mixture/mixtureFile.ts";
import type { SampleRecord } from "../../core/records/records.ts";
import { throwIfCancelled } from "../../node/cancelled.ts";
import type { ImportOutcome, ImportRequest } from "../../protocol/runtime.ts";
import type { RecipeContext } from "../context/context.ts";
import { versions } from "../context/versions.ts";
import {
  type RowsByLanguage,
  responseScorer,
  type ScoreResponse,
  sampleOf,
} from "../evaluation/scoreResponse.ts";
import { type Experiment, loadExperiment } from "../experiment/experiment.ts";
import { evaluationLock, evaluationRowsOf } from "../experiment/prepareRun.ts";
import { writeResults } from "../files/results.ts";
import { createRunFolder, endRun } from "../files/runFolder.ts";
import { identifierPath } from "../identification/identifierFile.ts";

/** Maximum number of unmatched outputs to name individually; of more, only the number is reported. */
const maxNamed = 10;

/** Creates a run folder with samples and metrics but no adapter. run.json records where it came from. */
export async function importRun(request: ImportRequest, context: RecipeContext): Promise<ImportOutcome> {
  const experiment = await loadExperiment(request);
  const config = requireEvaluation(experiment, request.run);
  const read = request.files.map(path => readOutputFile(resolve(path)));
  const faults = read
    .flatMap(({ diagnostics }) => diagnostics)
    .filter(({ severity }) => severity === "error");
  refuse(faults, request.file);
  const rows = evaluationRowsOf({ config, evaluation: experiment.evaluation });
  const matched = matchOutputs(
    read.flatMap(({ outputs }) => outputs),
    [...rows.values()].flat(),
  );
  if (matched.outputs.size === 0)
    throw new HumanError(`None of the responses answers an evaluation row of ${experiment.path}.`, {
      remedy: `The first: ${describe(matched)[0] ?? "there is none"}. Ids or prompts must be those of the evaluation data.`,
    });
  const [first] = matched.outputs.values();
  const format = read[0]?.format ?? "alpaca-eval";
  const generator = first?.generator ?? request.run;
  throwIfCancelled(context.signal);
  const samples = scored(
    rows,
    matched,
    await responseScorer(rows, identifierPath(config.evaluate, experiment.path)),
  );
  const long = longResponses(samples);
  if (long !== null) context.log("warn", long);
  const [seed = 0] = config.seeds;
  const { folder } = createRunFolder(request.out, {
    mixture: request.run,
    seed,
    configuration: {
      file: experiment.path,
      model: generator,
      budget: 0,
      form: null,
      train: null,
      evaluate: config.evaluate,
      imported: {
        ...{ format, generator, sha256: read.map(({ sha256 }) => sha256) },
        data: evaluationLock({ ...experiment, config }).byLanguage,
        versions: versions(),
      },
    },
    counts: {},
    lock: null,
  });
  writeResults(folder, samples);
  endRun(folder, { status: "done" });
  return {
    folder,
    format,
    generator,
    responses: samples.length,
    unmatched: { count: matched.unmatched.length, named: describe(matched) },
    unanswered: Object.fromEntries(matched.unanswered),
  };
}

/** Errors of the model or the training data do not matter, because neither is used. */
function requireEvaluation(experiment: Experiment, run: string): NonNullable<Experiment["config"]> {
  const { path, parsed, config, evaluation, diagnostics } = experiment;
  refuse(
    [...(parsed?.diagnostics ?? diagnostics), ...evaluation.diagnostics].filter(
      ({ severity }) => severity === "error",
    ),
    path,
  );
  if (config === null || evaluation.languages.size === 0)
    throw new HumanError(`${path} has no evaluation data.`, { remedy: "Add data.eval to the mixture file." });
  if (run === untunedName || config.mixtures.some(({ name }) => name === run))
    throw new HumanError(`${run} is the name of a mixture of ${path}.`, {
      remedy: "Give the imported run another name with --run: results would be taken for that mixture's.",
    });
  return config;
}

function refuse(faults: readonly Diagnostic[], file: string): void {
  if (faults.length === 0) return;
  throw new HumanError(faults.map(fault => formatDiagnostic(fault, file)).join("\n"), {
    remedy: "Correct this and import again; nothing was written.",
  });
}

function readOutputFile(path: string): GivenOutputs & { readonly sha256: string } {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw systemError(cause, `${path} can't be read`) ?? cause;
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const text = decodeUtf8(bytes, path);
  if (typeof text === "string") return { ...readOutputs(text, path), sha256 };
  return { format: "alpaca-eval", outputs: [], diagnostics: [text], sha256 };
}

function describe({ unmatched }: Matched): string[] {
  return unmatched
    .slice(0, maxNamed)
    .map(({ output, reason }) => `${output.file}:${output.range.start.line + 1}: ${reason}`);
}

/** Returns samples in the order of the evaluation rows, scored by the same rules as Pinch's own runs. */
function scored(rows: RowsByLanguage, { outputs }: Matched, score: ScoreResponse): SampleRecord[] {
  return [...rows.values()].flat().flatMap(row => {
    const output = outputs.get(row);
    return output === undefined ? [] : [sampleOf(row, output, score)];
  });
}
