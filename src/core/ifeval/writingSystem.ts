// Properties of a language's script: capital letters, spaces between words, sentence-final punctuation.

/** Scripts written without spaces between words. */
const spacelessScripts: ReadonlySet<string> = new Set(
  "Hans Hant Hani Jpan Hira Kana Thai Laoo Khmr Mymr Tibt Bopo".split(" "),
);

/**
 * Scripts with capital and small letters (Unicode, without "Other_Case": Georgian has no
 * capitals in running text).
 */
const casedScripts: ReadonlySet<string> = new Set(
  "Latn Cyrl Grek Armn Adlm Cher Dsrt Osge Copt Glag Vith".split(" "),
);

/** Languages without sentence-final punctuation. */
const unmarkedSentences: ReadonlySet<string> = new Set(["th", "lo"]);

const scripts = new Map<string, string>();

/** Returns the usual script of a language, for example `Latn`. */
function scriptOf(language: string): string {
  let script = scripts.get(language);
  if (script === undefined) {
    try {
      script = new Intl.Locale(language).maximize().script ?? "";
    } catch {
      script = "";
    }
    scripts.set(language, script);
  }
  return script;
}

export function hasCase(language: string): boolean {
  return casedScripts.has(scriptOf(language));
}

export function hasSpaces(language: string): boolean {
  return !spacelessScripts.has(scriptOf(language));
}

export function marksSentences(language: string): boolean {
  return !unmarkedSentences.has(primarySubtag(language));
}

export function primarySubtag(tag: string): string {
  return (tag.split(/[-_]/u)[0] ?? tag).toLowerCase();
}
