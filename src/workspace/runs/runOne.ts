// One run in its own process: starts it, relays its progress, stops it, and kills it when it misbehaves.

import { formatDuration } from "../../common/duration.ts";
import { HumanError, messageOf } from "../../common/errors.ts";
import { LongestPause } from "../../common/longestPause.ts";
import { humanErrorOf } from "../../common/systemErrors.ts";
import { type Misbehaviour, SilenceWatch } from "../../core/live/silence.ts";
import { stepEventOf } from "../../core/records/events.ts";
import type { StepEvent } from "../../core/records/records.ts";
import { RuntimeDied } from "../../node/runtimeDied.ts";
import type { RuntimeProcess } from "../../platform/runtimeProcess.ts";
import type { ProgressUpdate, RunRequest } from "../../protocol/runtime.ts";
import { isProgress, isRunOutcome } from "./checkAnswers.ts";

export type RunResult =
  | { readonly kind: "done" | "cancelled" }
  | { readonly kind: "failed"; readonly error: HumanError };

export interface RunHooks {
  progress(update: ProgressUpdate): void;
  step(event: StepEvent): void;
  log(message: string): void;
}

/** Times in milliseconds; shorter in tests. */
export interface RunLimits {
  /** Minimum time for a runtime to end by itself after a request to stop; it gets twice its longest step. */
  readonly stopGrace: number;
  /** Interval between checks for a hanging or flooding process. */
  readonly look: number;
  /** Clock of these checks, in seconds. */
  readonly clock: () => number;
}

export const defaultLimits: RunLimits = {
  stopGrace: 8_000,
  look: 1_000,
  clock: () => performance.now() / 1000,
};

/** Number of malformed messages after which the process is killed. */
const nonsenseLimit = 20;

/** Settles when the process has exited, for whatever reason. */
export async function performRun(
  runtime: RuntimeProcess,
  request: RunRequest,
  signal: AbortSignal,
  hooks: RunHooks,
  limits: RunLimits = defaultLimits,
): Promise<RunResult> {
  const ended: HumanError[] = []; // reasons why this function ended the process
  const endIt = (error: HumanError) => {
    ended.push(error);
    runtime.kill();
  };
  let nonsense = 0;
  const strange = (what: string) => {
    nonsense++;
    if (nonsense <= nonsenseLimit)
      hooks.log(`The runtime process ${runtime.pid} sent a malformed message: ${what}`);
    if (nonsense === nonsenseLimit) endIt(nonsenseError(request));
  };
  const steps = new LongestPause(() => 1000 * limits.clock());
  const listening = [
    runtime.onNonsense(strange),
    runtime.onProgress(update => (isProgress(update) ? hooks.progress(update) : strange("progress"))),
    runtime.onStep(step => {
      steps.heard();
      const event = stepEventOf(step);
      if (event === null) strange("a step");
      else hooks.step(event);
    }),
  ];
  const watch = new SilenceWatch(limits.clock());
  const looking = setInterval(() => {
    const found = watch.look(limits.clock(), runtime.messages);
    if (found !== null) endIt(misbehaviourError(request, found));
  }, limits.look);
  let impatience: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    impatience = setTimeout(() => runtime.kill(), steps.graceMs(limits.stopGrace));
  };
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  try {
    const outcome: unknown = await runtime.call("pinch/run", request, tokenOf(signal));
    if (!isRunOutcome(outcome)) return { kind: "failed", error: nonsenseError(request) };
    if (outcome.status === "done") return { kind: "done" };
    if (signal.aborted) return { kind: "cancelled" };
    const { message, remedy } = outcome.error ?? {
      message: "The run failed for an unknown reason.",
      remedy: "",
    };
    return { kind: "failed", error: new HumanError(message, { remedy, kind: "run" }) };
  } catch (error) {
    const [misbehaviour] = ended;
    if (misbehaviour !== undefined) return { kind: "failed", error: misbehaviour };
    if (signal.aborted) return { kind: "cancelled" };
    return { kind: "failed", error: asHuman(error, request) };
  } finally {
    clearInterval(looking);
    clearTimeout(impatience);
    signal.removeEventListener("abort", stop);
    for (const listener of listening) listener.dispose();
    await runtime.end();
  }
}

type Token = NonNullable<Parameters<RuntimeProcess["call"]>[2]>;

/** Converts a signal to the cancellation token of VS Code's calls. */
function tokenOf(signal: AbortSignal): Token {
  return {
    get isCancellationRequested() {
      return signal.aborted;
    },
    onCancellationRequested: listen => {
      const call = () => listen(undefined);
      signal.addEventListener("abort", call, { once: true });
      return { dispose: () => signal.removeEventListener("abort", call) };
    },
  };
}

const afterwards =
  "The run is marked as failed: resume it if it saved a checkpoint, otherwise run it again. If this happens again, check the log for the reason.";

function misbehaviourError({ mixture }: RunRequest, found: Misbehaviour): HumanError {
  const what =
    found.kind === "flood"
      ? `sent ${Math.round(found.rate).toLocaleString("en")} messages a second`
      : `has not responded for ${formatDuration(found.seconds)}`;
  return new HumanError(`The runtime process of the run "${mixture}" ${what} and was ended.`, {
    remedy: afterwards,
    kind: "run",
  });
}

function nonsenseError({ mixture }: RunRequest): HumanError {
  return new HumanError(`The runtime process of the run "${mixture}" sent an invalid answer.`, {
    remedy: afterwards,
    kind: "run",
  });
}

function asHuman(error: unknown, { mixture }: RunRequest): HumanError {
  if (error instanceof RuntimeDied)
    return error.toHuman(`during the run "${mixture}"`, remedy => `${remedy} ${afterwards}`);
  const told = humanErrorOf(error);
  if (told !== null) return told;
  return new HumanError(`The run "${mixture}" failed: ${messageOf(error)}`, {
    remedy: "The log has the details.",
    kind: "internal",
    cause: error,
  });
}
