// Life cycle of the runtime process: answers calls, reports progress, stops on request, and never exits
// without an explanation.
import { HumanError } from "../common/errors.ts";
import { LongestPause } from "../common/longestPause.ts";
import { userError } from "../common/systemErrors.ts";
import { cancelledError, terminatedError } from "../node/cancelled.ts";
import type { CallName, CallParams, CallResult } from "../protocol/calls.ts";
import {
  ipcTransport,
  type RuntimeHandlers,
  type RuntimeServer,
  serveRuntime,
} from "../protocol/connection.ts";
import { keepLastSteps } from "./checkpoint/checkpointKeeper.ts";
import type { HostedContext, RecipeContext, StreamingContext } from "./context/context.ts";
import { claimedFolders, ownClaim } from "./files/runClaim.ts";
import { endRun, readRunRecord } from "./files/runFolder.ts";

type ServedContext = HostedContext & StreamingContext;

/** One procedure per call. */
export type Recipes = {
  readonly [M in CallName]: (request: CallParams<M>, context: ServedContext) => Promise<CallResult<M>>;
};

/**
 * Minimum interval between progress reports in milliseconds. The first and last of a phase are always sent.
 */
const progressInterval = 100;
/**
 * Minimum time in milliseconds that a recipe gets to stop by itself after SIGTERM or when the parent is gone.
 * It gets twice the duration of its longest step.
 */
const stopGrace = 5000;
/** Milliseconds for the last message to leave the process. */
const flushTime = 200;

const exitCodes = { done: 0, internal: 70, terminated: 143 } as const;

function throttledProgress(server: RuntimeServer): RecipeContext["progress"] {
  let phase = "";
  let last = 0;
  return update => {
    const now = Date.now();
    if (update.phase === phase && update.done < update.total && now - last < progressInterval) return;
    phase = update.phase;
    last = now;
    server.notify("pinch/progress", update);
  };
}

/** Records the end of this process's unfinished runs, with the reason unless a user cancelled them. */
function endOwnRuns(error: unknown): void {
  const cancelled = error instanceof HumanError && error.kind === "cancelled";
  for (const folder of claimedFolders()) {
    try {
      if (readRunRecord(folder).owner?.token !== ownClaim(folder)?.token) continue; // only read, not run
      const { message, remedy } = userError(error);
      endRun(folder, {
        status: cancelled ? "cancelled" : "failed",
        error: cancelled ? null : { message, remedy },
      });
    } catch {
      // One unreadable folder must not keep the others from being marked.
    }
  }
}

/**
 * Serves the parent process until it exits. The process must have been forked, so that `process.send` exists.
 */
export function serve(recipes: Recipes): void {
  const stop = new AbortController();
  let failPending: ((error: unknown) => void) | null = null;
  let whenIdle: (() => void) | null = null;

  const steps = new LongestPause();

  const leave = (code: number, error: unknown): void => {
    keepLastSteps();
    endOwnRuns(error);
    process.exit(code);
  };

  /** Runs a recipe. A crash anywhere in the process becomes its answer. */
  async function guarded<T>(signal: AbortSignal, work: (context: ServedContext) => Promise<T>): Promise<T> {
    const crash = new Promise<never>((_resolve, reject) => {
      failPending = reject;
    });
    const context: ServedContext = {
      askHost: server.ask,
      progress: throttledProgress(server),
      step: event => {
        steps.heard();
        server.notify("pinch/step", event);
      },
      answerPart: part => server.notify("pinch/answerPart", part),
      log: (level, message) => server.notify("pinch/log", { level, message }),
      signal: AbortSignal.any([signal, stop.signal]),
    };
    steps.restart();
    try {
      return await Promise.race([work(context), crash]);
    } catch (error) {
      endOwnRuns(error);
      throw error;
    } finally {
      failPending = null;
      whenIdle?.();
    }
  }

  const handlers = Object.fromEntries(
    Object.entries(recipes).map(([method, recipe]) => [
      method,
      (request: never, signal: AbortSignal) => guarded<unknown>(signal, context => recipe(request, context)),
    ]),
  ) as RuntimeHandlers;
  const server = serveRuntime(ipcTransport(process), handlers);

  const crashed = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    server.notify("pinch/log", { level: "error", message: text });
    keepLastSteps();
    endOwnRuns(error); // must precede the answer, after which the parent exits
    failPending?.(error);
    setTimeout(() => leave(exitCodes.internal, error), flushTime);
  };
  process.on("uncaughtException", crashed);
  process.on("unhandledRejection", crashed);

  const shutDown = (code: number, why: HumanError): void => {
    if (failPending === null) leave(code, why);
    stop.abort(why);
    const goodbye = (): void => leave(code, why);
    setTimeout(goodbye, steps.graceMs(stopGrace));
    whenIdle = () => setTimeout(goodbye, flushTime);
  };
  process.on("SIGTERM", () => shutDown(exitCodes.terminated, terminatedError()));
  // Ctrl+C and the closing of a terminal reach the whole process group: the parent decides and requests a
  // cancel.
  process.on("SIGINT", () => undefined);
  process.on("SIGHUP", () => undefined);
  process.on("disconnect", () => shutDown(exitCodes.done, cancelledError()));
}
