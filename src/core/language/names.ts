// From what people write for a language to its tag: by exact tables, and what a word that is in none probably meant.
import { closest } from "../../common/didYouMean.ts";
import { namedLanguages } from "./languageCodes.ts";
import { countryCodes, namedVarieties, otherNames } from "./otherNames.ts";
import { canonicalTag, displayName, isLanguageTag } from "./tags.ts";

/**
 * The canonical tag of what is written: a tag of any case with hyphens or underscores, a code of ISO 639-2 or 639-3,
 * a code of FLORES (`eng_Latn` is en, `zho_Hant` zh-Hant), a name in English or the language's own. Nothing is guessed:
 * null where the text is none of these, or a tag of one language and the name of another (`Ga`).
 */
export function knownLanguage(text: string): string | null {
  const written = text.trim();
  if (written === "" || written === "NaN") return null;
  const tag = tagWritten(written);
  const named = tag === null || /^\p{Lu}\p{L}+(-\p{Lu}\p{L}+)?$/u.test(written) ? nameWritten(written) : null;
  return tag === null || named === null || named === tag ? (tag ?? named) : null;
}

/** As the files of a language are called: `English`, `eng_Latn` and `en-Latn` are en. */
export function fileLanguage(text: string): string | null {
  const tag = knownLanguage(text);
  return tag === null ? null : withoutUsualScript(tag);
}

/** A tag or a code of a language, and no name. */
export function isLanguageCode(text: string): boolean {
  return tagWritten(text.trim()) !== null && knownLanguage(text) !== null;
}

/** The tag that a word which is none probably meant: "english" is `en`, "jp" is `ja`; null if unclear. */
export function suggestLanguage(text: string): string | null {
  const word = plain(text);
  const known = countryCodes[word] ?? knownLanguage(text);
  if (known !== null || word.length < 4) return known;
  const near = closest(word, tagsByName().keys());
  return near === null ? null : (tagsByName().get(near) ?? null);
}

/** `en-Latn` is en: a script is named only where the language is usually written in another. */
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
  // FLORES writes every language's script; Chinese is written in either.
  return /^[a-z]{3}_[a-z]{4}$/i.test(written) && !/^zh-/.test(tag) ? withoutUsualScript(tag) : tag;
}

/** What ISO 639-3 has in brackets: years, and how wide a language is meant. */
const isoDetail = /^(individual language|macrolanguage|[0-9-]+)$/;

/** Names in brackets, in another order or in a list, as catalogues of languages have them. */
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

/** Scripts and regions that names have in brackets. */
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

/** `Scottish_Gaelic` and `scottish gaelic` are one name. */
function plain(text: string): string {
  return text
    .trim()
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\s_]+/g, " ")
    .replaceAll("’", "'");
}

let names: ReadonlyMap<string, string> | null = null;

/** English names first, then own ones; made when the first name is read. */
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
  // Where ICU has no words of a language it answers in those of the machine's.
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
