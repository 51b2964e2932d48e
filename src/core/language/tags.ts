// Language tags: canonical BCP-47 form, names, and order.

/** ISO 639 codes for content in no language, or in several. */
const undetermined: readonly string[] = ["und", "mul", "mis", "zxx", "art"];
/** Words in file names that are also codes of ISO 639-3: Allar, Rawang and others. */
// biome-ignore format: a table
const fileWords: ReadonlySet<string> = new Set([
  "abc", "all", "any", "api", "app", "aux", "bad", "baz", "big", "csv", "dev", "dpo", "end", "faq", "foo", "gen",
  "log", "low", "map", "max", "mid", "mix", "ner", "neg", "nli", "old", "one", "out", "pos", "pre", "qna", "raw", "ref",
  "row", "set", "sft", "src", "std", "sub", "sum", "syn", "tag", "tmp", "top", "trn", "tst", "tsv", "two", "txt", "val",
  "web",
]);

/** Caches: Intl takes microseconds per tag, and a mixture file repeats the same tags thousands of times. */
const canonicalTags = new Map<string, string | null>();
const languageTags = new Map<string, boolean>();
const maxRemembered = 10_000;
/**
 * Maximum length of a tag, in characters. RFC 5646 recommends support for 35; Intl's time
 * is quadratic in the length.
 */
const longestTag = 100;

/**
 * Returns the canonical form (`ZH-hans` is `zh-Hans`, `iw` is `he`, `eng` is `en`); null for invalid tags.
 */
export function canonicalTag(text: string): string | null {
  const known = canonicalTags.get(text);
  if (known !== undefined) return known;
  if (text.length > longestTag) return null;
  let tag: string | null;
  try {
    tag = Intl.getCanonicalLocales(text)[0] ?? null;
  } catch {
    tag = null;
  }
  if (canonicalTags.size < maxRemembered) canonicalTags.set(text, tag);
  return tag;
}

/**
 * Returns true for a well-formed language tag. A two-letter code must be known to the ICU data. Any
 * three-letter code is accepted, since ISO 639-3 has thousands that ICU has no name for, except words such as
 * `all` and `raw`; with a script, as in `raw-Latn`, these are accepted as well.
 */
export function isLanguageTag(text: string): boolean {
  const known = languageTags.get(text);
  if (known !== undefined) return known;
  const answer = namesLanguage(text);
  if (languageTags.size < maxRemembered) languageTags.set(text, answer);
  return answer;
}

function namesLanguage(text: string): boolean {
  const canonical = canonicalTag(text);
  if (canonical === null || fileWords.has(text.toLowerCase())) return false;
  const language = canonical.split("-")[0] ?? "";
  if (language.length === 2) return nameIn(language, "en") !== null;
  return language.length === 3 && !undetermined.includes(language);
}

/** Returns the language's name in `inLanguage`, or the tag itself if there is none. */
export function displayName(tag: string, inLanguage = "en"): string {
  return nameIn(tag, inLanguage) ?? tag;
}

/** Returns the language's name in itself, for example `suomi` for `fi`. */
export function ownName(tag: string): string {
  return displayName(tag, tag);
}

/** Sorts canonical tags by code unit: the order of `all`, the same on every machine. */
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
