// The queue of runs as data: what its file holds, and in which order things go.
import { isObject } from "../../common/json.ts";
import { isSweepInputs, type SweepInputs } from "../experiments/sweepInputs.ts";
import { type Fault, versionFault } from "../records/parsed.ts";

export interface QueueEntry {
  readonly id: string;
  /** The mixture file, as a URI. */
  readonly file: string;
  readonly mixture: string;
  readonly seed: number;
  /** Folder of a stopped run to go on with, as a URI; null: a new run. */
  readonly resume: string | null;
  /** Process that has begun it; null: it waits. An entry stays until its run ends, so that a closed window loses none. */
  readonly pid: number | null;
  /** Asked to end, maybe by another window than the one that runs. */
  readonly stop: boolean;
  /** Shared with the other runs of its sweep; absent: whatever is there when it begins. */
  readonly inputs?: SweepInputs;
  /** Queued by this installation of VS Code. What came with the folder starts only when a person says so. */
  readonly own: boolean;
}

/** Makes what only this installation can make of a text; see `machine/installation.ts`. */
export type SealOf = (text: string) => string;

export interface StoredQueue {
  readonly version: 1;
  /** Nothing starts until a person goes on with the queue. */
  readonly paused: boolean;
  readonly entries: readonly QueueEntry[];
}

export const emptyQueue: StoredQueue = { version: 1, paused: false, entries: [] };

/** All that an entry can make a window do. */
function sealedOf({ id, file, mixture, seed, resume, pid, inputs }: QueueEntry): string {
  return JSON.stringify([id, file, mixture, seed, resume, pid, ...(inputs === undefined ? [] : [inputs])]);
}

/** The file's text. Entries of others are written as they came, so that they become nobody's. */
export function queueText(queue: StoredQueue, sealOf: SealOf): string {
  const sweeps = [...new Set(queue.entries.flatMap(({ inputs }) => inputs ?? []))];
  const entries = queue.entries.map(({ own, inputs, ...entry }) => ({
    ...entry,
    ...(inputs !== undefined && { sweep: sweeps.indexOf(inputs) }),
    seal: own ? sealOf(sealedOf({ ...entry, own, ...(inputs !== undefined && { inputs }) })) : null,
  }));
  // Older versions ask for a host, and wait where it is another.
  const head = { version: 1, host: "", paused: queue.paused, ...(sweeps.length > 0 && { sweeps }) };
  return `${JSON.stringify({ ...head, entries }, null, 2)}\n`;
}

/** The text of the queue's file, or what is wrong with it in words. */
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
  if (!Array.isArray(value.entries) || typeof value.paused !== "boolean")
    return { fault: "fields are missing in it" };
  const { sweeps = [] } = value;
  if (!Array.isArray(sweeps) || !sweeps.every(isSweepInputs))
    return { fault: "a sweep of it does not say what it began with" };
  const entries = value.entries
    .filter(isEntry)
    .map(({ id, file, mixture, seed, resume, pid, stop, seal, sweep }) => {
      const inputs = typeof sweep === "number" ? sweeps[sweep] : undefined;
      const shared = inputs === undefined ? {} : { inputs };
      const entry = { id, file, mixture, seed, resume, pid, stop, ...shared, own: false };
      return { ...entry, own: seal === sealOf(sealedOf(entry)) };
    });
  if (entries.length < value.entries.length) return { fault: "an entry of it is not one of a run" };
  const ids = new Set(entries.map(({ id }) => id));
  if (ids.size < entries.length) return { fault: "two entries of it have the same id" };
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

/** Puts these entries, in their order, before another one; null: to the end. What has begun stays first. */
export function moveEntries(queue: StoredQueue, ids: readonly string[], before: string | null): StoredQueue {
  const moves = ({ id, pid }: QueueEntry) => ids.includes(id) && pid === null;
  const moved = queue.entries.filter(moves);
  // Dropped on one of those that move: they go where the next one that stays is.
  const from = queue.entries.findIndex(({ id }) => id === before);
  const target =
    from < 0 ? undefined : queue.entries.slice(from).find(entry => !moves(entry) && entry.pid === null);
  const rest = queue.entries.filter(entry => !moves(entry));
  const at = target === undefined ? rest.length : rest.indexOf(target);
  return { ...queue, entries: [...rest.slice(0, at), ...moved, ...rest.slice(at)] };
}

/** One place up (-1) or down (+1) for each of these, as far as there is one. */
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

/** Entries that were taken out, where they were: `order` has the ids of the queue before. */
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

/** Those that run are asked to end by whoever runs them; those that wait leave the queue. */
export function stopEntries(
  queue: StoredQueue,
  ids: readonly string[],
  running: readonly string[],
): StoredQueue {
  const waiting = ids.filter(id => !running.includes(id));
  return ids.reduce((edited, id) => editEntry(edited, id, { stop: true }), removeEntries(queue, waiting));
}
