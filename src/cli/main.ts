#!/usr/bin/env node
// Entry of the `pinch` command: finds the runtime beside it, and turns Ctrl+C into a cancel.
import { join } from "node:path";
import { telemetryOff } from "../common/telemetry.ts";
import { runCli } from "./cli.ts";
import { exitCodes } from "./environment.ts";
import { Progress } from "./progress.ts";
import { type RuntimeProcess, startRuntime } from "./runtimeProcess.ts";

Object.assign(process.env, telemetryOff);

const stop = new AbortController();
const running = new Set<RuntimeProcess>();

function interrupt(): void {
  if (stop.signal.aborted) {
    for (const runtime of running) runtime.kill();
    process.exit(exitCodes.cancelled);
  }
  process.stderr.write("\nCancelling; once more ends it at once.\n");
  stop.abort();
}
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);

function start(): RuntimeProcess {
  const runtime = startRuntime(join(__dirname, "runtime.js"), { nodeArguments: [] });
  running.add(runtime);
  return {
    ...runtime,
    async end() {
      await runtime.end();
      running.delete(runtime);
    },
  };
}

// A reader that closes early, such as `head`, is no fault of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.done);
  throw error;
});

void runCli(process.argv.slice(2), {
  output: process.stdout,
  errors: process.stderr,
  progress: new Progress(process.stderr),
  starter: join(__dirname, "..", "media", "starter"),
  signal: stop.signal,
  start,
}).then(code => {
  process.exitCode = code;
});
