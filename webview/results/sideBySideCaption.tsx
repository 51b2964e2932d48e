// The caption of a heat map of side-by-side scores: how to read it, its baselines, and notes on them.
import { divergingColour, heatSteps } from "../../src/core/figures/heatColours.ts";
import { displayName } from "../../src/core/language/tags.ts";
import type { SideBySide } from "../../src/core/results/sideBySide.ts";

interface CaptionProps {
  readonly sideBySide: SideBySide;
  readonly light: boolean;
}

export function SideBySideCaption({ sideBySide: { rows, judge, against, notes }, light }: CaptionProps) {
  const baselines = new Map<string, string>();
  for (const { cells } of rows) {
    for (const [language, cell] of Object.entries(cells)) baselines.set(language, cell.baseline);
  }
  const each = [...baselines].map(([language, baseline]) => `${displayName(language)}: ${baseline}`);
  const baseline = new Set(baselines.values()).size > 1 ? each.join(", ") : against;
  return (
    <div class="caption">
      <p class="muted">
        Wins and half of the ties, %. 50: as good as the baseline; higher is better. Click a cell to read its
        pairs.
      </p>
      <Scale light={light} />
      <p class="baseline" data-testid="baseline">
        Baseline: {baseline}. {judge === "rule" ? "Judged by rule" : `Judged by ${judge}`}, each pair twice
        with the order swapped.
      </p>
      {notes.length === 0 ? null : (
        <details class="notes">
          <summary>{notes.length === 1 ? "1 note" : `${notes.length} notes`}</summary>
          <ul>
            {notes.map(note => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** Legend of the colours, with the side that each stands for. */
function Scale({ light }: { readonly light: boolean }) {
  const stops = [0, 0.25, 0.5, 0.75, 1].map(
    share => divergingColour(share * (heatSteps - 1), light ? "light" : "dark").background,
  );
  return (
    <p class="scale muted" aria-hidden="true">
      <span>0 baseline better</span>
      <span class="scale-bar" style={{ background: `linear-gradient(to right, ${stops.join(", ")})` }} />
      <span>100 run better</span>
    </p>
  );
}
