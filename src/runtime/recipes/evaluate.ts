// Recipe of a second look: evaluates what a run folder holds again, with the mixture file as it is now.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { baseMixtureName, runFiles } from "../../core/run/records.ts";
import { trainables, type WeightPlan } from "../../graph/nn/weights.ts";
import type { EvaluateRequest, RunOutcome } from "../../protocol/runtime.ts";
import { loadExperiment, requireValid, type ValidExperiment } from "../data/experiment.ts";
import { evaluationRowsOf } from "../data/prepareRun.ts";
import { readRunRecord } from "../files/runFolder.ts";
import { readAdapterConfig, readParameters } from "../model/adapterFiles.ts";
import { loadTokenizer } from "../model/tokenizer.ts";
import { GraphFolder } from "../ort/graphFolder.ts";
import type { Device } from "../ort/session.ts";
import { Parameters } from "../train/parameters.ts";
import type { RecipeContext } from "./context.ts";
import { resolveDevice } from "./devices.ts";
import { evaluationCosts, type TunedModel } from "./evaluateModel.ts";
import { Pace } from "./pace.ts";
import { baseWeightsOf, evaluateInto, tunedModel, untunedModel } from "./run.ts";

/** Replaces samples.jsonl and metrics.json of an existing run; the run's record stays as it is. */
export async function evaluate(request: EvaluateRequest, context: RecipeContext): Promise<RunOutcome> {
  const record = readRunRecord(request.folder);
  const device = await resolveDevice(request.device, context.log);
  const experiment = requireValid(
    loadExperiment({ file: record.configuration.file, starter: request.starter }),
  );
  const rows = evaluationRowsOf(experiment);
  if (rows.size === 0) {
    throw new HumanError(`${experiment.path} has no evaluation data.`, {
      remedy: "Add data.eval to the mixture file.",
    });
  }
  const graphs = new GraphFolder(experiment.model, baseWeightsOf(experiment.config.train));
  try {
    const spec = experiment.config.evaluate;
    const pace = new Pace(evaluationCosts(rows, spec), context.progress);
    pace.update("load", 0, 1, "Loading the model");
    const model = tunedFrom(request.folder, record.mixture, experiment, graphs, device);
    await evaluateInto(request.folder, model, rows, spec, record.seed, pace, context);
    return { folder: request.folder, status: record.status, error: null };
  } finally {
    graphs.remove();
  }
}

function tunedFrom(
  folder: string,
  mixture: string,
  experiment: ValidExperiment,
  graphs: GraphFolder,
  device: Device,
): TunedModel {
  const tokenizer = loadTokenizer(experiment.model);
  if (mixture === baseMixtureName) return untunedModel(experiment, tokenizer, graphs, device);
  const adapter = join(folder, runFiles.adapter);
  const whole = join(folder, runFiles.model);
  if (!existsSync(adapter) && !existsSync(whole)) {
    throw new HumanError(
      `${folder} has neither ${runFiles.adapter}/ nor ${runFiles.model}/: its training did not finish.`,
      {
        remedy: "Run the mixture again.",
      },
    );
  }
  const { rank, alpha } = existsSync(adapter) ? readAdapterConfig(adapter) : { rank: 0, alpha: 0 };
  const plan: WeightPlan = existsSync(adapter) ? graphs.frozen(rank, alpha) : { kind: "full" };
  const parameters = new Parameters(trainables(experiment.model.config.decoder, plan));
  readParameters(existsSync(adapter) ? adapter : whole, parameters);
  return tunedModel(experiment, plan, parameters.feeds, tokenizer, graphs, device);
}
