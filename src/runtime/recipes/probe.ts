// Measures what a model costs on this machine: two steps of training on real batches, and a few new tokens.
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import { buildBatch, filledUp } from "../data/packing.ts";
import { Generator } from "../generation/generator.ts";
import type { ModelFolder } from "../model/modelFolder.ts";
import type { GraphFolder } from "../ort/graphFolder.ts";
import type { Device } from "../ort/session.ts";
import { createTrainer } from "../train/deviceTrainer.ts";
import { initialiseAdapters } from "../train/trainer.ts";
import type { TrainingPlan } from "../train/trainRun.ts";
import type { Rates } from "./predict.ts";

/** Prompts that are tried, spread over all of them by length. */
const triedPrompts = 24;
/** New tokens of the two tries: their difference is what tokens cost, the rest is what prompts cost. */
const [fewTokens, moreTokens] = [4, 20];

export interface ProbeRequest {
  readonly model: ModelFolder;
  readonly graphs: GraphFolder;
  readonly plan: WeightPlan;
  readonly spec: TrainingSpec;
  readonly training: TrainingPlan;
  readonly checkpointing: boolean;
  readonly prompts: readonly (readonly number[])[];
  readonly device: Device;
  readonly signal: AbortSignal;
}

export async function probe(request: ProbeRequest): Promise<Rates> {
  const started = performance.now();
  const trained = await probeTraining(request);
  const generated = await probeGeneration(request);
  const measuring = trained.seconds + generated.seconds;
  return {
    load: (performance.now() - started) / 1000 - measuring,
    trainToken: trained.perToken,
    promptToken: generated.perPromptToken,
    newToken: generated.perNewToken,
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function probeTraining({
  model,
  graphs,
  plan,
  spec,
  training,
  checkpointing,
  device,
  signal,
}: ProbeRequest): Promise<{ readonly seconds: number; readonly perToken: number }> {
  const { rowLength, rowsPerMicroBatch: rows, examples, epochs } = training;
  const trainer = await createTrainer({
    config: model.config.decoder,
    plan,
    rowLength,
    rows,
    checkpointing,
    optimizer: spec,
    device,
    store: bytes => graphs.write("training-probe", bytes),
  });
  const { parameters } = trainer;
  if (plan.kind === "frozen") initialiseAdapters(parameters, model.config.decoder, 1);
  else
    for (const { name } of parameters.slots)
      parameters.view(parameters.values, name).set(model.readTensor(name));
  const [first = [], second = first] = epochs.flat(2);
  const step = async (micro: readonly (readonly number[])[]): Promise<void> => {
    signal.throwIfAborted();
    await trainer.step([buildBatch(filledUp(micro, rows), examples, rowLength)], 0);
  };
  const warm = await timed(() => step(first)); // touches its memory for the first time
  const seconds = await timed(() => step(second));
  await trainer.release();
  return { seconds: warm + seconds, perToken: seconds / (rows * rowLength) };
}

async function probeGeneration({ model, graphs, plan, prompts, device, signal }: ProbeRequest): Promise<{
  readonly seconds: number;
  readonly perPromptToken: number;
  readonly perNewToken: number;
}> {
  if (prompts.length === 0) return { seconds: 0, perPromptToken: 0, perNewToken: 0 };
  const sorted = [...prompts].sort((a, b) => a.length - b.length);
  const every = Math.max(1, sorted.length / triedPrompts);
  const tried = Array.from(
    { length: Math.min(triedPrompts, sorted.length) },
    (_, i) => sorted[Math.floor((i + 0.5) * every)] ?? [],
  ).filter(prompt => prompt.length > 0);
  const longest = Math.max(...tried.map(prompt => prompt.length));
  const generator = await Generator.create({
    config: model.config.decoder,
    plan: plan.kind === "full" ? graphs.frozen(0, 0) : { ...plan, rank: 0 },
    parameters: {},
    device: device === "webgpu" ? "cpu" : device,
    store: bytes => graphs.write("generation-probe", bytes),
    maxPositions: longest + moreTokens,
  });
  const request = { stopIds: [], temperature: 0, topP: 1, seed: 0, signal };
  const generate = (maxNewTokens: number): Promise<number> =>
    timed(() => generator.generate(tried, { ...request, maxNewTokens }));
  const warm = await generate(1);
  const few = await generate(fewTokens);
  const more = await generate(moreTokens);
  await generator.release();
  const perNewToken = Math.max(0, more - few) / (tried.length * (moreTokens - fewTokens));
  const promptTokens = tried.reduce((sum, prompt) => sum + prompt.length, 0);
  const reading = Math.max(0, few - perNewToken * fewTokens * tried.length);
  return { seconds: warm + few + more, perPromptToken: reading / promptTokens, perNewToken };
}
