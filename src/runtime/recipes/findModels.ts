// Lists the models on this machine: what each is, and its memory requirement or the reason why it can't be
// used.
import { humanErrorOf } from "../../common/systemErrors.ts";
import { defaultEvaluation, defaultTraining } from "../../core/mixture/defaults.ts";
import { throwIfCancelled } from "../../node/cancelled.ts";
import type { DataProblem, FoundModel, ModelsRequest } from "../../protocol/data.ts";
import type { RecipeContext } from "../context/context.ts";
import { discoverModels, type ModelPlace, weightBytes } from "../model/discoverModels.ts";
import type { ModelFolder } from "../model/modelFolder.ts";
import { openModel } from "../model/openModel.ts";
import { refuseTooLarge } from "../model/refuseTooLarge.ts";
import { evaluationMemory, trainingMemory } from "../prediction/predictMemory.ts";
import { microBatchTokens } from "../train/batches.ts";
import type { TrainingPlan } from "../train/trainingPlan.ts";

/** A typical evaluation. More prompts wait for their turn and need no memory. */
const prompts = { rows: 32, longestPrompt: 128, scored: null } as const;
/** Share of response tokens among the tokens of training. */
const lossShare = 0.5;

/** A place without a usable model is included in the result, with the reason. */
export async function findModels(
  { folders, starter }: ModelsRequest,
  { signal, progress }: Pick<RecipeContext, "progress" | "signal">,
): Promise<{ models: FoundModel[] }> {
  const places = discoverModels(folders, starter);
  const models: FoundModel[] = [];
  for (const [done, place] of places.entries()) {
    throwIfCancelled(signal);
    progress({ phase: "load", done, total: places.length, secondsLeft: null, message: place.model });
    models.push(describe(place));
    await new Promise(resume => setImmediate(resume)); // lets a cancel request through
  }
  return { models };
}

function describe(place: ModelPlace): FoundModel {
  const bytes = weightBytes(place.path);
  const nothing = { ...place, bytes, architecture: null, parameters: null, memory: null };
  let model: ModelFolder;
  try {
    model = openModel(place.path);
  } catch (error) {
    return { ...nothing, problem: problemOf(error) };
  }
  const type = model.configJson.model_type;
  const known = {
    ...nothing,
    architecture: typeof type === "string" ? type : null,
    parameters: model.parameterCount,
  };
  try {
    refuseTooLarge(model, defaultTraining);
    return { ...known, memory: memoryOf(model), problem: null };
  } catch (error) {
    return { ...known, problem: problemOf(error) };
  }
}

function problemOf(error: unknown): DataProblem {
  const told = humanErrorOf(error);
  if (told === null) throw error;
  return { message: told.message, remedy: told.remedy };
}

/** Predicts memory with the defaults of a mixture file and rows of maximum length. */
function memoryOf(model: ModelFolder): NonNullable<FoundModel["memory"]> {
  const rowLength = Math.min(defaultTraining.maxTokens, model.config.maxPositions);
  const rowsPerMicroBatch = Math.max(1, Math.floor(microBatchTokens / rowLength));
  const microBatches = Math.ceil(defaultTraining.batchTokens / (rowLength * rowsPerMicroBatch));
  const training: TrainingPlan = {
    examples: [
      { ids: new Array<number>(rowLength).fill(0), responseStart: Math.floor(rowLength * (1 - lossShare)) },
    ],
    rowLength,
    rowsPerMicroBatch,
    epochs: [
      [Array.from({ length: microBatches }, () => Array.from({ length: rowsPerMicroBatch }, () => [0]))],
    ],
    steps: 1,
    tokens: rowLength,
  };
  const memory = {
    model,
    spec: defaultTraining,
    recomputation: false,
    processBytes: process.memoryUsage.rss(),
  };
  const longestPrompt = Math.min(prompts.longestPrompt, Math.max(1, model.config.maxPositions - 1));
  const maxNewTokens = Math.min(defaultEvaluation.maxNewTokens, model.config.maxPositions - longestPrompt);
  return {
    lora: trainingMemory({ ...memory, training }),
    generation: evaluationMemory(
      { ...memory, training: null },
      { ...prompts, distinctTokens: prompts.rows * longestPrompt, longestPrompt, maxNewTokens },
    ),
  };
}
