// Runs one after another, each in a process of its own: progress, stop, and what to do when one dies.
import * as vscode from "vscode";
import { HumanError, messageOf } from "../../common/errors.ts";
import { baseMixtureName, type StepEvent } from "../../core/run/records.ts";
import type { Log } from "../../platform/log.ts";
import { RuntimeDied, type RuntimeLauncher, type RuntimeProcess } from "../../platform/runtimeProcess.ts";
import type { DeviceChoice, ProgressUpdate, RunOutcome } from "../../protocol/runtime.ts";
import type { RunStore } from "./runStore.ts";
import { throttled } from "./throttle.ts";

export interface QueuedRun {
  /** The mixture file. */
  readonly file: vscode.Uri;
  readonly mixture: string;
  readonly seed: number;
  /** Folder of a stopped run to go on with; absent: a new run. */
  readonly resume?: vscode.Uri;
}

export interface QueueSettings {
  /** Folder that run folders are created in. */
  readonly out: vscode.Uri;
  readonly device: DeviceChoice;
}

/** What is under way, as views show it. */
export interface ActiveRun extends QueuedRun {
  /** 1-based place in the queue of `total`. */
  readonly index: number;
  readonly total: number;
  readonly pid: number;
  readonly progress: ProgressUpdate | null;
  readonly step: StepEvent | null;
  readonly stopping: boolean;
}

export type QueueEnd =
  | { readonly kind: "done"; readonly finished: number }
  | { readonly kind: "cancelled"; readonly finished: number }
  | {
      readonly kind: "failed";
      readonly finished: number;
      readonly error: HumanError;
      /** The one that failed and those that did not get their turn. */
      readonly left: readonly QueuedRun[];
    };

/** Time that a runtime gets to end by itself after it was asked to stop. */
const stopGraceMs = 8_000;
/** Progress is shown at most this often. */
const progressMs = 250;

export class RunQueue implements vscode.Disposable {
  readonly #store: RunStore;
  readonly #launch: RuntimeLauncher;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #active: ActiveRun | null = null;
  #waiting: readonly QueuedRun[] = [];
  #stop: vscode.CancellationTokenSource | null = null;
  readonly #tell = throttled(() => this.#changed.fire(), progressMs);

  constructor(store: RunStore, launch: RuntimeLauncher, log: Log) {
    this.#store = store;
    this.#launch = launch;
    this.#log = log;
  }

  get active(): ActiveRun | null {
    return this.#active;
  }

  get waiting(): readonly QueuedRun[] {
    return this.#waiting;
  }

  /** True from the first run's start to the last one's end. */
  get running(): boolean {
    return this.#stop !== null;
  }

  stop(): void {
    this.#stop?.cancel();
    this.#update({ stopping: true });
    this.#changed.fire();
  }

  dispose(): void {
    this.#stop?.cancel();
    this.#tell.dispose();
    this.#changed.dispose();
  }

  async run(items: readonly QueuedRun[], settings: QueueSettings): Promise<QueueEnd> {
    if (this.running) {
      throw new HumanError("A run is under way.", { remedy: "Wait for it, or stop it first." });
    }
    const stop = new vscode.CancellationTokenSource();
    this.#stop = stop;
    let finished = 0;
    try {
      for (const [index, item] of items.entries()) {
        this.#waiting = items.slice(index + 1);
        const result = await this.#runOne(item, index + 1, items.length, settings, stop.token);
        if (result.kind === "cancelled") return { kind: "cancelled", finished };
        if (result.kind === "failed") {
          return { kind: "failed", finished, error: result.error, left: items.slice(index) };
        }
        finished++;
      }
      return { kind: "done", finished };
    } finally {
      stop.dispose();
      this.#stop = null;
      this.#active = null;
      this.#waiting = [];
      this.#changed.fire();
      await this.#store.refresh();
    }
  }

  async #runOne(
    item: QueuedRun,
    index: number,
    total: number,
    settings: QueueSettings,
    token: vscode.CancellationToken,
  ): Promise<{ kind: "done" | "cancelled" } | { kind: "failed"; error: HumanError }> {
    const runtime = this.#launch();
    const claim = this.#store.claim(runtime.pid);
    this.#active = {
      ...item,
      index,
      total,
      pid: runtime.pid,
      progress: null,
      step: null,
      stopping: token.isCancellationRequested,
    };
    this.#changed.fire();
    const listening = vscode.Disposable.from(
      runtime.onProgress(progress => this.#update({ progress })),
      runtime.onStep(step => this.#update({ step })),
    );
    const impatience = killAfterGrace(runtime, token);
    try {
      this.#log.info(
        `Run ${index} of ${total}: ${item.mixture}, seed ${item.seed} (process ${runtime.pid}).`,
      );
      const outcome = await runtime.call(
        "pinch/run",
        {
          file: item.file.fsPath,
          mixture: item.mixture,
          seed: item.seed,
          out: settings.out.fsPath,
          device: settings.device,
          starter: runtime.starter,
          // Scoring the untuned model again would give the same scores.
          reuse: item.mixture === baseMixtureName,
          ...(item.resume === undefined ? {} : { resume: item.resume.fsPath }),
        },
        token,
      );
      return resultOf(outcome, token);
    } catch (error) {
      if (token.isCancellationRequested) {
        await runtime.end();
        await this.#store.close(runtime.pid, "cancelled", null);
        return { kind: "cancelled" };
      }
      const failure = asHuman(error, item);
      await runtime.end();
      await this.#store.close(runtime.pid, "failed", { message: failure.message, remedy: failure.remedy });
      return { kind: "failed", error: failure };
    } finally {
      impatience.dispose();
      listening.dispose();
      await runtime.end();
      claim.dispose();
    }
  }

  #update(change: Partial<ActiveRun>): void {
    if (this.#active === null) return;
    this.#active = { ...this.#active, ...change };
    this.#tell();
  }
}

function resultOf(
  outcome: RunOutcome,
  token: vscode.CancellationToken,
): { kind: "done" | "cancelled" } | { kind: "failed"; error: HumanError } {
  if (outcome.status === "done") return { kind: "done" };
  if (outcome.status === "cancelled" || token.isCancellationRequested) return { kind: "cancelled" };
  const { message, remedy } = outcome.error ?? { message: "The run failed without a reason.", remedy: "" };
  return { kind: "failed", error: new HumanError(message, { remedy, kind: "run" }) };
}

function asHuman(error: unknown, item: QueuedRun): HumanError {
  if (error instanceof RuntimeDied) {
    return new HumanError(`The runtime process ended during the run "${item.mixture}" (${error.reason}).`, {
      remedy:
        "The run is marked as failed: resume it if it left a checkpoint, else run it again. If it happens again, the log may say why.",
      kind: "run",
      cause: error,
    });
  }
  if (error instanceof HumanError) return error;
  return new HumanError(`The run "${item.mixture}" failed: ${messageOf(error)}`, {
    remedy: "The log has the details.",
    kind: "internal",
    cause: error,
  });
}

function killAfterGrace(runtime: RuntimeProcess, token: vscode.CancellationToken): vscode.Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const start = () => {
    timer = setTimeout(() => runtime.kill(), stopGraceMs);
  };
  const asked = token.onCancellationRequested(start);
  return new vscode.Disposable(() => {
    asked.dispose();
    clearTimeout(timer);
  });
}
