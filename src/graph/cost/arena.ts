// Simulates ONNX Runtime's allocator: best fit, in regions that double in size
// (onnxruntime/core/framework/bfc_arena.cc).

/** Allocation granularity in bytes. */
const granule = 256;
/** Size of the first region in bytes. */
const firstRegion = 2 ** 20;
/** Regions double up to this size in bytes; a larger allocation gets a region of its own size. */
const largestRegion = 2 ** 30;
/** A chunk is split when the remainder is at least this many bytes or at least as large as the allocation. */
const maxWasted = 128 * 2 ** 20;

interface Region {
  /** Number of regions created before this one. */
  readonly rank: number;
  /** End of the bytes that were ever handed out. Everything past it is only reserved address space. */
  touched: number;
}

/** Contiguous piece of a region, either allocated or free. */
export interface Chunk {
  readonly region: Region;
  readonly offset: number;
  size: number;
  free: boolean;
  previous: Chunk | null;
  next: Chunk | null;
}

export class Arena {
  private readonly regions: Region[] = [];
  /** Sorted by size, smallest first; equal sizes by region, latest first. */
  private readonly free: Chunk[] = [];
  private regionBytes = firstRegion;

  /**
   * Bytes that were in use at some point: what stays resident, since memory is never returned to the system.
   */
  get touched(): number {
    return this.regions.reduce((sum, region) => sum + region.touched, 0);
  }

  allocate(bytes: number): Chunk {
    const size = Math.max(1, Math.ceil(bytes / granule)) * granule;
    const chunk = this.take(size) ?? this.extend(size);
    if (chunk.size >= 2 * size || chunk.size - size >= maxWasted) this.split(chunk, size);
    chunk.free = false;
    chunk.region.touched = Math.max(chunk.region.touched, chunk.offset + bytes);
    return chunk;
  }

  release(chunk: Chunk): void {
    let merged = chunk;
    const { previous, next } = chunk;
    if (next?.free === true) {
      this.drop(next);
      join(merged, next);
    }
    if (previous?.free === true) {
      this.drop(previous);
      join(previous, merged);
      merged = previous;
    }
    this.insert(merged);
  }

  private take(size: number): Chunk | null {
    const at = this.free.findIndex(chunk => chunk.size >= size);
    return at < 0 ? null : (this.free.splice(at, 1)[0] ?? null);
  }

  private extend(size: number): Chunk {
    const enough = this.regionBytes >= size;
    if (size <= largestRegion) while (this.regionBytes < size) this.regionBytes *= 2;
    const region = { rank: this.regions.length, touched: 0 };
    const bytes = Math.max(size, Math.min(this.regionBytes, largestRegion));
    const whole = { region, offset: 0, size: bytes, free: true, previous: null, next: null };
    if (enough && 2 * this.regionBytes <= largestRegion) this.regionBytes *= 2;
    this.regions.push(region);
    return whole;
  }

  private split(chunk: Chunk, size: number): void {
    const { region, offset, next } = chunk;
    const rest: Chunk = {
      region,
      offset: offset + size,
      size: chunk.size - size,
      free: true,
      previous: chunk,
      next,
    };
    if (next !== null) next.previous = rest;
    chunk.next = rest;
    chunk.size = size;
    this.insert(rest);
  }

  private insert(chunk: Chunk): void {
    chunk.free = true;
    let [low, high] = [0, this.free.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comesBefore(this.free[middle] as Chunk, chunk)) low = middle + 1;
      else high = middle;
    }
    this.free.splice(low, 0, chunk);
  }

  private drop(chunk: Chunk): void {
    this.free.splice(this.free.indexOf(chunk), 1);
  }
}

function join(first: Chunk, second: Chunk): void {
  first.size += second.size;
  first.next = second.next;
  if (second.next !== null) second.next.previous = first;
}

function comesBefore(a: Chunk, b: Chunk): boolean {
  if (a.size !== b.size) return a.size < b.size;
  return a.region === b.region ? a.offset < b.offset : a.region.rank > b.region.rank;
}
