// Negative log-likelihood of given responses, packed like training batches.
import type { DecoderConfig } from "../../graph/nn/decoder.ts";
import { scoringModel } from "../../graph/nn/training.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import { buildBatch, chooseRowLength, filledUp, packExamples } from "../data/packing.ts";
import type { FormattedExample } from "../model/tokenizer.ts";
import { type Device, type Feeds, float32Of, Session } from "../ort/session.ts";
import { batchFeeds } from "../train/trainer.ts";

const tokensPerRun = 4096;

export interface ScorerOptions {
  readonly config: DecoderConfig;
  readonly plan: WeightPlan;
  readonly parameters: Feeds;
  readonly device: Device;
  readonly store?: (model: Uint8Array) => string;
}

export interface Score {
  /** Mean over the response's tokens with its end token, nats. */
  readonly nll: number;
  readonly tokens: number;
}

export interface ScoringRows {
  readonly rowLength: number;
  /** Example indices of each row. */
  readonly rows: readonly (readonly number[])[];
  /** Rows of every run. */
  readonly perRun: number;
}

/** @param lengths Tokens of each example. */
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

/** Scores in the order of the examples. */
export async function score(
  examples: readonly FormattedExample[],
  options: ScorerOptions,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<Score[]> {
  if (examples.length === 0) return [];
  const { rowLength, rows, perRun } = packForScoring(examples.map(example => example.ids.length));
  const model = scoringModel(options.config, options.plan, rowLength, { rows: perRun });
  const session = await Session.create(options.store?.(model) ?? model, options.device, {
    asWritten: options.device === "cpu",
  });
  const results: Score[] = new Array(examples.length);
  let done = 0;
  for (let from = 0; from < rows.length; from += perRun) {
    signal.throwIfAborted();
    const some = rows.slice(from, from + perRun);
    const output = await session.run({
      ...options.parameters,
      ...batchFeeds(buildBatch(filledUp(some, perRun), examples, rowLength), rowLength),
    });
    const nll = float32Of(output.nll, "nll");
    // Loss rows come in the order of the rows and of the examples in them.
    let at = 0;
    for (const index of some.flat()) {
      const example = examples[index] as FormattedExample;
      const tokens = example.ids.length - Math.max(1, example.responseStart);
      const sum = nll.subarray(at, at + tokens).reduce((total, x) => total + x, 0);
      results[index] = { nll: sum / tokens, tokens };
      at += tokens;
      done++;
    }
    onProgress(done);
    await new Promise(resolve => setImmediate(resolve));
  }
  await session.release();
  return results;
}
