// Limits how often a stream of changes redraws a view.

export interface Throttled {
  (): void;
  dispose(): void;
}

/** Calls immediately, then at most once per `intervalMs`; the last change is never lost. */
export function throttled(call: () => void, intervalMs: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const run = () => {
    if (timer !== undefined) {
      again = true;
      return;
    }
    call();
    timer = setTimeout(() => {
      timer = undefined;
      if (again) {
        again = false;
        run();
      }
    }, intervalMs);
  };
  return Object.assign(run, {
    dispose: () => {
      clearTimeout(timer);
      timer = undefined;
      again = false;
    },
  });
}
