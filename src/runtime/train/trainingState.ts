// State of a training that is needed to resume it: parameters, AdamW's moments, and the step.

/** Flat arrays in the order of `Parameters.slots`, matrices first. */
export interface StateSnapshot {
  readonly values: Float32Array;
  /** AdamW's first moment (m). */
  readonly mean: Float32Array;
  /** AdamW's second moment (v). */
  readonly square: Float32Array;
  /** Number of optimizer updates done. */
  readonly step: number;
}

/** Trainer whose state can be saved and restored, whether it is in host memory or on a device. */
export interface TrainingState {
  /**
   * Returns the state after the last complete step. It may share the trainer's memory, so use it before the
   * next step.
   */
  snapshot(): Promise<StateSnapshot>;
  /**
   * Returns the state in host memory at any moment; during a step, that of the previous step until the update
   * begins and counts. Null if the state is on a device, which may be busy.
   */
  held(): StateSnapshot | null;
  /** Copies `state` into the trainer: the next step is the one after `state.step`. */
  restore(state: StateSnapshot): Promise<void>;
}
