// How deep lists and maps lie within each other.

/** Level by level, since a walk that calls itself would fail on what it looks for. */
export function isNestedDeeper(root: unknown, most: number): boolean {
  let level: readonly unknown[] = [root];
  for (let depth = 0; depth <= most; depth++) {
    const next: unknown[] = [];
    for (const value of level)
      if (typeof value === "object" && value !== null)
        for (const item of Object.values(value))
          if (typeof item === "object" && item !== null) next.push(item);
    if (next.length === 0) return false;
    level = next;
  }
  return true;
}

/** Lists and maps within each other; conversations have a handful of levels, records as many. */
const mostLevels = 64;

/** Well formed, and deeper than whatever reads or writes it can go. */
export class TooDeep extends Error {
  constructor() {
    super(`lists and maps are nested more than ${mostLevels} deep`);
  }
}

/** As JSON.parse, which goes to any depth: JSON.stringify does not, nor does a walk that calls itself. @throws SyntaxError, TooDeep */
export function parseShallow(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (isNestedDeeper(value, mostLevels)) throw new TooDeep();
  return value;
}
