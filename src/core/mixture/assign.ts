// Assigns example ids to languages, each id once: greedily, with exchanges where the greedy choice fails.

/** A number of examples that one language takes. Units are served in list order. */
export interface Unit {
  readonly language: string;
  readonly count: number;
}

export interface Assignment {
  /** Examples taken, in the order of the units. */
  readonly taken: readonly { readonly language: string; readonly id: string }[];
  /**
   * Null when every unit was served. Otherwise the languages that together need more ids than they have
   * between them: a violation of Hall's condition, so no other assignment would succeed.
   */
  readonly short: readonly string[] | null;
}

/**
 * Gives each unit the first free ids of its language's list. The ids that a prefix of the units takes do not
 * depend on later units unless a language runs out of free ids. In that case another language exchanges one
 * of its ids for a free one (an augmenting path of bipartite matching), so an assignment is found whenever
 * one exists. Fully parallel and fully separate data never need an exchange.
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
  /** The language that holds each id, in the order in which the ids were taken. */
  readonly #holder = new Map<string, string>();

  constructor(ids: ReadonlyMap<string, readonly string[]>) {
    this.#ids = ids;
  }

  taken(): { language: string; id: string }[] {
    return [...this.#holder].map(([id, language]) => ({ language, id }));
  }

  /** Returns null when the language got an id, or the languages that are short of ids. */
  take(language: string): readonly string[] | null {
    const free = this.#free(language);
    if (free === null) return this.#exchange(language);
    this.#holder.set(free, language);
    return null;
  }

  /** Ids are never released, so everything before the pointer stays taken. */
  #free(language: string): string | null {
    const ids = this.#ids.get(language) ?? [];
    let next = this.#next.get(language) ?? 0;
    while (next < ids.length && this.#holder.has(ids[next] as string)) next++;
    this.#next.set(language, next);
    return ids[next] ?? null;
  }

  /**
   * Breadth-first search over languages for one that holds an id `language` could use and can take another
   * instead.
   */
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
    // The languages reached hold all of their ids among themselves and need one more.
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
