// Estimates the time left of a whole run from the pace so far and a rough cost of the rest.
import type { Phase, ProgressUpdate } from "../../protocol/runtime.ts";

/**
 * Cost of each phase in units that take about the same time: tokens multiplied by the phase's cost of a
 * token.
 */
export type PhaseCosts = Readonly<Partial<Record<Phase, number>>>;

/** Forward and backward; forward one by one; forward. */
export const tokenCosts = { train: 3, generate: 2, score: 1 } as const;

export class Pace {
  private readonly started = performance.now();
  private finished = 0;
  private phase: Phase | null = null;
  private loading = 0;
  /** Cost that turned out not to arise. */
  private saved = 0;

  constructor(
    private readonly costs: PhaseCosts,
    private readonly report: (update: ProgressUpdate) => void,
    /** Cost of what an earlier process did, which does not count for this one's pace. */
    private readonly before = 0,
  ) {}

  /**
   * Leaves out a share of a phase's cost, as when a training stops early. Later updates count the phase as if that
   * part was done.
   */
  leaveOut(phase: Phase, share: number): void {
    this.saved += (this.costs[phase] ?? 0) * share;
  }

  /** Reports the progress of a phase. Phases come in order, and each is complete when the next begins. */
  update(phase: Phase, done: number, total: number, message: string): void {
    if (this.phase !== phase) {
      if (this.phase !== null) this.finished += this.costs[this.phase] ?? 0;
      this.phase = phase;
    }
    const current = (this.costs[phase] ?? 0) * (total === 0 ? 1 : done / total);
    const all = Object.values(this.costs).reduce((sum, cost) => sum + cost, 0) - this.saved;
    const worked = this.finished + current - this.saved;
    const here = worked - this.before;
    if (here <= 0) this.loading = performance.now() - this.started;
    const seconds = (performance.now() - this.started - this.loading) / 1000;
    const secondsLeft = here > 0 && seconds > 1 ? Math.max(0, (seconds / here) * (all - worked)) : null;
    this.report({ phase, done, total, secondsLeft, message });
  }
}
