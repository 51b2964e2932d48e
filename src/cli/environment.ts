// The environment of a command: streams, the path of the runtime, and the signal to stop.
import type { Progress } from "./progress.ts";
import type { RuntimeProcess } from "./startRuntime.ts";
import { type TextStream, visibleJson } from "./terminalText.ts";

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
  /** Starts a new runtime process, which a second Ctrl+C kills. */
  start(): RuntimeProcess;
}

/** Prints one line of JSON Lines, or the document of a command that prints one. */
export function writeJson(output: TextStream, value: unknown): void {
  output.write(`${visibleJson(value)}\n`);
}

/** Shows the progress and the log of a call that downloads something, or writes them as JSON Lines. */
export function relayInstall(
  client: RuntimeProcess["client"],
  { output, progress }: Environment,
  json: boolean,
): void {
  client.on("pinch/progress", update => {
    progress.update(update);
    if (json) writeJson(output, { type: "progress", ...update });
  });
  client.on("pinch/log", ({ level, message }) => {
    if (json) writeJson(output, { type: "log", level, message });
    else progress.say(message);
  });
}

/** Runs a call in a runtime process of its own, which ends afterwards. */
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
