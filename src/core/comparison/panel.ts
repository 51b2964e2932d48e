// Combines several judges into one: the majority's pick in each order, together with each
// judge's own verdict.

import type { JudgedOrder, JudgeIdentity, PairVerdict, Pick } from "../records/comparison.ts";
import { outcomeOf } from "./picks.ts";

/** Maximum number of judges on a panel; each multiplies the number of questions. */
export const maxJudges = 9;

/**
 * Returns the identity of a panel; that of a single judge is its own.
 * @param members at least one judge
 */
export function panelIdentity(members: readonly JudgeIdentity[]): JudgeIdentity {
  const [first, ...others] = members;
  if (first === undefined) throw new RangeError("a panel needs at least one judge");
  if (others.length === 0) return first;
  return {
    kind: "panel",
    model: members.map(({ kind, model }) => model ?? kind).join(" + "),
    url: null,
    promptVersion: [...new Set(members.map(({ promptVersion }) => promptVersion))].join(" + "),
    promptLanguage: members.some(({ promptLanguage }) => promptLanguage === "own") ? "own" : "en",
    members,
  };
}

/**
 * Returns the panel's verdict on one pair. In each order it is the pick of more than half of the judges whose
 * answers could be read, else a tie; unread unless more than half of the panel could be read. The outcome
 * follows from the two orders as for a single judge.
 *
 * @param said verdict of each judge on the pair, in the order of the panel
 */
export function panelVerdict(said: readonly PairVerdict[]): PairVerdict {
  const [first, ...others] = said;
  if (first === undefined) throw new RangeError("a panel needs at least one judge");
  if (others.length === 0) return first;
  const order = (at: 0 | 1): JudgedOrder => ({
    first: first.orders[at].first,
    picked: majority(said.map(({ orders }) => orders[at].picked)),
    answer: null,
    error: null,
  });
  const orders = [order(0), order(1)] as const;
  return {
    ...first,
    orders,
    outcome: outcomeOf(orders),
    panel: said.map(verdict => ({ orders: verdict.orders, outcome: verdict.outcome })),
  };
}

function majority(picks: readonly Pick[]): Pick {
  const read = picks.filter(pick => pick !== null);
  if (2 * read.length <= picks.length) return null;
  return read.find(pick => 2 * read.filter(other => other === pick).length > read.length) ?? "tie";
}

/** Returns true if the judges whose answers could be read disagree about the pair. */
export function isDisputed({ panel = [] }: { readonly panel?: PairVerdict["panel"] }): boolean {
  return new Set(panel.flatMap(({ outcome }) => outcome ?? [])).size > 1;
}
