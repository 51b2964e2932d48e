// Computes the negative log-likelihood of given responses, packed like training batches.
import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import { scoringGraph } from "../../graph/nn/training.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import { encodeModel } from "../../graph/onnx/encode.ts";
import type { FormattedExample } from "../model/tokenizer.ts";
import { type Device, type Feeds, float32Of, Session } from "../ort/session.ts";
import { buildBatch, chooseRowLength, filledUp, packExamples } from "../train/packing.ts";
import { batchFeeds } from "../train/trainer.ts";

const tokensPerRun = 4096;

export interface LikelihoodOptions {
  readonly config: DecoderConfig;
  readonly plan: WeightPlan;
  readonly device: Device;
  readonly store?: (model: Uint8Array) => string;
}

export interface Score {
  /** Mean over the response's tokens including its end token, in nats. */
  readonly nll: number;
  readonly tokens: number;
}

export interface ScoringRows {
  readonly rowLength: number;
  /** Example indices of each row. */
  readonly rows: readonly (readonly number[])[];
  /** Number of rows in every run. */
  readonly perRun: number;
}

/**
 * Packs examples into rows for scoring.
 * @param lengths Number of tokens of each example.
 */
export function packForScoring(lengths: readonly number[]): ScoringRows {
  const rowLength = chooseRowLength(lengths);
  const order = lengths.map((_, i) => i);
  const rows = packExamples(lengths, rowLength, order);
  return {
    rowLength,
    rows,
    perRun: Math.min(rows.length, Math.max(1, Math.floor(tokensPerRun / rowLength))),
  };
}

/** Packed examples and the graph that scores them, for any parameters of its plan. */
export class LikelihoodScorer {
  private constructor(
    private readonly session: Session,
    private readonly examples: readonly FormattedExample[],
    private readonly packed: ScoringRows,
  ) {}

  static async create(
    examples: readonly FormattedExample[],
    options: LikelihoodOptions,
  ): Promise<LikelihoodScorer> {
    const packed = packForScoring(examples.map(example => example.ids.length));
    const { config, plan, device, store } = options;
    const graph = scoringGraph(config, plan, packed.rowLength, { rows: Math.max(1, packed.perRun) });
    const model = encodeModel(graph, "scoring");
    const session = await Session.create(store?.(model) ?? model, device, { asWritten: device === "cpu" });
    return new LikelihoodScorer(session, examples, packed);
  }

  /** Returns the scores in the order of the examples. */
  async score(parameters: Feeds, signal: AbortSignal, onProgress: (done: number) => void): Promise<Score[]> {
    const { rowLength, rows, perRun } = this.packed;
    const results: Score[] = new Array(this.examples.length);
    let done = 0;
    for (let from = 0; from < rows.length; from += perRun) {
      signal.throwIfAborted();
      const some = rows.slice(from, from + perRun);
      const output = await this.session.run({
        ...parameters,
        ...batchFeeds(buildBatch(filledUp(some, perRun), this.examples, rowLength), rowLength),
      });
      const nll = float32Of(output.nll, "nll");
      // Loss rows are in the order of the rows and of the examples within them.
      let at = 0;
      for (const index of some.flat()) {
        const example = this.examples[index] as FormattedExample;
        const tokens = example.ids.length - Math.max(1, example.responseStart);
        const sum = nll.subarray(at, at + tokens).reduce((total, x) => total + x, 0);
        results[index] = { nll: sum / tokens, tokens };
        at += tokens;
        done++;
      }
      onProgress(done);
      await new Promise(resolve => setImmediate(resolve));
    }
    return results;
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

/** Scores examples once. Returns the scores in the order of the examples. */
export async function score(
  examples: readonly FormattedExample[],
  options: LikelihoodOptions & { readonly parameters: Feeds },
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<Score[]> {
  if (examples.length === 0) return [];
  const scorer = await LikelihoodScorer.create(examples, options);
  try {
    return await scorer.score(options.parameters, signal, onProgress);
  } finally {
    await scorer.release();
  }
}
