// Continuous batching with a key-value cache: greedy or seeded top-p sampling, until a stop token or the
// limit.

import type { Tensor } from "onnxruntime-node";
import { seededRandom } from "../../common/random.ts";
import { generationGraph } from "../../graph/nn/generation.ts";
import { isMagnitude } from "../../graph/nn/weights.ts";
import { encodeModel } from "../../graph/onnx/encode.ts";
import { type Device, type Feeds, Session } from "../ort/session.ts";
import { withFactors } from "../train/magnitudes.ts";
import { ContinuousBatch, type Row } from "./continuousBatch.ts";
import type { GenerationRequest, GeneratorOptions } from "./generationRequest.ts";

export interface Generated {
  /** Token ids, excluding the stop token. */
  readonly ids: readonly number[];
  /** False if the limit was reached first. */
  readonly stopped: boolean;
}

/**
 * Device for generation: never WebGPU, because the cache is in host memory and the graph has operators that
 * WebGPU lacks.
 */
export function generationDevice(device: Device): Device {
  return device === "webgpu" ? "cpu" : device;
}

export class Generator {
  /** Inputs of the graph by the parameters that they were computed from. */
  readonly #inputs = new WeakMap<Tensor, Promise<Feeds>>();

  private constructor(
    private readonly session: Session,
    private readonly options: GeneratorOptions,
  ) {}

  static async create(options: GeneratorOptions): Promise<Generator> {
    const graph = generationGraph(options.config, options.plan, options.maxPositions);
    const model = encodeModel(graph, "generation");
    const { device, threads } = options;
    const session = await Session.create(options.store?.(model) ?? model, device, {
      ...(threads !== undefined && { threads }),
    });
    return new Generator(session, options);
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  /**
   * Returns responses in the order of the prompts. Prompts start in order of length, and rows are computed
   * independently of each other: the number of rows affects only the time.
   */
  async generate(prompts: readonly (readonly number[])[], request: GenerationRequest): Promise<Generated[]> {
    const empty = prompts.findIndex(prompt => prompt.length === 0);
    if (empty >= 0) throw new Error(`prompt ${empty} is empty`);
    const results: Generated[] = new Array(prompts.length);
    if (prompts.length === 0 || request.maxNewTokens <= 0) return results.fill({ ids: [], stopped: false });
    const waiting = prompts
      .map((ids, prompt): Row => {
        const random = seededRandom("generate", request.seed, prompt);
        const limit = ids.length + request.maxNewTokens - 1;
        return { prompt, random, limit, ids: [], filled: 0, pending: ids };
      })
      .sort((a, b) => a.pending.length - b.pending.length || a.prompt - b.prompt);
    const parameters = await this.#inputsOf(request.parameters ?? this.options.parameters);
    const batch = new ContinuousBatch(this.session, this.options, { ...request, parameters }, waiting);
    await batch.begin(commonPrefix(prompts));
    let done = 0;
    while (!batch.finished) {
      for (const [row, stopped] of await batch.advance()) {
        results[row.prompt] = { ids: row.ids, stopped };
        request.onProgress?.(++done);
      }
    }
    return results;
  }

  /** Computes factors from magnitudes once for each adapter, which has its tensors in any feeds. */
  #inputsOf(parameters: Feeds): Promise<Feeds> {
    const magnitude = Object.entries(parameters).find(([name]) => isMagnitude(name))?.[1];
    if (magnitude === undefined) return Promise.resolve(parameters);
    const known = this.#inputs.get(magnitude) ?? withFactors(this.options, parameters);
    this.#inputs.set(magnitude, known);
    return known;
  }
}

/** Longest common prefix of all prompts that leaves each at least one token. */
function commonPrefix(prompts: readonly (readonly number[])[]): readonly number[] {
  const [first = []] = prompts;
  const shortest = Math.min(...prompts.map(ids => ids.length)) - 1;
  let length = 0;
  while (length < shortest && prompts.every(ids => ids[length] === first[length])) length++;
  return first.slice(0, length);
}
