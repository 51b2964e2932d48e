#!/usr/bin/env node
// Entry point of the `pinch` command. Starts a second process if this one can't reserve memory for WebAssembly.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { holdsWasm, limitedError, wasmArguments } from "../node/wasmMemory.ts";
import { forgetTerminal } from "./terminal.ts";

const [, script = "", ...words] = process.argv;

/** Runs the same command with other Node options, forwarding signals and its exit code. */
function startAgain(nodeArguments: readonly string[]): void {
  const child = spawn(process.execPath, [...nodeArguments, ...process.execArgv, script, ...words], {
    stdio: "inherit",
  });
  let hungUp = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      hungUp ||= signal === "SIGHUP";
      child.kill(signal);
    });
  child.once("exit", (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
    if (hungUp) forgetTerminal();
  });
}

const nodeArguments = wasmArguments();
if (holdsWasm()) {
  void import("./pinch.ts").then(({ pinch }) => pinch(words));
} else if (nodeArguments.length > 0) {
  startAgain(nodeArguments);
} else {
  const { message, remedy } = limitedError();
  process.stderr.write(`pinch: ${message}\n${remedy}\n`);
  process.exitCode = 2;
}
