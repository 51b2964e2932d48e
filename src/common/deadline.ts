// Runs work with a time limit.

/** Thrown when the work runs out of time. */
export class Late extends Error {}

/**
 * Aborts the work's signal when the given signal is aborted and when the time is over. Unlike
 * `AbortSignal.timeout`, it leaves nothing behind when the work ends earlier, which matters for a comparison
 * with thousands of questions.
 *
 * @throws Late on timeout; the signal's reason if that was aborted
 */
export async function within<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(new Late()), milliseconds);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await work(controller.signal);
  } catch (error) {
    controller.signal.throwIfAborted(); // the actual reason, whatever error the work threw
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
