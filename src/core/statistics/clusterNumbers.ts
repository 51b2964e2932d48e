// Numbers the clusters of prompts that vary together.

/** Fields that determine a prompt's cluster. */
export interface Grouped {
  readonly id: string;
  readonly group?: string | undefined;
}

/**
 * Prompts of one group form one cluster, and so do translations, which have the same id in every language.
 */
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

/** Prefixed because a group may have the same name as a prompt outside it. */
export function clusterName(id: string, group: string | undefined): string {
  return group === undefined ? id : `group\u0000${group}`;
}
