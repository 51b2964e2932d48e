// Starts the runtime process, talks to it, and tells how it ended.
import { type ChildProcess, fork } from "node:child_process";
import * as vscode from "vscode";
import { messageOf } from "../common/errors.ts";
import { bundled } from "../manifest.ts";
import {
  type AskHandler,
  type CallName,
  connectToRuntime,
  ipcTransport,
  type RuntimeClient,
} from "../protocol/connection.ts";
import type { ProgressUpdate, RuntimeCalls, RuntimeNotifications } from "../protocol/runtime.ts";
import type { Log } from "./log.ts";

/** The process ended before it answered. */
export class RuntimeDied extends Error {
  /** For example `signal SIGKILL` or `exit code 3`. */
  readonly reason: string;

  constructor(reason: string) {
    super(`The runtime process ended: ${reason}.`);
    this.name = "RuntimeDied";
    this.reason = reason;
  }
}

export interface RuntimeProcess {
  readonly pid: number;
  /** Folder of the built-in model. */
  readonly starter: string;
  readonly onProgress: vscode.Event<ProgressUpdate>;
  readonly onStep: vscode.Event<RuntimeNotifications["pinch/step"]>;
  readonly onAnswerPart: vscode.Event<RuntimeNotifications["pinch/answerPart"]>;
  /** Answers what the process asks of a model that only VS Code reaches; without a handler it is refused. */
  onAsk(handler: AskHandler): vscode.Disposable;
  /** Rejects with RuntimeDied when the process ends first. */
  call<Name extends CallName>(
    method: Name,
    params: RuntimeCalls[Name]["params"],
    token?: vscode.CancellationToken,
  ): Promise<RuntimeCalls[Name]["result"]>;
  /** Ends the process; resolves when it is gone. */
  end(): Promise<void>;
  kill(): void;
}

export type RuntimeLauncher = () => RuntimeProcess;

/** Time that the process gets to go by itself once nothing is asked of it any more. */
const endGraceMs = 2_000;

/** Makes launchers: nothing is started until one is called. */
export function runtimeLauncher(extension: vscode.Uri, log: Log): RuntimeLauncher {
  const inside = (path: string) => vscode.Uri.joinPath(extension, ...path.split("/")).fsPath;
  return () => new ForkedRuntime(inside(bundled.runtime), inside(bundled.starter), log);
}

class ForkedRuntime implements RuntimeProcess {
  readonly pid: number;
  readonly starter: string;
  readonly #progress = new vscode.EventEmitter<ProgressUpdate>();
  readonly onProgress = this.#progress.event;
  readonly #step = new vscode.EventEmitter<RuntimeNotifications["pinch/step"]>();
  readonly onStep = this.#step.event;
  readonly #answerPart = new vscode.EventEmitter<RuntimeNotifications["pinch/answerPart"]>();
  readonly onAnswerPart = this.#answerPart.event;
  readonly #child: ChildProcess;
  readonly #client: RuntimeClient;
  readonly #ended: Promise<string>;

  constructor(script: string, starter: string, log: Log) {
    this.starter = starter;
    // An inspector of the host is not the child's; and a judge's key that belongs to no server in particular would go
    // to whichever the settings name.
    const { NODE_OPTIONS: _, PINCH_JUDGE_API_KEY: __, ...environment } = process.env;
    this.#child = fork(script, [], {
      env: { ...environment, ELECTRON_RUN_AS_NODE: "1" },
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.pid = this.#child.pid ?? -1;
    this.#ended = new Promise(resolve => {
      this.#child.once("error", error => resolve(messageOf(error)));
      this.#child.once("exit", (code, signal) =>
        resolve(signal === null ? `exit code ${code}` : `signal ${signal}`),
      );
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream
        ?.setEncoding("utf8")
        .on("data", (text: string) => log.debug(`[runtime ${this.pid}] ${text.trimEnd()}`));
    }
    this.#client = connectToRuntime(ipcTransport(this.#child));
    this.#client.on("pinch/progress", update => this.#progress.fire(update));
    this.#client.on("pinch/step", step => this.#step.fire(step));
    this.#client.on("pinch/answerPart", part => this.#answerPart.fire(part));
    this.#client.on("pinch/log", ({ level, message }) => log[level](message));
  }

  onAsk(handler: AskHandler): vscode.Disposable {
    return vscode.Disposable.from(this.#client.onAsk(handler));
  }

  async call<Name extends CallName>(
    method: Name,
    params: RuntimeCalls[Name]["params"],
    token?: vscode.CancellationToken,
  ): Promise<RuntimeCalls[Name]["result"]> {
    const abort = new AbortController();
    if (token?.isCancellationRequested === true) abort.abort();
    const asked = token?.onCancellationRequested(() => abort.abort());
    const died = this.#ended.then((reason): never => {
      throw new RuntimeDied(reason);
    });
    try {
      const answer = this.#client.call(method, params, abort.signal).catch(async (error: unknown) => {
        // A closed channel and the exit that closed it arrive in either order: the exit says why.
        if (!this.#child.connected) await died;
        throw error;
      });
      return await Promise.race([answer, died]);
    } finally {
      asked?.dispose();
    }
  }

  async end(): Promise<void> {
    this.#client.dispose();
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.kill(), endGraceMs);
    await this.#ended;
    clearTimeout(timer);
    this.#progress.dispose();
    this.#step.dispose();
    this.#answerPart.dispose();
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

/** False when no process has this id any more. */
export function isProcessAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and is somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
