// Splits a text at the matches of a pattern, in one of the ways that tokenizer.json names.
import type { Piece } from "./piece.ts";

interface Part {
  readonly from: number;
  readonly to: number;
  readonly matches: boolean;
}

const behaviors = ["Removed", "Isolated", "Contiguous", "MergedWithPrevious", "MergedWithNext"] as const;
export type Behavior = (typeof behaviors)[number];

export function behaviorOf(value: unknown, missing?: Behavior): Behavior {
  const found = behaviors.find(name => name === (value ?? missing));
  if (found === undefined) throw new Error(`the split behavior ${String(value)} is not supported`);
  return found;
}

function partsOf(text: string, pattern: RegExp): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    if (index > end) parts.push({ from: end, to: index, matches: false });
    end = index + match.length;
    parts.push({ from: index, to: end, matches: true });
  }
  if (end < text.length) parts.push({ from: end, to: text.length, matches: false });
  return parts;
}

/** Joins parts to their predecessor in the list where `joins` says so. */
function joined(parts: readonly Part[], joins: (part: Part, previous: Part) => boolean): Part[] {
  const all: Part[] = [];
  for (const [at, part] of parts.entries()) {
    const [last, previous] = [all.at(-1), parts[at - 1]];
    if (last === undefined || previous === undefined || !joins(part, previous)) all.push(part);
    else
      all[all.length - 1] = { ...last, from: Math.min(last.from, part.from), to: Math.max(last.to, part.to) };
  }
  return all;
}

const isMatchAfterText = (part: Part, previous: Part): boolean => part.matches && !previous.matches;

function arranged(parts: readonly Part[], behavior: Behavior, inverted: boolean): readonly Part[] {
  const turned = inverted ? parts.map(part => ({ ...part, matches: !part.matches })) : parts;
  switch (behavior) {
    case "Removed":
      return turned.filter(part => !part.matches);
    case "Isolated":
      return turned;
    case "Contiguous":
      return joined(turned, (part, previous) => part.matches === previous.matches);
    case "MergedWithPrevious":
      return joined(turned, isMatchAfterText);
    case "MergedWithNext":
      return joined(turned.toReversed(), isMatchAfterText).reverse();
  }
}

/** @param pattern With the flag `g`. */
export function splitPiece(piece: Piece, pattern: RegExp, behavior: Behavior, inverted = false): Piece[] {
  const { text, isFirst } = piece;
  return arranged(partsOf(text, pattern), behavior, inverted)
    .filter(({ from, to }) => to > from)
    .map(({ from, to }) => ({ text: text.slice(from, to), isFirst: isFirst && from === 0 }));
}
