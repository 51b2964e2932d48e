// Finds identical texts in the files of two languages: one of them is not in its language.
import { maskNonLanguage } from "../fidelity/mask.ts";
import { sameLanguage } from "../language/alike.ts";
import { Folded } from "./folded.ts";

/** Texts shared by a pair of languages. */
export interface SharedText {
  readonly languages: readonly [string, string];
  /** Number of rows of the second language whose text also occurs in the first. */
  readonly count: number;
  /** Ids of the first such rows in both languages. */
  readonly first: readonly [string, string];
}

interface Text {
  readonly id: string;
  readonly text: string;
}

/** Minimum length: shorter texts (a number, a name, a list of names) may be correct in both languages. */
const fewestLetters = { letters: 20, dense: 8 } as const;

/**
 * Returns shared texts, most frequent pairs first.
 * @param texts texts by language; each counts for the first language that has it
 */
export function sharedTexts(texts: ReadonlyMap<string, Iterable<Text>>): SharedText[] {
  const owners = new Map<string, { readonly language: string; readonly id: string }>();
  const pairs = new Map<string, { languages: [string, string]; count: number; first: [string, string] }>();
  for (const [language, rows] of texts)
    for (const { id, text } of rows) {
      const plain = text.trim();
      const owner = owners.get(plain);
      if (owner === undefined) {
        owners.set(plain, { language, id });
        continue;
      }
      if (sameLanguage(owner.language, language) || !isInALanguage(plain)) continue;
      const key = `${owner.language} ${language}`;
      const pair = pairs.get(key);
      if (pair === undefined)
        pairs.set(key, { languages: [owner.language, language], count: 1, first: [owner.id, id] });
      else pair.count++;
    }
  return [...pairs.values()].sort((a, b) => b.count - a.count);
}

function isInALanguage(text: string): boolean {
  const { letters, dense } = new Folded().fold(maskNonLanguage(text));
  return letters >= (dense ? fewestLetters.dense : fewestLetters.letters);
}
