// The runtime process's life: answers calls, reports, stops when asked, and never ends without a word.
import { HumanError } from "../common/errors.ts";
import { LongestPause } from "../common/longestPause.ts";
import { toldError } from "../common/systemErrors.ts";
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

/** One procedure for each call. */
export type Recipes = {
  readonly [M in CallName]: (request: CallParams<M>, context: ServedContext) => Promise<CallResult<M>>;
};

/** Progress is told at most this often, in milliseconds; the first and last of a phase always. */
const progressInterval = 100;
/**
 * Milliseconds that a recipe gets to stop by itself after SIGTERM or when nobody listens any more, at least: it gets
 * twice its longest step.
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

/** Marks what this process still has running; the folder says why, unless somebody asked for it. */
function endOwnRuns(error: unknown): void {
  const cancelled = error instanceof HumanError && error.kind === "cancelled";
  for (const folder of claimedFolders()) {
    try {
      if (readRunRecord(folder).owner?.token !== ownClaim(folder)?.token) continue; // looked at, not run
      const { message, remedy } = toldError(error);
      endRun(folder, {
        status: cancelled ? "cancelled" : "failed",
        error: cancelled ? null : { message, remedy },
      });
    } catch {
      // Another folder that can't be read must not keep this one from being marked.
    }
  }
}

/** Serves the parent process until it leaves. `process.send` must exist: fork this. */
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

  /** Runs a recipe so that a crash anywhere in the process is its answer. */
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
    endOwnRuns(error); // before the answer: the parent leaves when it has it
    failPending?.(error);
    setTimeout(() => leave(exitCodes.internal, error), flushTime);
  };
  process.on("uncaughtException", crashed);
  process.on("unhandledRejection", crashed);

  const wind = (code: number, why: HumanError): void => {
    if (failPending === null) leave(code, why);
    stop.abort(why);
    const goodbye = (): void => leave(code, why);
    setTimeout(goodbye, steps.graceMs(stopGrace));
    whenIdle = () => setTimeout(goodbye, flushTime);
  };
  process.on("SIGTERM", () => wind(exitCodes.terminated, terminatedError()));
  // Ctrl+C and a terminal that closes reach the whole group: the parent decides and asks for a cancel.
  process.on("SIGINT", () => undefined);
  process.on("SIGHUP", () => undefined);
  process.on("disconnect", () => wind(exitCodes.done, cancelledError()));
}
