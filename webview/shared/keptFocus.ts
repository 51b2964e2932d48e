// Keyboard focus in a list whose items come and go.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const focusable = ":is(button, input, summary):not(:disabled)";

/**
 * Returns the ref of a list, to be called by the component that renders its items. When the focused item is
 * removed, the item that takes its place receives the focus; when it is moved, it keeps the focus.
 */
export function useKeptFocus<List extends HTMLElement>(): RefObject<List | null> {
  const list = useRef<List>(null);
  // The page is still as it was before this rendering.
  const focused = document.activeElement;
  const place = [...(list.current?.children ?? [])].findIndex(item => item.contains(focused));
  useLayoutEffect(() => {
    if (place < 0 || document.activeElement !== document.body) return;
    const items = [...(list.current?.children ?? [])];
    const item = items[Math.min(place, items.length - 1)];
    const next = focused?.isConnected
      ? focused
      : item?.matches(focusable)
        ? item
        : item?.querySelector(focusable);
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  });
  return list;
}
