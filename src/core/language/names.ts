// Maps names and codes that users write for a language to its tag, by exact tables, and
// suggests a tag for others.
import { closest } from "../../common/didYouMean.ts";
import { namedLanguages } from "./languageCodes.ts";
import { countryCodes, namedVarieties, otherNames } from "./otherNames.ts";
import { canonicalTag, displayName, isLanguageTag } from "./tags.ts";

/**
 * Returns the canonical tag of a tag in any case with hyphens or underscores, a code of ISO
 * 639-2 or 639-3, a code of FLORES (`eng_Latn` is en, `zho_Hant` zh-Hant), or a name in
 * English or in the language itself. Nothing is guessed: null if the text is none of these,
 * or if it is a tag of one language and the name of another (`Ga`).
 */
export function knownLanguage(text: string): string | null {
  const written = text.trim();
  if (written === "" || written === "NaN") return null;
  const tag = tagWritten(written);
  const named = tag === null || /^\p{Lu}\p{L}+(-\p{Lu}\p{L}+)?$/u.test(written) ? nameWritten(written) : null;
  return tag === null || named === null || named === tag ? (tag ?? named) : null;
}

/** Returns the tag by which files of a language are named: `English`, `eng_Latn` and `en-Latn` are en. */
export function fileLanguage(text: string): string | null {
  const tag = knownLanguage(text);
  return tag === null ? null : withoutUsualScript(tag);
}

/** Returns true for a tag or code of a language, but not for a name. */
export function isLanguageCode(text: string): boolean {
  return tagWritten(text.trim()) !== null && knownLanguage(text) !== null;
}

/** Returns the tag that a word probably means: "english" is `en`, "jp" is `ja`; null if unclear. */
export function suggestLanguage(text: string): string | null {
  const word = plain(text);
  const known = countryCodes[word] ?? knownLanguage(text);
  if (known !== null || word.length < 4) return known;
  const near = closest(word, tagsByName().keys());
  return near === null ? null : (tagsByName().get(near) ?? null);
}

/** Removes the usual script from a tag: `en-Latn` becomes en, an unusual script is kept. */
export function withoutUsualScript(tag: string): string {
  const locale = new Intl.Locale(tag);
  const usual = new Intl.Locale(locale.language).maximize().script;
  const isUsual = locale.script === usual || (usual === "Kore" && locale.script === "Hang");
  if (!isUsual || locale.script === undefined) return tag;
  return tag.replace(`-${locale.script}`, "");
}

function tagWritten(written: string): string | null {
  const tag = canonicalTag(written.replaceAll("_", "-"));
  if (tag === null || !isLanguageTag(tag) || !isLanguageTag(written.replaceAll("_", "-"))) return null;
  // FLORES includes the script of every language; Chinese is written in either.
  return /^[a-z]{3}_[a-z]{4}$/i.test(written) && !/^zh-/.test(tag) ? withoutUsualScript(tag) : tag;
}

/** Details that ISO 639-3 puts in brackets: years, and the scope of a language. */
const isoDetail = /^(individual language|macrolanguage|[0-9-]+)$/;

/** Resolves names with brackets, in inverted order or in a list, as in catalogues of languages. */
function nameWritten(written: string): string | null {
  const name = plain(written);
  const known = tagsByName().get(name);
  if (known !== undefined) return known;
  const [, base, detail] = /^(.+?) ?\((.+?)(?: script)?\)$/.exec(name) ?? [];
  if (base !== undefined && detail !== undefined)
    return isoDetail.test(detail) ? nameWritten(base) : withDetail(nameWritten(base), detail);
  if (name.includes(";")) {
    const [first, ...others] = name.split(";").map(nameWritten);
    return first !== undefined && others.every(other => other === first) ? first : null;
  }
  const [general, particular, ...more] = name.split(/, ?/);
  if (particular === undefined || more.length > 0) return null;
  return tagsByName().get(`${particular} ${general}`) ?? null;
}

/** Scripts that appear in brackets after names. */
// biome-ignore format: a table
const scripts: Readonly<Record<string, string>> = {
  arabic: "Arab", bengali: "Beng", cyrillic: "Cyrl", devanagari: "Deva", gurmukhi: "Guru", hebrew: "Hebr", latin: "Latn",
  mongolian: "Mong", "ol chiki": "Olck", roman: "Latn", romanized: "Latn", simplified: "Hans", "simplified han": "Hans", tibetan: "Tibt",
  tifinagh: "Tfng", traditional: "Hant", "traditional han": "Hant",
};

function withDetail(language: string | null, detail: string): string | null {
  if (language === null) return null;
  const script = scripts[detail];
  if (script !== undefined) {
    const tag = canonicalTag(`${language}-${script}`);
    return tag === null || script.startsWith("Han") ? tag : withoutUsualScript(tag);
  }
  const region = regionsByName().get(detail);
  return region === undefined ? null : canonicalTag(`${language}-${region}`);
}

/** Normalises a name: `Scottish_Gaelic` and `scottish gaelic` are the same. */
function plain(text: string): string {
  return text
    .trim()
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\s_]+/g, " ")
    .replaceAll("’", "'");
}

let names: ReadonlyMap<string, string> | null = null;

/** Returns tags by name: English names first, then native ones. Built when first needed. */
function tagsByName(): ReadonlyMap<string, string> {
  if (names !== null) return names;
  const found = new Map<string, string>();
  const add = (name: string, tag: string): void => {
    if (!found.has(plain(name))) found.set(plain(name), tag);
  };
  for (const [name, tag] of Object.entries(otherNames)) add(name, tag);
  for (const tag of [...namedLanguages, ...namedVarieties]) {
    const name = displayName(tag);
    if (name !== tag) add(name, tag);
  }
  // ICU falls back to the machine's locale for languages without data, hence only supported locales.
  for (const tag of Intl.DisplayNames.supportedLocalesOf([...namedLanguages, ...namedVarieties]))
    add(displayName(tag, tag), tag);
  names = found;
  return found;
}

let regions: ReadonlyMap<string, string> | null = null;

function regionsByName(): ReadonlyMap<string, string> {
  if (regions !== null) return regions;
  const namer = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const codes = letters.flatMap(first => letters.map(second => first + second));
  const named = codes.flatMap(code => {
    const name = namer.of(code);
    return name === undefined ? [] : [[plain(name), code] as const];
  });
  regions = new Map(named);
  return regions;
}
