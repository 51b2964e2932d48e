// Finds examples that are longer than the model or the mixture file allows.
import { groupBy } from "../../common/groupBy.ts";
import { countOf } from "../../common/words.ts";
import type { Example } from "../../core/dataset/example.ts";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";

/** Example over the limit. */
export interface TooLong {
  readonly language: string;
  readonly id: string;
  readonly tokens: number;
}

/** Returns counts by language, such as `en 2, fi 1`, and the longest example. */
export function lengthsOf(long: readonly TooLong[]): {
  readonly counts: string;
  readonly longest: TooLong | undefined;
} {
  const byLanguage = groupBy(long, ({ language }) => language);
  const counts = [...byLanguage].map(([language, { length }]) => `${language} ${length}`).join(", ");
  return { counts, longest: [...long].sort((a, b) => b.tokens - a.tokens)[0] };
}

/**
 * Describes examples over the limit; null if all fit.
 * @param lengths Number of tokens of each example.
 * @param maxPositions Context length of the model.
 */
export function tooLong(
  examples: readonly Pick<Example, "language" | "id">[],
  lengths: readonly number[],
  { maxTokens }: Pick<TrainingSpec, "maxTokens">,
  maxPositions: number,
): { readonly message: string; readonly remedy: string } | null {
  const limit = Math.min(maxTokens, maxPositions);
  const longer = examples.flatMap(({ language, id }, i): TooLong[] => {
    const tokens = lengths[i] ?? 0;
    return tokens > limit ? [{ language, id, tokens }] : [];
  });
  const { counts, longest } = lengthsOf(longer);
  if (longest === undefined) return null;
  const name = limit === maxPositions ? "the model takes" : "train.maxTokens";
  return {
    message: `${longer.length} of ${countOf(examples.length, "example is", "examples are")} longer than ${name} (${limit}): ${counts}. The longest, ${longest.language}/${longest.id}, has ${longest.tokens} tokens.`,
    remedy:
      longest.tokens > maxPositions
        ? `The model takes at most ${maxPositions} tokens: write train.overlong: drop or truncate, shorten or remove these examples, or choose a model for longer texts.`
        : `Set train.maxTokens to ${longest.tokens}, which takes all, write train.overlong: drop or truncate, or shorten or remove these examples.`,
  };
}
