// The whole budget as one bar: a slice for each language.
import { displayName } from "../../src/core/language/tags.ts";
import { sumOf } from "../../src/core/mixture/counts.ts";
import { tint } from "./palette.ts";
import { shareWords } from "./words.ts";

interface BudgetBarProps {
  /** Name for assistive technology; null if the bar illustrates an element with a name. */
  readonly label: string | null;
  readonly amounts: Readonly<Record<string, number>> | null;
  /** Amount of a full-width bar, so that adjacent bars have the same scale. */
  readonly most: number;
  /** Order of the slices, which also determines their colours. */
  readonly languages: readonly string[];
}

/**
 * Share below which a slice has no gap: gaps between many narrow slices would make them look larger than they
 * are.
 */
const spacedShare = 0.04;
/** Share below which a slice has no room for its tag. */
const labelledShare = 0.12;

export function BudgetBar({ label, amounts, most, languages }: BudgetBarProps) {
  const total = sumOf(amounts ?? {});
  const slices = Object.entries(amounts ?? {})
    .filter(([, amount]) => amount > 0)
    .sort(([a], [b]) => languages.indexOf(a) - languages.indexOf(b))
    .map(([tag, amount]) => ({
      tag,
      share: amount / total,
      words: `${displayName(tag)} ${shareWords(amount, total)}`,
    }));
  const words = slices.length === 0 ? "not counted" : slices.map(slice => slice.words).join(", ");
  return (
    <div
      class={`budget-bar ${amounts === null ? "unknown" : ""}`}
      {...(label === null ? { role: "presentation" } : { role: "img", "aria-label": `${label}: ${words}` })}
      style={{ "--whole": String(total / Math.max(1, most)) }}
    >
      {slices.map(slice => (
        <span
          key={slice.tag}
          class={`slice ${slice.share > spacedShare ? "wide" : ""} ${slice.share > labelledShare ? "labelled" : ""}`}
          title={slice.words}
          style={{ flexGrow: String(slice.share), ...tint(slice.tag, languages) }}
        >
          {slice.share > labelledShare ? slice.tag : null}
        </span>
      ))}
    </div>
  );
}
