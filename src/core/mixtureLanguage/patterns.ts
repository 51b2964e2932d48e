// Data patterns with {language} that a workspace's files match.
import { languagePlaceholder } from "../dataset/pattern.ts";
import { canonicalTag, isLanguageTag } from "../language/tags.ts";
import type { Offer } from "./known.ts";

/** `paths` are relative to the mixture file; patterns of most languages first. */
export function patternsIn(paths: Iterable<string>): Offer[] {
  const found = new Map<string, Set<string>>();
  for (const path of paths) {
    const parts = path.split(/([/._])/);
    // The extension is never a language, though .ar or .it would be one.
    for (const [index, part] of parts.entries()) {
      const tag =
        index < parts.length - 1 && /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(part) ? canonicalTag(part) : null;
      if (tag === null || !isLanguageTag(tag)) continue;
      const pattern = parts.with(index, languagePlaceholder).join("");
      found.set(pattern, (found.get(pattern) ?? new Set()).add(tag));
    }
  }
  return [...found]
    .filter(([, tags]) => tags.size > 1)
    .sort(([a, many], [b, few]) => few.size - many.size || (a < b ? -1 : 1))
    .map(([value, tags]) => ({ value, detail: `${tags.size} languages: ${[...tags].sort().join(", ")}` }));
}
