// Normalizers of tokenizer.json: changes to a text before it is split.
import type { JsonObject } from "../../common/json.ts";
import { byteLetters } from "./byteLetters.ts";
import { leadingSpace, lowerCase, oneSpaceAtStart } from "./characters.ts";
import { partsOf, textIn, unsupported } from "./fields.ts";
import { patternOf } from "./patterns.ts";
import type { Piece } from "./piece.ts";
import { precompiledNormalizer } from "./precompiled.ts";

export type Normalizer = (piece: Piece) => Piece;

function changing(change: (text: string) => string): Normalizer {
  return ({ text, isFirst }) => ({ text: change(text), isFirst });
}

/** What is removed at the start takes the first character with it. */
function removing(characters: RegExp): Normalizer {
  return ({ text, isFirst }) => ({
    text: text.replace(characters, ""),
    isFirst: isFirst && text.search(characters) !== 0,
  });
}

function inOrder(normalizers: readonly Normalizer[]): Normalizer {
  return piece => normalizers.reduce((so, normalizer) => normalizer(so), piece);
}

function strip({ strip_left: left, strip_right: right }: JsonObject): Normalizer {
  const start = removing(leadingSpace);
  const end = changing(text => {
    let at = text.length;
    while (at > 0 && oneSpaceAtStart.test(text.charAt(at - 1))) at--;
    return text.slice(0, at);
  });
  return inOrder([...(left === true ? [start] : []), ...(right === true ? [end] : [])]);
}

/** Rules of SentencePiece's `nmt` normalization. */
const nmt = inOrder([
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removes them
  removing(/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/g),
  changing(text =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: line feeds among others
    text.replace(/[\u0009\u000a\u000c\u000d\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g, " "),
  ),
]);

const ideographs =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

function bert(part: JsonObject): Normalizer {
  const { clean_text: cleans, handle_chinese_chars: spaces, strip_accents: strips, lowercase: lowers } = part;
  const steps: Normalizer[] = [];
  if (cleans !== false)
    steps.push(
      removing(/(?![\t\n\r])[\0\ufffd\p{Cc}\p{Cf}\p{Co}]/gu),
      changing(text => text.replace(/\p{White_Space}/gu, " ")),
    );
  if (spaces !== false) steps.push(changing(text => text.replace(ideographs, " $& ")));
  if (strips ?? lowers !== false)
    steps.push(
      changing(text => text.normalize("NFD")),
      removing(/\p{Mn}/gu),
    );
  if (lowers !== false) steps.push(changing(lowerCase));
  return inOrder(steps);
}

/** Returns the normalizer; null leaves texts unchanged. @throws Error for one that is not supported */
export function normalizerOf(part: JsonObject | null): Normalizer {
  if (part === null) return piece => piece;
  switch (part.type) {
    case "Sequence":
      return inOrder(partsOf(part, "normalizers").map(normalizerOf));
    case "NFC":
    case "NFD":
    case "NFKC":
    case "NFKD": {
      const form = part.type;
      return changing(text => text.normalize(form));
    }
    case "Lowercase":
      return changing(lowerCase);
    case "StripAccents":
      return removing(/\p{M}/gu);
    case "Strip":
      return strip(part);
    case "Nmt":
      return nmt;
    case "ByteLevel":
      return changing(byteLetters);
    case "BertNormalizer":
      return bert(part);
    case "Precompiled":
      return changing(precompiledNormalizer(textIn(part, "precompiled_charsmap", "")));
    case "Prepend": {
      const prefix = textIn(part, "prepend");
      return changing(text => (text === "" ? text : prefix + text));
    }
    case "Replace": {
      const [pattern, content] = [patternOf(part), textIn(part, "content")];
      return changing(text => text.replace(pattern, () => content));
    }
    default:
      return unsupported("normalizer", part);
  }
}
