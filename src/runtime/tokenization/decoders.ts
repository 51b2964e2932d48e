// Decoders of tokenizer.json, which join tokens to a text.
import type { JsonObject } from "../../common/json.ts";
import { bytesOfLetters } from "./byteLetters.ts";
import { numberIn, partsOf, textIn, unsupported } from "./fields.ts";
import { patternOf } from "./patterns.ts";

export type Decoder = (tokens: readonly string[]) => readonly string[];

const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const replacement = "\ufffd";
const byteToken = /^<0x[\da-f]{2}>$/i;

const each =
  (change: (token: string, at: number, last: number) => string): Decoder =>
  tokens =>
    tokens.map((token, at) => change(token, at, tokens.length - 1));

/** Text of a run of byte tokens; if it is not valid, each byte becomes a replacement character. */
function textOfBytes(bytes: readonly number[]): string {
  try {
    return strict.decode(Uint8Array.from(bytes));
  } catch {
    return replacement.repeat(bytes.length);
  }
}

const byteFallback: Decoder = tokens => {
  const texts: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) texts.push(textOfBytes(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    if (byteToken.test(token)) bytes.push(Number.parseInt(token.slice(3, 5), 16));
    else {
      flush();
      texts.push(token);
    }
  }
  flush();
  return texts;
};

const spacesRemoved = [" .", " ?", " !", " ,", " ' ", " n't", " 'm", " do not", " 's", " 've", " 're"];

/** White space before punctuation that WordPiece put there. */
function cleaned(text: string): string {
  return spacesRemoved.reduce(
    (so, spaced) => so.replaceAll(spaced, spaced === " do not" ? " don't" : spaced.trim()),
    text,
  );
}

function wordPiece(part: JsonObject): Decoder {
  const prefix = textIn(part, "prefix", "##");
  return each((token, at) => {
    const joined = at === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
    return part.cleanup === false ? joined : cleaned(joined);
  });
}

function metaspace(part: JsonObject): Decoder {
  const mark = textIn(part, "replacement");
  const scheme = textIn(part, "prepend_scheme", part.add_prefix_space === false ? "never" : "always");
  return each((token, at) => token.replaceAll(mark, at === 0 && scheme !== "never" ? "" : " "));
}

function strip(part: JsonObject): Decoder {
  const content = textIn(part, "content");
  const [start, stop] = [numberIn(part, "start"), numberIn(part, "stop")];
  return each(token => {
    const characters = [...token];
    let from = 0;
    while (from < start && characters[from] === content) from++;
    let to = characters.length;
    while (characters.length - to < stop && to > from && characters[to - 1] === content) to--;
    return characters.slice(from, to).join("");
  });
}

/** Drops repetitions and padding, as speech models need it. */
function ctc(part: JsonObject): Decoder {
  const [padding, delimiter] = [textIn(part, "pad_token"), textIn(part, "word_delimiter_token")];
  return tokens =>
    tokens
      .filter((token, at) => token !== tokens[at - 1])
      .map(token => token.replaceAll(padding, ""))
      .map(token => (part.cleanup === false ? token : cleaned(token).replaceAll(delimiter, " ")))
      .filter(token => token !== "");
}

/** Returns the decoder; without one, tokens are joined by spaces. @throws Error for one that is not supported */
export function decoderOf(part: JsonObject | null): Decoder {
  if (part === null) return tokens => [tokens.join(" ")];
  switch (part.type) {
    case "Sequence": {
      const decoders = partsOf(part, "decoders").map(decoderOf);
      return tokens => decoders.reduce((so, decoder) => decoder(so), tokens);
    }
    case "ByteLevel":
      return tokens => [lossy.decode(Uint8Array.from(tokens.flatMap(bytesOfLetters)))];
    case "ByteFallback":
      return byteFallback;
    case "Fuse":
      return tokens => [tokens.join("")];
    case "Metaspace":
      return metaspace(part);
    case "WordPiece":
      return wordPiece(part);
    case "BPEDecoder": {
      const suffix = textIn(part, "suffix", "</w>");
      return each((token, at, last) => token.replaceAll(suffix, at === last ? "" : " "));
    }
    case "Replace": {
      const [pattern, content] = [patternOf(part), textIn(part, "content")];
      return each(token => token.replace(pattern, () => content));
    }
    case "Strip":
      return strip(part);
    case "CTC":
      return ctc(part);
    default:
      return unsupported("decoder", part);
  }
}
