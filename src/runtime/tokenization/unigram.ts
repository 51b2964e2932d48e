// Unigram: the division of a word into pieces whose scores have the largest sum.
import type { JsonObject } from "../../common/json.ts";
import { byteTokens, type Model, missing } from "./model.ts";

/** Score of an unknown character, below the lowest of the vocabulary. */
const unknownPenalty = 10;

interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly scores: Float64Array;
  /** Length of the longest piece that begins with these two UTF-16 units, or is this one. */
  readonly longest: ReadonlyMap<string, number>;
}

function read({ vocab }: JsonObject): Vocabulary {
  if (!Array.isArray(vocab) || vocab.length === 0) throw new Error("vocab is not a list of pieces");
  const ids = new Map<string, number>();
  const longest = new Map<string, number>();
  const scores = new Float64Array(vocab.length);
  for (const [id, entry] of vocab.entries()) {
    const [piece, score] = (Array.isArray(entry) ? entry : []) as readonly unknown[];
    if (typeof piece !== "string" || typeof score !== "number") throw new Error(`piece ${id} has no score`);
    ids.set(piece, id);
    scores[id] = score;
    const start = piece.slice(0, 2);
    longest.set(start, Math.max(longest.get(start) ?? 0, piece.length));
  }
  return { ids, scores, longest };
}

export function unigram(part: JsonObject): Model {
  const { ids, scores, longest } = read(part);
  const unknown = typeof part.unk_id === "number" ? part.unk_id : undefined;
  const unknownScore =
    scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY) - unknownPenalty;
  const fallsBack = part.byte_fallback === true;

  /** Starts of the best division, last first; -1 - start for an unknown character. */
  const bestDivision = (word: string): number[] => {
    const sums = new Float64Array(word.length + 1);
    const starts = new Int32Array(word.length + 1).fill(missing);
    const isUnknown = new Uint8Array(word.length + 1);
    const reach = (from: number, to: number, score: number, known: boolean): void => {
      const sum = score + (sums[from] as number);
      if (starts[to] !== missing && sum <= (sums[to] as number)) return;
      sums[to] = sum;
      starts[to] = from;
      isUnknown[to] = known ? 0 : 1;
    };
    for (let from = 0; from < word.length; ) {
      const width = (word.codePointAt(from) as number) > 0xffff ? 2 : 1;
      const most = Math.max(
        longest.get(word.slice(from, from + 2)) ?? 0,
        longest.get(word.slice(from, from + 1)) ?? 0,
      );
      let hasSingle = false;
      for (let length = 1; length <= most && from + length <= word.length; length++) {
        const id = ids.get(word.slice(from, from + length));
        if (id === undefined) continue;
        hasSingle ||= length === width;
        reach(from, from + length, scores[id] as number, true);
      }
      if (!hasSingle) reach(from, from + width, unknownScore, false);
      from += width;
    }
    const division: number[] = [];
    for (let at = word.length; at > 0; ) {
      const start = starts[at] as number;
      division.push(isUnknown[at] === 1 ? -1 - start : start);
      at = start;
    }
    return division;
  };

  const encode = (word: string): readonly number[] => {
    const found: number[] = [];
    const add = (text: string): void => {
      const id = ids.get(text);
      if (id !== undefined) found.push(id);
      else
        for (const other of (fallsBack ? byteTokens(text, ids) : null) ?? [unknown ?? missing])
          found.push(other);
    };
    const division = bestDivision(word);
    let unread = "";
    for (let at = division.length - 1; at >= 0; at--) {
      const place = division[at] as number;
      const next = at === 0 ? word.length : fromOf(division[at - 1] as number);
      const text = word.slice(fromOf(place), next);
      // Unknown characters in a row are one token, or are written in bytes together.
      if (place < 0) unread += text;
      else {
        if (unread !== "") add(unread);
        unread = "";
        add(text);
      }
    }
    if (unread !== "") add(unread);
    return found;
  };
  return { ids, unknown, spells: true, fallsBack, encode };
}

function fromOf(place: number): number {
  return place < 0 ? -1 - place : place;
}
