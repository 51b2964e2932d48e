// Redraws a page without closing an open dropdown or discarding half-typed text.

/** Time between two looks whether the person is done. */
const retryMs = 150;

/** A function that runs `draw` at once, or as soon as no dropdown is open and no text is half typed. */
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
