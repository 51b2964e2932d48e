// Clusters of prompts as numbers: what varies together.

/** What names a prompt's cluster. */
export interface Grouped {
  readonly id: string;
  readonly group?: string | undefined;
}

/** Prompts of one group are one cluster, and so are translations: equal ids, in whatever language. */
export class ClusterNumbers {
  readonly #numbers = new Map<string, number>();

  get count(): number {
    return this.#numbers.size;
  }

  of({ id, group }: Grouped): number {
    const name = clusterName(id, group);
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

/** A group may be named like a prompt that is not in it. */
export function clusterName(id: string, group: string | undefined): string {
  return group === undefined ? id : `group\u0000${group}`;
}
