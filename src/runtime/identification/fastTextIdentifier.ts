// Identifier of an evaluation that uses a fastText model supplied by the user.
import { HumanError } from "../../common/errors.ts";
import { sameLanguage } from "../../core/language/alike.ts";
import { canonicalTag, isLanguageTag } from "../../core/language/tags.ts";
import { openFastText } from "./fastText/fastTextModel.ts";
import { primarySubtag } from "./identifierCodes.ts";
import type { LanguageIdentifier } from "./identify.ts";

// Minimum probability for lid.176's answer in the Language Confusion Benchmark, which calls the rest unknown.
const leastProbability = 0.3;

/**
 * Converts `en`, `eng` and `eng_Latn` to `en`, the last one with its script; null if the label is not a
 * language tag.
 */
function tagOfLabel(label: string): string | null {
  const tag = canonicalTag(label.replaceAll("_", "-"));
  return tag !== null && isLanguageTag(tag) ? tag : null;
}

function some(labels: readonly string[]): string {
  const named = labels.slice(0, maxNamed).join(", ");
  return labels.length > maxNamed ? `${named} and ${labels.length - maxNamed} more` : named;
}
const maxNamed = 5;

export interface FastTextIdentifier extends LanguageIdentifier {
  /** Reports whether one of the model's labels is the language, or counts as it. */
  knows(tag: string): boolean;
}

/**
 * @param evaluated BCP-47 tags. An answer that matches one is returned exactly as given here.
 * @throws HumanError for a file that is not a fastText model, or a model that knows none of the evaluated
 * languages
 */
export function createFastTextIdentifier(path: string, evaluated: readonly string[]): FastTextIdentifier {
  const model = openFastText(path);
  const tags = new Map(model.labels.map(label => [label, tagOfLabel(label)]));
  const readable = [...tags.values()].filter(tag => tag !== null);
  if (readable.length * 2 < tags.size)
    throw new HumanError(`${path} labels texts with ${some(model.labels)}, which are not languages.`, {
      remedy:
        "Give a fastText model for language identification, whose labels are like __label__en or __label__eng_Latn.",
    });
  const known = new Set(readable.map(primarySubtag));
  // Languages that the model distinguishes stay distinct: lid.176 has both id and ms, unlike Pinch's own
  // identifier.
  const isOwn = (tag: string, wanted: string): boolean =>
    known.has(primarySubtag(wanted))
      ? primarySubtag(tag) === primarySubtag(wanted)
      : sameLanguage(tag, wanted);
  if (evaluated.length > 0 && !evaluated.some(wanted => readable.some(label => isOwn(label, wanted))))
    throw new HumanError(
      `${path} knows none of the evaluated languages (${evaluated.join(", ")}): its labels are ${some(model.labels)}.`,
      {
        remedy: "Give a model that knows them, or remove evaluate.identifier: Pinch has its own identifier.",
      },
    );
  for (const [label, tag] of tags) {
    const own = tag === null ? undefined : evaluated.find(wanted => isOwn(tag, wanted));
    if (own !== undefined) tags.set(label, own);
  }
  return {
    knows: tag => readable.some(label => isOwn(label, tag)),
    identify(text) {
      const found = model.predict(text);
      const confidence = Math.min(1, found?.probability ?? 0);
      const tag = found === null || confidence <= leastProbability ? null : tags.get(found.label);
      return { language: tag ?? "und", confidence };
    },
  };
}
