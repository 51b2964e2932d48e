// Index of a samples.jsonl file: position and filter keys of each sample, in about twenty bytes each.
import { type Outcome, outcomes, type SampleRecord } from "../records/records.ts";
import { parseSampleLine } from "./sampleLine.ts";

const newline = 10;
/** Maximum length of a line in bytes. Responses have at most a few hundred thousand. */
const longestLine = 8 * 2 ** 20;
/** Initial capacity of an index, in samples. */
const firstRows = 1024;
const decoder = new TextDecoder();

export interface SampleFilter {
  /** Null for all languages. */
  readonly language: string | null;
  readonly outcome: Outcome | "all";
  /** Null for any language. */
  readonly responseLanguage: string | null;
}

export interface UnreadableLines {
  readonly count: number;
  readonly first: number;
}

/** Rows are numbered from 0 in file order. */
export class SampleIndex {
  #starts = new Float64Array(firstRows);
  #lengths = new Uint32Array(firstRows);
  #languages = new Uint16Array(firstRows);
  #responseLanguages = new Uint16Array(firstRows);
  #outcomes = new Uint8Array(firstRows);
  readonly #ids: string[] = [];
  readonly #tags: string[] = [];
  readonly #places = new Map<string, number>();
  #rows: ReadonlyMap<string, number> | null = null;
  #unreadable: UnreadableLines | null = null;

  /** Lines that are not samples: their number, and the first of them (from 1). Null when there are none. */
  get unreadable(): UnreadableLines | null {
    return this.#unreadable;
  }

  leaveOut(line: number): void {
    const { count, first } = this.#unreadable ?? { count: 0, first: line };
    this.#unreadable = { count: count + 1, first };
  }

  get size(): number {
    return this.#ids.length;
  }

  add(start: number, length: number, sample: SampleRecord): void {
    const row = this.#ids.length;
    if (row === this.#starts.length) this.#grow(2 * row);
    this.#starts[row] = start;
    this.#lengths[row] = length;
    this.#languages[row] = this.#place(sample.language);
    this.#responseLanguages[row] = this.#place(sample.responseLanguage);
    this.#outcomes[row] = outcomes.indexOf(sample.outcome);
    this.#ids.push(sample.id);
  }

  /** Byte range of the row's line in the file. */
  span(row: number): { readonly start: number; readonly length: number } {
    return { start: this.#starts[row] ?? 0, length: this.#lengths[row] ?? 0 };
  }

  /** Identifies the prompt that the row answers. */
  at(row: number): { readonly language: string; readonly id: string } {
    return { id: this.#ids[row] ?? "", language: this.#tags[this.#languages[row] ?? -1] ?? "und" };
  }

  /** Row of the response to a prompt; undefined when the file has none. */
  rowOf(language: string, id: string): number | undefined {
    this.#rows ??= new Map(
      this.#ids.map((each, row) => [rowKey(this.#tags[this.#languages[row] ?? -1] ?? "", each), row]),
    );
    return this.#rows.get(rowKey(language, id));
  }

  languages(): string[] {
    const places = new Set(this.#languages.subarray(0, this.size));
    return [...places].flatMap(place => this.#tags[place] ?? []);
  }

  /**
   * Returns the rows that match the filter. Counts cover all rows of its language, ignoring its other fields.
   */
  find(filter: SampleFilter): FoundRows {
    const language = filter.language === null ? null : (this.#places.get(filter.language) ?? -1);
    const wanted = filter.outcome === "all" ? null : outcomes.indexOf(filter.outcome);
    const written =
      filter.responseLanguage === null ? null : (this.#places.get(filter.responseLanguage) ?? -1);
    const rows: number[] = [];
    const byOutcome = outcomes.map(() => 0);
    const byLanguage = new Map<number, number>();
    for (let row = 0; row < this.size; row++) {
      if (language !== null && this.#languages[row] !== language) continue;
      const outcome = this.#outcomes[row] ?? 0;
      const response = this.#responseLanguages[row] ?? 0;
      byOutcome[outcome] = (byOutcome[outcome] ?? 0) + 1;
      byLanguage.set(response, (byLanguage.get(response) ?? 0) + 1);
      if (wanted !== null && outcome !== wanted) continue;
      if (written !== null && response !== written) continue;
      rows.push(row);
    }
    return {
      rows,
      outcomes: Object.fromEntries(outcomes.map((name, i) => [name, byOutcome[i] ?? 0])) as Record<
        Outcome,
        number
      >,
      responseLanguages: [...byLanguage]
        .map(([place, count]) => ({ tag: this.#tags[place] ?? "und", count }))
        .sort((a, b) => b.count - a.count),
    };
  }

  #grow(length: number): void {
    const grown = <List extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(
      to: List,
      from: List,
    ): List => {
      to.set(from);
      return to;
    };
    this.#starts = grown(new Float64Array(length), this.#starts);
    this.#lengths = grown(new Uint32Array(length), this.#lengths);
    this.#languages = grown(new Uint16Array(length), this.#languages);
    this.#responseLanguages = grown(new Uint16Array(length), this.#responseLanguages);
    this.#outcomes = grown(new Uint8Array(length), this.#outcomes);
  }

  #place(tag: string): number {
    const known = this.#places.get(tag);
    if (known !== undefined) return known;
    const place = this.#tags.length;
    this.#tags.push(tag);
    this.#places.set(tag, place);
    return place;
  }
}

export interface FoundRows {
  readonly rows: readonly number[];
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Sorted by descending count. */
  readonly responseLanguages: readonly { readonly tag: string; readonly count: number }[];
}

function rowKey(language: string, id: string): string {
  return `${language}\u0000${id}`;
}

/**
 * Indexes a file chunk by chunk. A last line without a line end is incomplete and left out. A line longer
 * than 8 MiB is not a sample, and is skipped without being buffered.
 */
export class SampleIndexer {
  readonly index = new SampleIndex();
  readonly #intern: (text: string) => string;
  /** Chunks of a line whose end has not been read yet; empty when the line is too long. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #offset = 0;
  #line = 0;

  /**
   * @param intern returns one shared string for equal texts, because the runs of one evaluation have the same
   * ids
   */
  constructor(intern: (text: string) => string = text => text) {
    this.#intern = intern;
  }

  /** Does not keep a reference to the chunk. */
  push(piece: Uint8Array): void {
    let start = 0;
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, start)) {
      this.#take(piece.subarray(start, end));
      start = end + 1;
    }
    // Copied with the constructor, because `slice` of a Buffer shares its memory.
    if (start < piece.length) this.#hold(new Uint8Array(piece.subarray(start)));
  }

  #hold(bytes: Uint8Array): void {
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > longestLine) this.#held = [];
    else this.#held.push(bytes);
  }

  #take(end: Uint8Array): void {
    this.#hold(end);
    this.#line++;
    const length = this.#heldBytes;
    const text = length > longestLine ? null : decoder.decode(joined(this.#held, length));
    const sample = text === null ? null : parseSampleLine(text);
    if (sample !== null) this.index.add(this.#offset, length, { ...sample, id: this.#intern(sample.id) });
    else if (text === null || text.trim() !== "") this.index.leaveOut(this.#line);
    this.#offset += length + 1;
    this.#held = [];
    this.#heldBytes = 0;
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
