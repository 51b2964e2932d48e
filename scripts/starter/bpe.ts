// Byte-level byte-pair encoding: training, encoding, and the Hugging Face files that describe it.

export const specialTokens = ["<|end|>", "<|user|>", "<|assistant|>", "<|pad|>"] as const;
export const endOfText = 0;

/**
 * Words with their combining marks and apostrophes, one Chinese character, one digit, a run of punctuation,
 * or white space; a space belongs to the word after it. Chinese characters are separate, so that a name is
 * spelled with the same tokens in every sentence.
 */
const pieces =
  " ?(?:(?![一-鿿])[\\p{L}\\p{M}’׳'ʼ])+|[一-鿿]| ?\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+|\\s+(?!\\S)|\\s+";
const piecePattern = new RegExp(pieces, "gu");

/** A space before every line, so that a word has the same tokens at the start of a line and inside it. */
const normalize = (text: string): string => ` ${text.normalize("NFC")}`.replaceAll("\n", "\n ");

const split = (text: string): readonly string[] =>
  text === "" ? [] : (normalize(text).match(piecePattern) ?? []);

const firstByte = specialTokens.length;
const pairKey = (left: number, right: number): number => left * 65_536 + right;
const bytesOf = (piece: string): number[] => [...new TextEncoder().encode(piece)].map(b => b + firstByte);

export interface Tokenizer {
  /** Bytes of each id; empty for special tokens. */
  readonly tokens: readonly (readonly number[])[];
  /** Merges in order of rank. */
  readonly merges: readonly Merge[];
}

interface Merge {
  readonly left: number;
  readonly right: number;
  readonly result: number;
}

/** Repeatedly merges the most frequent pair; ties go to the pair seen first. */
export function trainTokenizer(texts: Iterable<string>, size: number): Tokenizer {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const piece of split(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  }
  const words = [...counts].map(([piece, count]) => ({ ids: bytesOf(piece), count }));
  const tokens: number[][] = [
    ...specialTokens.map((): number[] => []),
    ...Array.from({ length: 256 }, (_, byte) => [byte]),
  ];
  const idOf = new Map(tokens.map((bytes, id) => [bytes.join(), id]));
  const pairCounts = new Map<number, number>();
  const wordsWith = new Map<number, Set<number>>();
  const count = (index: number, sign: 1 | -1): void => {
    const word = words[index];
    if (word === undefined) return;
    for (let i = 0; i + 1 < word.ids.length; i++) {
      const key = pairKey(word.ids[i] ?? 0, word.ids[i + 1] ?? 0);
      pairCounts.set(key, (pairCounts.get(key) ?? 0) + sign * word.count);
      if (sign > 0) {
        const set = wordsWith.get(key) ?? new Set();
        wordsWith.set(key, set.add(index));
      }
    }
  };
  words.forEach((_, index) => {
    count(index, 1);
  });

  const merges: Merge[] = [];
  while (tokens.length < size) {
    let best = -1;
    let bestCount = 1;
    for (const [key, n] of pairCounts) {
      if (n > bestCount) {
        best = key;
        bestCount = n;
      }
    }
    if (best < 0) break;
    const left = Math.floor(best / 65_536);
    const right = best % 65_536;
    const bytes = [...(tokens[left] ?? []), ...(tokens[right] ?? [])];
    // Two different pairs can spell the same token, which keeps its first id.
    const result = idOf.get(bytes.join()) ?? tokens.push(bytes) - 1;
    idOf.set(bytes.join(), result);
    merges.push({ left, right, result });
    for (const index of wordsWith.get(best) ?? []) {
      const word = words[index];
      if (word === undefined) continue;
      count(index, -1);
      word.ids = joined(word.ids, left, right, result);
      count(index, 1);
    }
    pairCounts.delete(best);
    wordsWith.delete(best);
  }
  return { tokens, merges };
}

function joined(ids: readonly number[], left: number, right: number, result: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === left && ids[i + 1] === right) {
      out.push(result);
      i++;
    } else {
      out.push(ids[i] ?? 0);
    }
  }
  return out;
}

/** Encodes text without special tokens, like a Hugging Face tokenizer loaded from the files below. */
export function encoderOf(tokenizer: Tokenizer): (text: string) => readonly number[] {
  const ranks = new Map(tokenizer.merges.map((merge, rank) => [pairKey(merge.left, merge.right), rank]));
  const cache = new Map<string, readonly number[]>();
  const encodePiece = (piece: string): readonly number[] => {
    const known = cache.get(piece);
    if (known !== undefined) return known;
    let ids = bytesOf(piece);
    for (;;) {
      let best = Number.POSITIVE_INFINITY;
      for (let i = 0; i + 1 < ids.length; i++) {
        best = Math.min(best, ranks.get(pairKey(ids[i] ?? 0, ids[i + 1] ?? 0)) ?? best);
      }
      const merge = tokenizer.merges[best];
      if (merge === undefined) break;
      ids = joined(ids, merge.left, merge.right, merge.result);
    }
    cache.set(piece, ids);
    return ids;
  };
  return text => split(text).flatMap(encodePiece);
}

/** GPT-2's printable stand-in for each byte. */
const byteLetters: readonly string[] = (() => {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++));
})();

/** Content of `tokenizer.json`. */
export function tokenizerJson(tokenizer: Tokenizer): unknown {
  const spelled = tokenizer.tokens.map(
    (bytes, id) => specialTokens[id] ?? bytes.map(byte => byteLetters[byte] ?? "").join(""),
  );
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Prepend", prepend: " " },
        { type: "Replace", pattern: { String: "\n" }, content: "\n " },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: pieces }, behavior: "Isolated", invert: false },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(spelled.map((token, id) => [token, id])),
      merges: tokenizer.merges.map(({ left, right }) => `${spelled[left] ?? ""} ${spelled[right] ?? ""}`),
    },
  };
}

/** Content of `tokenizer_config.json`. */
export const tokenizerConfig = {
  tokenizer_class: "PreTrainedTokenizerFast",
  add_bos_token: false,
  add_eos_token: false,
  clean_up_tokenization_spaces: false,
  bos_token: null,
  eos_token: "<|end|>",
  pad_token: "<|pad|>",
  unk_token: null,
  model_max_length: 512,
  chat_template:
    "{% for message in messages %}{% if message['role'] == 'assistant' %}<|assistant|>{{ message['content'] }}<|end|>" +
    "{% else %}<|user|>{{ message['content'] }}{% endif %}{% endfor %}" +
    "{% if add_generation_prompt %}<|assistant|>{% endif %}",
} as const;
