// The rows that are decoded together: whenever one ends, the next prompt takes its place.
import type { Random } from "../../common/random.ts";
import { type Feeds, float32Of, integersOf, type Session } from "../ort/session.ts";
import type { GenerationRequest, GeneratorOptions } from "./generator.ts";
import { bytesPerPlace, type CachedPrefix, KeyValueCache } from "./keyValueCache.ts";
import { pickToken } from "./sampling.ts";
import { stepFeeds } from "./stepFeeds.ts";

/** Keys and values of all rows, in bytes: bounds how many prompts run together. */
const cacheBudget = 384 * 1024 * 1024;
/** Beyond this many rows a step's matrix products gain little. */
const largestBatch = 64;
/** Unless the caller says otherwise: enough for full speed, at a few tens of MiB for a small model. */
const defaultPrefillTokens = 1024;
/** What all prompts begin with, a template's system message mostly, is computed once from this many tokens on. */
const shortestPrefix = 4;
/** Newcomers wait for one another until they are this many tokens, or this share of all rows stands empty. */
const [worthwhilePrefill, largestGap] = [128, 1 / 8];

export interface BatchLimits {
  /** Places of keys and values of all rows together. */
  readonly places: number;
  /** Rows that have room when each takes the places of the longest. */
  readonly rows: number;
  /** Tokens of prompts that enter in one call, unless one alone is longer. */
  readonly prefillTokens: number;
}

/** What a batch is bounded by when the longest of `count` rows needs `longest` places. */
export function batchLimits(
  config: GeneratorOptions["config"],
  count: number,
  longest: number,
  slots = largestBatch,
): BatchLimits {
  const budget = Math.floor(cacheBudget / bytesPerPlace(config));
  const places = Math.max(longest, Math.min(budget, longest * Math.min(slots, count)));
  const rows = longest === 0 ? 0 : Math.floor(places / longest);
  return { places, rows, prefillTokens: defaultPrefillTokens };
}

/** One prompt and its response. */
export interface Row {
  readonly prompt: number;
  readonly random: Random;
  readonly ids: number[];
  /** Places that it needs in all: its last token is never fed. */
  readonly limit: number;
  /** Tokens whose keys and values are in the cache. */
  filled: number;
  /** Tokens that the next step takes in. */
  pending: readonly number[];
}

/** The rows in work, always the first ones of the cache, and the prompts that wait for room. */
export class ContinuousBatch {
  private readonly rows: Row[] = [];
  private next = 0;
  private readonly cache: KeyValueCache;
  private readonly wanted: Readonly<Record<string, null>>;
  private readonly greedy: boolean;
  private prefix: CachedPrefix | null = null;

  constructor(
    private readonly session: Session,
    private readonly options: GeneratorOptions,
    private readonly request: GenerationRequest,
    private readonly waiting: readonly Row[],
  ) {
    const longest = waiting.at(-1)?.limit ?? 0;
    const { places } = batchLimits(options.config, waiting.length, longest, this.slots);
    this.cache = new KeyValueCache(options.config, places);
    this.greedy = request.temperature === 0;
    const fresh = Array.from({ length: options.config.layers }, (_, i) => [
      `fresh.${i}.keys`,
      `fresh.${i}.values`,
    ]).flat();
    this.wanted = Object.fromEntries([this.greedy ? "best" : "logits", ...fresh].map(name => [name, null]));
  }

  /** Computes what all prompts begin with. */
  async begin(prefix: readonly number[]): Promise<void> {
    if (this.waiting.length < 2 || prefix.length < shortestPrefix) return;
    const row: Row = { ...(this.waiting[0] as Row), pending: prefix, limit: prefix.length };
    this.rows.push(row);
    while (row.pending.length > 0) await this.feed(0);
    this.prefix = this.cache.copy(0, prefix.length);
    this.rows.pop();
  }

  get finished(): boolean {
    return this.rows.length === 0 && this.next === this.waiting.length;
  }

  private get slots(): number {
    return this.options.slots ?? largestBatch;
  }

  private get prefillTokens(): number {
    return this.options.prefillTokens ?? defaultPrefillTokens;
  }

  /** One call of the graph: newcomers' prompts if there is room for them, else a token for every row. */
  async advance(): Promise<[Row, boolean][]> {
    const unfinished = (this.rows.at(-1)?.pending.length ?? 0) > 1; // a long prompt goes on alone
    if (unfinished) return this.step(this.rows.length - 1);
    const newcomers = this.newcomers();
    if (newcomers.length === 0) return this.step(0);
    const first = this.rows.length;
    const prefix = this.prefix;
    if (prefix !== null) this.reserve(prefix.places, newcomers);
    for (const row of newcomers) {
      if (prefix !== null) {
        this.cache.paste(this.rows.length, prefix);
        row.filled = prefix.places;
        row.pending = row.pending.slice(prefix.places);
      }
      this.rows.push(row);
    }
    this.next += newcomers.length;
    return this.step(first);
  }

  private newcomers(): readonly Row[] {
    const group: Row[] = [];
    const inWork = this.rows.length;
    const shared = this.prefix?.places ?? 0;
    for (const row of this.waiting.slice(this.next, this.next + this.slots - inWork)) {
      const length = row.pending.length - shared; // the longest so far
      const rows = inWork + group.length + 1;
      const tooMany = group.length > 0 && (group.length + 1) * length > this.prefillTokens;
      if (tooMany || (rows > 1 && rows * row.limit > this.cache.capacity)) break;
      group.push(row);
    }
    const all = this.next + group.length === this.waiting.length;
    const tokens = group.length * ((group.at(-1)?.pending.length ?? 0) - shared);
    const worthwhile = tokens >= worthwhilePrefill || group.length >= largestGap * (inWork + group.length);
    return all || worthwhile ? group : [];
  }

  /** Room for `needed` places in each row, `newcomers` with nothing in the cache yet behind those in work. */
  private reserve(needed: number, newcomers: readonly Row[] = []): void {
    const limit = Math.max(...[...this.rows, ...newcomers].map(row => row.limit));
    this.cache.reserve(
      needed,
      limit,
      this.rows.map(row => row.filled),
    );
  }

  /** Feeds the pending tokens of all rows from `first` on; gives the graph's output. */
  private async feed(first: number): Promise<Feeds> {
    this.request.signal?.throwIfAborted();
    const rows = this.rows.slice(first);
    const taken = rows.map(row => row.pending.slice(0, this.prefillTokens));
    const lengths = taken.map(ids => ids.length);
    const length = Math.max(...lengths);
    const filled = rows.map(row => row.filled);
    this.reserve(Math.max(...this.rows.map((row, i) => row.filled + (lengths[i - first] ?? 0))));
    const places = filled.some(count => count > 0) ? this.cache.places : 0;
    const output = await this.session.run(
      {
        ...(this.request.parameters ?? this.options.parameters),
        ...this.cache.feeds(first, rows.length, places),
        ...stepFeeds(this.options.config, filled, taken, length, places),
      },
      this.wanted,
    );
    this.cache.append(output, first, filled, lengths, length);
    for (const [r, row] of rows.entries()) {
      row.filled += lengths[r] ?? 0;
      row.pending = row.pending.slice(lengths[r]);
    }
    return output;
  }

  /** A step of all rows from `first` on; gives the rows that ended, and whether by a stop token. */
  private async step(first: number): Promise<[Row, boolean][]> {
    const output = await this.feed(first);
    const rows = this.rows.slice(first);
    const picked = this.pick(output, rows);
    const ended: [Row, boolean][] = [];
    for (let r = rows.length - 1; r >= 0; r--) {
      const [row, token] = [rows[r] as Row, picked[r] as number];
      if (row.pending.length > 0) continue; // a long prompt: the rest comes next
      const stopped = this.request.stopIds.includes(token);
      if (!stopped) {
        row.ids.push(token);
        this.request.onToken?.(row.prompt, row.ids);
      }
      row.pending = [token];
      if (!stopped && row.ids.length < this.request.maxNewTokens) continue;
      ended.push([row, stopped]);
      this.remove(first + r);
    }
    return ended;
  }

  /** The next token of each row. */
  private pick(output: Feeds, rows: readonly Row[]): number[] {
    if (this.greedy) return integersOf(output.best, "best");
    const logits = float32Of(output.logits, "logits");
    const width = logits.length / rows.length;
    return rows.map((row, r) =>
      row.pending.length > 0
        ? 0 // within a long prompt: nothing is drawn
        : pickToken(logits.subarray(r * width, (r + 1) * width), this.request, row.random),
    );
  }

  /** The last row takes the place of one that ended. */
  private remove(index: number): void {
    const last = this.rows.pop();
    if (last === undefined || index === this.rows.length) return;
    this.cache.move(this.rows.length, index, last.filled);
    this.rows[index] = last;
  }
}
