// Sentences in Latin script that contain English terms: separates the English words from the rest.
import { type Word, wordsOf } from "../../core/language/scripts.ts";
import { isEnglishWord } from "./englishWords.ts";

// Minimum share of English words: script can't separate English terms from a sentence in Latin script, but a
// list of English words can if enough of a sentence's words are on it and enough are not.
const leastEnglish = 0.25;
const leastMixed = 2;
// Share of English words from which a text that the models consider English counts as nothing else, even if
// another language is wanted.
const mostlyEnglish = 0.75;
// Minimum share of the telling words that must remain.
const leastLeft = 0.4;
// biome-ignore format: a list
const shortEnglish = new Set((
  "a all am an and any are as ask at be but by can d did didn do don eat for get got had has he her him his how i if in is isn it " +
  "its ll m may me my no nor not of off on one or our out own per put re s say she so t the to two up us use ve via was we who why won you"
).split(" "));

/**
 * Returns the words that are on no list of English words, if there are enough of them among English ones;
 * otherwise null.
 */
export function withoutEnglish(text: string, words: readonly Word[]): readonly Word[] | null {
  const telling = words.filter(({ letters }) => letters > 1);
  const left = telling.filter(({ start, end }) => !isEnglish(text.slice(start, end).toLowerCase()));
  // Names alone, which are capitalised inside a sentence, occur in English sentences too.
  if (!left.some(word => word === telling[0] || !word.upper)) return null;
  const share = left.length / telling.length;
  return left.length >= leastMixed && share >= leastLeft && 1 - share >= leastEnglish ? left : null;
}

export function isAllEnglish(text: string): boolean {
  const words = wordsOf(text);
  const english = words.filter(({ start, end }) => isEnglish(text.slice(start, end).toLowerCase()));
  return words.length > 1 && english.length >= mostlyEnglish * words.length;
}

function isEnglish(word: string): boolean {
  return word.length <= 3 ? shortEnglish.has(word) : isEnglishWord(word);
}
