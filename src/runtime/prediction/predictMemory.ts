// Predicts the peak memory of a run by simulating the runtime on its graphs, and adding everything around
// them.
import { isDeepStrictEqual } from "node:util";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { runMemory } from "../../graph/cost/memory.ts";
import { type DecoderConfig, embeddingName, headName, perLayerNames } from "../../graph/nn/decoderConfig.ts";
import { maskInputs } from "../../graph/nn/dropout.ts";
import { generationGraph, stepSizes } from "../../graph/nn/generation.ts";
import { longestStep } from "../../graph/nn/layerStates.ts";
import { scoringGraph, trainingGraph, visibleKeys } from "../../graph/nn/training.ts";
import { trainables, type WeightPlan } from "../../graph/nn/weights.ts";
import type { GraphBuilder } from "../../graph/tape/builder.ts";
import type { Sizes } from "../../graph/tape/value.ts";
import { batchLimits } from "../generation/continuousBatch.ts";
import { bytesPerPlace } from "../generation/keyValueCache.ts";
import { stateBytes } from "../generation/layerStateCache.ts";
import type { ModelFolder } from "../model/modelFolder.ts";
import { elementsOf, type WeightLayout, weightLayout } from "../ort/weightLayout.ts";
import { dropoutOf } from "../train/dropoutMasks.ts";
import { buildBatch, filledUp, keyStartsOf, lossTokensOf } from "../train/packing.ts";
import type { TrainingPlan } from "../train/trainingPlan.ts";

/** Bytes per trained value: float32, with its gradient and AdamW's two moments. */
const trainedBytes = 16;
/** Bytes per trained value of the second set of gradients, needed if a step has several micro-batches. */
const scratchBytes = 4;
/** Bytes per trained value of the best weights so far, with early stopping. */
const bestBytes = 4;
/**
 * Memory of the native runtime's library and threads, and of garbage; measured in runs of models with 5 to
 * 135 million parameters.
 */
const nativeBytes = 72 * 2 ** 20;
/** Memory per node of a loaded graph, here and in the runtime; measured likewise. */
const nodeBytes = 11 * 1024;
/**
 * Memory of language identification, mainly eld's tables. Fitted to evaluations of the starter, which end
 * with 383 to 415 MiB, of which 128 are the process, 72 the native part and 50 the cache.
 */
const identificationBytes = 144 * 2 ** 20;
/**
 * Memory that the runtime holds relative to the simulation: scratch memory of operators; measured likewise.
 */
const slack = 1.06;
/** Number of micro-batches that are simulated one after another. */
const simulatedBatches = 4;

export interface MemoryRequest {
  readonly model: Pick<ModelFolder, "config" | "tensors">;
  readonly spec: Pick<
    TrainingSpec,
    "method" | "base" | "lora" | "embeddings" | "neftune" | "labelSmoothing" | "earlyStopping"
  >;
  /** Null if nothing is trained. */
  readonly training: TrainingPlan | null;
  readonly recomputation: boolean;
  /** Resident before any graph is built: Node.js, data, tokenizer. */
  readonly processBytes: number;
}

export interface EvaluationShape {
  readonly rows: number;
  /** Number of different tokens in prompts and references. */
  readonly distinctTokens: number;
  /** Length in tokens. */
  readonly longestPrompt: number;
  readonly maxNewTokens: number;
  /** Packed references; null if none is scored. */
  readonly scored: {
    readonly rowLength: number;
    readonly perRun: number;
    readonly lossTokens: number;
  } | null;
}

/** Response tokens of the micro-batch that has most. */
export function maxLossTokens({ epochs, examples }: TrainingPlan): number {
  const lossOf = (index: number): number => {
    const example = examples[index];
    return example === undefined ? 0 : lossTokensOf(example);
  };
  const sizes = epochs.flat(2).map(rows => rows.flat().reduce((sum, index) => sum + lossOf(index), 0));
  return sizes.reduce((most, size) => Math.max(most, size), 1);
}

function total(values: Iterable<number>): number {
  return [...values].reduce((sum, value) => sum + value, 0);
}

/**
 * Bytes of the weights that stay in memory. Of per-layer inputs, only rows of tokens that occur are read; that the
 * system keeps more of the file while memory is free costs nothing.
 */
function residentBytes(
  { tensors }: MemoryRequest["model"],
  { bytes }: WeightLayout,
  tokens: number,
): ReadonlyMap<string, number> {
  const table = perLayerNames.embeddings;
  const [rows = 1] = tensors.get(table)?.shape ?? [];
  return new Map(
    [...bytes].map(([name, whole]) => [name, name === table ? whole * Math.min(1, tokens / rows) : whole]),
  );
}

function distinctTokensOf({ examples }: TrainingPlan): number {
  const found = new Set<number>();
  for (const { ids } of examples) for (const id of ids) found.add(id);
  return found.size;
}

function heldBy(graph: GraphBuilder, first: Sizes, ...others: readonly Sizes[]): number {
  return slack * runMemory(graph, first, ...others).held;
}

/** Sizes of the first few micro-batches, and the largest that any may have. */
function sizesOf(config: DecoderConfig, training: TrainingPlan): [Sizes, ...Sizes[]] {
  const { rowLength, rowsPerMicroBatch: rows, examples, epochs } = training;
  const largest: Sizes = { ...visibleKeys(config, rowLength), lossTokens: maxLossTokens(training) };
  const simulated = epochs.flat(2).slice(0, simulatedBatches);
  const all = simulated.map((micro): Sizes => {
    const { segments, lossRows } = buildBatch(filledUp(micro, rows), examples, rowLength);
    return {
      ...visibleKeys(config, rowLength, keyStartsOf(segments, rowLength)),
      lossTokens: lossRows.length,
    };
  });
  // A run of the same sizes as the one before it takes no further memory.
  const [first = largest, ...others] = all.filter((sizes, i) => !isDeepStrictEqual(sizes, all[i - 1]));
  return [first, ...others, largest];
}

/** Memory that is held from the beginning of training to the end of the run. */
function lastingBytes({ model, spec, training, processBytes }: MemoryRequest, plan: WeightPlan): number {
  const trained = total(trainables(model.config.decoder, plan).map(elementsOf));
  const several = training?.epochs.some(steps => steps.some(micro => micro.length > 1)) === true;
  const best = spec.earlyStopping === undefined ? 0 : bestBytes;
  const perValue = training === null ? 0 : trainedBytes + (several ? scratchBytes : 0) + best;
  return processBytes + nativeBytes + perValue * trained;
}

/** Peak bytes of training. */
export function trainingMemory(request: MemoryRequest): number {
  const { model, training, recomputation } = request;
  const layout = weightLayout(model, request.spec);
  const { plan } = layout;
  const lasting = lastingBytes(request, plan);
  if (training === null) return lasting;
  const weights = total(residentBytes(model, layout, distinctTokensOf(training)).values());
  const { rowLength, rowsPerMicroBatch: rows } = training;
  const { decoder: config } = model.config;
  const { neftune, labelSmoothing: smoothing } = request.spec;
  const noise = neftune !== undefined;
  const dropout = dropoutOf(request.spec, 0)?.rate;
  const graph = trainingGraph(config, plan, rowLength, { rows, recomputation, noise, dropout, smoothing });
  const noiseBytes = noise ? config.hiddenSize * Float32Array.BYTES_PER_ELEMENT : 0;
  const masks = dropout === undefined ? [] : [...maskInputs(config, plan).values()];
  const drawn = rows * rowLength * (noiseBytes + total(masks.map(mask => mask.bytesPerToken)));
  const held = heldBy(graph, ...sizesOf(config, training));
  return lasting + nodeBytes * graph.nodes.length + weights + held + drawn;
}

/** Peak bytes of generating, scoring and judging in turn, including what training leaves behind. */
export function evaluationMemory(request: MemoryRequest, shape: EvaluationShape): number {
  const { rows, longestPrompt, maxNewTokens, scored } = shape;
  if (rows === 0) return 0;
  const { decoder: config } = request.model.config;
  const layout = weightLayout(request.model, request.spec);
  const { plan } = layout;
  const bytes = residentBytes(request.model, layout, shape.distinctTokens);
  const positions = longestPrompt + maxNewTokens;
  const limits = batchLimits(config, rows, positions);
  const cache = limits.places * bytesPerPlace(config) + limits.slots * stateBytes(config);
  const lasting = lastingBytes(request, plan) + cache; // garbage when scoring begins, but not yet collected
  const graph = generationGraph(config, inFloat32(plan), positions);
  const entering = Math.max(1, Math.min(limits.rows, Math.floor(limits.prefillTokens / longestPrompt)));
  const call = (batch: number, length: number, cached: number): number => {
    const { held, returned } = runMemory(graph, stepSizes(config, batch, length, cached));
    return slack * held + returned;
  };
  const piece = Math.min(longestPrompt, longestStep(config));
  const calls = Math.max(call(entering, piece, longestPrompt - piece), call(limits.rows, 1, positions));
  const generating = nodeBytes * graph.nodes.length + generationWeights(request.model, bytes) + calls;
  const scoring = scored === null ? 0 : scoringBytes(config, { plan, bytes }, scored);
  return lasting + Math.max(generating, scoring, identificationBytes);
}

/** The weights for generation are converted once, when the graph is loaded. */
function inFloat32(plan: WeightPlan): WeightPlan {
  if (plan.kind === "full") return plan;
  const stored = [...plan.stored].map(([name, weight]) => [name, { ...weight, dtype: "float32" }] as const);
  return { ...plan, stored: new Map(stored) };
}

function scoringBytes(
  config: DecoderConfig,
  { plan, bytes }: WeightLayout,
  { rowLength, perRun, lossTokens }: NonNullable<EvaluationShape["scored"]>,
): number {
  const graph = scoringGraph(config, plan, rowLength, { rows: perRun });
  return (
    nodeBytes * graph.nodes.length +
    total(bytes.values()) +
    heldBy(graph, { ...visibleKeys(config, rowLength), lossTokens })
  );
}

/**
 * For generation, the runtime packs matrices in float32 or as the integers they are, and drops the originals.
 * The embedding remains as it is, in addition to its packed copy if it is also the output projection.
 */
function generationWeights(
  { config, tensors }: MemoryRequest["model"],
  bytes: WeightLayout["bytes"],
): number {
  const head = headName(config.decoder);
  return total(
    [...bytes].map(([name, held]) => {
      if (name === perLayerNames.embeddings) return held;
      const tensor = tensors.get(name);
      const whole = tensor === undefined ? 0 : elementsOf(tensor) * Float32Array.BYTES_PER_ELEMENT;
      const quantized = held < whole / 2; // less than any float format
      const packed = quantized ? held : whole;
      if (name !== embeddingName(config.decoder)) return packed;
      return name === head ? held + packed : held;
    }),
  );
}
