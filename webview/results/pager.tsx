// Buttons for the previous and next page, and the position.
import { Button } from "../shared/controls.tsx";

export interface PagerProps {
  readonly offset: number;
  readonly total: number;
  readonly pageSize: number;
  /** Name of the paged items, for assistive technology. */
  readonly of: string;
  readonly choosePage: (offset: number) => void;
}

/** Empty if everything fits on one page. */
export function Pager({ offset, total, pageSize, of, choosePage }: PagerProps) {
  if (total <= pageSize) return null;
  const last = Math.min(total, offset + pageSize);
  return (
    <nav class="pager" aria-label={`Pages of ${of}`}>
      <Button
        label="Previous"
        look="secondary"
        disabled={offset === 0}
        press={() => choosePage(Math.max(0, offset - pageSize))}
      />
      <span role="status">
        {offset + 1} to {last} of {total}
      </span>
      <Button
        label="Next"
        look="secondary"
        disabled={last >= total}
        press={() => choosePage(offset + pageSize)}
      />
    </nav>
  );
}
