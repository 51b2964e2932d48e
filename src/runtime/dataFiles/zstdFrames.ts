// The frames of a Zstandard stream, read as their headers alone: what each would take is known before it is unpacked.

/** What the zstd program unpacks without being told otherwise. */
const largestWindow = 128 * 2 ** 20; // bytes
const largestBlock = 128 * 1024; // bytes, RFC 8878
const frameMagic = 0xfd2fb528;
/** Of frames that hold no data: the last four bits are free. */
const skippableMagic = 0x184d2a50;

/** Why a stream is not unpacked. */
export class ZstdFault extends Error {}

/** Follows the headers of frames and blocks, wherever the stream is cut into pieces (RFC 8878, section 3). */
export class ZstdFrames {
  /** Bytes that all frames so far declare; null: one declares none. */
  declared: number | null = 0;
  /** Frames of data whose headers went by. */
  frames = 0;
  /** Blocks whose headers went by, of all frames. */
  #blocks = 0;
  /** Last blocks of frames, which nobody asked for yet. */
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

  /** Whether a block is the last of its frame; asked of each in its turn, counted from 1. */
  isLast(block: number): boolean {
    if (this.#lastBlocks[0] !== block) return false;
    this.#lastBlocks.shift();
    return true;
  }

  /** The low half of XXH64 of each frame that ended since; null: it has none. */
  takeChecksums(): (number | null)[] {
    return this.#checksums.splice(0);
  }

  /** Whether the stream may end here. */
  get whole(): boolean {
    return this.#state === "frame" && this.#skip === 0 && this.#held.length === 0;
  }

  /** With the bytes held, which are those of one header. */
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
