// Recipe that evaluates the contents of run folders again, with the current version of their mixture file.

import { basename } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { groupBy } from "../../common/groupBy.ts";
import { humanErrorOf } from "../../common/systemErrors.ts";
import { weightFormatOf } from "../../core/mixture/weightFormat.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import type { EvaluateRequest, RunOutcome } from "../../protocol/runtime.ts";
import type { RecipeContext } from "../context/context.ts";
import { Pace } from "../context/pace.ts";
import { Evaluator, evaluationCosts } from "../evaluation/evaluateModel.ts";
import { withAnswers } from "../evaluation/recordEvaluation.ts";
import type { RowsByLanguage } from "../evaluation/scoreResponse.ts";
import { fitParameters, type ModelPlace, modelOfRun, type TunedModel } from "../evaluation/tunedModel.ts";
import {
  loadExperiment,
  type ModelExperiment,
  requireEvaluation,
  requireModel,
} from "../experiment/experiment.ts";
import { evaluationRowsOf } from "../experiment/prepareRun.ts";
import { writeResults } from "../files/results.ts";
import { claimFolder, releaseClaim } from "../files/runClaim.ts";
import { runsOfFile } from "../files/runsOfFile.ts";
import { commonShape, planKind } from "../generation/adapters.ts";
import { identifierPath } from "../identification/identifierFile.ts";
import { loadTokenizer } from "../model/tokenizer.ts";
import { GraphFolder } from "../ort/graphFolder.ts";
import { resolveDevice } from "./devices.ts";

interface Subject {
  readonly folder: string;
  readonly record: RunRecord;
  readonly model: TunedModel;
}

/**
 * Replaces samples.jsonl and metrics.json of existing runs of one mixture file and records what they were
 * evaluated with. The base model is loaded once for all adapters.
 */
export async function evaluate(request: EvaluateRequest, context: RecipeContext): Promise<RunOutcome[]> {
  const runs = runsOfFile(request.folders);
  if (runs === null) return [];
  const { file, records } = runs;
  const device = await resolveDevice(request.device, context.log);
  const loaded = await loadExperiment({ file, starter: request.starter });
  const experiment = requireEvaluation(requireModel(loaded));
  const rows = evaluationRowsOf(experiment);
  const identifier = identifierPath(experiment.config.evaluate, experiment.path);
  const graphs = new GraphFolder(experiment.model, weightFormatOf(experiment.config.train));
  try {
    const place = { experiment, tokenizer: loadTokenizer(experiment.model), graphs, device };
    const { subjects, outcomes } = openAll(place, records);
    const groups = groupBy(subjects, ({ model: { plan } }) => planKind(plan));
    for (const group of groups.values()) {
      await evaluateGroup(group, rows, experiment, context, identifier);
      for (const { folder, record } of group)
        outcomes.set(folder, { folder, status: record.status, error: null });
    }
    return request.folders.flatMap(folder => outcomes.get(folder) ?? []);
  } finally {
    graphs.remove();
    for (const folder of request.folders) releaseClaim(folder);
  }
}

/** A run that can't be opened becomes an outcome and does not keep others from being evaluated. */
function openAll(
  place: ModelPlace,
  records: readonly Omit<Subject, "model">[],
): { readonly subjects: readonly Subject[]; readonly outcomes: Map<string, RunOutcome> } {
  const subjects: Subject[] = [];
  const outcomes = new Map<string, RunOutcome>();
  for (const { folder, record } of records) {
    try {
      if (record.configuration.imported !== undefined)
        throw new HumanError(
          `${basename(folder)} was imported, so there is no model to answer the prompts again.`,
          {
            remedy: "Import its responses again to rescore them.",
          },
        );
      claimFolder(folder);
      subjects.push({ folder, record, model: modelOfRun(place, folder, record.mixture) });
    } catch (error) {
      const told = humanErrorOf(error);
      if (told === null) throw error;
      const { message, remedy } = told;
      outcomes.set(folder, { folder, status: "failed", error: { message, remedy } });
    }
  }
  return { subjects, outcomes };
}

/** Evaluates models of one type of plan in turn, with the same graphs. */
async function evaluateGroup(
  group: readonly Subject[],
  rows: RowsByLanguage,
  experiment: ModelExperiment,
  context: RecipeContext,
  identifier: string | null,
): Promise<void> {
  const spec = experiment.config.evaluate;
  const [first] = group;
  if (first === undefined) return;
  const shape = commonShape(group.flatMap(({ model }) => (model.plan.kind === "frozen" ? [model.plan] : [])));
  const plan: WeightPlan = shape === null ? first.model.plan : first.model.folder.frozen(shape);
  const evaluator = new Evaluator({ ...first.model, plan }, rows, spec, context, identifier);
  const costs = evaluationCosts(rows, spec);
  for (const [i, { folder, record, model }] of group.entries()) {
    const pace = new Pace(costs, context.progress);
    pace.update("load", 0, 1, `Evaluating ${basename(folder)}`);
    const parameters = fitParameters(model, plan);
    const last = i === group.length - 1;
    const samples = await evaluator.evaluate({ parameters, seed: record.seed, pace, last });
    model.folder.requireSameModel();
    writeResults(folder, samples, record => withAnswers(record, experiment));
  }
  await evaluator.release();
}
