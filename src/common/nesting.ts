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
