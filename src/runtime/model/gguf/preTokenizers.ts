// Pre-tokenizers, which split text into words before byte pairs are merged, by their name in GGUF files.
import { isObject, type JsonObject } from "../../../common/json.ts";

const byteLevel = (useRegex: boolean): JsonObject => ({
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: useRegex,
});

const sequence = (...pretokenizers: readonly JsonObject[]): JsonObject => ({
  type: "Sequence",
  pretokenizers,
});

const split = (regex: string): JsonObject => ({
  type: "Split",
  pattern: { Regex: regex },
  behavior: "Isolated",
  invert: false,
});

/**
 * `Digits` of tokenizer.json, which splits at every numeric character; the library's version knows only 0 to
 * 9.
 */
const digits = split("\\p{N}");

const llama3 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const qwen2 = llama3.replace("\\p{N}{1,3}", "\\p{N}");
const cased = (after: string): string =>
  [
    `[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+${after}`,
    `[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*${after}`,
  ].join("|");
const afterWords = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const tekken = `${cased("")}|\\p{N}|${afterWords}`;
const gpt4o = `${cased("(?i:'s|'t|'re|'ve|'m|'ll|'d)?")}|\\p{N}{1,3}|${afterWords}`;
const bloom = " ?[^(\\s|.,!?…。，、।۔،)]+";

export interface PreTokenizer {
  readonly preTokenizer: JsonObject;
  readonly normalizer: JsonObject | null;
  /** True if a word that is a token is kept whole, whatever the merges are. */
  readonly wholeWords: boolean;
}

function plain(preTokenizer: JsonObject): PreTokenizer {
  return { preTokenizer, normalizer: null, wholeWords: false };
}

const composed: JsonObject = { type: "NFC" };
const gpt2Words = plain(byteLevel(true));
const digitWords = plain(sequence(digits, byteLevel(true)));
const llama3Words: PreTokenizer = {
  ...plain(sequence(split(llama3), byteLevel(false))),
  wholeWords: true,
};
const qwen2Words: PreTokenizer = {
  ...plain(sequence(split(qwen2), byteLevel(false))),
  normalizer: composed,
};

/** Names of llama.cpp (`tokenizer.ggml.pre`) with the rules of the models' original tokenizer.json. */
const preTokenizers: Readonly<Record<string, PreTokenizer>> = {
  default: gpt2Words,
  "gpt-2": gpt2Words,
  olmo: gpt2Words,
  phi: gpt2Words,
  smollm: digitWords,
  starcoder: digitWords,
  refact: digitWords,
  codeshell: digitWords,
  "command-r": { ...digitWords, normalizer: composed },
  "llama-bpe": llama3Words,
  llama3: llama3Words,
  "llama-v3": llama3Words,
  falcon3: llama3Words,
  dbrx: { ...llama3Words, wholeWords: false },
  "smaug-bpe": llama3Words,
  qwen2: qwen2Words,
  "deepseek-r1-qwen": qwen2Words,
  megrez: qwen2Words,
  stablelm2: { ...qwen2Words, normalizer: null },
  tekken: { ...plain(sequence(split(tekken), byteLevel(false))), wholeWords: true },
  "gpt-4o": plain(sequence(split(gpt4o), byteLevel(false))),
  "gpt3-finnish": plain(sequence(split(bloom), byteLevel(false))),
  "poro-chat": plain(sequence(split(bloom), byteLevel(false))),
  viking: plain(sequence(split(bloom), digits, byteLevel(false))),
};

export const preTokenizerNames: readonly string[] = Object.keys(preTokenizers);

/** Returns the pre-tokenizer; null if the name is unknown. */
export function preTokenizerOf(name: string): PreTokenizer | null {
  return Object.hasOwn(preTokenizers, name) ? (preTokenizers[name] ?? null) : null;
}

/** Parts of a pre-tokenizer in the spelling of the table above; null for a part that it doesn't have. */
function spelled(part: unknown): (JsonObject | null)[] {
  if (!isObject(part)) return [null];
  const { type, pretokenizers, pattern, behavior, invert } = part;
  if (type === "Sequence" && Array.isArray(pretokenizers)) return pretokenizers.flatMap(spelled);
  if (type === "ByteLevel" && part.add_prefix_space !== true) return [byteLevel(part.use_regex !== false)];
  if (type === "Digits" && part.individual_digits === true) return [digits];
  const regex = type === "Split" && isObject(pattern) ? pattern.Regex : undefined;
  // Patterns that match all of a text can be kept instead of isolated.
  const isolates = behavior === "Isolated" || (behavior === "Removed" && invert === true);
  return [typeof regex === "string" && isolates ? split(regex) : null];
}

/** Types of the normalizers of a tokenizer.json, in their order. */
function normalizersOf(normalizer: unknown): unknown[] {
  if (!isObject(normalizer)) return [];
  const { type, normalizers } = normalizer;
  return type === "Sequence" && Array.isArray(normalizers) ? normalizers.flatMap(normalizersOf) : [type];
}

/**
 * Returns the name under which llama.cpp knows the words of a tokenizer.json with byte-level pairs; null if it
 * has none, so that it would split texts otherwise.
 */
export function preTokenizerNameOf({ pre_tokenizer: words, normalizer, model }: JsonObject): string | null {
  const wholeWords = isObject(model) && model.ignore_merges === true;
  const changes = normalizersOf(normalizer).join();
  if (changes !== "" && changes !== "NFC") return null;
  const parts = JSON.stringify(spelled(words));
  const found = Object.entries(preTokenizers).find(
    ([name, known]) =>
      name !== "default" &&
      known.wholeWords === wholeWords &&
      (known.normalizer !== null) === (changes === "NFC") &&
      JSON.stringify(spelled(known.preTokenizer)) === parts,
  );
  return found?.[0] ?? null;
}
