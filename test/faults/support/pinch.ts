// The built command line as a person has it: a process of its own, in a home of its own.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { setUp } from "../../../scripts/lib/setUp.mjs";
import { tinyMixtureFile, writeTinyWorkspace } from "../../support/tinyWorkspace.ts";

export const builtCli = join(root, "dist", "cli.js");
export const builtRuntime = join(root, "dist", "runtime.js");

/** Builds dist/ where the sources have changed: for test files that are run alone. */
export async function requireBuild(): Promise<void> {
  await setUp({ say: () => undefined });
}

/** A folder that is there for this test file. */
export function workFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `pinch-faults-${name}-`));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

export interface Place {
  readonly folder: string;
  readonly mixture: string;
  readonly runs: string;
  /** Temporary files of the processes that are started here. */
  readonly temporary: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A tiny workspace, with a home and a folder of temporary files that nothing else writes to. */
export function tinyPlace(folder: string): Place {
  writeTinyWorkspace(folder);
  const home = join(folder, "home");
  const temporary = join(folder, "tmp");
  for (const each of [home, temporary]) mkdirSync(each, { recursive: true });
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, CI: ___, ...inherited } = process.env;
  const env = {
    ...inherited,
    ...Object.fromEntries(["HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"].map(name => [name, home])),
    ...Object.fromEntries(["CACHE", "CONFIG", "DATA", "STATE"].map(k => [`XDG_${k}_HOME`, join(home, k)])),
    ...Object.fromEntries(["TMPDIR", "TEMP", "TMP"].map(name => [name, temporary])),
  };
  return {
    folder,
    mixture: join(folder, tinyMixtureFile),
    runs: join(folder, ".pinch", "runs"),
    temporary,
    env,
  };
}

/** What a run must not leave where the system keeps temporary files. */
export function leftIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" });
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Settles when standard error has shown the words, or the process is gone. */
  shown(words: RegExp): Promise<void>;
}

/** Starts a program and keeps what it says. */
export function start(program: string, args: readonly string[], options: SpawnOptions): Started {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let output = "";
  let errors = "";
  const waiting = new Set<() => void>();
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
    for (const look of waiting) look();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, output, errors }));
  });
  return {
    child,
    ended,
    shown: words =>
      Promise.race([
        ended.then(() => undefined),
        new Promise<void>(resolve => {
          const look = (): void => {
            if (!words.test(errors)) return;
            waiting.delete(look);
            resolve();
          };
          waiting.add(look);
          look();
        }),
      ]),
  };
}

/** `pinch WORDS` in a place; the options of `spawn` win. */
export function startPinch(place: Place, words: readonly string[], options: SpawnOptions = {}): Started {
  return start(process.execPath, [builtCli, ...words], { cwd: place.folder, env: place.env, ...options });
}

export function pinch(place: Place, words: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  return startPinch(place, words, options).ended;
}
