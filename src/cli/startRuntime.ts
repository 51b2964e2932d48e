// The runtime process of a command.
import { LongestPause } from "../common/longestPause.ts";
import { ForkedRuntime } from "../node/forkedRuntime.ts";
import { RuntimeDied } from "../node/runtimeDied.ts";
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

export interface RuntimeOptions {
  /** Node's own. */
  readonly nodeArguments: readonly string[];
  readonly patience?: Watching["patience"];
  /** Milliseconds instead of the usual ones; for tests. */
  readonly stopGrace?: number;
}

/** Ctrl+C in a terminal reaches the process as well: it ignores that, and is asked to cancel instead. */
export function startRuntime(script: string, options: RuntimeOptions): RuntimeProcess {
  const runtime = new ForkedRuntime(script, {
    environment: process.env,
    nodeArguments: options.nodeArguments,
  });
  const client = connectToRuntime(ipcTransport(runtime.child), {
    onGivenUp: () => runtime.kill(),
    ...(options.patience && { patience: options.patience }),
  });
  const silence = new LongestPause();
  runtime.child.on("message", () => silence.heard());
  return {
    client: {
      ...client,
      async call(method, params, signal) {
        let impatience: NodeJS.Timeout | undefined;
        const stop = (): void => {
          const grace = silence.graceMs(options.stopGrace ?? defaultStopGrace);
          impatience = setTimeout(() => runtime.kill(), grace);
        };
        signal?.addEventListener("abort", stop, { once: true });
        try {
          return await runtime.answerOrEnd(client.call(method, params, signal));
        } catch (error) {
          throw error instanceof RuntimeDied ? error.toHuman("before it answered") : error;
        } finally {
          clearTimeout(impatience);
          signal?.removeEventListener("abort", stop);
        }
      },
    },
    pid: runtime.pid,
    kill: () => runtime.kill(),
    end() {
      client.dispose();
      return runtime.end();
    },
  };
}
