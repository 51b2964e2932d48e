// Inputs of one step of the generation graph.
import { attentionWindows, type DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import { maskName } from "../../graph/nn/generation.ts";
import { hasMemory, inputsBefore } from "../../graph/nn/layerStates.ts";
import { type Feeds, tensor } from "../ort/session.ts";

const masked = -1e9; // far below any score; softmax turns it into exactly 0

/**
 * Inputs of a step in which each row feeds `taken` after its `filled` cached positions, padded at the end to
 * `length`. Keys are those of the cache, followed by the step's own.
 */
export function stepFeeds(
  config: DecoderConfig,
  filled: readonly number[],
  taken: readonly (readonly number[])[],
  length: number,
  places: number,
): Feeds {
  const batch = taken.length;
  const keys = places + length;
  const ids = new BigInt64Array(batch * length);
  const positions = new BigInt64Array(batch * length);
  const lastRows = new BigInt64Array(batch);
  for (const [r, tokens] of taken.entries()) {
    lastRows[r] = BigInt(r * length + tokens.length - 1);
    for (const [q, token] of tokens.entries()) {
      ids[r * length + q] = BigInt(token);
      positions[r * length + q] = BigInt((filled[r] ?? 0) + q);
    }
  }
  const mask = (window: number | null): Float32Array => {
    const values = new Float32Array(batch * length * keys).fill(masked);
    for (const [r, past] of filled.entries()) {
      for (let q = 0; q < length; q++) {
        const at = (r * length + q) * keys;
        const oldest = window === null ? 0 : Math.max(0, past + q - window + 1); // position of the first key seen
        values.fill(0, at + Math.min(oldest, past), at + past);
        values.fill(0, at + places + Math.max(0, oldest - past), at + places + q + 1);
      }
    }
    return values;
  };
  return {
    inputIds: tensor(ids, [batch * length]),
    positions: tensor(positions, [batch, length]),
    ...Object.fromEntries(
      attentionWindows(config).map(window => [
        maskName(window),
        tensor(mask(window), [batch, 1, 1, length, keys]),
      ]),
    ),
    cached: tensor(BigInt64Array.of(BigInt(places)), [1]),
    lastRows: tensor(lastRows, [batch]),
    ...lastInputs(inputsBefore(config), taken, length),
    ...(hasMemory(config) ? { present: present(taken, length) } : {}),
  };
}

/** Where the last `before` inputs of each row are among those before a step and its own, without the padding. */
function lastInputs(before: number, taken: readonly (readonly number[])[], length: number): Feeds {
  if (before === 0) return {};
  const places = taken.flatMap((tokens, r) =>
    Array.from({ length: before }, (_, i) => BigInt(r * (before + length) + tokens.length + i)),
  );
  return { lastInputs: tensor(BigInt64Array.from(places), [taken.length, before]) };
}

/** 1 for the tokens of each row, 0 for its padding. */
function present(taken: readonly (readonly number[])[], length: number) {
  const values = new Float32Array(taken.length * length);
  for (const [r, tokens] of taken.entries()) values.fill(1, r * length, r * length + tokens.length);
  return tensor(values, [taken.length, length, 1]);
}
