// One run shown in the live charts: reads its events as they are written and keeps its curves.
import { messageOf } from "../../common/errors.ts";
import { LiveRun } from "../../core/live/liveRun.ts";
import { parseStepEvent } from "../../core/records/events.ts";
import type { LineTail } from "../../node/lineTail.ts";
import type { LivePatch } from "../../protocol/liveView.ts";

/** Bytes read per turn, before the curves are shown and other runs are read. */
const turnBytes = 4e6;

export class FollowedRun {
  readonly #tail: Pick<LineTail, "read">;
  readonly #run = new LiveRun();
  #strange = 0;
  #unreadable: string | null = null;
  #gone = false;
  #all = false;

  constructor(tail: Pick<LineTail, "read">) {
    this.#tail = tail;
  }

  /** Error message; null if nothing is wrong. */
  get fault(): string | null {
    if (this.#unreadable !== null) return `Its events can't be read: ${this.#unreadable}`;
    if (this.#gone && this.#run.last !== null)
      return "Its events were deleted or renamed; the curves show what was read before.";
    if (this.#strange === 0) return null;
    const lines = this.#strange === 1 ? "1 line" : `${this.#strange.toLocaleString("en")} lines`;
    return `${lines} of its events ${this.#strange === 1 ? "is" : "are"} malformed and left out.`;
  }

  /** Marks the page as new, so that it gets all points again. */
  forget(): void {
    this.#all = true;
  }

  /** Returns true if there is more to read immediately. */
  async read(): Promise<boolean> {
    const handlers = {
      restart: () => {
        this.#run.reset();
        this.#strange = 0;
      },
      line: (text: string) => {
        const event = parseStepEvent(text);
        if (event === null) this.#strange++;
        else this.#run.add(event);
      },
    };
    try {
      const { state } = await this.#tail.read(handlers, turnBytes);
      this.#gone = state === "gone";
      this.#unreadable = null;
      return state === "more";
    } catch (error) {
      this.#unreadable = messageOf(error);
      return false;
    }
  }

  /** Returns null if nothing is new. */
  patches(): { readonly anew: boolean; readonly series: Readonly<Record<string, LivePatch>> } | null {
    const { anew, series } = this.#run.patches(this.#all);
    this.#all = false;
    return anew || Object.keys(series).length > 0 ? { anew, series } : null;
  }
}
