// Splits a response into passages to identify one by one: sentences, joined until they are long enough for
// the models.
import type { Word } from "../../core/language/scripts.ts";

export interface Passage {
  /** Position in UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
  readonly words: readonly Word[];
}

const sentenceEnd = /[.!?…。！？।؟\n]/u;
const lineEnd = /\n/u;
// Length in letters that completes a passage at the end of a sentence: about twelve words, from which the
// models rarely err.
const enoughLetters = 70;
// Minimum length in letters for a line to be a passage of its own.
const enoughOfALine = 30;
// Maximum number of passages examined, evenly spread over a longer response.
const maxPassages = 64;
// Maximum length of a passage without an end of sentence. It then ends between two words.
const maxUnits = 1000;

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
    const isLong = word.end - (own[0]?.start ?? 0) > maxUnits;
    const between = text.slice(word.end, next.start);
    const isLine = letters >= enoughOfALine && lineEnd.test(between);
    if (!isLong && !isLine && !(letters >= enoughLetters && sentenceEnd.test(between))) continue;
    finish();
    afterLine = isLine;
  }
  // A short rest is added to the preceding passage.
  const last = passages.at(-1);
  const isShort = letters < (afterLine ? enoughOfALine : enoughLetters);
  if (last !== undefined && isShort && last.end - last.start <= maxUnits) {
    passages.pop();
    own = [...last.words, ...own];
  }
  finish();
  return spread(passages);
}

function spread(passages: Passage[]): Passage[] {
  if (passages.length <= maxPassages) return passages;
  const step = passages.length / maxPassages;
  return Array.from({ length: maxPassages }, (_, i) => passages[Math.floor(i * step)] as Passage);
}
