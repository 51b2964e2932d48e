// Hands out example ids to languages, each id once: greedy, with exchanges where greed fails.

/** So many examples in this language, handed out after those before it in the list. */
export interface Unit {
  readonly language: string;
  readonly count: number;
}

export interface Assignment {
  /** In the order of the units. */
  readonly taken: readonly { readonly language: string; readonly id: string }[];
  /**
   * Null when all were served; else languages that together need more ids than they have between
   * them (a violation of Hall's condition, so no other assignment would do either).
   */
  readonly short: readonly string[] | null;
}

/**
 * Each unit takes the first id of its language's list that nobody has. What a prefix of the units
 * took does not depend on those after it, unless a language finds all of its ids taken: then another
 * language gives one up for a free id of its own (an augmenting path of bipartite matching), so that
 * an assignment is found whenever there is one. With fully parallel or fully separate data there is
 * never such an exchange.
 */
export function assign(
  units: Iterable<Unit>,
  idsInOrder: ReadonlyMap<string, readonly string[]>,
): Assignment {
  const state = new Holders(idsInOrder);
  for (const { language, count } of units) {
    for (let i = 0; i < count; i++) {
      const short = state.take(language);
      if (short !== null) return { taken: state.taken(), short };
    }
  }
  return { taken: state.taken(), short: null };
}

class Holders {
  readonly #ids: ReadonlyMap<string, readonly string[]>;
  readonly #sets = new Map<string, ReadonlySet<string>>();
  readonly #next = new Map<string, number>();
  /** Which language has an id, in the order in which ids were taken. */
  readonly #holder = new Map<string, string>();

  constructor(ids: ReadonlyMap<string, readonly string[]>) {
    this.#ids = ids;
  }

  taken(): { language: string; id: string }[] {
    return [...this.#holder].map(([id, language]) => ({ language, id }));
  }

  /** Null when the language got an id, else those that are short of ids. */
  take(language: string): readonly string[] | null {
    const free = this.#free(language);
    if (free === null) return this.#exchange(language);
    this.#holder.set(free, language);
    return null;
  }

  /** Ids are never given back, so what lies before the pointer stays taken. */
  #free(language: string): string | null {
    const ids = this.#ids.get(language) ?? [];
    let next = this.#next.get(language) ?? 0;
    while (next < ids.length && this.#holder.has(ids[next] as string)) next++;
    this.#next.set(language, next);
    return ids[next] ?? null;
  }

  /** Breadth first over languages: who holds an id of mine, and could take another instead? */
  #exchange(language: string): readonly string[] | null {
    const reached = new Map<string, { from: string; id: string } | null>([[language, null]]);
    const queue = [language];
    for (let current = queue.shift(); current !== undefined; current = queue.shift()) {
      for (const [id, holder] of this.#holder) {
        if (reached.has(holder) || !this.#has(current, id)) continue;
        reached.set(holder, { from: current, id });
        const free = this.#free(holder);
        if (free === null) {
          queue.push(holder);
          continue;
        }
        this.#holder.set(free, holder);
        for (let step = reached.get(holder); step; step = reached.get(step.from)) {
          this.#holder.set(step.id, step.from);
        }
        return null;
      }
    }
    // Those reached hold all of their ids among themselves, and need one more.
    return [...reached.keys()];
  }

  #has(language: string, id: string): boolean {
    let set = this.#sets.get(language);
    if (set === undefined) {
      set = new Set(this.#ids.get(language));
      this.#sets.set(language, set);
    }
    return set.has(id);
  }
}
