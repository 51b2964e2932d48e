// Pre-tokenizers of tokenizer.json, which split a text into the words that are then looked up.
import type { JsonObject } from "../../common/json.ts";
import { byteLetters } from "./byteLetters.ts";
import { oneDigit, onePunctuationMark, oneSpace, wordsOrMarks } from "./characters.ts";
import { numberIn, partsOf, textIn, unsupported } from "./fields.ts";
import { literally, patternOf } from "./patterns.ts";
import type { Piece } from "./piece.ts";
import { scriptRuns } from "./scriptRuns.ts";
import { type Behavior, behaviorOf, splitPiece } from "./splits.ts";

export type PreTokenizer = (piece: Piece) => readonly Piece[];

const gpt2Words =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

function splitting(pattern: RegExp, behavior: Behavior, inverted = false): PreTokenizer {
  return piece => splitPiece(piece, pattern, behavior, inverted);
}

function inOrder(steps: readonly PreTokenizer[]): PreTokenizer {
  return piece => steps.reduce<readonly Piece[]>((pieces, step) => pieces.flatMap(step), [piece]);
}

function byteLevel(part: JsonObject): PreTokenizer {
  const { add_prefix_space: prefixed, use_regex: split } = part;
  return piece => {
    const { text } = piece;
    const spaced = prefixed !== false && !text.startsWith(" ") ? { ...piece, text: ` ${text}` } : piece;
    const words = split === false ? [spaced] : splitPiece(spaced, gpt2Words, "Isolated");
    return words.map(word => ({ ...word, text: byteLetters(word.text) }));
  };
}

const schemes = ["always", "first", "never"];

function metaspace(part: JsonObject): PreTokenizer {
  const mark = textIn(part, "replacement");
  const older = part.add_prefix_space === false ? "never" : "always";
  const scheme = textIn(part, "prepend_scheme", older);
  if (!schemes.includes(scheme)) throw new Error(`the prepend_scheme ${scheme} is not supported`);
  const marks = literally(mark);
  return piece => {
    const text = piece.text.replaceAll(" ", mark);
    const prepends = scheme === "always" || (scheme === "first" && piece.isFirst);
    const marked = { ...piece, text: prepends && !text.startsWith(mark) ? mark + text : text };
    return part.split === false ? [marked] : splitPiece(marked, marks, "MergedWithNext");
  };
}

function fixedLength(length: number): PreTokenizer {
  return ({ text, isFirst }) => {
    const characters = [...text];
    const count = Math.ceil(characters.length / length);
    return Array.from({ length: count }, (_, at) => ({
      text: characters.slice(at * length, (at + 1) * length).join(""),
      isFirst: isFirst && at === 0,
    }));
  };
}

/** Returns the pre-tokenizer; null leaves texts whole. @throws Error for one that is not supported */
export function preTokenizerOf(part: JsonObject | null): PreTokenizer {
  if (part === null) return piece => [piece];
  switch (part.type) {
    case "Sequence":
      return inOrder(partsOf(part, "pretokenizers").map(preTokenizerOf));
    case "ByteLevel":
      return byteLevel(part);
    case "Metaspace":
      return metaspace(part);
    case "Split":
      return splitting(patternOf(part), behaviorOf(part.behavior), part.invert === true);
    case "Digits":
      return splitting(oneDigit, part.individual_digits === true ? "Isolated" : "Contiguous");
    case "Punctuation":
      return splitting(onePunctuationMark, behaviorOf(part.behavior, "Isolated"));
    case "Whitespace":
      return splitting(wordsOrMarks, "Removed", true);
    case "WhitespaceSplit":
      return splitting(oneSpace, "Removed");
    case "BertPreTokenizer":
      return inOrder([splitting(oneSpace, "Removed"), splitting(onePunctuationMark, "Isolated")]);
    case "CharDelimiterSplit":
      return splitting(literally(textIn(part, "delimiter")), "Removed");
    case "FixedLength":
      return fixedLength(numberIn(part, "length"));
    case "UnicodeScripts":
      return scriptRuns;
    default:
      return unsupported("pre-tokenizer", part);
  }
}
