// Starts the runtime process, communicates with it, and reports how it ended.
import * as vscode from "vscode";
import { messageOf } from "../common/errors.ts";
import { bundled } from "../manifest.ts";
import { ForkedRuntime } from "../node/forkedRuntime.ts";
import { withProxy } from "../node/proxyEnvironment.ts";
import { wasmArguments } from "../node/wasmMemory.ts";
import type { CallName, CallParams, CallResult } from "../protocol/calls.ts";
import type { AskHandler, RuntimeClient } from "../protocol/connection.ts";
import type { ProgressUpdate, RuntimeNotifications } from "../protocol/runtime.ts";
import type { Log } from "./log.ts";
import { requireTrust } from "./trust.ts";

export interface RuntimeProcess {
  readonly pid: number;
  /** Folder of the built-in model. */
  readonly starter: string;
  /** Number of messages received from the process, of any kind. */
  readonly messages: number;
  /** Fires with the beginning of a message that does not belong to the protocol. */
  readonly onNonsense: vscode.Event<string>;
  readonly onProgress: vscode.Event<ProgressUpdate>;
  readonly onStep: vscode.Event<RuntimeNotifications["pinch/step"]>;
  readonly onAnswerPart: vscode.Event<RuntimeNotifications["pinch/answerPart"]>;
  /** Answers questions for a model that only VS Code can reach; without a handler they are refused. */
  onAsk(handler: AskHandler): vscode.Disposable;
  /** Rejects with RuntimeDied when the process ends first. */
  call<Name extends CallName>(
    method: Name,
    params: CallParams<Name>,
    token?: vscode.CancellationToken,
  ): Promise<CallResult<Name>>;
  /** Ends the process; resolves when it has exited. */
  end(): Promise<void>;
  kill(): void;
}

export type RuntimeLauncher = () => RuntimeProcess;

const levels: readonly string[] = ["info", "warn", "error", "debug"];
/** Number of characters logged of an invalid message. */
const shownLength = 200;

/** Creates a launcher, which starts a process when called, and refuses in Restricted Mode. */
export function runtimeLauncher(extension: vscode.Uri, log: Log): RuntimeLauncher {
  const inside = (path: string) => vscode.Uri.joinPath(extension, ...path.split("/")).fsPath;
  return () => {
    requireTrust("Processes that use the contents of a folder");
    return new ExtensionRuntime(inside(bundled.runtime), inside(bundled.starter), log);
  };
}

class ExtensionRuntime implements RuntimeProcess {
  readonly pid: number;
  readonly starter: string;
  messages = 0;
  readonly #nonsense = new vscode.EventEmitter<string>();
  readonly onNonsense = this.#nonsense.event;
  readonly #progress = new vscode.EventEmitter<ProgressUpdate>();
  readonly onProgress = this.#progress.event;
  readonly #step = new vscode.EventEmitter<RuntimeNotifications["pinch/step"]>();
  readonly onStep = this.#step.event;
  readonly #answerPart = new vscode.EventEmitter<RuntimeNotifications["pinch/answerPart"]>();
  readonly onAnswerPart = this.#answerPart.event;
  readonly #runtime: ForkedRuntime;
  readonly #client: Promise<RuntimeClient>;

  constructor(script: string, starter: string, log: Log) {
    this.starter = starter;
    // The host's inspector must not apply to the child. A judge's key that belongs to no particular server
    // would be sent to any server that the settings name.
    const { NODE_OPTIONS: _, PINCH_JUDGE_API_KEY: __, ...environment } = process.env;
    const http = vscode.workspace.getConfiguration("http");
    const setting = (name: string): unknown => http.get(name);
    const proxy = {
      proxy: setting("proxy"),
      proxySupport: setting("proxySupport"),
      noProxy: setting("noProxy"),
    };
    this.#runtime = new ForkedRuntime(script, {
      environment: { ...withProxy(environment, proxy), ELECTRON_RUN_AS_NODE: "1" },
      nodeArguments: wasmArguments(),
      onOutput: text => log.debug(`[runtime ${this.pid}] ${text.trimEnd()}`),
    });
    this.pid = this.#runtime.pid;
    this.#runtime.child.on("message", message => {
      this.messages++;
      if (!isProtocolMessage(message)) this.#nonsense.fire(beginning(message));
    });
    this.#client = this.#connect(log);
    this.#client.catch((error: unknown) => log.error(messageOf(error))); // every call throws it as well
  }

  /**
   * JSON-RPC is loaded with the first process, which takes less time than the process needs to send its first
   * message.
   */
  async #connect(log: Log): Promise<RuntimeClient> {
    const { connectToRuntime, ipcTransport } = await import("../protocol/connection.ts");
    const client = connectToRuntime(ipcTransport(this.#runtime.child), { onGivenUp: () => this.kill() });
    client.on("pinch/progress", update => this.#progress.fire(update));
    client.on("pinch/step", step => this.#step.fire(step));
    client.on("pinch/answerPart", part => this.#answerPart.fire(part));
    client.on("pinch/log", ({ level, message }) => {
      if (levels.includes(level)) log[level](String(message));
    });
    return client;
  }

  onAsk(handler: AskHandler): vscode.Disposable {
    const set = this.#client.then(
      client => client.onAsk(handler),
      () => undefined,
    );
    return new vscode.Disposable(() => void set.then(asked => asked?.dispose()));
  }

  async call<Name extends CallName>(
    method: Name,
    params: CallParams<Name>,
    token?: vscode.CancellationToken,
  ): Promise<CallResult<Name>> {
    const client = await this.#client;
    const abort = new AbortController();
    if (token?.isCancellationRequested === true) abort.abort();
    const asked = token?.onCancellationRequested(() => abort.abort());
    try {
      return await this.#runtime.answerOrEnd(client.call(method, params, abort.signal));
    } finally {
      asked?.dispose();
    }
  }

  async end(): Promise<void> {
    const client = await this.#client.catch(() => undefined);
    client?.dispose();
    await this.#runtime.end();
    for (const emitter of [this.#nonsense, this.#progress, this.#step, this.#answerPart]) emitter.dispose();
  }

  kill(): void {
    this.#runtime.kill();
  }
}

function isProtocolMessage(message: unknown): boolean {
  return typeof message === "object" && message !== null && "jsonrpc" in message;
}

function beginning(message: unknown): string {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  return (text ?? String(message)).slice(0, shownLength);
}
