// What a command works with: streams, the runtime's place, and the signal to stop.
import type { Progress, TextStream } from "./progress.ts";
import type { RuntimeProcess } from "./runtimeProcess.ts";
import { visibleJson } from "./terminalText.ts";

export const exitCodes = { done: 0, input: 1, run: 2, cancelled: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface Environment {
  readonly output: TextStream;
  readonly errors: TextStream;
  readonly progress: Progress;
  /** Folder of the built-in model. */
  readonly starter: string;
  /** Aborted by the first Ctrl+C. */
  readonly signal: AbortSignal;
  /** A fresh runtime process; the second Ctrl+C kills it. */
  start(): RuntimeProcess;
}

/** One line of JSON Lines, or the one document of a command that gives one. */
export function writeJson(output: TextStream, value: unknown): void {
  output.write(`${visibleJson(value)}\n`);
}

/** Calls the runtime in a process of its own and lets it go afterwards. */
export async function withRuntime<T>(
  environment: Environment,
  work: (runtime: RuntimeProcess) => Promise<T>,
): Promise<T> {
  const runtime = environment.start();
  try {
    return await work(runtime);
  } finally {
    await runtime.end();
  }
}
