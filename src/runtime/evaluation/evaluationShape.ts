// Size of an evaluation: tokens of its prompts and references, as the generator and the scorer process them.
import type { EvaluationRow } from "../../core/dataset/example.ts";
import type { EvaluationSpec } from "../../core/mixture/mixtureFile.ts";
import { packForScoring } from "../generation/likelihood.ts";
import type { ChatTokenizer } from "../model/tokenizer.ts";
import type { EvaluationSize } from "../prediction/predict.ts";
import type { EvaluationShape } from "../prediction/predictMemory.ts";

export interface EvaluationTokens {
  readonly prompts: readonly (readonly number[])[];
  readonly size: EvaluationSize;
  readonly shape: EvaluationShape;
}

/** Assumes that responses are as long as the references, or as long as they may be. */
export function evaluationTokens(
  rows: readonly EvaluationRow[],
  { maxNewTokens, metrics }: EvaluationSpec,
  tokenizer: Pick<ChatTokenizer, "formatPrompt" | "formatExample">,
): EvaluationTokens {
  const prompts = rows.map(row => tokenizer.formatPrompt(row));
  const scored = rows.flatMap(row =>
    row.reference === undefined ? [] : [tokenizer.formatExample({ ...row, response: row.reference }, "last")],
  );
  const lossTokens = scored.map(({ ids, responseStart }) => ids.length - responseStart);
  const responseTokens =
    maxNewTokens * (rows.length - scored.length) +
    lossTokens.reduce((sum, tokens) => sum + Math.min(maxNewTokens, tokens), 0);
  const scores = metrics.includes("likelihood") && scored.length > 0;
  const packed = scores ? packForScoring(scored.map(({ ids }) => ids.length)) : null;
  const perScoringRun = packed === null ? [] : chunkSums(packed.rows, packed.perRun, i => lossTokens[i] ?? 0);
  return {
    prompts,
    size: {
      rows: rows.length,
      promptTokens: prompts.reduce((sum, prompt) => sum + prompt.length, 0),
      responseTokens,
      scoredPositions: packed === null ? 0 : perScoringRun.length * packed.perRun * packed.rowLength,
    },
    shape: {
      rows: rows.length,
      distinctTokens: new Set([...prompts, ...scored.map(({ ids }) => ids)].flat()).size,
      longestPrompt: prompts.reduce((most, prompt) => Math.max(most, prompt.length), 0),
      maxNewTokens,
      scored:
        packed === null
          ? null
          : {
              rowLength: packed.rowLength,
              perRun: packed.perRun,
              lossTokens: Math.max(1, ...perScoringRun),
            },
    },
  };
}

/** Sums over the examples of each `size` rows. */
function chunkSums(
  rows: readonly (readonly number[])[],
  size: number,
  of: (index: number) => number,
): number[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
    rows
      .slice(i * size, (i + 1) * size)
      .flat()
      .reduce((sum, index) => sum + of(index), 0),
  );
}
