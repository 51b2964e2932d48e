// What must be kept of a training to go on with it later: parameters, AdamW's moments, and its step.

/** Flat arrays in the order of `Parameters.slots`, matrices first. */
export interface StateSnapshot {
  readonly values: Float32Array;
  /** AdamW's first moment (m). */
  readonly mean: Float32Array;
  /** AdamW's second moment (v). */
  readonly square: Float32Array;
  /** Optimizer updates done so far. */
  readonly step: number;
}

/** A trainer whose state can be kept and brought back, wherever it lies (host memory or a device). */
export interface TrainingState {
  /** State after the last finished step. It may share the trainer's memory: use it before the next step. */
  snapshot(): Promise<StateSnapshot>;
  /**
   * The state where it lies in host memory, at any moment: of a step that is being taken, the step before, until its
   * update begins and counts. null: it lies on a device, which may be busy.
   */
  held(): StateSnapshot | null;
  /** Copies `state` in: the next step is the one after `state.step`. */
  restore(state: StateSnapshot): Promise<void>;
}
