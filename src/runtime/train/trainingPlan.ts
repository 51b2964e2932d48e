// Formats and packs the examples of a mixture and divides them into steps, before anything is computed.
import { HumanError } from "../../common/errors.ts";
import type { Example } from "../../core/dataset/example.ts";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import type { Span } from "../model/chatRenderer.ts";
import type { ChatTokenizer, FormattedExample } from "../model/tokenizer.ts";
import { type Batches, batchesOf } from "./batches.ts";
import { tooLong } from "./tooLong.ts";

export interface TrainingPlan extends Batches {
  readonly examples: readonly FormattedExample[];
  readonly steps: number;
  /** Tokens of one epoch, excluding padding. */
  readonly tokens: number;
}

/** Formats and packs the examples of a mixture. The same seed gives the same batches. */
export function planTraining(
  examples: readonly Example[],
  tokenizer: ChatTokenizer,
  spec: TrainingSpec,
  seed: number,
  maxPositions: number,
): TrainingPlan {
  const whole = examples.map(example => tokenizer.formatExample(example, spec.loss));
  const limit = Math.min(spec.maxTokens, maxPositions);
  const formatted = spec.overlong === "truncate" ? whole.map(example => truncated(example, limit)) : whole;
  const lengths = formatted.map(one => one.ids.length);
  const fault = tooLong(examples, lengths, spec, maxPositions);
  if (fault !== null) throw new HumanError(fault.message, { remedy: fault.remedy });
  const batches = batchesOf(lengths, spec, seed);
  return {
    examples: formatted,
    ...batches,
    steps: batches.epochs.reduce((sum, epoch) => sum + epoch.length, 0),
    tokens: lengths.reduce((sum, length) => sum + length, 0),
  };
}

/**
 * Cuts an example to `limit` tokens, which drops the end of its last answer and the token that ends the turn.
 */
export function truncated(example: FormattedExample, limit: number): FormattedExample {
  const { ids, responseStart, asked = [] } = example;
  if (ids.length <= limit) return example;
  const within = asked.flatMap(([from, to]): Span[] => (from < limit ? [[from, Math.min(to, limit)]] : []));
  return { ids: ids.slice(0, limit), responseStart, ...(within.length > 0 && { asked: within }) };
}

/** Totals over all steps; an example counts each time it is used. */
export function seenIn({ epochs, examples }: Pick<TrainingPlan, "epochs" | "examples">): {
  readonly examplesSeen: number;
  readonly tokensSeen: number;
} {
  const taken = epochs.flat(4);
  return {
    examplesSeen: taken.length,
    tokensSeen: taken.reduce((sum, index) => sum + (examples[index]?.ids.length ?? 0), 0),
  };
}
