// The section below the figures: the samples behind the chosen cell, or the pairs that a judge saw.
import { useRef } from "preact/hooks";
import { Pairs } from "./pairs.tsx";
import { Samples } from "./samples.tsx";
import type { TablePage } from "./store.ts";

export function Detail({ page }: { readonly page: TablePage }) {
  const { cell, sideBySide, opened } = page;
  const place = useRef<HTMLDivElement>(null);
  /** The click whose samples or pairs have arrived. */
  const shown = useRef(opened);
  /**
   * After a click, moves the focus to the new content, so that keyboard and screen reader follow, and scrolls
   * just enough to bring it to the top.
   */
  const arrived = () => {
    if (shown.current === opened) return;
    shown.current = opened;
    place.current?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
    place.current?.scrollIntoView({ block: "start" });
  };
  return (
    <div ref={place}>
      {cell === null ? null : sideBySide === undefined ? (
        <Samples key={`samples ${opened}`} page={page} cell={cell} arrived={arrived} />
      ) : (
        <Pairs page={page} cell={cell} sideBySide={sideBySide} arrived={arrived} />
      )}
    </div>
  );
}
