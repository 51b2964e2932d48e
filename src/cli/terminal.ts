// Leaving when the terminal is gone.
import { closeSync } from "node:fs";

/** Node (20) aborts where it can't reset a terminal in leaving: it passes over streams that are closed. */
export function forgetTerminal(): void {
  for (const descriptor of [0, 1, 2]) {
    try {
      closeSync(descriptor);
    } catch {
      // Closed before.
    }
  }
}
