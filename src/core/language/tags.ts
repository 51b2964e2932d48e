// Language tags: canonical BCP-47, their names, their direction, and what a mistyped one meant.
import { closest } from "../../common/didYouMean.ts";

/** Country codes and colloquial forms that people write for a language. */
const habitualMistakes: Readonly<Record<string, string>> = {
  jp: "ja",
  cn: "zh",
  cz: "cs",
  gr: "el",
  kr: "ko",
  ua: "uk",
  dk: "da",
  vn: "vi",
  il: "he",
  rs: "sr",
  ir: "fa",
  pk: "ur",
  ge: "ka",
  al: "sq",
  mandarin: "zh",
  farsi: "fa",
  castilian: "es",
  flemish: "nl",
};

/** Intl takes microseconds for each tag, and a mixture file names the same few thousands of times. */
const canonicalTags = new Map<string, string | null>();
const languageTags = new Map<string, boolean>();
const mostRemembered = 10_000;

/** The canonical form (`ZH-hans` is `zh-Hans`, `iw` is `he`, `eng` is `en`), or null for what is no tag. */
export function canonicalTag(text: string): string | null {
  const known = canonicalTags.get(text);
  if (known !== undefined) return known;
  let tag: string | null;
  try {
    tag = Intl.getCanonicalLocales(text)[0] ?? null;
  } catch {
    tag = null;
  }
  if (canonicalTags.size < mostRemembered) canonicalTags.set(text, tag);
  return tag;
}

/**
 * True for a well-formed tag of a language. A two-letter code must be known to the ICU data; any
 * three-letter code is accepted, since ISO 639-3 has thousands that ICU has no name for.
 */
export function isLanguageTag(text: string): boolean {
  const known = languageTags.get(text);
  if (known !== undefined) return known;
  const answer = namesLanguage(text);
  if (languageTags.size < mostRemembered) languageTags.set(text, answer);
  return answer;
}

function namesLanguage(text: string): boolean {
  const canonical = canonicalTag(text);
  if (canonical === null) return false;
  const language = canonical.split("-")[0] ?? "";
  if (language.length === 2) return nameIn(language, "en") !== null;
  return language.length === 3 && language !== "und";
}

/** The tag that a word which is not one probably meant: "english" is `en`, "jp" is `ja`; null if unclear. */
export function suggestLanguage(text: string): string | null {
  const word = text.trim().toLowerCase();
  const habitual = habitualMistakes[word];
  if (habitual !== undefined) return habitual;
  const hyphenated = canonicalTag(text.trim().replaceAll("_", "-"));
  if (hyphenated !== null && isLanguageTag(hyphenated)) return hyphenated;
  const names = tagsByName();
  const exact = names.get(word);
  if (exact !== undefined) return exact;
  if (word.length < 4) return null;
  const near = closest(word, names.keys());
  return near === null ? null : (names.get(near) ?? null);
}

/** The language's name in `inLanguage` (English unless told), or the tag itself. */
export function displayName(tag: string, inLanguage = "en"): string {
  return nameIn(tag, inLanguage) ?? tag;
}

/** The language's name in itself, for example `suomi` for `fi`. */
export function ownName(tag: string): string {
  return displayName(tag, tag);
}

/** Canonical tags in code-unit order: the order of `all`, the same on every machine. */
export function sortedTags(tags: Iterable<string>): string[] {
  return [...tags].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

const namers = new Map<string, Intl.DisplayNames | null>();

function nameIn(tag: string, inLanguage: string): string | null {
  let namer = namers.get(inLanguage);
  if (namer === undefined) {
    try {
      namer = new Intl.DisplayNames([inLanguage], { type: "language", fallback: "none" });
    } catch {
      namer = null;
    }
    namers.set(inLanguage, namer);
  }
  try {
    return namer?.of(tag) ?? null;
  } catch {
    return null;
  }
}

let namesCache: ReadonlyMap<string, string> | null = null;

/** Lower-case English and own names of the two-letter languages; built on the first mistake only. */
function tagsByName(): ReadonlyMap<string, string> {
  if (namesCache !== null) return namesCache;
  const names = new Map<string, string>();
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const tags = letters
    .flatMap(first => letters.map(second => first + second))
    .filter(tag => canonicalTag(tag) === tag && nameIn(tag, "en") !== null);
  for (const tag of tags) names.set(displayName(tag).toLowerCase(), tag);
  for (const tag of tags) {
    const own = ownName(tag).toLowerCase();
    if (!names.has(own)) names.set(own, tag);
  }
  namesCache = names;
  return names;
}
