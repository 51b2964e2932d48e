// Data patterns with `{language}`, for completion.
import { findDatasets } from "../sources/datasets.ts";
import type { Offer } from "./known.ts";

/** Patterns with the most languages come first. `paths` are relative to the mixture file. */
export function patternsIn(paths: Iterable<string>): Offer[] {
  return findDatasets(paths)
    .sort((a, b) => b.files.size - a.files.size)
    .map(({ pattern, files }) => ({
      value: pattern,
      detail: `${files.size === 1 ? "1 language" : `${files.size} languages`}: ${[...files.keys()].join(", ")}`,
    }));
}
