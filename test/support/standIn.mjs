#!/usr/bin/env node
// Stands in for desktop VS Code's `code` where that can't be downloaded: takes its arguments, runs the
// same test suite in code-server's extension host with a browser as the window, and ends with its exit code.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("standIn.ts", import.meta.url));
const args = ["--import", import.meta.resolve("tsx"), script, ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", code => process.exit(code ?? 1));
