// Curves of one run as the page has them, extended by the messages of the host.
import type { LivePatch } from "../../src/protocol/liveView.ts";

export type Point = LivePatch["points"][number];

/** Points by name of the curve, see core/live/liveRun.ts. */
export type Curves = ReadonlyMap<string, readonly Point[]>;

/** Returns the curves with the new points; those without new points are the same objects as before. */
export function extendCurves(
  before: Curves | undefined,
  series: Readonly<Record<string, LivePatch>>,
): Curves {
  const curves = new Map(before);
  for (const [name, { from, points }] of Object.entries(series))
    curves.set(name, [...(before?.get(name) ?? []).slice(0, from), ...points]);
  return curves;
}
