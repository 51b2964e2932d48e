// Lists the coverages outside the accepted range, with the reason if one is known.
import { alarms, type Measure, type Measured, type Share } from "./coverageMeasures.ts";
import type { StudyShape } from "./coverageStudies.ts";

const lowest = 93.5;
const highest = 97.5;
const mostAlarms = 6;

export interface Exception {
  readonly words: string;
  /** Null for an unexplained exception, which is a bug. */
  readonly reason: string | null;
}

export function exceptionsOf(
  rows: readonly (Measured & { readonly name: string; readonly shape: StudyShape })[],
): Exception[] {
  return rows.flatMap(({ name, shape, shares }) =>
    [...shares].flatMap(([measure, share]) => {
      const kept = isAlarm(measure)
        ? share.value <= mostAlarms
        : share.value >= lowest && share.value <= highest;
      if (kept) return [];
      const { prompts, seeds } = shape;
      const where = `${prompts} prompts, ${seeds} ${seeds === 1 ? "seed" : "seeds"}${name === "" ? "" : `, ${name}`}`;
      const words = `${measure}, ${where}: ${share.value.toFixed(1)}`;
      return { words, reason: reasonOf(measure, share, shape) };
    }),
  );
}

function isAlarm(measure: Measure): boolean {
  return (alarms as readonly string[]).includes(measure);
}

function reasonOf(measure: Measure, { value, error }: Share, { prompts, seeds }: StudyShape): string | null {
  const short = isAlarm(measure) ? value - mostAlarms : lowest - value;
  if (short > 0) return short <= 2 * error ? "within two standard errors of what is asked" : null;
  if (seeds > 1 && (measure === "language (table)" || measure === "mean (table)"))
    return "too wide: a table does not see prompts, and takes seeds to have more of their variance in common than these";
  if (seeds === 2 || seeds === 3)
    return "too wide: Student's t of one or two degrees of freedom counts where it is prompts that vary";
  if (prompts <= 20) return "too wide: few prompts make few different scores, and each has to hold";
  return null;
}
