// Exits cleanly after the terminal is gone.
import { closeSync } from "node:fs";

/** Closes the standard streams: Node 20 aborts if it can't reset a terminal on exit, but skips closed streams. */
export function forgetTerminal(): void {
  for (const descriptor of [0, 1, 2]) {
    try {
      closeSync(descriptor);
    } catch {
      // Already closed.
    }
  }
}
