// Splits text into words and sentences, in any language and script.
import { segmentsOf } from "../language/segments.ts";
import { isAllSmall } from "./letterCase.ts";
import { primarySubtag } from "./writingSystem.ts";

// English words like in the reference implementation: runs of letters, digits and
// underscores; "don't" is two.
const englishWord = /[\p{L}\p{N}_]+/gu;

/**
 * Returns words without punctuation and spaces: English like the reference implementation of IFEval, all
 * other languages by Intl.Segmenter, which also finds words that are not separated by spaces.
 */
export function wordsOf(text: string, language: string): string[] {
  if (primarySubtag(language) === "en") return text.match(englishWord) ?? [];
  const words: string[] = [];
  for (const { segment, isWordLike } of segmentsOf(text, language, "word")) {
    if (isWordLike === true) words.push(segment);
  }
  return words;
}

// Sentence terminators of any script, and marks that may close the sentence after them.
const endsSentence = /[\p{Sentence_Terminal}\u2026][\p{Pe}\p{Pf}\p{Pi}"'*_\u05f4\u300d\u300f\s]*$/u;
// Initials as in "J. K. Rowling": a period after a single letter doesn't end a sentence.
const endsInInitial = /(?:^|[\s.(])\p{Lu}\.$/u;
// Number of characters examined for the end of a sentence, so that long runs of spaces or marks stay cheap.
const lookBack = 80;

// Abbreviations by language, whose period is inside a sentence, before a name or a number.
const abbreviations: Readonly<Record<string, string>> = {
  en: "mr mrs ms dr prof st jr sr vs gen col capt lt sgt rev hon fig vol dept approx etc e.g i.e a.m p.m",
  es: "sr sra srta dr dra prof ud uds núm pág p.ej",
  it: "sig sigra dott dr prof ing avv pag ecc",
  cs: "např tj tzv dr ing mgr bc prof str č sv",
  et: "nt hr pr dr prof lk st",
  fi: "esim ns mm ym tri dos prof ks",
  ru: "т.е т.к г гг ул им стр см проф",
  sw: "bw bi dkt prof mhe",
  ar: "د",
  hi: "डॉ श्री पं प्रो",
};
const abbreviationsOf = new Map(
  Object.entries(abbreviations).map(([language, list]) => [language, new Set(list.split(" "))]),
);

/**
 * Returns sentences, which end with a terminator of any script; a line break alone doesn't end one, so that a
 * title belongs to the sentence after it. Intl.Segmenter proposes the ends, and those after abbreviations or
 * initials are discarded. The number of a list item ("1.") is a sentence of its own, as in the reference
 * implementation, in all languages alike, so that counts are comparable.
 */
export function sentencesOf(text: string, language: string): string[] {
  const sentences: string[] = [];
  const known = abbreviationsOf.get(primarySubtag(language));
  let start = 0;
  let at = 0;
  for (const segment of sentencePieces(text, language)) {
    at += segment.length;
    const end = text.slice(Math.max(start, at - lookBack), at).trimEnd();
    if (!endsSentence.test(end) || endsInInitial.test(end) || endsInAbbreviation(end, known)) continue;
    sentences.push(text.slice(start, at).trim());
    start = at;
  }
  const rest = text.slice(start);
  if (/[\p{L}\p{N}]/u.test(rest)) sentences.push(rest.trim());
  return sentences;
}

// A period followed by a small letter: usually an abbreviation, but in text without
// capitals mostly the end of a sentence.
const pointBeforeSmall =
  /\p{L}{2}["'\u2019\u201d)\]]?[.\u2026]["'\u2019\u201d)\]]?\s+(?=["'\u2018\u201c(]?\p{Ll})/gu;

function cutAtPoints(piece: string): string[] {
  const ends = [...piece.matchAll(pointBeforeSmall)].map(({ 0: found, index }) => index + found.length);
  return [...ends, piece.length].map((end, i) => piece.slice(ends[i - 1] ?? 0, end));
}

function sentencePieces(text: string, language: string): string[] {
  const pieces = [...segmentsOf(text, language, "sentence")].map(({ segment }) => segment);
  return isAllSmall(text) ? pieces.flatMap(cutAtPoints) : pieces;
}

function endsInAbbreviation(text: string, known: ReadonlySet<string> | undefined): boolean {
  const [, word = ""] = /(?:^|[\s(])(\p{L}[\p{L}\p{M}.]*)\.$/u.exec(text) ?? [];
  return word !== "" && known?.has(word.toLowerCase()) === true;
}
