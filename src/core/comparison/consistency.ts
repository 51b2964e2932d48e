// Measures whether a judge decides alike on translations of one pair: the same id in several languages.

import type { Consistency, PairOutcome, PairVerdict } from "../records/comparison.ts";
import { ClusterNumbers } from "../statistics/clusterNumbers.ts";
import { beyondChance, severalRaters } from "../statistics/kappa.ts";
import { shareInterval } from "../statistics/shareInterval.ts";

const outcomes: readonly PairOutcome[] = ["win", "tie", "loss"];

/**
 * Returns the agreement of verdicts across languages, over the pairs that the judge read;
 * identical responses, which are never judged, are left out. The interval of the agreement
 * is over clusters of prompts; that of kappa is the same interval with chance agreement
 * held fixed. Null if no id has verdicts in two languages.
 */
export function consistencyOf(verdicts: readonly PairVerdict[]): Consistency | null {
  const clusters = new ClusterNumbers();
  const byId = new Map<string, { readonly cluster: number; readonly counts: number[] }>();
  for (const { id, group, outcome, run, baseline } of verdicts) {
    if (outcome === null || run === baseline) continue;
    const prompt = byId.get(id) ?? { cluster: clusters.of({ id, group }), counts: outcomes.map(() => 0) };
    const at = outcomes.indexOf(outcome);
    prompt.counts[at] = (prompt.counts[at] ?? 0) + 1;
    byId.set(id, prompt);
  }
  const several = [...byId.values()].filter(({ counts }) => counts.reduce((a, b) => a + b, 0) > 1);
  const { shares, byChance } = severalRaters(several.map(({ counts }) => counts));
  if (shares.length === 0) return null;
  const agreed = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const interval = shareInterval(
    shares,
    several.map(({ cluster }) => cluster),
  );
  const [kappa, low, high] = [agreed, ...interval].map(share => beyondChance(share, byChance));
  return {
    prompts: shares.length,
    agreed,
    interval,
    kappa: kappa ?? null,
    kappaInterval: low == null || high == null ? null : [low, high],
  };
}

/**
 * Formats a consistency:
 * `the same verdict in 71 % (64–78) of language pairs, Fleiss's kappa 0.42 (0.3 to 0.5), 40 prompts`.
 */
export function consistencyWords({ prompts, agreed, interval, kappa, kappaInterval }: Consistency): string {
  const percent = (share: number): string => (100 * share).toFixed(0);
  const ofKappa =
    kappa === null || kappaInterval === null
      ? ""
      : `, Fleiss's kappa ${signed(kappa)} (${kappaInterval.map(signed).join(" to ")})`;
  return `the same verdict in ${percent(agreed)} % (${interval.map(percent).join("–")}) of language pairs${ofKappa}, ${prompts} ${prompts === 1 ? "prompt" : "prompts"}`;
}

function signed(value: number): string {
  return value.toFixed(2).replace("-", "−");
}
