// Counts words like the tokens of the Language Confusion Benchmark: separated by spaces, or by a segmenter.
import { isBreakless, type ScriptCode, type Word } from "../language/scripts.ts";
import { segmentsOf } from "../language/segments.ts";

const segmentedAs: Readonly<Record<ScriptCode, string>> = {
  Hani: "zh",
  Kana: "ja",
  Thai: "th",
  Laoo: "lo",
  Khmr: "km",
  Mymr: "my",
  Tibt: "bo",
};

/**
 * Returns true if a text has at least `least` words: pieces between spaces that contain a letter, and in
 * scripts without spaces the words of Intl.Segmenter (ICU's dictionaries).
 */
export function hasWords(text: string, words: readonly Word[], least: number): boolean {
  let count = 0;
  let last = -1;
  for (let i = 0; i < words.length && count < least; i++) {
    const word = words[i] as Word;
    if (!isBreakless(word.script)) {
      if (last === -1 || hasSpace(text, last, word.start)) count++;
      last = word.end;
      continue;
    }
    // Adjacent ideographs and kana are segmented together.
    let end = word.end;
    let script = word.script;
    for (let next = words[i + 1]; next?.start === end && isBreakless(next.script); next = words[i + 1]) {
      if (next.script === "Kana") script = "Kana";
      end = next.end;
      i++;
    }
    for (const { isWordLike } of segmentsOf(
      text.slice(word.start, end),
      segmentedAs[script] ?? "en",
      "word",
    )) {
      if (isWordLike && ++count >= least) break;
    }
    last = -1;
  }
  return count >= least;
}

function hasSpace(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (/\s/u.test(text[at] ?? "")) return true;
  return false;
}
