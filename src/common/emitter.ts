// Event emitter that does not depend on VS Code.

export interface Stoppable {
  dispose(): void;
}

export class Emitter<T> implements Stoppable {
  readonly #listeners = new Set<(value: T) => unknown>();

  readonly event = (listen: (value: T) => unknown): Stoppable => {
    const own = (value: T) => listen(value);
    this.#listeners.add(own);
    return { dispose: () => this.#listeners.delete(own) };
  };

  fire(value: T): void {
    for (const listen of [...this.#listeners]) listen(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
