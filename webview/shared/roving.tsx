// A group of buttons that is a single tab stop, with arrow keys between them (roving tabindex).
import type { HTMLAttributes } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { useKeptFocus } from "./keptFocus.ts";

interface RovingProps extends HTMLAttributes<HTMLDivElement> {
  /** Called with the place of the button to which a key moved the focus. */
  readonly moved?: (place: number) => void;
}

export function Roving({ children, moved, ...attributes }: RovingProps) {
  const group = useKeptFocus<HTMLDivElement>();
  const stops = () => [...(group.current?.querySelectorAll("button") ?? [])];
  const settle = (current: HTMLElement | undefined) => {
    for (const stop of stops()) stop.tabIndex = stop === current ? 0 : -1;
  };
  useLayoutEffect(() => {
    const all = stops();
    settle(all.find(stop => stop.tabIndex === 0) ?? all[0]);
  });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the role is among the attributes
    <div
      {...attributes}
      ref={group}
      onFocusIn={({ target }) => settle(stops().find(stop => stop.contains(target as Node)))}
      onKeyDown={event => {
        const all = stops();
        const at = all.findIndex(stop => stop.contains(document.activeElement));
        const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        const to =
          event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : by === undefined ? null : at + by;
        if (at < 0 || to === null) return;
        event.preventDefault();
        const place = (to + all.length) % all.length;
        all[place]?.focus();
        moved?.(place);
      }}
    >
      {children}
    </div>
  );
}
