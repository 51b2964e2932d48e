// Redraws a page without closing an open dropdown or discarding half-typed text.

/** Interval in milliseconds between checks whether the user has finished. */
const retryMs = 150;

/**
 * Returns a function that runs `draw` immediately, or as soon as no dropdown is open and no text is
 * half-typed.
 */
export function drawWhenIdle(root: HTMLElement, draw: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const attempt = () => {
    clearTimeout(timer);
    if (isBusy(root)) timer = setTimeout(attempt, retryMs);
    else draw();
  };
  return attempt;
}

function isBusy(root: HTMLElement): boolean {
  if (root.querySelector("vscode-dropdown[open]") !== null) return true;
  return document.activeElement?.closest("[data-dirty]") != null;
}
