// Byte-pair encoding: the neighbours of a word are merged, best pair first.
import type { JsonObject } from "../../common/json.ts";
import { MinHeap } from "./minHeap.ts";
import { byteTokens, type Model, vocabularyOf } from "./model.ts";

/** Limit of ids and of positions in a word, which are packed into one number. */
const limit = 2 ** 25;
const maxKept = 10_000;

interface Merges {
  /** Rank of each pair, by `left * limit + right`. */
  readonly ranks: ReadonlyMap<number, number>;
  /** Token that the merge of a rank makes. */
  readonly results: Uint32Array;
}

function pairOf(merge: unknown): readonly [string, string] {
  const [left, right, ...more] = typeof merge === "string" ? merge.split(" ") : (merge as unknown[]);
  if (typeof left !== "string" || typeof right !== "string" || more.length > 0)
    throw new Error(`the merge ${JSON.stringify(merge)} is not a pair`);
  return [left, right];
}

function mergesOf({ merges }: JsonObject, ids: ReadonlyMap<string, number>, prefix: string): Merges {
  if (!Array.isArray(merges)) throw new Error("merges is not a list");
  const ranks = new Map<number, number>();
  const results = new Uint32Array(merges.length);
  for (const [rank, merge] of merges.entries()) {
    const [left, right] = pairOf(merge);
    const made = left + right.slice(prefix.length);
    const [leftId, rightId, id] = [ids.get(left), ids.get(right), ids.get(made)];
    if (leftId === undefined || rightId === undefined || id === undefined)
      throw new Error(`the vocabulary lacks a token of the merge ${JSON.stringify(`${left} ${right}`)}`);
    ranks.set(leftId * limit + rightId, rank);
    results[rank] = id;
  }
  return { ranks, results };
}

/** Merges the tokens of a word in place of their pairs. */
function merged(tokens: readonly number[], { ranks, results }: Merges): readonly number[] {
  const ids = Int32Array.from(tokens);
  const next = Int32Array.from(tokens, (_, at) => (at + 1 < tokens.length ? at + 1 : -1));
  const previous = Int32Array.from(tokens, (_, at) => at - 1);
  const waiting = new MinHeap();
  const rankAt = (at: number): number | undefined => {
    const after = next[at] as number;
    return after < 0 ? undefined : ranks.get((ids[at] as number) * limit + (ids[after] as number));
  };
  const push = (at: number): void => {
    const rank = rankAt(at);
    if (rank !== undefined) waiting.push(rank * limit + at);
  };
  for (let at = 0; at + 1 < tokens.length; at++) push(at);
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    const at = entry % limit;
    const id = results[Math.floor(entry / limit)] as number;
    const rank = (ids[at] as number) < 0 ? undefined : rankAt(at);
    // The pair at this place may have changed since it was noted.
    if (rank === undefined || results[rank] !== id) continue;
    const after = next[at] as number;
    const beyond = next[after] as number;
    ids[at] = id;
    ids[after] = -1;
    next[at] = beyond;
    if (beyond >= 0) previous[beyond] = at;
    const before = previous[at] as number;
    if (before >= 0) push(before);
    push(at);
  }
  return [...ids.filter(id => id >= 0)];
}

export function bytePairs(part: JsonObject): Model {
  const ids = vocabularyOf(part);
  const affix = (key: string): string => (typeof part[key] === "string" ? part[key] : "");
  const prefix = affix("continuing_subword_prefix");
  const suffix = affix("end_of_word_suffix");
  const merges = mergesOf(part, ids, prefix);
  const unknown = typeof part.unk_token === "string" ? ids.get(part.unk_token) : undefined;
  const fallsBack = part.byte_fallback === true;

  /** Tokens of the characters, before any merge; `lost` is called for each that has none. */
  const charactersOf = (word: string, lost?: () => void): number[] => {
    const characters = [...word];
    const found: number[] = [];
    let isUnread = false;
    const flush = (): void => {
      if (isUnread && unknown !== undefined) found.push(unknown);
      isUnread = false;
    };
    for (const [at, character] of characters.entries()) {
      const isLast = at === characters.length - 1;
      const text = (at > 0 ? prefix : "") + character + (isLast ? suffix : "");
      const id = ids.get(text);
      if (id !== undefined) {
        flush();
        found.push(id);
        continue;
      }
      const bytes = fallsBack ? byteTokens(text, ids) : null;
      // As in the Rust library, bytes overtake an unknown character that is still waiting.
      if (bytes !== null) found.push(...bytes);
      else {
        lost?.();
        if (part.fuse_unk !== true) flush();
        isUnread = true;
      }
    }
    flush();
    return found;
  };

  const kept = new Map<string, readonly number[]>();
  const encode = (word: string): readonly number[] => {
    const known = kept.get(word);
    if (known !== undefined) return known;
    const whole = part.ignore_merges === true ? ids.get(word) : undefined;
    const found = whole === undefined ? merged(charactersOf(word), merges) : [whole];
    if (kept.size >= maxKept) kept.clear();
    kept.set(word, found);
    return found;
  };
  const dropped = (word: string): number => {
    let count = 0;
    charactersOf(word, () => count++);
    return count;
  };
  const spells = prefix === "" && suffix === "";
  return { ids, unknown, spells, fallsBack, encode, ...(unknown === undefined && { dropped }) };
}
