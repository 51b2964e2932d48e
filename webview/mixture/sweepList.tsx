// The points of a sweep as a list of bars; the chosen one is shown in detail.
import type { MixturePoint } from "../../src/protocol/mixtureView.ts";
import { Roving } from "../shared/roving.tsx";
import { BudgetBar } from "./budgetBar.tsx";

interface SweepListProps {
  readonly mixture: string;
  readonly points: readonly MixturePoint[];
  readonly chosen: number;
  readonly choose: (point: number) => void;
  /** Amounts of each point, in the unit shown. */
  readonly amounts: readonly (Readonly<Record<string, number>> | null)[];
  readonly most: number;
  readonly languages: readonly string[];
}

export function SweepList(props: SweepListProps) {
  const { mixture, points, chosen, choose, amounts, most, languages } = props;
  return (
    // Like radio buttons: keys that move the focus choose.
    <Roving
      class="sweep"
      role="radiogroup"
      aria-label={`Point of ${mixture} shown in the rows`}
      moved={choose}
    >
      {points.map(({ label }, index) => (
        // biome-ignore lint/a11y/useSemanticElements: the button contains a bar
        <button
          key={label}
          type="button"
          class="point"
          role="radio"
          aria-checked={index === chosen}
          onClick={() => choose(index)}
        >
          <span class="point-label">{label}</span>
          <BudgetBar label={null} amounts={amounts[index] ?? null} most={most} languages={languages} />
        </button>
      ))}
    </Roving>
  );
}
