// A whole optimizer step as one graph whose state (parameters, moments, gradient sums) never leaves the
// device.

import { encodeModel } from "../onnx/encode.ts";
import { type Abilities, lowerForWebGpu } from "../onnx/webgpu.ts";
import { adamWUpdate } from "../optim/adamw.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import {
  add,
  concat,
  div,
  lessOrEqual,
  mul,
  reduceSum,
  reshape,
  slice,
  sqrt,
  sub,
  where,
} from "../tape/ops.ts";
import { dropInput, redirect, sortNodes, takeOutputs } from "../tape/rewrite.ts";
import type { Value } from "../tape/value.ts";
import { type Trainable, type UpdateGroup, updateGroups } from "./weights.ts";

/** Pieces are zero-padded to a multiple of this, so that sums over them run in two parallel steps. */
const pieceStep = 1024;
/**
 * Maximum elements of a piece with several parameters: 64 MiB of float32, half the buffer size that every
 * WebGPU device can bind.
 */
const pieceLimit = 1 << 24;

/** Consecutive parameters in one buffer of the device. */
export interface StatePiece extends Pick<UpdateGroup, "decays" | "rate"> {
  readonly slots: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly at: number;
  }[];
  /** Number of elements, including padding. */
  readonly size: number;
}

/**
 * Groups parameters into a few large buffers instead of many small ones: the optimizer's operators run once
 * per piece.
 */
export function statePieces(trainables: readonly Trainable[]): StatePiece[] {
  const pieces: StatePiece[] = [];
  for (const { trainables: alike, decays, rate } of updateGroups(trainables)) {
    let slots: StatePiece["slots"][number][] = [];
    let at = 0;
    const close = (): void => {
      if (slots.length > 0) pieces.push({ slots, size: Math.ceil(at / pieceStep) * pieceStep, decays, rate });
      slots = [];
      at = 0;
    };
    for (const { name, shape } of alike) {
      const size = count(shape);
      if (at + size > pieceLimit) close();
      slots.push({ name, shape, at });
      at += size;
    }
    close();
  }
  return pieces;
}

export const stateKinds = ["p", "m", "v", "sum"] as const;
/** State of a step: parameters, AdamW's two moments, and the sum of the gradients of its micro-batches. */
export type StateKind = (typeof stateKinds)[number];

export function stateInput(kind: StateKind, piece: number): string {
  return `state:${kind}:${piece}`;
}

export function stateOutput(kind: StateKind, piece: number): string {
  return `next:${kind}:${piece}`;
}

/**
 * Scalar inputs of a step in addition to those of the training graph: `decay` is lr·λ, the others are those of
 * `adamWUpdate`.
 */
export const stepScalars = [
  "accumulate",
  "beta1",
  "gain1",
  "beta2",
  "gain2",
  "decay",
  "rate",
  "root",
] as const;
export type StepScalars = Readonly<Record<(typeof stepScalars)[number], number>>;

export interface DeviceStepOptions extends Abilities {
  readonly epsilon: number;
  /** Maximum global L2 norm of the gradient; 0 disables clipping. */
  readonly clipNorm: number;
}

/**
 * Extends `training` (outputs `loss` and `grad:<name>`, inputs named after the trainables) in place:
 * sum ← accumulate·sum + gradient; gradientNorm = ‖sum‖₂; AdamW with the clipped sum. The inputs of the
 * trainables and the outputs of their gradients are replaced by the pieces' `stateInput` and `stateOutput`,
 * float32 [piece.size]. Scalars that change nothing (rate 0, decay 0, betas 1, gains 0) make a micro-batch
 * that only accumulates.
 */
export function deviceStepModel(
  training: GraphBuilder,
  trainables: readonly Trainable[],
  options: DeviceStepOptions,
): Uint8Array {
  const g = training;
  const gradients = takeOutputs(g, name => name.startsWith("grad:"));
  const scalars = Object.fromEntries(stepScalars.map(name => [name, g.input(name, "float32", [])])) as Record<
    keyof StepScalars,
    Value
  >;
  const pieces = statePieces(trainables).map((piece, i) => {
    const state = Object.fromEntries(
      stateKinds.map(kind => [kind, g.input(stateInput(kind, i), "float32", [piece.size])]),
    ) as Record<StateKind, Value>;
    const gradient = flattened(g, piece, gradients);
    spread(g, piece, state.p);
    return { ...piece, ...state, gradient: add(g, mul(g, state.sum, scalars.accumulate), gradient) };
  });
  const norm = sqrt(
    g,
    pieces.map(piece => sumOfSquares(g, piece.gradient, piece.size)).reduce((a, b) => add(g, a, b)),
  );
  const epsilon = g.scalar(options.epsilon);
  for (const [i, { p, m, v, gradient, ...group }] of pieces.entries()) {
    const clipped = options.clipNorm > 0 ? mul(g, gradient, clipScale(g, norm, options.clipNorm)) : gradient;
    const times = (scalar: Value): Value =>
      group.rate === 1 ? scalar : mul(g, scalar, g.scalar(group.rate));
    const keep = group.decays ? sub(g, g.scalar(1), times(scalars.decay)) : g.scalar(1);
    const rate = times(scalars.rate);
    const updated = adamWUpdate(g, { p, m, v, gradient: clipped }, { ...scalars, epsilon, keep, rate });
    g.output(stateOutput("p", i), updated.p);
    g.output(stateOutput("m", i), updated.m);
    g.output(stateOutput("v", i), updated.v);
    g.output(stateOutput("sum", i), gradient);
  }
  g.output("gradientNorm", norm);
  lowerForWebGpu(g, options);
  sortNodes(g);
  return encodeModel(g, "device-step");
}

/** Concatenates the gradients of a piece's parameters, zero-padded to [size]. */
function flattened(g: GraphBuilder, piece: StatePiece, gradients: ReadonlyMap<string, Value>): Value {
  let used = 0;
  const parts = piece.slots.map(({ name, shape }) => {
    const gradient = gradients.get(`grad:${name}`);
    if (gradient === undefined) throw new Error(`no gradient of ${name}`);
    used += count(shape);
    return reshape(g, gradient, [count(shape)]);
  });
  const filler = piece.size - used;
  if (filler > 0) parts.push(g.constant(new Float32Array(filler), [filler]));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : concat(g, parts, 0, piece.size);
}

/** Replaces the inputs of a piece's parameters with views of `flat`. */
function spread(g: GraphBuilder, piece: StatePiece, flat: Value): void {
  for (const { name, shape, at } of piece.slots) {
    const input = g.inputs.find(candidate => candidate.name === name);
    if (input === undefined) throw new Error(`the training graph has no input ${name}`);
    const whole = count(shape) === piece.size;
    redirect(g, input, reshape(g, whole ? flat : slice(g, flat, 0, at, at + count(shape)), shape));
    dropInput(g, input);
  }
}

/**
 * Σ x² of x[size], first over rows of `pieceStep`: a single long sum would run on one thread and be less
 * exact.
 */
function sumOfSquares(g: GraphBuilder, x: Value, size: number): Value {
  const rows = reshape(g, mul(g, x, x), [size / pieceStep, pieceStep]);
  return reduceSum(g, reduceSum(g, rows, [1]), [0]);
}

/** min(1, limit / (norm + 1e-6)), like torch.nn.utils.clip_grad_norm_. */
function clipScale(g: GraphBuilder, norm: Value, limit: number): Value {
  const safe = add(g, norm, g.scalar(1e-6));
  const below = lessOrEqual(g, safe, g.scalar(limit));
  return where(g, below, g.scalar(1), div(g, g.scalar(limit), safe));
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
