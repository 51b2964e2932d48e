// Rows that are decoded together: whenever one ends, the next prompt takes its place.
import type { Random } from "../../common/random.ts";
import { cachedLayers } from "../../graph/nn/layerShape.ts";
import { longestStep } from "../../graph/nn/layerStates.ts";
import { type Feeds, float32Of, integersOf, type Session } from "../ort/session.ts";
import type { GenerationRequest, GeneratorOptions } from "./generationRequest.ts";
import { bytesPerPlace, type CachedPrefix, KeyValueCache } from "./keyValueCache.ts";
import { LayerStateCache, stateBytes } from "./layerStateCache.ts";
import { pickToken } from "./sampling.ts";
import { stepFeeds } from "./stepFeeds.ts";

/** Maximum bytes that the rows keep from step to step, which limits the number of prompts that run together. */
const cacheBudget = 384 * 1024 * 1024;
/** Maximum number of rows: beyond it, the matrix products of a step gain little. */
const largestBatch = 64;
/**
 * Default number of prompt tokens per call: enough for full speed, at a few tens of MiB for a small model.
 */
const defaultPrefillTokens = 1024;
/**
 * Minimum length of a common prefix of all prompts, usually a template's system message, to be computed only
 * once.
 */
const shortestPrefix = 4;
/**
 * New prompts wait until together they have this many tokens, or until they would fill this share of all
 * rows.
 */
const [worthwhilePrefill, largestGap] = [128, 1 / 8];

export interface BatchLimits {
  /** Maximum number of rows, however short. */
  readonly slots: number;
  /** Cache positions of all rows together. */
  readonly places: number;
  /** Number of rows that fit if each takes as many positions as the longest. */
  readonly rows: number;
  /** Prompt tokens that enter in one call, unless a single prompt is longer. */
  readonly prefillTokens: number;
}

/** Limits of a batch when the longest of `count` rows needs `longest` positions. */
export function batchLimits(
  config: GeneratorOptions["config"],
  count: number,
  longest: number,
  slots = largestBatch,
): BatchLimits {
  const [perRow, perPlace] = [stateBytes(config), bytesPerPlace(config)];
  // States of constant size take at most half of the budget
  const fitting = perRow === 0 ? slots : Math.max(1, Math.min(slots, Math.floor(cacheBudget / 2 / perRow)));
  const most = Math.min(fitting, count);
  const budget = perPlace === 0 ? Infinity : Math.floor((cacheBudget - most * perRow) / perPlace);
  const places = Math.max(longest, Math.min(budget, longest * most));
  const rows = longest === 0 ? 0 : Math.min(most, Math.floor(places / longest));
  return { slots: most, places, rows, prefillTokens: defaultPrefillTokens };
}

/** One prompt and its response. */
export interface Row {
  readonly prompt: number;
  readonly random: Random;
  readonly ids: number[];
  /** Total number of cache positions needed. The last token is never fed. */
  readonly limit: number;
  /** Number of tokens whose keys and values are in the cache. */
  filled: number;
  /** Tokens to feed in the next step. */
  pending: readonly number[];
}

/** Active rows, which are always the first ones of the cache, and the prompts that wait for room. */
export class ContinuousBatch {
  private readonly rows: Row[] = [];
  private next = 0;
  private readonly slots: number;
  private readonly cache: KeyValueCache;
  private readonly states: LayerStateCache;
  private readonly wanted: Readonly<Record<string, null>>;
  private readonly greedy: boolean;
  private prefix: (CachedPrefix & { readonly states: readonly Float32Array[] }) | null = null;

  constructor(
    private readonly session: Session,
    private readonly options: GeneratorOptions,
    private readonly request: GenerationRequest,
    private readonly waiting: readonly Row[],
  ) {
    const longest = waiting.at(-1)?.limit ?? 0;
    const { places, slots } = batchLimits(options.config, waiting.length, longest, options.slots);
    this.slots = slots;
    this.cache = new KeyValueCache(options.config, places);
    this.states = new LayerStateCache(options.config, slots);
    this.greedy = request.temperature === 0;
    const fresh = cachedLayers(options.config).flatMap(i => [`fresh.${i}.keys`, `fresh.${i}.values`]);
    const wanted = [this.greedy ? "best" : "logits", ...fresh, ...this.states.outputs];
    this.wanted = Object.fromEntries(wanted.map(name => [name, null]));
  }

  /** Computes the common prefix of all prompts. */
  async begin(prefix: readonly number[]): Promise<void> {
    if (this.waiting.length < 2 || prefix.length < shortestPrefix) return;
    const row: Row = { ...(this.waiting[0] as Row), pending: prefix, limit: prefix.length };
    this.rows.push(row);
    while (row.pending.length > 0) await this.feed(0);
    this.prefix = { ...this.cache.copy(0, prefix.length), states: this.states.copy(0) };
    this.rows.pop();
  }

  get finished(): boolean {
    return this.rows.length === 0 && this.next === this.waiting.length;
  }

  private get prefillTokens(): number {
    return this.options.prefillTokens ?? defaultPrefillTokens;
  }

  /**
   * Runs the graph once: on the prompts of new rows if there is room for them, otherwise on one token of
   * every row.
   */
  async advance(): Promise<[Row, boolean][]> {
    const unfinished = this.rows.findIndex(row => row.pending.length > 1); // long prompts are continued first
    if (unfinished >= 0) return this.step(unfinished);
    const newcomers = this.newcomers();
    if (newcomers.length === 0) return this.step(0);
    const first = this.rows.length;
    const prefix = this.prefix;
    if (prefix !== null) this.reserve(prefix.places, newcomers);
    for (const row of newcomers) {
      if (prefix !== null) {
        this.cache.paste(this.rows.length, prefix);
        this.states.paste(this.rows.length, prefix.states);
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

  /**
   * Makes room for `needed` positions in each active row and, after those, in `newcomers`, of which nothing
   * is cached yet.
   */
  private reserve(needed: number, newcomers: readonly Row[] = []): void {
    const limit = Math.max(...[...this.rows, ...newcomers].map(row => row.limit));
    this.cache.reserve(
      needed,
      limit,
      this.rows.map(row => row.filled),
    );
  }

  /** Feeds the pending tokens of all rows from `first` on. Returns the graph's outputs. */
  private async feed(first: number): Promise<Feeds> {
    this.request.signal?.throwIfAborted();
    const rows = this.rows.slice(first);
    const most = Math.min(this.prefillTokens, longestStep(this.options.config));
    const taken = rows.map(row => row.pending.slice(0, most));
    const lengths = taken.map(ids => ids.length);
    const length = Math.max(...lengths);
    const filled = rows.map(row => row.filled);
    this.reserve(Math.max(...this.rows.map((row, i) => row.filled + (lengths[i - first] ?? 0))));
    const places = filled.some(count => count > 0) ? this.cache.places : 0;
    const output = await this.session.run(
      {
        ...(this.request.parameters ?? this.options.parameters),
        ...this.cache.feeds(first, rows.length, places),
        ...this.states.feeds(first, filled),
        ...stepFeeds(this.options.config, filled, taken, length, places),
      },
      this.wanted,
    );
    this.cache.append(output, first, filled, lengths, length);
    this.states.store(output, first);
    for (const [r, row] of rows.entries()) {
      row.filled += lengths[r] ?? 0;
      row.pending = row.pending.slice(lengths[r]);
    }
    return output;
  }

  /**
   * Advances all rows from `first` on. Returns the rows that ended, each with whether a stop token ended it.
   */
  private async step(first: number): Promise<[Row, boolean][]> {
    const output = await this.feed(first);
    const rows = this.rows.slice(first);
    const picked = this.pick(output, rows);
    const ended: [Row, boolean][] = [];
    for (let r = rows.length - 1; r >= 0; r--) {
      const [row, token] = [rows[r] as Row, picked[r] as number];
      if (row.pending.length > 0) continue; // a long prompt continues in the next step
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

  /** Picks the next token of each row. */
  private pick(output: Feeds, rows: readonly Row[]): number[] {
    if (this.greedy) return integersOf(output.best, "best");
    const logits = float32Of(output.logits, "logits");
    const width = logits.length / rows.length;
    return rows.map((row, r) =>
      row.pending.length > 0
        ? 0 // inside a long prompt, no token is drawn
        : pickToken(logits.subarray(r * width, (r + 1) * width), this.request, row.random),
    );
  }

  /** Replaces a finished row with the last row. */
  private remove(index: number): void {
    const last = this.rows.pop();
    if (last === undefined || index === this.rows.length) return;
    this.cache.move(this.rows.length, index, last.filled);
    this.states.move(this.rows.length, index);
    this.rows[index] = last;
  }
}
