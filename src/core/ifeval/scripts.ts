// What the script of a language has: capital letters, spaces between words, marks that end a sentence.

/** Scripts written without spaces between words. */
const spacelessScripts: ReadonlySet<string> = new Set(
  "Hans Hant Hani Jpan Hira Kana Thai Laoo Khmr Mymr Tibt Bopo".split(" "),
);

/** Scripts with capital and small letters (Unicode, "Other_Case" left out: Georgian writes no capitals in running text). */
const casedScripts: ReadonlySet<string> = new Set(
  "Latn Cyrl Grek Armn Adlm Cher Dsrt Osge Copt Glag Vith".split(" "),
);

/** Languages that mark no end of a sentence. */
const unmarkedSentences: ReadonlySet<string> = new Set(["th", "lo"]);

const scripts = new Map<string, string>();

/** The script that a language is usually written in, for example `Latn`. */
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
