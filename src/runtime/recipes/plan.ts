// What a mixture file would do: realised counts, tokens and steps, and predicted time and memory.
import { type Diagnostic, startOfFile } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import type { Plan, PlannedRun, PlanRequest } from "../../protocol/runtime.ts";
import { chooseMixtures } from "../data/chooseMixtures.ts";
import { isValid, loadExperiment, type ValidExperiment } from "../data/experiment.ts";
import { evaluationRowsOf, prepareRun } from "../data/prepareRun.ts";
import { type ChatTokenizer, loadTokenizer } from "../model/tokenizer.ts";
import { planTraining, type TrainingPlan } from "../train/trainRun.ts";
import { throwIfCancelled } from "./cancelled.ts";
import type { RecipeContext } from "./context.ts";
import { resolveDevice } from "./devices.ts";
import { gemmRate } from "./gemmProbe.ts";
import { predict } from "./predict.ts";

function promptTokens(
  experiment: ValidExperiment,
  tokenizer: ChatTokenizer,
): { rows: number; tokens: number } {
  let rows = 0;
  let tokens = 0;
  for (const list of evaluationRowsOf(experiment).values())
    for (const { prompt } of list) {
      rows++;
      tokens += tokenizer.formatPrompt(prompt).length;
    }
  return { rows, tokens };
}

/** Positions of one epoch, filler included: what is computed. */
function packedTokens({ epochs, rowLength }: TrainingPlan): number {
  return (epochs[0] ?? []).flat(2).length * rowLength;
}

function responseTokens({ examples }: TrainingPlan): number {
  return examples.reduce((sum, { ids, responseStart }) => sum + ids.length - Math.max(1, responseStart), 0);
}

export async function plan(request: PlanRequest, context: RecipeContext): Promise<Plan> {
  const experiment = loadExperiment(request);
  if (!isValid(experiment))
    return { diagnostics: experiment.diagnostics, model: null, runs: [], evaluationRows: {} };
  const { config, model, parsed } = experiment;
  const diagnostics: Diagnostic[] = [...experiment.diagnostics];
  const mixtures = chooseMixtures(config, request.mixtures ?? []);
  const device = await resolveDevice(request.device, context.log);
  const rate = await gemmRate(device);
  const tokenizer = loadTokenizer(model);
  for (const note of tokenizer.notes) context.log("warn", note);
  const evaluated = promptTokens(experiment, tokenizer);
  const runs: PlannedRun[] = [];
  for (const spec of mixtures) {
    for (const seed of config.seeds) {
      throwIfCancelled(context.signal);
      const { examples, run } = prepareRun(experiment, spec.name, seed, device);
      try {
        const training = planTraining(examples, tokenizer, config.train, seed, model.config.maxPositions);
        const prediction = predict({
          config: model.config.decoder,
          parameterCount: model.parameterCount,
          train: {
            spec: config.train,
            tokens: packedTokens(training),
            responseTokens: responseTokens(training),
            rowLength: training.rowLength,
          },
          evaluation: {
            rows: evaluated.rows,
            promptTokens: evaluated.tokens,
            maxNewTokens: config.evaluate.maxNewTokens,
          },
          gemmRate: rate,
        });
        runs.push({
          mixture: spec.name,
          seed,
          counts: run.counts,
          trainTokens: training.tokens,
          steps: training.steps,
          predictedSeconds: prediction.seconds,
          predictedMemoryBytes: prediction.memoryBytes,
        });
      } catch (error) {
        if (!(error instanceof HumanError)) throw error;
        const { message, remedy } = error;
        const range = parsed.locate(["mixtures", spec.key], "key") ?? startOfFile;
        diagnostics.push({ severity: "error", code: "example-too-long", message, remedy, range });
      }
    }
  }
  return {
    diagnostics,
    model: { name: config.model, parameters: model.parameterCount, template: model.template },
    runs,
    evaluationRows: Object.fromEntries(
      [...evaluationRowsOf(experiment)].map(([language, rows]) => [language, rows.length]),
    ),
  };
}
