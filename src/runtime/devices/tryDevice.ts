// Tries a device in a separate process, so that a GPU driver that crashes or hangs affects only the probe.
import { type ChildProcess, fork } from "node:child_process";
import { messageOf } from "../../common/errors.ts";
import type { Device } from "../ort/session.ts";

export interface CheckOutcome {
  readonly passed: boolean;
  /** Description of what differs and by how much, or of what went wrong. */
  readonly detail: string;
}

/** Result of probing a device. */
export type DeviceTrial =
  /** It is unusable, or did not respond. */
  | { readonly kind: "unusable"; readonly reason: string }
  | {
      readonly kind: "measured";
      /** Floating-point operations per second in float32 matrix products. */
      readonly rate: number;
      /** Result of the self-check; null if none was requested. */
      readonly check: CheckOutcome | null;
    };

/** Messages of the probing process, in this order. */
export type TrialMessage =
  | { readonly kind: "rate"; readonly rate: number }
  | { readonly kind: "check"; readonly outcome: CheckOutcome }
  | { readonly kind: "error"; readonly reason: string };

/** First argument of a runtime process that only probes. */
export const trialArgument = "--probe-device";

interface TrialLimits {
  /** Timeout in milliseconds for loading the driver and measuring the rate. */
  readonly rate: number;
  /**
   * Timeout in milliseconds for the self-check: a GPU takes seconds, a software adapter may take a minute.
   */
  readonly check: number;
}

/** Number of trailing characters of standard error to keep. */
const keptLength = 4000;

const defaultLimits: TrialLimits = { rate: 20_000, check: 90_000 };

/** Command for probes: the runtime's entry point and Node's arguments. */
export interface TrialEntry {
  readonly script: string;
  readonly nodeArguments: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: TrialLimits;
}

let ownEntry: TrialEntry | null = null;

/**
 * Registers the entry point for probes. Called by the runtime process; in other processes, no device is
 * probed.
 */
export function answersTrials(entry: TrialEntry): void {
  ownEntry = entry;
}

export function canTryDevices(): boolean {
  return ownEntry !== null;
}

/**
 * Measures a device, and checks it if `worthChecking` accepts its rate.
 * @param entry For tests; by default the runtime process starts itself.
 */
export async function tryDevice(
  device: Device,
  worthChecking: (rate: number) => boolean,
  entry: TrialEntry | null = ownEntry,
): Promise<DeviceTrial> {
  if (entry === null) return { kind: "unusable", reason: "this process can't start one that tries it" };
  const limits = entry.limits ?? defaultLimits;
  const child = fork(entry.script, [trialArgument, device], {
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

/** Extracts the name of a library that failed to load, which native code reports only on standard error. */
function missingLibrary(text: string): string | null {
  return /Failed to load library (.+?) with error: (?:\1: )?(.*)/.exec(text)?.[2]?.trim() ?? null;
}

/** The driver's message without the location in onnxruntime's source. */
export function driverMessage(error: unknown): string {
  const line = (messageOf(error).split(/\r?\n/, 1)[0] ?? "").trim();
  return (/Failed to .*$/.exec(line)?.[0] ?? line).replace(/\.$/, "");
}

function isProbeMessage(message: unknown): message is TrialMessage {
  if (typeof message !== "object" || message === null || !("kind" in message)) return false;
  return message.kind === "rate" || message.kind === "check" || message.kind === "error";
}

/** Queue of the messages from a probing process. Its exit and its silence count as answers too. */
class Answers {
  readonly #waiting: TrialMessage[] = [];
  #wanted: ((message: TrialMessage) => void) | null = null;

  constructor(child: ChildProcess) {
    const failed = (reason: string): void => this.#take({ kind: "error", reason });
    child.on("message", message => {
      if (isProbeMessage(message)) this.#take(message);
    });
    child.on("error", error => failed(messageOf(error)));
    child.on("exit", (code, signal) => failed(`the driver crashed (${signal ?? `exit code ${code}`})`));
  }

  next(limit: number): Promise<TrialMessage> {
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

  #take(message: TrialMessage): void {
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted === null) this.#waiting.push(message);
    else wanted(message);
  }
}
