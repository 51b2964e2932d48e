// What a person said about pairs: one file of JSON Lines for each rater, beside the comparison.
import type { PairOutcome } from "../records/comparison.ts";

/** One line of `ratings-<rater>.jsonl`. */
export interface Rating {
  readonly rater: string;
  readonly language: string;
  readonly id: string;
  /** Which of the two stood on the left, or above. */
  readonly left: "run" | "baseline";
  readonly picked: "run" | "baseline" | "tie";
  readonly time: string; // ISO 8601
}

/** What a verdict or a rating is about. */
export interface PairName {
  readonly language: string;
  readonly id: string;
}

const outcomes = { run: "win", baseline: "loss", tie: "tie" } as const;

/** As the judge's outcomes are written. */
export function outcomeOf(rating: Rating): PairOutcome {
  return outcomes[rating.picked];
}

export function pairKey({ language, id }: PairName): string {
  return JSON.stringify([language, id]);
}

/**
 * Letters and digits of any script; lower case, because some file systems take `Ada` and `ada` for one.
 * null: nothing of the name can stand in a file's name.
 */
export function ratingsFile(rater: string): string | null {
  const slug = rater
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, maxSlug);
  return slug === "" ? null : `ratings-${slug}.jsonl`;
}

/** Characters of a rater's name in the file's name: with four bytes each far below what file systems allow. */
const maxSlug = 40;

export function isRatingsFile(name: string): boolean {
  return /^ratings-.+\.jsonl$/.test(name);
}

/** @param before What the file held: a line that is no rating, cut off or of a newer Pinch, stays in it. */
export function formatRatings(ratings: readonly Rating[], before = ""): string {
  const others = before.split(/\r?\n/).filter(line => line.trim() !== "" && parseLine(line) === null);
  return [...ratings.map(rating => JSON.stringify(rating)), ...others].map(line => `${line}\n`).join("");
}

/** Of one file or of several: whole, sound lines by their time; of several about one pair by one rater the newest counts. */
export function parseRatings(...texts: readonly string[]): Rating[] {
  const lines = texts.flatMap(text => text.split(/\r?\n/)).flatMap(line => parseLine(line) ?? []);
  const found = new Map<string, Rating>();
  for (const rating of lines.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))) {
    const key = JSON.stringify([rating.rater, pairKey(rating)]);
    found.delete(key); // a changed mind is the newest: undo takes back what was said last
    found.set(key, rating);
  }
  return [...found.values()];
}

function parseLine(line: string): Rating | null {
  if (line.trim() === "") return null;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null) return null;
    const { rater, language, id, left, picked, time } = value as Record<string, unknown>;
    const sound =
      [rater, language, id, time].every(text => typeof text === "string") &&
      (left === "run" || left === "baseline") &&
      (picked === "run" || picked === "baseline" || picked === "tie");
    return sound ? (value as Rating) : null;
  } catch {
    return null;
  }
}
