// Work that must end within a time.

/** The work ran out of time. */
export class Late extends Error {}

/**
 * The work's signal is aborted with the given one, and when the time is over. Unlike `AbortSignal.timeout`, nothing
 * of it is left when the work ends earlier: a comparison has many thousand questions.
 *
 * @throws Late; the signal's reason when that was aborted.
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
    controller.signal.throwIfAborted(); // whatever the work makes of it, this is why
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
