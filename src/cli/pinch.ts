// The `pinch` command: locates the runtime, and handles signals and closed streams.
import { constants } from "node:os";
import { join } from "node:path";
import { systemCode, systemError } from "../common/systemErrors.ts";
import { telemetryOff } from "../common/telemetry.ts";
import { wasmArguments } from "../node/wasmMemory.ts";
import { runCli } from "./cli.ts";
import { exitCodes } from "./environment.ts";
import { GuardedStream } from "./guardedStream.ts";
import { Progress } from "./progress.ts";
import { type RuntimeProcess, startRuntime } from "./startRuntime.ts";
import { forgetTerminal } from "./terminal.ts";

Object.assign(process.env, telemetryOff);

const stop = new AbortController();
const running = new Set<RuntimeProcess>();
let stoppedBy: NodeJS.Signals | null = null;

const errors = new GuardedStream(process.stderr);
const output = new GuardedStream(process.stdout, error => {
  const closed = systemCode(error) === "EPIPE";
  if (closed && running.size === 0) return; // a reader that has read enough, such as `head`
  const why = systemError(error, "Standard output can't be written")?.message ?? error.message;
  errors.write(`\n${why} The work continues; what it writes to files is not affected.\n`);
});
/** Without a terminal, as under nohup, the command is meant to outlive the one it was started from. */
const watched = output.isTTY || errors.isTTY;

/** Signals within this many milliseconds count as one: a terminal, npm and a service manager each send their own. */
const oneSignal = 500;
let stoppedAt = 0;

function interrupt(signal: NodeJS.Signals): void {
  const again = stop.signal.aborted;
  const now = performance.now();
  if (again && now - stoppedAt < oneSignal) return;
  stoppedBy ??= signal;
  stoppedAt = now;
  if (again) {
    for (const runtime of running) runtime.kill();
    process.exit();
  }
  errors.write("\nCancelling; once more ends it at once.\n");
  stop.abort();
}
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);
let hungUp = false;
process.on("SIGHUP", () => {
  hungUp = true;
  if (stop.signal.aborted) return;
  if (watched) interrupt("SIGHUP");
  else errors.write("\nThe terminal was closed; the work continues.\n");
});

/** Exit code by shell convention: 128 plus the signal's number. */
process.on("exit", () => {
  const code = process.exitCode ?? exitCodes.cancelled;
  if (stoppedBy !== null && code === exitCodes.cancelled)
    process.exitCode = 128 + constants.signals[stoppedBy];
  // A closed pipe was closed on purpose. A truncated file must not pass for a complete one.
  const cutOff = output.lost !== null && systemCode(output.lost) !== "EPIPE";
  if (cutOff && code === exitCodes.done) process.exitCode = exitCodes.run;
  if (hungUp) forgetTerminal();
});

function start(): RuntimeProcess {
  const runtime = startRuntime(join(__dirname, "runtime.js"), { nodeArguments: wasmArguments() });
  running.add(runtime);
  return {
    ...runtime,
    async end() {
      await runtime.end();
      running.delete(runtime);
    },
  };
}

/** @param words of the command line */
export async function pinch(words: readonly string[]): Promise<void> {
  process.exitCode = await runCli(words, {
    output,
    errors,
    progress: new Progress(errors),
    starter: join(__dirname, "..", "media", "starter"),
    signal: stop.signal,
    start,
  });
}
