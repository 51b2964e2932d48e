// Tries a device in a process of its own: a GPU driver that crashes or hangs takes only the probe with it.
import { type ChildProcess, fork } from "node:child_process";
import { messageOf } from "../../common/errors.ts";
import type { Device } from "../ort/session.ts";

export interface CheckOutcome {
  readonly passed: boolean;
  /** What differs by how much, or what went wrong. */
  readonly detail: string;
}

/** What is known of a device. */
export type Probe =
  /** It can't be used, or did not answer. */
  | { readonly kind: "unusable"; readonly reason: string }
  | {
      readonly kind: "measured";
      /** float32 operations a second in matrix products. */
      readonly rate: number;
      /** null: nobody wanted it checked. */
      readonly check: CheckOutcome | null;
    };

/** What the probing process tells, in this order. */
export type ProbeMessage =
  | { readonly kind: "rate"; readonly rate: number }
  | { readonly kind: "check"; readonly outcome: CheckOutcome }
  | { readonly kind: "error"; readonly reason: string };

/** First argument of a runtime process that only probes. */
export const probeArgument = "--probe-device";

export interface ProbeLimits {
  /** Milliseconds to load the driver and to measure the rate. */
  readonly rate: number;
  /** Milliseconds for the self-check: a GPU takes seconds, a software adapter may take a minute. */
  readonly check: number;
}

/** Last characters of standard error that are kept. */
const keptLength = 4000;

const usualLimits: ProbeLimits = { rate: 20_000, check: 90_000 };

/** How probes are started: the runtime's entry with Node's own arguments. */
export interface ProbeEntry {
  readonly script: string;
  readonly nodeArguments: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: ProbeLimits;
}

let ownEntry: ProbeEntry | null = null;

/** Called by the entry of the runtime process, which knows that it answers probes; elsewhere there are none. */
export function answersProbes(entry: ProbeEntry): void {
  ownEntry = entry;
}

export function canProbe(): boolean {
  return ownEntry !== null;
}

/**
 * Measures a device, and checks it where `worthChecking` says so of its rate.
 * @param entry For tests; the runtime process starts itself.
 */
export async function probeDevice(
  device: Device,
  worthChecking: (rate: number) => boolean,
  entry: ProbeEntry | null = ownEntry,
): Promise<Probe> {
  if (entry === null) return { kind: "unusable", reason: "this process can't start one that tries it" };
  const limits = entry.limits ?? usualLimits;
  const child = fork(entry.script, [probeArgument, device], {
    execArgv: [...entry.nodeArguments],
    env: { ...process.env, ...entry.env },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let spoken = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    spoken = (spoken + text).slice(-keptLength);
  });
  const answers = new Answers(child);
  try {
    const first = await answers.next(limits.rate);
    if (first.kind === "error") return { kind: "unusable", reason: missingLibrary(spoken) ?? first.reason };
    if (first.kind !== "rate") return { kind: "unusable", reason: "it answered out of turn" };
    const { rate } = first;
    if (!worthChecking(rate)) return { kind: "measured", rate, check: null };
    const second = await answers.next(limits.check);
    if (second.kind === "check") return { kind: "measured", rate, check: second.outcome };
    const detail = second.kind === "error" ? second.reason : "it answered out of turn";
    return { kind: "measured", rate, check: { passed: false, detail } };
  } finally {
    child.kill("SIGKILL");
  }
}

/** Native code says on standard error, and nowhere else, which library it could not load. */
function missingLibrary(text: string): string | null {
  return /Failed to load library (.+?) with error: (?:\1: )?(.*)/.exec(text)?.[2]?.trim() ?? null;
}

/** The driver's own words, without the place in onnxruntime's source. */
export function driverMessage(error: unknown): string {
  const line = (messageOf(error).split(/\r?\n/, 1)[0] ?? "").trim();
  return (/Failed to .*$/.exec(line)?.[0] ?? line).replace(/\.$/, "");
}

function isProbeMessage(message: unknown): message is ProbeMessage {
  if (typeof message !== "object" || message === null || !("kind" in message)) return false;
  return message.kind === "rate" || message.kind === "check" || message.kind === "error";
}

/** What a probing process tells, one after another; its end and its silence are answers too. */
class Answers {
  readonly #waiting: ProbeMessage[] = [];
  #wanted: ((message: ProbeMessage) => void) | null = null;

  constructor(child: ChildProcess) {
    const failed = (reason: string): void => this.#take({ kind: "error", reason });
    child.on("message", message => {
      if (isProbeMessage(message)) this.#take(message);
    });
    child.on("error", error => failed(messageOf(error)));
    child.on("exit", (code, signal) => failed(`the driver crashed (${signal ?? `exit code ${code}`})`));
  }

  next(limit: number): Promise<ProbeMessage> {
    const message = this.#waiting.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise(resolve => {
      const reason = `the driver did not answer within ${limit / 1000} seconds`;
      const timer = setTimeout(() => this.#take({ kind: "error", reason }), limit);
      this.#wanted = found => {
        clearTimeout(timer);
        resolve(found);
      };
    });
  }

  #take(message: ProbeMessage): void {
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted === null) this.#waiting.push(message);
    else wanted(message);
  }
}
