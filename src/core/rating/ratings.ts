// Human ratings of pairs: one JSON Lines file per rater, next to the comparison.
import { isObject } from "../../common/json.ts";
import type { PairOutcome } from "../records/comparison.ts";

/** A line of `ratings-<rater>.jsonl`. */
export interface Rating {
  readonly rater: string;
  readonly language: string;
  readonly id: string;
  /** The response shown on the left, or on top. */
  readonly left: "run" | "baseline";
  readonly picked: "run" | "baseline" | "tie";
  readonly time: string; // ISO 8601
}

/** Identifies the pair of a verdict or a rating. */
export interface PairName {
  readonly language: string;
  readonly id: string;
}

const outcomes = { run: "win", baseline: "loss", tie: "tie" } as const;

/** Converts a rating to an outcome as recorded for judges. */
export function outcomeOf(rating: Rating): PairOutcome {
  return outcomes[rating.picked];
}

export function pairKey({ language, id }: PairName): string {
  return JSON.stringify([language, id]);
}

/**
 * Returns the name of a rater's file, made of letters and digits of any script. Lower case, because some file
 * systems do not distinguish `Ada` from `ada`. Null when no character of the name is usable.
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

/**
 * Maximum number of characters of a rater's name in the file name. Even with four bytes each, far below the
 * limit of file systems.
 */
const maxSlug = 40;

export function isRatingsFile(name: string): boolean {
  return /^ratings-.+\.jsonl$/.test(name);
}

/**
 * @param before Previous content of the file. Lines that are not ratings, are incomplete, or come from a
 * newer version of Pinch are kept.
 */
export function formatRatings(ratings: readonly Rating[], before = ""): string {
  const others = before.split(/\r?\n/).filter(line => line.trim() !== "" && parseLine(line) === null);
  return [...ratings.map(rating => JSON.stringify(rating)), ...others].map(line => `${line}\n`).join("");
}

/**
 * Parses one or several files: valid complete lines in order of time. The newest rating of a pair by each
 * rater counts.
 */
export function parseRatings(...texts: readonly string[]): Rating[] {
  const lines = texts.flatMap(text => text.split(/\r?\n/)).flatMap(line => parseLine(line) ?? []);
  const found = new Map<string, Rating>();
  for (const rating of lines.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))) {
    const key = JSON.stringify([rating.rater, pairKey(rating)]);
    found.delete(key); // a revised rating is the newest, so that undo reverts it first
    found.set(key, rating);
  }
  return [...found.values()];
}

function parseLine(line: string): Rating | null {
  if (line.trim() === "") return null;
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value)) return null;
    const { rater, language, id, left, picked, time } = value;
    const sound =
      [rater, language, id, time].every(text => typeof text === "string") &&
      (left === "run" || left === "baseline") &&
      (picked === "run" || picked === "baseline" || picked === "tie");
    return sound ? (value as unknown as Rating) : null;
  } catch {
    return null;
  }
}
