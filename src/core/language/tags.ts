// Language tags: canonical BCP-47, their names, and their order.

/** Codes of ISO 639 for what is in no language, or in several. */
const undetermined: readonly string[] = ["und", "mul", "mis", "zxx", "art"];
/** Words of file names that are codes of ISO 639-3 too: Allar, Rawang and others. */
// biome-ignore format: a table
const fileWords: ReadonlySet<string> = new Set([
  "abc", "all", "any", "api", "app", "aux", "bad", "baz", "big", "csv", "dev", "dpo", "end", "faq", "foo", "gen",
  "log", "low", "map", "max", "mid", "mix", "ner", "neg", "nli", "old", "one", "out", "pos", "pre", "qna", "raw", "ref",
  "row", "set", "sft", "src", "std", "sub", "sum", "syn", "tag", "tmp", "top", "trn", "tst", "tsv", "two", "txt", "val",
  "web",
]);

/** Intl takes microseconds for each tag, and a mixture file names the same few thousands of times. */
const canonicalTags = new Map<string, string | null>();
const languageTags = new Map<string, boolean>();
const mostRemembered = 10_000;
/** Characters. RFC 5646 asks for 35 to be enough; Intl takes the square of a longer one. */
const longestTag = 100;

/** The canonical form (`ZH-hans` is `zh-Hans`, `iw` is `he`, `eng` is `en`), or null for what is no tag. */
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
  if (canonicalTags.size < mostRemembered) canonicalTags.set(text, tag);
  return tag;
}

/**
 * True for a well-formed tag of a language. A two-letter code must be known to the ICU data; any
 * three-letter code is accepted, since ISO 639-3 has thousands that ICU has no name for, but for words such as `all` and
 * `raw`: with its script, `raw-Latn`, such a one is a language.
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
  if (canonical === null || fileWords.has(text.toLowerCase())) return false;
  const language = canonical.split("-")[0] ?? "";
  if (language.length === 2) return nameIn(language, "en") !== null;
  return language.length === 3 && !undetermined.includes(language);
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
