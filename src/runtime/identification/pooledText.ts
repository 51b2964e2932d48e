// Extracts the words of one script from a text, for models that other scripts would confuse.
import type { ScriptCode, Word } from "../../core/language/scripts.ts";
import type { Models } from "./models.ts";
import type { PooledText } from "./pool.ts";

// Maximum length in UTF-16 units: more does not help any model, and CLD3 has room for a few thousand
// characters.
const maxUnits = 1500;

/**
 * @param text Text in Unicode normalization form C
 * @param words All of its words
 * @param own Words to extract
 */
export function pooledText(
  text: string,
  words: readonly Word[],
  script: ScriptCode,
  models: Models,
  own: readonly Word[] = words.filter(word => belongs(word, script)),
): PooledText {
  const last = words.findLast(({ end }) => end <= maxUnits)?.end ?? maxUnits;
  const near = text.slice(0, last + 1);
  const pure =
    own.length === words.length
      ? near
      : wordsOnly(
          near,
          own.filter(({ end }) => end <= last),
        );
  return {
    evidence: models.look(pure.replace(/\s+/gu, " ").trim(), script),
    script,
    letters: own.reduce((sum, { letters }) => sum + letters, 0),
    words: own
      .filter((word, i) => word.start < maxUnits && (i === 0 || !word.upper))
      .map(({ start, end }) => near.slice(start, end).toLowerCase()),
  };
}

export function belongs({ script }: Word, dominant: ScriptCode): boolean {
  return script === dominant || (dominant === "Jpan" && (script === "Hani" || script === "Kana"));
}

/** Joins these words, each with what directly follows it. */
function wordsOnly(text: string, words: readonly Word[]): string {
  return words
    .map(
      ({ start, end }) =>
        `${text.slice(start, end)}${/^[^\p{L}\p{M}]?/u.exec(text.slice(end, end + 2))?.[0] ?? ""}`,
    )
    .join(" ");
}
