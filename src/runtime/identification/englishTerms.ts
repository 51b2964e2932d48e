// Sentences in Latin script with English terms in them: which words are English, and which are left.
import { type Word, wordsOf } from "../../core/language/scripts.ts";
import { isEnglishWord } from "./englishWords.ts";

// Latin script doesn't tell English terms from the sentence around them; a list of English words does, where it has
// so many of a sentence's words and leaves so many.
const leastEnglish = 0.25;
const leastMixed = 2;
// A text of so many English words that the models call English needs more than a wish to be anything else.
const mostlyEnglish = 0.75;
// Of the words that tell, so many are left at least.
const leastLeft = 0.4;
// biome-ignore format: a list
const shortEnglish = new Set((
  "a all am an and any are as ask at be but by can d did didn do don eat for get got had has he her him his how i if in is isn it " +
  "its ll m may me my no nor not of off on one or our out own per put re s say she so t the to two up us use ve via was we who why won you"
).split(" "));

/** The words that no English list has, where they are enough beside English ones; null where they aren't. */
export function withoutEnglish(text: string, words: readonly Word[]): readonly Word[] | null {
  const telling = words.filter(({ letters }) => letters > 1);
  const left = telling.filter(({ start, end }) => !isEnglish(text.slice(start, end).toLowerCase()));
  // Names alone, which have a capital inside a sentence, are what an English sentence has, too.
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
