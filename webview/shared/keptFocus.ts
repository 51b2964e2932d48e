// Keyboard focus in a list whose items come and go.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const focusable = ":is(button, input, summary, vscode-button, vscode-checkbox):not(:disabled)";

/**
 * Returns the ref of a list, to be called by the component that renders its items. When the focused item is
 * removed, the item that takes its place receives the focus, or the next one with something to focus; when it
 * is moved, it keeps the focus.
 */
export function useKeptFocus<List extends HTMLElement>(): RefObject<List | null> {
  const list = useRef<List>(null);
  // The page is still as it was before this rendering.
  const focused = document.activeElement;
  const place = [...(list.current?.children ?? [])].findIndex(item => item.contains(focused));
  useLayoutEffect(() => {
    if (place < 0 || document.activeElement !== document.body) return;
    const items = [...(list.current?.children ?? [])];
    const rest = items.slice(Math.min(place, items.length - 1));
    const next = focused?.isConnected
      ? focused
      : rest
          .map(item => (item.matches(focusable) ? item : item.querySelector(focusable)))
          .find(found => found !== null);
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  });
  return list;
}
