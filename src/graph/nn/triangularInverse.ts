// Inverse of a unit lower triangular matrix, with its gradient.
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { matmulTransposed } from "../tape/fusedOps.ts";
import { matmul, mul, neg, one, sub } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";

/** Constant [n, n] with 1 where `is` holds for row and column. */
export function maskOf(g: GraphBuilder, n: number, is: (row: number, column: number) => boolean): Value {
  const values = Float32Array.from({ length: n * n }, (_, i) => (is(Math.floor(i / n), i % n) ? 1 : 0));
  return g.constant(values, [n, n]);
}

/** Constants for the inverses of matrices [n, n]. */
export interface InverseMasks {
  readonly identity: Value;
  /** 1 below the diagonal. */
  readonly below: Value;
  /** Of each pair of neighbouring blocks of size 1, 2, 4 …: 1 in the rows of the second and the columns of the first. */
  readonly corners: readonly Value[];
}

/**
 * @param size Upper bound on n.
 * @param cut Reduces a constant [size, size] to [n, n].
 */
export function inverseMasks(g: GraphBuilder, size: number, cut: (constant: Value) => Value): InverseMasks {
  const corners: Value[] = [];
  for (let half = 1; half < size; half *= 2) {
    const pair = 2 * half;
    const isCorner = (i: number, j: number): boolean =>
      Math.floor(i / pair) === Math.floor(j / pair) && i % pair >= half && j % pair < half;
    corners.push(cut(maskOf(g, size, isCorner)));
  }
  return {
    identity: cut(maskOf(g, size, (i, j) => i === j)),
    below: cut(maskOf(g, size, (i, j) => j < i)),
    corners,
  };
}

/**
 * (I + L)⁻¹ with L the part of a[..., n, n] below its diagonal. Inverts blocks of the diagonal of sizes 1, 2, 4 and so
 * on, each from two of half its size: [[A, 0], [C, B]]⁻¹ = [[A⁻¹, 0], [−B⁻¹·C·A⁻¹, B⁻¹]]. As exact as substitution,
 * where powers of L would cancel out.
 */
export function triangularInverse(
  g: GraphBuilder,
  a: Value,
  { identity, below, corners }: InverseMasks,
): Value {
  return one(
    g.composite("TriangularInverse", [a], () => {
      let inverse = identity;
      for (const corner of corners) {
        const part = mul(g, a, corner);
        const change = inverse === identity ? part : matmul(g, matmul(g, inverse, part), inverse);
        inverse = sub(g, inverse, change);
      }
      return { outputs: [inverse], saved: [inverse, below] };
    }),
  );
}

/** T = (I + L)⁻¹: dL = −Tᵀ·dT·Tᵀ, of which only the part below the diagonal is kept. */
export const triangularInverseRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [inverse, below] = entry.saved as readonly [Value, Value];
  const [dy] = gradients as readonly [Value];
  if (!wants(0)) return [null];
  const left = matmulTransposed(g, inverse, dy, { transA: true });
  const da = matmulTransposed(g, left, inverse, { transB: true });
  return [mul(g, neg(g, da), below)];
};
