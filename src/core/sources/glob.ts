// Matches paths against the globs of a dataset card in time proportional to the product of their lengths.

/** Maximum number of characters of a glob. */
const longestGlob = 1_000;

type Token =
  | { readonly kind: "one"; readonly fits: (character: string) => boolean }
  /** Any number of characters within the name of a folder or file. */
  | { readonly kind: "name" }
  /** Any number of any characters. */
  | { readonly kind: "all" }
  /** Any number of whole folders, or none. */
  | { readonly kind: "folders" };

/**
 * Compiles a glob like fsspec: `*` and `?` stay within a folder, `**` does not. Returns null for an invalid
 * glob, which matches nothing.
 */
export function globMatcher(written: string): ((path: string) => boolean) | null {
  if (written.length > longestGlob) return null;
  const glob = written.replace(/(?:\*\*\/)+/g, "**/").replace(/\*{3,}/g, "**");
  const tokens: Token[] = [];
  for (const part of glob.split(/(\*\*\/|\*\*|\*|\?|\[[^\]]+\])/)) {
    if (part === "**/") tokens.push({ kind: "folders" });
    else if (part === "**") tokens.push({ kind: "all" });
    else if (part === "*") tokens.push({ kind: "name" });
    else if (part === "?") tokens.push({ kind: "one", fits: character => character !== "/" });
    else if (/^\[.+\]$/s.test(part)) {
      const fits = classOf(part);
      if (fits === null) return null;
      tokens.push({ kind: "one", fits });
    } else for (const wanted of part) tokens.push({ kind: "one", fits: character => character === wanted });
  }
  return path => matches(tokens, path);
}

function classOf(part: string): ((character: string) => boolean) | null {
  try {
    const pattern = new RegExp(`^${part.replace(/^\[!/, "[^").replaceAll("\\", "\\\\")}$`, "su");
    return character => pattern.test(character);
  } catch {
    return null; // range in reverse order
  }
}

/** Follows all ways through the glob at once, as the sets of positions reached. */
function matches(tokens: readonly Token[], path: string): boolean {
  let here = new Set<number>();
  /** Positions within a `folders` token, which only a slash can leave. */
  let inside = new Set<number>();
  const enter = (places: Set<number>, folders: Set<number>, first: number): void => {
    for (let at = first; !places.has(at); at++) {
      places.add(at);
      const token = tokens[at];
      if (token === undefined || token.kind === "one") return;
      if (token.kind === "folders") folders.add(at);
    }
  };
  enter(here, inside, 0);
  for (const character of path) {
    const next = new Set<number>();
    const nextInside = new Set<number>(inside);
    for (const at of here) {
      const token = tokens[at];
      if (token?.kind === "one") {
        if (token.fits(character)) enter(next, nextInside, at + 1);
      } else if (token?.kind === "all" || (token?.kind === "name" && character !== "/"))
        enter(next, nextInside, at);
    }
    if (character === "/") for (const at of inside) enter(next, nextInside, at + 1);
    if (next.size === 0 && nextInside.size === 0) return false;
    here = next;
    inside = nextInside;
  }
  return here.has(tokens.length);
}
