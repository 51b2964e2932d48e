// Analyses how the running time of a regular expression can grow, without running it.

/** Item of a sequence, with its repetition. */
interface Item {
  /** Minimum and maximum number of repetitions; Infinity beyond a certain limit. */
  readonly least: number;
  readonly most: number;
  /** The only character that it matches; null for a class, a group or an assertion. */
  readonly literal: string | null;
  readonly group: readonly Branch[] | null;
  /** True for assertions, which consume nothing. */
  readonly looks: boolean;
}

type Branch = readonly Item[];

/** Number of repetitions from which they count as unbounded. */
const manyRepeats = 16;
/** Maximum number of ways to match the bounded parts before a text is rejected. */
const maxWays = 10_000;
/** Maximum nesting of groups. */
const deepest = 100;
/** Maximum number of unbounded repetitions in one branch. */
const maxUnbounded = 2;

/** Growth of a sequence or group. */
interface Growth {
  readonly unbounded: number;
  readonly ways: number;
  /** True if it can match the empty string. */
  readonly empty: boolean;
}

/**
 * Reports whether a text that almost matches may take time that grows faster than the square of its length.
 * Anything that cannot be shown to be bounded counts as unbounded. Patterns of real tokenizers are far from
 * the limit.
 */
export function mayTakeForever(pattern: string): boolean {
  try {
    growthOf(new Reader(pattern).alternatives());
    return false;
  } catch (error) {
    if (error instanceof Unbounded) return true;
    throw error;
  }
}

class Unbounded extends Error {}

function growthOf(branches: readonly Branch[]): Growth {
  const each = branches.map(growthOfBranch);
  return {
    unbounded: each.reduce((most, { unbounded }) => Math.max(most, unbounded), 0),
    ways: each.reduce((sum, { ways }) => sum + ways, 0),
    empty: each.some(({ empty }) => empty),
  };
}

function growthOfBranch(branch: Branch): Growth {
  let unbounded = 0;
  let ways = 1;
  let empty = true;
  for (const item of branch) {
    const own = growthOfItem(item);
    // Anything required after two unbounded repetitions makes them try every way of dividing a text between
    // them.
    if (unbounded >= maxUnbounded && !(own.empty && !item.looks)) throw new Unbounded();
    unbounded += own.unbounded;
    ways *= own.ways;
    if (unbounded > maxUnbounded || ways > maxWays) throw new Unbounded();
    empty &&= own.empty;
  }
  return { unbounded, ways, empty };
}

function growthOfItem({ least, most, group, looks }: Item): Growth {
  const inner = group === null ? { unbounded: 0, ways: 1, empty: looks } : growthOf(group);
  if (looks) return { unbounded: 0, ways: inner.ways, empty: true };
  const empty = least === 0 || inner.empty;
  if (most <= manyRepeats || least === most) {
    const times = Math.min(most, maxWays);
    const choices = least === most ? 1 : most - least + 1;
    return { unbounded: inner.unbounded * times, ways: choices * inner.ways ** times, empty };
  }
  if (group !== null && !isReadOneWay(group, inner)) throw new Unbounded();
  return { unbounded: 1, ways: 1, empty };
}

/** Reports whether a text of several of these can be divided into them in only one way. */
function isReadOneWay(branches: readonly Branch[], { unbounded, empty }: Growth): boolean {
  if (unbounded > 0 || empty) return false;
  const firsts = branches.map(([first]) =>
    first?.least === 0 ? null : (first?.literal?.toLowerCase() ?? null),
  );
  if (branches.length > 1 && (firsts.includes(null) || new Set(firsts).size < firsts.length)) return false;
  return branches.every(branch =>
    branch.every(({ least, most, literal, group }, at) => {
      const next = branch[at + 1];
      const told = literal !== null && next?.literal != null && next.literal !== literal && next.least > 0;
      return group === null ? least === most || told : least === most && isReadOneWay(group, growthOf(group));
    }),
  );
}

class Reader {
  #at = 0;
  #depth = 0;

  constructor(private readonly pattern: string) {}

  /** Reads up to the end or the closing parenthesis. */
  alternatives(): Branch[] {
    const branches: Item[][] = [[]];
    for (;;) {
      const char = this.pattern[this.#at];
      if (char === undefined || char === ")") {
        this.#at++;
        return branches;
      }
      if (char === "|") {
        this.#at++;
        branches.push([]);
      } else branches.at(-1)?.push(this.#item(char));
    }
  }

  #item(char: string): Item {
    const atom = this.#atom(char);
    return { ...atom, ...this.#times() };
  }

  #atom(char: string): Pick<Item, "literal" | "group" | "looks"> {
    this.#at++;
    if (char === "(") return this.#group();
    if (char === "[") {
      this.#at = endOfClass(this.pattern, this.#at - 1) + 1;
      return { literal: null, group: null, looks: false };
    }
    if (char === "^" || char === "$") return { literal: null, group: null, looks: true };
    if (char === ".") return { literal: null, group: null, looks: false };
    if (char !== "\\") return { literal: char, group: null, looks: false };
    return this.#escape();
  }

  #group(): Pick<Item, "literal" | "group" | "looks"> {
    const [head = ""] =
      /^\?(?:<?[=!]|<[^>=!]*>|[a-z-]*:|>)?/i.exec(this.pattern.slice(this.#at, this.#at + 64)) ?? [];
    this.#at += head.length;
    if (++this.#depth > deepest) throw new Unbounded();
    const group = this.alternatives();
    this.#depth--;
    return { literal: null, group, looks: /[=!]$/.test(head) };
  }

  #escape(): Pick<Item, "literal" | "group" | "looks"> {
    const char = this.pattern[this.#at++] ?? "";
    // Back-references are searched for anywhere in the text.
    if (/[1-9k]/.test(char)) throw new Unbounded();
    if (/[bBAzZG]/.test(char)) return { literal: null, group: null, looks: true };
    const [rest] = /^(?:\{[^}]*\}|[\da-f]{2,4})?/i.exec(this.pattern.slice(this.#at, this.#at + 64)) ?? [""];
    if (/[pPuxN]/.test(char)) this.#at += rest.length;
    const isClass = /[pPdDwWsShHRXN]/.test(char);
    return {
      literal: isClass ? null : `\\${char}${/[ux]/.test(char) ? rest : ""}`,
      group: null,
      looks: false,
    };
  }

  #times(): Pick<Item, "least" | "most"> {
    const [written = "", braces] =
      /^(?:[*+?]|\{(\d*,?\d*)\})/.exec(this.pattern.slice(this.#at, this.#at + 24)) ?? [];
    const isBraces = braces !== undefined && /\d/.test(braces);
    if (written === "" || (braces !== undefined && !isBraces)) return { least: 1, most: 1 };
    this.#at += written.length;
    // Lazy, or possessive in libraries that support it.
    if (/[?+]/.test(this.pattern[this.#at] ?? "")) this.#at++;
    if (written === "?") return { least: 0, most: 1 };
    if (!isBraces) return { least: written === "*" ? 0 : 1, most: Number.POSITIVE_INFINITY };
    const [least = "", most] = braces.split(",");
    return {
      least: Number(least),
      most: most === undefined ? Number(least) : most === "" ? Number.POSITIVE_INFINITY : Number(most),
    };
  }
}

/** Finds the end of the character class that begins at `from`; classes may be nested. */
function endOfClass(pattern: string, from: number): number {
  let depth = 0;
  for (let i = from; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === "\\") i++;
    else if (char === "[") depth++;
    else if (char === "]" && --depth === 0) return i;
  }
  return pattern.length;
}
