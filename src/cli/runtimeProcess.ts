// Starts the runtime process for one piece of work and tells how it ended.
import { type ChildProcess, fork } from "node:child_process";
import { HumanError } from "../common/errors.ts";
import { LongestPause } from "../common/longestPause.ts";
import { processEnd, readableWords } from "../common/processEnd.ts";
import { systemError } from "../common/systemErrors.ts";
import { telemetryOff } from "../common/telemetry.ts";
import { connectToRuntime, ipcTransport, type RuntimeClient, type Watching } from "../protocol/connection.ts";

export interface RuntimeProcess {
  readonly client: RuntimeClient;
  readonly pid: number;
  /** Ends the process at once. */
  kill(): void;
  /** Lets it go; settles when it has ended. */
  end(): Promise<void>;
}

/** Milliseconds that a process gets to answer once it was asked to stop, at least: it gets twice its longest silence. */
const defaultStopGrace = 20_000;
/** Milliseconds that a process gets to leave by itself. */
const leaveTime = 3000;
/** Milliseconds for what it wrote last to arrive. */
const lastWordsTime = 50;
/** Last characters of standard error that are kept: where native code says why it aborts. */
const keptErrorLength = 4000;

function reasonOf(child: ChildProcess): string {
  if (child.signalCode !== null) return `signal ${child.signalCode}`;
  return `exit code ${child.exitCode}`;
}

export interface RuntimeOptions {
  /** Node's own. */
  readonly nodeArguments: readonly string[];
  readonly patience?: Watching["patience"];
  /** Milliseconds instead of the usual ones; for tests. */
  readonly stopGrace?: number;
}

export function startRuntime(script: string, options: RuntimeOptions): RuntimeProcess {
  const child = fork(script, [], {
    env: { ...process.env, ...telemetryOff },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: [...options.nodeArguments],
    // Ctrl+C in a terminal reaches both; the runtime ignores it and is asked to cancel instead.
  });
  let errorText = "";
  let refused: Error | null = null;
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errorText = (errorText + text).slice(-keptErrorLength);
  });
  const ended = new Promise<void>(resolve => {
    // Not "close": Node never emits it once the channel was disconnected from this side.
    child.once("exit", () => setTimeout(resolve, lastWordsTime));
    child.once("error", error => {
      refused = error;
      resolve();
    });
  });
  const client = connectToRuntime(ipcTransport(child), {
    onGivenUp: () => child.kill("SIGKILL"),
    ...(options.patience && { patience: options.patience }),
  });
  const silence = new LongestPause();
  child.on("message", () => silence.heard());
  return {
    client: {
      ...client,
      async call(method, params, signal) {
        let impatience: NodeJS.Timeout | undefined;
        const stop = (): void => {
          impatience = setTimeout(
            () => child.kill("SIGKILL"),
            silence.graceMs(options.stopGrace ?? defaultStopGrace),
          );
        };
        signal?.addEventListener("abort", stop, { once: true });
        try {
          return await client.call(method, params, signal);
        } catch (error) {
          // The channel closes a little before the process is known to have ended.
          if (!(error instanceof HumanError) || child.connected) throw error;
          await ended;
          if (refused !== null) throw systemError(refused, "The runtime process can't be started") ?? refused;
          const reason = reasonOf(child);
          const { meaning, remedy } = processEnd(reason, errorText);
          const words = readableWords(errorText);
          throw new HumanError(
            `The runtime process ended before it had answered (${reason}): ${meaning}.${words === "" ? "" : `\n${words}\n`}`,
            { kind: "run", remedy, cause: error },
          );
        } finally {
          clearTimeout(impatience);
          signal?.removeEventListener("abort", stop);
        }
      },
    },
    pid: child.pid ?? -1,
    kill: () => child.kill("SIGKILL"),
    async end() {
      client.dispose();
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill("SIGKILL"), leaveTime);
      await ended;
      clearTimeout(timer);
    },
  };
}
