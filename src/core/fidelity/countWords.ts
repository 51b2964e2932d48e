// Counts words as the Language Confusion Benchmark counts tokens: between spaces, or as a segmenter cuts.
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
 * Whether a text has at least so many words: what stands between spaces and has a letter, and in scripts without
 * spaces each word of Intl.Segmenter (ICU's dictionaries).
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
    // Ideographs and kana that touch are cut together.
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
