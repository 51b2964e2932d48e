#!/usr/bin/env node
// Entry of the `pinch` command: starts it where its WebAssembly can be held, in a process of its own if need be.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { holdsWasm, limitedError, wasmArguments } from "../machine/wasmMemory.ts";
import { forgetTerminal } from "./terminal.ts";

const [, script = "", ...words] = process.argv;

/** The same command with other arguments of Node; signals are passed on, its end is this one's. */
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
