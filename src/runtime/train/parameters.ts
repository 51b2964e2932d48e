// Trainable parameters and their optimizer state, each stored in one flat array with a view per tensor.
import type { Tensor } from "onnxruntime-node";
import { type Trainable, type UpdateGroup, updateGroups } from "../../graph/nn/weights.ts";
import { tensor } from "../ort/session.ts";

interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** Elements that the optimizer updates alike. */
interface Range extends Pick<UpdateGroup, "decays" | "rate"> {
  readonly from: number;
  readonly to: number;
}

/** Parameters in the order of their `updateGroups`. */
export class Parameters {
  readonly slots: readonly Slot[];
  readonly size: number;
  readonly ranges: readonly Range[];
  readonly values: Float32Array;
  readonly gradients: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
  readonly feeds: Readonly<Record<string, Tensor>>;

  constructor(trainables: readonly Trainable[]) {
    const slots: Slot[] = [];
    let at = 0;
    this.ranges = updateGroups(trainables).map(({ trainables: alike, decays, rate }) => {
      const from = at;
      for (const { name, shape } of alike) {
        const start = at;
        at += shape.reduce((product, dim) => product * dim, 1);
        slots.push({ name, shape, from: start, to: at });
      }
      return { from, to: at, decays, rate };
    });
    this.slots = slots;
    this.size = at;
    this.values = new Float32Array(at);
    this.gradients = new Float32Array(at);
    this.mean = new Float32Array(at);
    this.square = new Float32Array(at);
    this.feeds = this.tensorsOver(this.values, name => name);
  }

  /**
   * Returns tensors that share memory with `flat`.
   * @param rename Derives their names from those of the parameters.
   */
  tensorsOver(flat: Float32Array, rename: (name: string) => string): Readonly<Record<string, Tensor>> {
    return Object.fromEntries(
      this.slots.map(slot => [rename(slot.name), tensor(flat.subarray(slot.from, slot.to), slot.shape)]),
    );
  }

  /** Returns the part of `flat` that belongs to one parameter. */
  view(flat: Float32Array, name: string): Float32Array {
    const slot = this.slots.find(candidate => candidate.name === name);
    if (slot === undefined) throw new Error(`no parameter ${name}`);
    return flat.subarray(slot.from, slot.to);
  }
}
