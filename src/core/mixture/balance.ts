// Rebalances a mixture when the amount of one language changes: the other languages make room.
import { apportion, examplesOf } from "./amounts.ts";
import { sumOf } from "./counts.ts";
import type { Amount, MixtureForm } from "./mixtureFile.ts";

type Counts = Readonly<Record<string, number>>;

export interface Move {
  readonly language: string;
  /** Wanted number of examples, reduced to the room available. */
  readonly examples: number;
  /** Languages whose numbers of examples stay unchanged. */
  readonly locked: readonly string[];
}

/** Maximum number of decimals of a percentage. */
const maxDecimals = 4;

/**
 * Returns the form after the move. A spread stays a spread if it can express the result: its languages move
 * together, against the base. Otherwise the form becomes shares. Returns null when the language can't be
 * moved in this form.
 *
 * @param counts Current number of examples per language.
 * @param member True for a member of a sweep, which must stay a sweep: locks are ignored, and only spreads
 * can be moved.
 */
export function moveAmount(
  form: MixtureForm,
  counts: Counts,
  budget: number,
  move: Move,
  member = false,
): MixtureForm | null {
  if (!(move.language in counts) || !isMovable(form, move.language, member)) return null;
  if (form.kind === "spread") {
    const spread = movedSpread(form, counts, budget, move);
    const locked = move.locked.some(tag => tag !== move.language && tag in counts);
    if (member || form.grow === true || !locked) return { ...form, spread };
  }
  const moved = rebalance(counts, budget, move);
  return moved === null ? null : { kind: "shares", shares: sharesFor(moved, budget) };
}

/** Reports whether the amount of this language can be changed at all. */
export function isMovable(form: MixtureForm, language: string, member = false): boolean {
  switch (form.kind) {
    case "monolingual":
      return false;
    case "spread":
      // A growing spread leaves the whole budget to its base.
      return form.grow !== true || language !== form.base;
    default:
      return !member;
  }
}

/**
 * Returns the counts after the move, which add up to the budget. Null when every other language is locked.
 */
export function rebalance(
  counts: Counts,
  budget: number,
  { language, examples, locked }: Move,
): Counts | null {
  const others = Object.keys(counts).filter(tag => tag !== language);
  const free = others.filter(tag => !locked.includes(tag));
  if (free.length === 0) return null;
  const kept = others.filter(tag => locked.includes(tag));
  const room = Math.max(0, budget - kept.reduce((all, tag) => all + (counts[tag] ?? 0), 0));
  const moved = Math.min(room, Math.max(0, Math.round(examples)));
  const weights = free.map(tag => counts[tag] ?? 0);
  const rest = apportion(room - moved, weights.some(weight => weight > 0) ? weights : free.map(() => 1));
  const changed = new Map(free.map((tag, index) => [tag, rest[index] ?? 0]));
  return Object.fromEntries(
    Object.entries(counts).map(([tag, count]) => [
      tag,
      tag === language ? moved : (changed.get(tag) ?? count),
    ]),
  );
}

/** Percentages that add up to 100 and reproduce these counts, with as few decimals as possible. */
export function sharesFor(counts: Counts, budget: number): Record<string, number> {
  const languages = Object.keys(counts);
  const wanted = Object.values(counts);
  const withDecimals = (decimals: number) =>
    apportion(100 * 10 ** decimals, wanted).map(part => part / 10 ** decimals);
  let shares: number[] = [];
  for (let decimals = 0; decimals <= maxDecimals; decimals++) {
    shares = withDecimals(decimals);
    const apportioned = apportion(budget, shares);
    if (wanted.every((count, index) => count === apportioned[index])) break;
  }
  return Object.fromEntries(languages.map((tag, index) => [tag, shares[index] ?? 0]));
}

/**
 * Writes a number of examples in the notation of `before`: a number, or the shortest percentage that gives
 * it.
 */
export function amountLike(before: Amount, examples: number, budget: number): Amount {
  if ("examples" in before || examples > budget) return { examples };
  for (let decimals = 0; decimals <= maxDecimals; decimals++) {
    const percent = Math.round((100 * 10 ** decimals * examples) / budget) / 10 ** decimals;
    if (examplesOf({ percent }, budget) === examples) return { percent };
  }
  return { examples };
}

function movedSpread(
  form: Extract<MixtureForm, { kind: "spread" }>,
  counts: Counts,
  budget: number,
  { language, examples }: Move,
): Amount {
  const over = form.over === "all" ? Object.keys(counts) : form.over;
  const size = Math.max(1, over.length);
  // A base that is also in `over` gives up only the parts of the other languages.
  const others = over.includes(form.base) ? Math.max(1, size - 1) / size : 1;
  const wanted = language === form.base ? (budget - examples) / others : examples * size;
  const most = form.grow === true ? Number.MAX_SAFE_INTEGER : budget;
  return amountLike(form.spread, Math.min(most, Math.max(0, Math.round(wanted))), budget);
}

/** Initial spread when the previous form implies none. */
const firstSpread: Amount = { percent: 10 };

/**
 * Converts a form to another kind, keeping its languages and counts as closely as that kind allows. A
 * monolingual form implies no other languages, so it becomes a form over all of them.
 */
export function convertForm(
  form: MixtureForm,
  kind: MixtureForm["kind"],
  counts: Counts,
  budget: number,
): MixtureForm {
  if (form.kind === kind) return form;
  const base = baseOf(form, counts);
  const over = form.kind === "monolingual" ? "all" : "over" in form ? form.over : Object.keys(counts);
  const withBase = form.kind === "spread" && over !== "all" ? [...new Set([base, ...over])] : over;
  switch (kind) {
    case "monolingual":
      return { kind, language: base };
    case "uniform":
      return { kind, over: withBase };
    case "temperature":
      return { kind, temperature: 1, over: withBase };
    case "shares":
      return { kind, shares: sharesFor(counts, sumOf(counts)) };
    case "spread": {
      if (form.kind === "monolingual") return { kind, base, spread: firstSpread, over };
      const others = over === "all" ? over : over.filter(tag => tag !== base);
      const rest = Math.max(0, Math.min(budget, sumOf(counts) - (counts[base] ?? 0)));
      return others.length === 0
        ? { kind, base, spread: firstSpread, over: "all" }
        : { kind, base, spread: amountLike({ percent: 0 }, rest, budget), over: others };
    }
  }
}

/** The base of the form, or else the language with the most examples (the first, if several tie). */
function baseOf(form: MixtureForm, counts: Counts): string {
  if (form.kind === "spread") return form.base;
  if (form.kind === "monolingual") return form.language;
  const most = Math.max(0, ...Object.values(counts));
  return Object.keys(counts).find(tag => counts[tag] === most) ?? "en";
}
