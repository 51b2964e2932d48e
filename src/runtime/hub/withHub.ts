// Shared part of all transfers from and to the Hub: address and token, progress, and cancelling.
import { mayCarryKey } from "../../common/loopback.ts";
import { cancelledError } from "../../node/cancelled.ts";
import { defaultRetryDelay } from "../../node/persist.ts";
import type { ProgressUpdate } from "../../protocol/runtime.ts";
import { environmentToken, type Hub, hubEndpoint, uploadPatience } from "./hub.ts";
import type { OnProgress } from "./snapshot.ts";

/** Part of a recipe's context. */
export interface HubContext {
  log(level: "info" | "warn", message: string): void;
  progress(update: ProgressUpdate): void;
  readonly signal: AbortSignal;
}

/** @param token Null to use the environment's, if any. */
export async function withHub<Result>(
  token: string | null,
  { signal, log, progress }: HubContext,
  work: (hub: Hub, report: OnProgress) => Promise<Result>,
  phase: "install" | "upload" = "install",
): Promise<Result> {
  const endpoint = hubEndpoint();
  const given = token ?? environmentToken();
  const carried = given === null || mayCarryKey(endpoint);
  if (!carried) log("warn", `The token is not sent to ${endpoint}: http has no encryption.`);
  const hub = {
    endpoint,
    token: carried ? given : null,
    signal,
    log: (message: string) => log("info", message),
    retryDelay: defaultRetryDelay,
    ...(phase === "upload" && { patience: uploadPatience }),
  };
  const started = performance.now();
  let before: number | null = null;
  const report: OnProgress = (done, total, file) => {
    before ??= done;
    const rate = (done - before) / (performance.now() - started); // bytes per millisecond
    const secondsLeft = rate > 0 ? (total - done) / rate / 1000 : null;
    progress({ phase, done, total, secondsLeft, message: file });
  };
  try {
    return await work(hub, report);
  } catch (error) {
    throw signal.aborted ? cancelledError(signal) : error;
  }
}
