// The runtime process: how it is started, and how it ends.
import { type ChildProcess, fork } from "node:child_process";
import { notStarted } from "../common/processEnd.ts";
import { refusalReason } from "../common/systemErrors.ts";
import { telemetryOff } from "../common/telemetry.ts";
import { RuntimeDied } from "./runtimeDied.ts";

export interface ForkOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Node's own. */
  readonly nodeArguments: readonly string[];
  /** Hears what the process writes to its streams. */
  readonly onOutput?: (text: string) => void;
}

/** Milliseconds that a process gets to leave by itself. */
const leaveTime = 3_000;
/** Milliseconds for what it wrote last to arrive. */
const lastWordsTime = 50;
/** Characters of its last output that are kept: native code says there why it aborts. */
const keptLength = 4_000;

export class ForkedRuntime {
  /** Process that carries the messages of the protocol. */
  readonly child: ChildProcess;
  readonly pid: number;
  /** Settles when the process has ended, with `exit code 3`, `signal SIGKILL` or what `notStarted` gives. */
  readonly #ended: Promise<string>;
  #lastWords = "";

  constructor(script: string, { environment, nodeArguments, onOutput }: ForkOptions) {
    this.child = fork(script, [], {
      env: { ...environment, ...telemetryOff },
      // Lets `GraphFolder` free the memory of weights that it has converted.
      execArgv: ["--expose-gc", ...nodeArguments],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.pid = this.child.pid ?? -1;
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#lastWords = (this.#lastWords + text).slice(-keptLength);
        onOutput?.(text);
      });
    this.#ended = new Promise(resolve => {
      this.child.once("error", error => resolve(notStarted(refusalReason(error) ?? error.message)));
      // Not "close": Node never emits it once the channel was disconnected from this side.
      this.child.once("exit", (code, signal) =>
        setTimeout(() => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`), lastWordsTime),
      );
    });
  }

  /** The answer. @throws RuntimeDied where the process ends first */
  answerOrEnd<T>(answer: Promise<T>): Promise<T> {
    const died = this.#ended.then((reason): never => {
      throw new RuntimeDied(reason, this.#lastWords);
    });
    const orWhyClosed = answer.catch(async (error: unknown) => {
      // A closed channel and the exit that closed it arrive in either order: the exit says why.
      if (!this.child.connected) await died;
      throw error;
    });
    return Promise.race([orWhyClosed, died]);
  }

  /** Ends it at once. */
  kill(): void {
    this.child.kill("SIGKILL");
  }

  /** Closes its channel, which ends it; settles when it is gone. */
  async end(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    const timer = setTimeout(() => this.kill(), leaveTime);
    await this.#ended;
    clearTimeout(timer);
  }
}
