// Data patterns with {language} that a workspace's files match.
import { dataStem } from "../dataset/dataFileNames.ts";
import { languagePlaceholder } from "../dataset/pattern.ts";
import { canonicalTag, isLanguageTag } from "../language/tags.ts";
import type { Offer } from "./known.ts";

/** `paths` are relative to the mixture file; patterns of most languages first. */
export function patternsIn(paths: Iterable<string>): Offer[] {
  const found = new Map<string, Set<string>>();
  for (const path of paths) {
    // Endings are never languages, though .csv and .it would be some.
    const stem = dataStem(path);
    const parts = stem.split(/([/._])/);
    for (const [index, part] of parts.entries()) {
      const isLast = stem === path && index === parts.length - 1;
      const tag = !isLast && /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(part) ? canonicalTag(part) : null;
      if (tag === null || !isLanguageTag(tag)) continue;
      const pattern = parts.with(index, languagePlaceholder).join("") + path.slice(stem.length);
      found.set(pattern, (found.get(pattern) ?? new Set()).add(tag));
    }
  }
  return [...found]
    .filter(([, tags]) => tags.size > 1)
    .sort(([a, many], [b, few]) => few.size - many.size || (a < b ? -1 : 1))
    .map(([value, tags]) => ({ value, detail: `${tags.size} languages: ${[...tags].sort().join(", ")}` }));
}
