// Reports evaluated languages that language identification can't distinguish, before a run is paid for.
import type { Diagnostic } from "../../common/diagnostic.ts";
import { sameLanguage } from "../language/alike.ts";
import { identifiable, identifiableWords } from "../language/identifiable.ts";
import { displayName } from "../language/tags.ts";
import type { ParsedMixtureFile } from "./parse.ts";

/**
 * Reports nothing when the file names its own identifier.
 *
 * @param evaluated Canonical tags without duplicates.
 */
export function indistinguishable(
  { draft, locate }: ParsedMixtureFile,
  evaluated: readonly string[],
): Diagnostic[] {
  const { languages, identifier } = draft.evaluate;
  if (identifier !== undefined) return [];
  const rangeOf = (tag: string) =>
    languages === "all"
      ? locate(["data", "eval"])
      : locate(["evaluate", "languages", languages.indexOf(tag)]);
  const alone = evaluated.flatMap((tag): Diagnostic[] => {
    const message = identifiableWords(tag);
    if (message === null) return [];
    const isScored = identifiable(tag).kind !== "not";
    return [
      {
        severity: isScored ? "information" : "warning",
        code: isScored ? "scored-more-widely" : "not-told-apart",
        message: `${message}.`,
        remedy: isScored
          ? "No action is needed, or set evaluate.identifier to a fastText model that distinguishes them."
          : `Set evaluate.identifier to a fastText model that supports ${displayName(tag)}, or rely on checks alone.`,
        range: rangeOf(tag),
      },
    ];
  });
  const together = evaluated.flatMap((tag, at): Diagnostic[] => {
    const same = evaluated.slice(0, at).find(other => sameLanguage(other, tag) || sameLanguage(tag, other));
    if (same === undefined) return [];
    return [
      {
        severity: "warning",
        code: "count-as-one",
        message: `${displayName(same)} and ${displayName(tag)} count as one language: a response in either counts as right.`,
        remedy:
          "Evaluate one of them, or set evaluate.identifier to a fastText model that distinguishes them.",
        range: rangeOf(tag),
      },
    ];
  });
  return [...alone, ...together];
}
