// Cuts the words of one script out of a text, for models that other scripts would confuse.
import type { ScriptCode, Word } from "../../core/language/scripts.ts";
import type { Models } from "./models.ts";
import type { PooledText } from "./pool.ts";

// More tells no model more; CLD3 has room for some thousand characters.
const mostUnits = 1500;

/**
 * @param text in Unicode's normal form C
 * @param words all of its words
 * @param own those that are looked at
 */
export function pooledText(
  text: string,
  words: readonly Word[],
  script: ScriptCode,
  models: Models,
  own: readonly Word[] = words.filter(word => belongs(word, script)),
): PooledText {
  const last = words.findLast(({ end }) => end <= mostUnits)?.end ?? mostUnits;
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
      .filter((word, i) => word.start < mostUnits && (i === 0 || !word.upper))
      .map(({ start, end }) => near.slice(start, end).toLowerCase()),
  };
}

export function belongs({ script }: Word, dominant: ScriptCode): boolean {
  return script === dominant || (dominant === "Jpan" && (script === "Hani" || script === "Kana"));
}

/** These words, with what stands right after each. */
function wordsOnly(text: string, words: readonly Word[]): string {
  return words
    .map(
      ({ start, end }) =>
        `${text.slice(start, end)}${/^[^\p{L}\p{M}]?/u.exec(text.slice(end, end + 2))?.[0] ?? ""}`,
    )
    .join(" ");
}
