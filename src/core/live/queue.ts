// The queue of runs as data: the content of its file, and the order of its entries.
import { isObject } from "../../common/json.ts";
import { isSweepInputs, type SweepInputs } from "../experiments/sweepInputs.ts";
import { type Fault, versionFault } from "../records/parsed.ts";

export interface QueueEntry {
  readonly id: string;
  /** URI of the mixture file. */
  readonly file: string;
  readonly mixture: string;
  readonly seed: number;
  /** URI of the folder of a stopped run to resume; null for a new run. */
  readonly resume: string | null;
  /**
   * Id of the process that runs it; null while it waits. An entry stays until its run ends,
   * so that closing a window loses none.
   */
  readonly pid: number | null;
  /** True if it was asked to stop, possibly by another window than the one that runs it. */
  readonly stop: boolean;
  /**
   * Inputs shared with the other runs of its sweep; if absent, the files are used as they are when it starts.
   */
  readonly inputs?: SweepInputs;
  /**
   * True if it was queued by this installation of VS Code. Entries that came with the
   * folder start only on a user's explicit command.
   */
  readonly own: boolean;
}

/** Returns a seal for a text that only this installation can make; see `node/installation.ts`. */
export type SealOf = (text: string) => string;

export interface StoredQueue {
  readonly version: 1;
  /** True if nothing starts until a user resumes the queue. */
  readonly paused: boolean;
  readonly entries: readonly QueueEntry[];
}

export const emptyQueue: StoredQueue = { version: 1, paused: false, entries: [] };

/** Returns the sealed text of an entry: everything that it can make a window do. */
function sealedOf({ id, file, mixture, seed, resume, pid, inputs }: QueueEntry): string {
  return JSON.stringify([id, file, mixture, seed, resume, pid, ...(inputs === undefined ? [] : [inputs])]);
}

/**
 * Returns the text of the queue's file. Entries of other installations are written without
 * a seal, so that they belong to nobody.
 */
export function queueText(queue: StoredQueue, sealOf: SealOf): string {
  const sweeps = [...new Set(queue.entries.flatMap(({ inputs }) => inputs ?? []))];
  const entries = queue.entries.map(({ own, inputs, ...entry }) => ({
    ...entry,
    ...(inputs !== undefined && { sweep: sweeps.indexOf(inputs) }),
    seal: own ? sealOf(sealedOf({ ...entry, own, ...(inputs !== undefined && { inputs }) })) : null,
  }));
  // Older versions read a host, and wait if it is another one.
  const head = { version: 1, host: "", paused: queue.paused, ...(sweeps.length > 0 && { sweeps }) };
  return `${JSON.stringify({ ...head, entries }, null, 2)}\n`;
}

/** Parses the queue's file; returns a fault if it is invalid. */
export function parseQueue(text: string, sealOf: SealOf): { readonly queue: StoredQueue } | Fault {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: "it is not JSON" };
  }
  if (!isObject(value)) return { fault: "it is not a JSON object" };
  const other = versionFault(value.version);
  if (other !== null) return other;
  if (!Array.isArray(value.entries) || typeof value.paused !== "boolean") return { fault: "it lacks fields" };
  const { sweeps = [] } = value;
  if (!Array.isArray(sweeps) || !sweeps.every(isSweepInputs))
    return { fault: "one of its sweeps lacks its inputs" };
  const entries = value.entries
    .filter(isEntry)
    .map(({ id, file, mixture, seed, resume, pid, stop, seal, sweep }) => {
      const inputs = typeof sweep === "number" ? sweeps[sweep] : undefined;
      const shared = inputs === undefined ? {} : { inputs };
      const entry = { id, file, mixture, seed, resume, pid, stop, ...shared, own: false };
      return { ...entry, own: seal === sealOf(sealedOf(entry)) };
    });
  if (entries.length < value.entries.length) return { fault: "one of its entries is not a run" };
  const ids = new Set(entries.map(({ id }) => id));
  if (ids.size < entries.length) return { fault: "two of its entries have the same id" };
  return { queue: { version: 1, paused: value.paused, entries } };
}

type WrittenEntry = Omit<QueueEntry, "own" | "inputs"> & {
  readonly seal?: unknown;
  readonly sweep?: unknown;
};

function isEntry(value: unknown): value is WrittenEntry {
  return (
    isObject(value) &&
    typeof value.id === "string" &&
    typeof value.file === "string" &&
    typeof value.mixture === "string" &&
    Number.isSafeInteger(value.seed) &&
    (value.resume === null || typeof value.resume === "string") &&
    (value.pid === null || Number.isSafeInteger(value.pid)) &&
    typeof value.stop === "boolean"
  );
}

/**
 * Moves entries, in their order, before another one, or to the end if `before` is null.
 * Running entries stay first.
 */
export function moveEntries(queue: StoredQueue, ids: readonly string[], before: string | null): StoredQueue {
  const moves = ({ id, pid }: QueueEntry) => ids.includes(id) && pid === null;
  const moved = queue.entries.filter(moves);
  // Dropped on one of the moved entries: they go before the next entry that stays.
  const from = queue.entries.findIndex(({ id }) => id === before);
  const target =
    from < 0 ? undefined : queue.entries.slice(from).find(entry => !moves(entry) && entry.pid === null);
  const rest = queue.entries.filter(entry => !moves(entry));
  const at = target === undefined ? rest.length : rest.indexOf(target);
  return { ...queue, entries: [...rest.slice(0, at), ...moved, ...rest.slice(at)] };
}

/** Moves each of these entries up (-1) or down (+1) by one place, if there is one. */
export function shiftEntries(queue: StoredQueue, ids: readonly string[], by: -1 | 1): StoredQueue {
  const entries = [...queue.entries];
  const places = entries.flatMap((entry, i) => (ids.includes(entry.id) && entry.pid === null ? [i] : []));
  for (const place of by < 0 ? places : places.reverse()) {
    const [one, other] = [entries[place], entries[place + by]];
    if (one === undefined || other === undefined || other.pid !== null || ids.includes(other.id)) continue;
    entries[place] = other;
    entries[place + by] = one;
  }
  return { ...queue, entries };
}

export function removeEntries(queue: StoredQueue, ids: readonly string[]): StoredQueue {
  return { ...queue, entries: queue.entries.filter(({ id }) => !ids.includes(id)) };
}

/** Restores removed entries to their places; `order` has the ids of the queue before the removal. */
export function putBack(
  queue: StoredQueue,
  entries: readonly QueueEntry[],
  order: readonly string[],
): StoredQueue {
  const known = new Set(queue.entries.map(({ id }) => id));
  const all = [...queue.entries];
  for (const entry of entries) {
    if (known.has(entry.id)) continue;
    const after = new Set(order.slice(order.indexOf(entry.id) + 1));
    const at = all.findIndex(({ id, pid }) => after.has(id) && pid === null);
    all.splice(at < 0 ? all.length : at, 0, entry);
  }
  return { ...queue, entries: all };
}

export function editEntry(
  queue: StoredQueue,
  id: string,
  change: Partial<Omit<QueueEntry, "id">>,
): StoredQueue {
  return {
    ...queue,
    entries: queue.entries.map(entry => (entry.id === id ? { ...entry, ...change } : entry)),
  };
}

/**
 * Stops entries: running ones are asked to end by the process that runs them, waiting ones leave the queue.
 */
export function stopEntries(
  queue: StoredQueue,
  ids: readonly string[],
  running: readonly string[],
): StoredQueue {
  const waiting = ids.filter(id => !running.includes(id));
  return ids.reduce((edited, id) => editEntry(edited, id, { stop: true }), removeEntries(queue, waiting));
}
