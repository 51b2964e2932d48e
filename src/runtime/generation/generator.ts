// Batched generation with a key-value cache: greedy or seeded top-p, until a stop token or the limit.
import { type Random, seededRandom } from "../../common/random.ts";
import type { DecoderConfig } from "../../graph/nn/decoder.ts";
import { generationModel } from "../../graph/nn/generation.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import { type Device, type Feeds, float32Of, Session, tensor } from "../ort/session.ts";
import { KeyValueCache } from "./keyValueCache.ts";
import { pickToken } from "./sampling.ts";

const masked = -1e9;
/** Keys and values of one batch in the cache, in bytes: bounds how many prompts run together. */
const cacheBudget = 256 * 1024 * 1024;
const largestBatch = 128;

export interface GeneratorOptions {
  readonly config: DecoderConfig;
  readonly plan: WeightPlan;
  /** Adapters or weights, by input name. */
  readonly parameters: Feeds;
  readonly device: Device;
  readonly store?: (model: Uint8Array) => string;
  /** Longest prompt plus new tokens. */
  readonly maxPositions: number;
}

export interface GenerationRequest {
  readonly maxNewTokens: number;
  readonly stopIds: readonly number[];
  /** 0 = greedy. */
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** After each batch: prompts done so far. */
  readonly onProgress?: (done: number) => void;
}

export interface Generated {
  /** Without the stop token. */
  readonly ids: readonly number[];
  /** False when the limit came first. */
  readonly stopped: boolean;
}

interface Row {
  readonly prompt: number;
  /** Filler tokens at the start of the row. */
  readonly pad: number;
  readonly promptLength: number;
  readonly ids: number[];
  readonly random: Random;
  stopped: boolean;
}

export class Generator {
  private constructor(
    private readonly session: Session,
    private readonly options: GeneratorOptions,
  ) {}

  static async create(options: GeneratorOptions): Promise<Generator> {
    const model = generationModel(options.config, options.plan, options.maxPositions);
    return new Generator(await Session.create(options.store?.(model) ?? model, options.device), options);
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  /** Responses in the order of the prompts, which are run sorted by length so that little is filler. */
  async generate(prompts: readonly (readonly number[])[], request: GenerationRequest): Promise<Generated[]> {
    const order = prompts
      .map((_, i) => i)
      .sort((a, b) => (prompts[a]?.length ?? 0) - (prompts[b]?.length ?? 0) || a - b);
    const results: Generated[] = new Array(prompts.length);
    for (let from = 0; from < order.length; ) {
      const size = this.batchSize(
        order.slice(from, from + largestBatch).map(i => prompts[i]?.length ?? 0),
        request.maxNewTokens,
      );
      const batch = order.slice(from, from + size);
      for (const row of await this.runBatch(batch, prompts, request)) {
        results[row.prompt] = { ids: row.ids, stopped: row.stopped };
      }
      from += batch.length;
      request.onProgress?.(from);
    }
    return results;
  }

  private batchSize(lengths: readonly number[], maxNewTokens: number): number {
    const { layers, kvHeads, headSize } = this.options.config;
    const longest = Math.max(1, ...lengths) + maxNewTokens;
    const perRow = longest * layers * 2 * kvHeads * headSize * 4;
    return Math.max(1, Math.min(lengths.length, Math.floor(cacheBudget / perRow)));
  }

  private async runBatch(
    batch: readonly number[],
    prompts: readonly (readonly number[])[],
    request: GenerationRequest,
  ): Promise<Row[]> {
    const length = Math.max(...batch.map(i => prompts[i]?.length ?? 0));
    const all = batch.map((prompt): Row => {
      const promptLength = prompts[prompt]?.length ?? 0;
      if (promptLength === 0) throw new Error(`prompt ${prompt} is empty`);
      return {
        prompt,
        pad: length - promptLength,
        promptLength,
        ids: [],
        random: seededRandom("generate", request.seed, prompt),
        stopped: false,
      };
    });
    let rows = all;
    let tokens = rows.flatMap(row => [...new Array<number>(row.pad).fill(0), ...(prompts[row.prompt] ?? [])]);
    let queries = length;
    let past = 0;
    let cache = new KeyValueCache(this.options.config, rows.length, length + request.maxNewTokens);
    for (let step = 0; step < request.maxNewTokens; step++) {
      request.signal?.throwIfAborted();
      const output = await this.session.run({
        ...this.options.parameters,
        ...cache.feeds,
        ...stepFeeds(rows, tokens, queries, past, cache.places),
      });
      const logits = float32Of(output.logits, "logits");
      const width = logits.length / rows.length;
      tokens = rows.map((row, r) => {
        if (row.stopped) return 0;
        const token = pickToken(logits.subarray(r * width, (r + 1) * width), request, row.random);
        if (request.stopIds.includes(token)) row.stopped = true;
        else row.ids.push(token);
        return token;
      });
      const active = rows.flatMap((row, r) => (row.stopped ? [] : [r]));
      if (active.length === 0) break;
      cache.append(output, past, queries);
      past += queries;
      queries = 1;
      if (active.length <= rows.length / 2) {
        cache = cache.keep(active);
        rows = active.map(r => rows[r] as Row);
        tokens = active.map(r => tokens[r] as number);
      }
    }
    return all;
  }
}

/** Keys: the places of the cache, of which the first `past` are filled, then this step's own. */
function stepFeeds(
  rows: readonly Row[],
  tokens: readonly number[],
  queries: number,
  past: number,
  places: number,
): Feeds {
  const batch = rows.length;
  const keys = places + queries;
  const positions = new BigInt64Array(batch * queries);
  const mask = new Float32Array(batch * queries * keys);
  for (const [r, row] of rows.entries()) {
    for (let q = 0; q < queries; q++) {
      positions[r * queries + q] = BigInt(Math.max(0, past + q - row.pad));
      const at = (r * queries + q) * keys;
      mask.fill(masked, at, at + Math.min(row.pad, past));
      mask.fill(masked, at + past, at + places);
      mask.fill(masked, at + places, at + places + Math.max(0, Math.min(row.pad - past, queries)));
      mask.fill(masked, at + places + q + 1, at + keys);
    }
  }
  return {
    inputIds: tensor(BigInt64Array.from(tokens, BigInt), [batch * queries]),
    positions: tensor(positions, [batch, queries]),
    mask: tensor(mask, [batch, 1, 1, queries, keys]),
    cached: tensor(BigInt64Array.of(BigInt(places)), [1]),
    lastRows: tensor(
      BigInt64Array.from(rows, (_, r) => BigInt((r + 1) * queries - 1)),
      [batch],
    ),
  };
}
