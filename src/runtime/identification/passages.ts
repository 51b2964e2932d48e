// Cuts a response into passages that are identified one by one: sentences, joined until a model has enough to go by.
import type { Word } from "../../core/language/scripts.ts";

export interface Passage {
  /** UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
  readonly words: readonly Word[];
}

const sentenceEnd = /[.!?…。！？।؟\n]/u;
const lineEnd = /\n/u;
// About twelve words, from where the models rarely err; at the end of a sentence only.
const enoughLetters = 70;
// A line of its own is one from here on.
const enoughOfALine = 30;
// Of a longer response so many passages are looked at, evenly spread over it.
const mostPassages = 64;
// Without an end of a sentence a passage ends here, between two words.
const mostUnits = 1000;

export function passagesOf(text: string, words: readonly Word[]): Passage[] {
  const passages: Passage[] = [];
  let own: Word[] = [];
  let letters = 0;
  let afterLine = false;
  const finish = (): void => {
    const [first] = own;
    if (first !== undefined)
      passages.push({ start: first.start, end: own.at(-1)?.end ?? first.end, words: own });
    own = [];
    letters = 0;
  };
  for (const [i, word] of words.entries()) {
    own.push(word);
    letters += word.letters;
    const next = words[i + 1];
    if (next === undefined) continue;
    const isLong = word.end - (own[0]?.start ?? 0) > mostUnits;
    const between = text.slice(word.end, next.start);
    const isLine = letters >= enoughOfALine && lineEnd.test(between);
    if (!isLong && !isLine && !(letters >= enoughLetters && sentenceEnd.test(between))) continue;
    finish();
    afterLine = isLine;
  }
  // A short end belongs to what it ends.
  const last = passages.at(-1);
  const isShort = letters < (afterLine ? enoughOfALine : enoughLetters);
  if (last !== undefined && isShort && last.end - last.start <= mostUnits) {
    passages.pop();
    own = [...last.words, ...own];
  }
  finish();
  return spread(passages);
}

function spread(passages: Passage[]): Passage[] {
  if (passages.length <= mostPassages) return passages;
  const step = passages.length / mostPassages;
  return Array.from({ length: mostPassages }, (_, i) => passages[Math.floor(i * step)] as Passage);
}
