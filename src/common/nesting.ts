// Limits the nesting depth of lists and maps.

/** Goes level by level, because a recursive walk would overflow on the very input it looks for. */
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

/** Maximum nesting of lists and maps; conversations and records have a handful of levels. */
const maxLevels = 64;

/** Thrown for well-formed input that is nested too deeply for the code that reads or writes it. */
export class TooDeep extends Error {
  constructor() {
    super(`lists and maps are nested more than ${maxLevels} deep`);
  }
}

/**
 * Same as JSON.parse, but limits the depth: JSON.stringify and recursive walks fail on input that JSON.parse
 * accepts.
 * @throws SyntaxError
 * @throws TooDeep
 */
export function parseShallow(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (isNestedDeeper(value, maxLevels)) throw new TooDeep();
  return value;
}
