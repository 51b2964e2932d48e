// Parses the headers of frames in a Zstandard stream, to know their decompressed sizes in advance.

/** Maximum window of the zstd program without special options. */
const largestWindow = 128 * 2 ** 20; // bytes
const largestBlock = 128 * 1024; // bytes, RFC 8878
const frameMagic = 0xfd2fb528;
/** Frames without data; the last four bits are arbitrary. */
const skippableMagic = 0x184d2a50;

/** Reason why a stream is not decompressed. */
export class ZstdFault extends Error {}

/**
 * Parser for the headers of frames and blocks, independent of how the stream is cut into pieces (RFC 8878,
 * section 3).
 */
export class ZstdFrames {
  /** Total size declared by all frames so far; null if one declares none. */
  declared: number | null = 0;
  /** Number of data frames whose headers were parsed. */
  frames = 0;
  /** Number of blocks whose headers were parsed, in all frames. */
  #blocks = 0;
  /** Numbers of final blocks in frames that have not been queried yet. */
  readonly #lastBlocks: number[] = [];
  readonly #checksums: (number | null)[] = [];
  #held: number[] = [];
  #skip = 0;
  #state: "frame" | "block" | "checksum" | "skippable" = "frame";
  #checksum = false;

  /** @throws ZstdFault */
  push(piece: Uint8Array): void {
    let at = 0;
    for (;;) {
      const passed = Math.min(this.#skip, piece.length - at);
      this.#skip -= passed;
      at += passed;
      if (at >= piece.length) return;
      this.#held.push(piece[at++] ?? 0);
      this.#read();
    }
  }

  /**
   * Reports whether a block is the last one of its frame. Must be called for each block in order, counted
   * from 1.
   */
  isLast(block: number): boolean {
    if (this.#lastBlocks[0] !== block) return false;
    this.#lastBlocks.shift();
    return true;
  }

  /**
   * Low half of the XXH64 of each frame that ended since the last call; null for a frame without checksum.
   */
  takeChecksums(): (number | null)[] {
    return this.#checksums.splice(0);
  }

  /** True if the stream may end here. */
  get whole(): boolean {
    return this.#state === "frame" && this.#skip === 0 && this.#held.length === 0;
  }

  /** Parses the buffered bytes, which belong to a single header. */
  #read(): void {
    if (this.#state === "block") this.#readBlock();
    else if (this.#state === "checksum") this.#readChecksum();
    else if (this.#state === "skippable") this.#readSkippable();
    else this.#readFrame();
  }

  #number(from: number, length: number): number {
    let value = 0;
    for (let i = length - 1; i >= 0; i--) value = value * 256 + (this.#held[from + i] ?? 0);
    return value;
  }

  #readSkippable(): void {
    if (this.#held.length < 8) return;
    this.#skip = this.#number(4, 4);
    this.#next("frame");
  }

  #readFrame(): void {
    if (this.#held.length < 5) return;
    const magic = this.#number(0, 4);
    if (magic !== frameMagic) {
      if (magic - (magic % 16) !== skippableMagic) throw new ZstdFault("what follows in it is no Zstandard");
      this.#state = "skippable";
      return;
    }
    const descriptor = this.#held[4] ?? 0;
    const single = (descriptor & 0x20) !== 0;
    const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const size = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    const window = single ? 0 : 1;
    if (this.#held.length < 5 + window + dictionary + size) return;
    if (this.#number(5 + window, dictionary) !== 0) throw new ZstdFault("it needs a dictionary of its own");
    const content = this.#number(5 + window + dictionary, size) + (size === 2 ? 256 : 0);
    const exponent = this.#held[5] ?? 0;
    const base = 2 ** (10 + (exponent >> 3));
    const needed = single ? content : base + (base / 8) * (exponent & 7);
    if (needed > largestWindow) {
      const megabytes = Math.ceil(needed / 2 ** 20);
      throw new ZstdFault(
        `a frame of it takes ${megabytes} MB at once, and at most ${largestWindow / 2 ** 20} are given`,
      );
    }
    this.declared = size === 0 || this.declared === null ? null : this.declared + content;
    this.frames++;
    this.#checksum = (descriptor & 4) !== 0;
    this.#next("block");
  }

  #readBlock(): void {
    if (this.#held.length < 3) return;
    const header = this.#number(0, 3);
    const [last, type, size] = [(header & 1) !== 0, (header >> 1) & 3, header >> 3];
    if (type === 3 || size > largestBlock) throw new ZstdFault("a block of it is damaged");
    this.#skip = type === 1 ? 1 : size;
    this.#blocks++;
    if (last) this.#lastBlocks.push(this.#blocks);
    if (last && !this.#checksum) this.#checksums.push(null);
    this.#next(!last ? "block" : this.#checksum ? "checksum" : "frame");
  }

  #readChecksum(): void {
    if (this.#held.length < 4) return;
    this.#checksums.push(this.#number(0, 4));
    this.#next("frame");
  }

  #next(state: "frame" | "block" | "checksum"): void {
    this.#state = state;
    this.#held = [];
  }
}
