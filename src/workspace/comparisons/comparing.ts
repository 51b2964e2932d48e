// The current comparison: the process that judges, its progress, and a way to stop it.

import * as vscode from "vscode";
import { formatDuration } from "../../common/duration.ts";
import { Emitter } from "../../common/emitter.ts";
import { HumanError, messageOf } from "../../common/errors.ts";
import { humanErrorOf } from "../../common/systemErrors.ts";
import { RuntimeDied } from "../../node/runtimeDied.ts";
import type { Log } from "../../platform/log.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import type { CompareOutcome, CompareRequest } from "../../protocol/comparison.ts";
import type { ProgressUpdate } from "../../protocol/runtime.ts";
import { languageModelJudge } from "./languageModelJudge.ts";

/** Time in milliseconds for a runtime to end by itself after a request to stop. */
const stopGraceMs = 8_000;

export type Asked = Omit<CompareRequest, "starter" | "dryRun">;

export interface ComparingProgress {
  /** `judging 45 %, 1 min left` */
  readonly state: string;
  /** Sentence that describes the current work; null if nothing has been reported yet. */
  readonly message: string | null;
}

export class Comparing implements vscode.Disposable {
  readonly #launch: RuntimeLauncher;
  readonly #log: Log;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  #stop: vscode.CancellationTokenSource | null = null;
  #progress: ComparingProgress | null = null;

  constructor(launch: RuntimeLauncher, log: Log) {
    this.#launch = launch;
    this.#log = log;
  }

  /** Null if no comparison is running. */
  get progress(): ComparingProgress | null {
    return this.#progress;
  }

  stop(): void {
    this.#stop?.cancel();
  }

  dispose(): void {
    this.stop();
    this.#changed.dispose();
  }

  /**
   * Counts the questions, passes the count to `agree`, then judges. Returns null if declined or stopped. Only
   * one comparison runs at a time.
   */
  async compare(
    asked: Asked,
    agree: (planned: readonly CompareOutcome[]) => Promise<boolean>,
  ): Promise<readonly CompareOutcome[] | null> {
    if (this.#stop !== null) {
      throw new HumanError("A comparison is already running.", { remedy: "Wait for it, or stop it first." });
    }
    const stop = new vscode.CancellationTokenSource();
    this.#stop = stop;
    try {
      this.#show("counting questions", null);
      const planned = await this.#call({ ...asked, dryRun: true }, stop.token);
      if (planned === null || !(await agree(planned))) return null;
      this.#show("starting", null);
      return await this.#call({ ...asked, dryRun: false }, stop.token);
    } finally {
      stop.dispose();
      this.#stop = null;
      this.#progress = null;
      this.#changed.fire();
    }
  }

  async #call(
    request: Omit<CompareRequest, "starter">,
    token: vscode.CancellationToken,
  ): Promise<readonly CompareOutcome[] | null> {
    if (token.isCancellationRequested) return null;
    const runtime = this.#launch();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listening = vscode.Disposable.from(
      runtime.onProgress(progress => this.#show(words(progress), progress.message)),
      runtime.onAsk(languageModelJudge()),
      token.onCancellationRequested(() => {
        this.#show("stopping", null);
        timer = setTimeout(() => runtime.kill(), stopGraceMs);
      }),
    );
    try {
      // The request contains the key, so only selected fields are logged.
      this.#log.info(
        `${request.dryRun ? "Counting questions of" : "Comparing"} ${request.folders.length} runs (process ${runtime.pid}).`,
      );
      const outcome = await runtime.call("pinch/compare", { ...request, starter: runtime.starter }, token);
      return token.isCancellationRequested ? null : outcome;
    } catch (error) {
      if (token.isCancellationRequested) return null;
      throw asHuman(error);
    } finally {
      clearTimeout(timer);
      listening.dispose();
      await runtime.end();
    }
  }

  #show(state: string, message: string | null): void {
    if (this.#stop === null) return;
    this.#progress = { state, message };
    this.#changed.fire();
  }
}

/** `judging 45 %, 1 min left` */
function words({ phase, done, total, secondsLeft }: ProgressUpdate): string {
  const percent = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : "";
  const left = secondsLeft !== null && secondsLeft > 0 ? `, ${formatDuration(secondsLeft)} left` : "";
  return `${phase === "judge" ? "judging" : "comparing"}${percent}${left}`;
}

function asHuman(error: unknown): HumanError {
  const told = humanErrorOf(error);
  if (told !== null) return told;
  if (error instanceof RuntimeDied)
    return error.toHuman(
      "during the comparison",
      () =>
        "Compare again: answers so far are in the cache. If this happens again, check the log for the reason.",
    );
  return new HumanError(`The comparison failed: ${messageOf(error)}`, {
    remedy: "The log has the details.",
    kind: "internal",
    cause: error,
  });
}
