// Buttons for the previous and next page, and the position.
import { h } from "../shared/dom.ts";
import { button } from "../shared/toolkit.ts";

export interface PagerInput {
  readonly offset: number;
  readonly total: number;
  readonly pageSize: number;
  /** Name of the paged items, for assistive technology. */
  readonly of: string;
  readonly choosePage: (offset: number) => void;
}

/** Returns null if everything fits on one page. */
export function pager({ offset, total, pageSize, of, choosePage }: PagerInput): HTMLElement | null {
  if (total <= pageSize) return null;
  const last = Math.min(total, offset + pageSize);
  return h(
    "nav",
    { class: "pager", "aria-label": `Pages of ${of}` },
    button({
      label: "Previous",
      look: "secondary",
      disabled: offset === 0,
      press: () => choosePage(Math.max(0, offset - pageSize)),
    }),
    h("span", { role: "status" }, `${offset + 1} to ${last} of ${total}`),
    button({
      label: "Next",
      look: "secondary",
      disabled: last >= total,
      press: () => choosePage(offset + pageSize),
    }),
  );
}
