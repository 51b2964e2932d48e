// Words, labels and subwords of a fastText model: maps a text to the matrix rows that are summed.
import type { BinaryReader } from "./binaryReader.ts";

/** Training arguments of a model on which its dictionary depends. */
export interface DictionarySettings {
  readonly bucket: number;
  /** Minimum and maximum length of subwords in characters; 0 means no subwords. */
  readonly minn: number;
  readonly maxn: number;
  readonly wordNgrams: number;
}

export interface Dictionary {
  readonly words: number;
  readonly labels: readonly { readonly name: string; readonly count: number }[];
  /** Pruned files only: number of hashed rows that were kept. */
  readonly pruned: number | null;
  /** Splits a line of text into words in fastText's sense, including the end of the line. */
  tokensOf(text: string): string[];
  /** Rows of the input matrix for a word: its own and those of its subwords, with repetitions. */
  rowsOf(token: string): number[];
  /** Rows of the word n-grams. */
  ngramRowsOf(tokens: readonly string[]): number[];
}

const endOfLine = "</s>";
const wordStart = "<";
const wordEnd = ">";
export const labelPrefix = "__label__";
const entryTypes = { word: 0, label: 1 } as const;
// Sentinel count in fastText's own tree: no label occurs as often.
const maxCounts = 1e15;
// Minimum size of an entry: zero byte, count and type.
const leastEntryBytes = 10;
const prunedPairBytes = 8;

/** FNV-1a over signed bytes, as in fastText. */
function hashOf(latin1: string): number {
  let hash = hashStart;
  for (let i = 0; i < latin1.length; i++) hash = hashStep(hash, latin1.charCodeAt(i));
  return hash >>> 0;
}

const hashStart = 2166136261;

function hashStep(hash: number, byte: number): number {
  return Math.imul(hash ^ (byte > 127 ? byte | 0xffffff00 : byte), 16777619);
}

function isContinuation(latin1: string, at: number): boolean {
  return (latin1.charCodeAt(at) & 0xc0) === 0x80;
}

/** @throws HumanError for an inconsistent file. */
export function readDictionary(reader: BinaryReader, settings: DictionarySettings): Dictionary {
  const size = reader.int32();
  const words = reader.int32();
  const labelCount = reader.int32();
  reader.int64("the number of tokens");
  const pruneSize = reader.int64("the number of pruned rows");
  reader.count(size, leastEntryBytes, "words and labels");
  if (words < 0 || labelCount < 1 || words + labelCount !== size)
    reader.fail(`it has ${size} entries, but ${words} words and ${labelCount} labels`);
  const ids = new Map<string, number>();
  const labels: { name: string; count: number }[] = [];
  for (let id = 0; id < size; id++) {
    const word = reader.latin1();
    const count = reader.int64("a word's count");
    const type = reader.uint8();
    if (type !== (id < words ? entryTypes.word : entryTypes.label))
      reader.fail("its words and labels are mixed");
    if (count < 0 || count >= maxCounts) reader.fail(`a word occurs ${count} times`);
    ids.set(word, id);
    if (id >= words) labels.push({ name: Buffer.from(word, "latin1").toString("utf8"), count });
  }
  const kept = pruneSize >= 0 ? readPruned(reader, pruneSize) : null;
  const lines = new LineReader(settings, words, ids, kept);
  return {
    words,
    labels,
    pruned: kept === null ? null : pruneSize,
    tokensOf: text => lines.tokensOf(text),
    rowsOf: token => lines.rowsOf(token),
    ngramRowsOf: tokens => lines.ngramRowsOf(tokens),
  };
}

function readPruned(reader: BinaryReader, size: number): ReadonlyMap<number, number> {
  reader.count(size, prunedPairBytes, "pruned rows");
  const kept = new Map<number, number>();
  for (let i = 0; i < size; i++) {
    const from = reader.int32();
    const to = reader.int32();
    if (to < 0 || to >= size) reader.fail(`the index of a pruned row is ${to}, of ${size} rows`);
    kept.set(from, to);
  }
  return kept;
}

/** fastText's Dictionary::getLine for a single line. */
class LineReader {
  constructor(
    private readonly settings: DictionarySettings,
    private readonly words: number,
    private readonly ids: ReadonlyMap<string, number>,
    private readonly kept: ReadonlyMap<number, number> | null,
  ) {}

  /** Uses UTF-8 with one character per byte, which is what fastText hashes. */
  tokensOf(text: string): string[] {
    const line = Buffer.from(text.replaceAll("\n", " "), "utf8").toString("latin1");
    const tokens: string[] = [];
    for (const token of line.split(/[ \n\r\t\v\f\0]+/u)) {
      if (token === "") continue;
      const id = this.ids.get(token);
      if (id === undefined ? token.startsWith(labelPrefix) : id >= this.words) continue;
      tokens.push(token);
      if (token === endOfLine) return tokens;
    }
    const end = this.ids.get(endOfLine);
    if (end === undefined || end < this.words) tokens.push(endOfLine);
    return tokens;
  }

  rowsOf(token: string): number[] {
    const rows: number[] = [];
    const id = this.ids.get(token);
    if (id !== undefined) rows.push(id);
    if (token !== endOfLine && this.settings.maxn > 0) this.#addSubwords(wordStart + token + wordEnd, rows);
    return rows;
  }

  ngramRowsOf(tokens: readonly string[]): number[] {
    const { wordNgrams, bucket } = this.settings;
    const rows: number[] = [];
    if (bucket === 0 || wordNgrams < 2) return rows;
    const hashes = tokens.map(hashOf);
    for (let i = 0; i < hashes.length; i++) {
      // fastText stores hashes as signed integers and multiplies them as unsigned 64-bit ones.
      let hash = BigInt((hashes[i] ?? 0) | 0);
      for (let j = i + 1; j < hashes.length && j < i + wordNgrams; j++) {
        hash = BigInt.asUintN(64, hash * 116049371n + BigInt((hashes[j] ?? 0) | 0));
        this.#pushHash(Number(hash % BigInt(bucket)), rows);
      }
    }
    return rows;
  }

  /**
   * Adds every substring of minn to maxn characters, each of which may have several bytes, except the two
   * ends alone.
   */
  #addSubwords(word: string, rows: number[]): void {
    const { minn, maxn, bucket } = this.settings;
    if (bucket === 0) return;
    for (let start = 0; start < word.length; start++) {
      if (isContinuation(word, start)) continue;
      let hash = hashStart;
      let end = start;
      for (let n = 1; end < word.length && n <= maxn; n++) {
        do {
          hash = hashStep(hash, word.charCodeAt(end));
          end++;
        } while (end < word.length && isContinuation(word, end));
        if (n < minn || (n === 1 && (start === 0 || end === word.length))) continue;
        this.#pushHash((hash >>> 0) % bucket, rows);
      }
    }
  }

  #pushHash(hash: number, rows: number[]): void {
    const at = this.kept === null ? hash : this.kept.get(hash);
    if (at !== undefined) rows.push(this.words + at);
  }
}
