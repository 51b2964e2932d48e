// A queue of runs without VS Code: runtimes that behave as a test says, and run folders in memory.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Emitter } from "../../src/common/emitter.ts";
import { FolderLock, type Me } from "../../src/node/folderLock.ts";
import { installationSeal } from "../../src/node/installation.ts";
import { RuntimeDied } from "../../src/node/runtimeDied.ts";
import { SharedText } from "../../src/node/sharedText.ts";
import type { RuntimeProcess } from "../../src/platform/runtimeProcess.ts";
import type { ProgressUpdate, RunOutcome, RunRequest } from "../../src/protocol/runtime.ts";
import { QueueFile } from "../../src/workspace/runs/queueFile.ts";
import type { LeftRun, QueueStore } from "../../src/workspace/runs/queueParts.ts";
import type { RunLimits } from "../../src/workspace/runs/runOne.ts";
import { RunQueue } from "../../src/workspace/runs/runQueue.ts";

export const done: RunOutcome = { folder: "f", status: "done", error: null };
const cancelled: RunOutcome = { folder: "f", status: "cancelled", error: null };

/** What a made-up runtime may do with a run. */
export type Behaviour = (
  runtime: MadeUpRuntime,
  request: RunRequest,
  signal: AbortSignal,
) => Promise<unknown>;

class MadeUpRuntime {
  static #pids = 4_000_000;
  readonly pid = ++MadeUpRuntime.#pids;
  readonly starter = "";
  messages = 0;
  readonly nonsense = new Emitter<string>();
  readonly progress = new Emitter<ProgressUpdate>();
  readonly step = new Emitter<never>();
  readonly onNonsense = this.nonsense.event;
  readonly onProgress = this.progress.event;
  readonly onStep = this.step.event;
  readonly #behave: Behaviour;
  #die: (reason: string) => void = () => undefined;
  killed = false;

  constructor(behave: Behaviour) {
    this.#behave = behave;
  }

  onAsk(): { dispose(): void } {
    return { dispose: () => undefined };
  }

  async call(
    _method: string,
    request: RunRequest,
    token: { onCancellationRequested: (l: () => void) => unknown; isCancellationRequested: boolean },
  ): Promise<unknown> {
    const abort = new AbortController();
    if (token.isCancellationRequested) abort.abort();
    token.onCancellationRequested(() => abort.abort());
    const died = new Promise<never>((_, reject) => {
      this.#die = reason => reject(new RuntimeDied(reason));
    });
    if (this.killed) this.#die("signal SIGKILL");
    return Promise.race([this.#behave(this, request, abort.signal), died]);
  }

  die(reason: string): void {
    this.#die(reason);
  }

  kill(): void {
    this.killed = true;
    this.#die("signal SIGKILL");
  }

  async end(): Promise<void> {}
}

export interface Window {
  readonly queue: RunQueue;
  readonly lock: FolderLock;
  readonly requests: RunRequest[];
  readonly closed: string[];
  readonly ends: string[];
  /** What `leftBehind` finds, by process. */
  readonly left: Map<number, LeftRun>;
  dispose(): void;
}

export class MadeUpWorkspace {
  readonly folder = mkdtempSync(join(tmpdir(), "pinch-queue-"));
  readonly #windows: Window[] = [];

  /** A window on the folder whose runtimes behave so. */
  window(
    behave: Behaviour,
    options: { me?: Me; installation?: string; limits?: Partial<RunLimits> } = {},
  ): Window {
    const text = new SharedText(join(this.folder, "storage", "queue.json"));
    const faults: string[] = [];
    const key = join(this.folder, options.installation ?? "here", "installation.key");
    const file = new QueueFile(text, installationSeal(key, "queue"), ({ fault }) => faults.push(fault));
    const lock = new FolderLock(join(this.folder, ".pinch", "running.json"), options.me);
    const requests: RunRequest[] = [];
    const closed: string[] = [];
    const ends: string[] = [];
    const left = new Map<number, LeftRun>();
    const store: QueueStore = {
      claim: () => ({ dispose: () => undefined }),
      close: async (_pid, status) => closed.push(status),
      leftBehind: async pid => left.get(pid) ?? null,
      refresh: async () => undefined,
    };
    const queue = new RunQueue({
      file,
      store,
      launch: () =>
        new MadeUpRuntime((runtime, request, signal) => {
          requests.push(request);
          return behave(runtime, request, signal);
        }) as unknown as RuntimeProcess, // as far as the queue uses one
      log: { info: () => undefined, warn: () => undefined },
      placeOf: ({ file: uri }) => ({ file: uri, out: join(this.folder, "runs"), device: "cpu", lock }),
      pathOf: uri => uri,
      locks: () => [lock],
      limits: {
        stopGrace: 50,
        look: 5,
        clock: () => performance.now() / 1000,
        ...options.limits,
      },
      beatMs: 10,
    });
    queue.onDidFail(error => ends.push(`queue: ${error}`));
    queue.onDidEndRun(({ entry, result }) => {
      ends.push(
        `${entry.mixture} ${result.kind}${result.kind === "failed" ? `: ${result.error.message}` : ""}`,
      );
    });
    const window = {
      queue,
      lock,
      requests,
      closed,
      ends,
      left,
      dispose: () => {
        queue.dispose();
        text.dispose();
      },
    };
    this.#windows.push(window);
    return window;
  }

  dispose(): void {
    for (const window of this.#windows) window.dispose();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function entries(...mixtures: readonly string[]) {
  return mixtures.map(mixture => ({ file: "file:///w/a.mixture.yaml", mixture, seed: 7 }));
}

/** Goes on until it is stopped. */
export const untilStopped: Behaviour = (_runtime, _request, signal) =>
  new Promise(resolve => {
    if (signal.aborted) resolve(cancelled);
    signal.addEventListener("abort", () => resolve(cancelled));
  });

/** Looks until it is so. */
export async function until(what: string, so: () => boolean, timeoutMs = 10_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; !so(); ) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
