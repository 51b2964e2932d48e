// A frozen linear layer with a low-rank update, computed as one matrix product for any number of rows.
import type { GradientRule } from "../autodiff/rule.ts";
import type { GraphBuilder } from "../tape/builder.ts";
import { gemm, mul, reduceSum, sqrt } from "../tape/ops.ts";
import type { Value } from "../tape/value.ts";

/** Low-rank update of one linear layer: W + scale·B·A (Hu et al. 2021). */
export interface LowRank {
  readonly a: Value; // [rank, in]
  readonly b: Value; // [out, rank]
  readonly scale: number;
}

/**
 * x·(W + scale·B·A)ᵀ + c. The update is added to the weight rather than to the output, because the weight has
 * fewer elements than the outputs of a training batch. x: [n, in], weight: [out, in], c: [n, out]. Returns
 * [n, out].
 */
export function loraLinear(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  { a, b, scale }: LowRank,
  c?: Value,
): Value {
  const [y] = g.composite(
    "LoraLinear",
    c === undefined ? [x, weight, a, b] : [x, weight, a, b, c],
    () => {
      const merged = gemm(g, b, a, { alpha: scale, c: weight });
      return {
        outputs: [gemm(g, x, merged, { transB: true, ...(c === undefined ? {} : { c }) })],
        saved: [],
      };
    },
    { scale: { float: scale } },
  );
  return y as Value;
}

/**
 * y = x·(W + s·B·A)ᵀ + c. dx = dy·(W + s·B·A), dA = s·(dy·B)ᵀ·x, dB = s·dyᵀ·(x·Aᵀ), dc = dy; W is frozen. The
 * merged weight is recomputed rather than kept from the forward pass, which would double the model's memory.
 */
export const loraLinearRule: GradientRule = ({ g, entry, gradients, wants }) => {
  const [x, weight, a, b] = entry.inputs as readonly [Value, Value, Value, Value];
  const [dy] = gradients as readonly [Value];
  if (wants(1)) throw new Error("LoraLinear has no gradient for its frozen weight");
  const { float: alpha } = entry.attributes.scale as { readonly float: number };
  const kept = g.again(x);
  const dx = (): Value =>
    gemm(
      g,
      dy,
      g.repeat(() => gemm(g, b, a, { alpha, c: g.again(weight) })),
    );
  return [
    wants(0) ? dx() : null,
    null,
    wants(2) ? gemm(g, gemm(g, dy, b), kept, { transA: true, alpha }) : null,
    wants(3) ? gemm(g, dy, gemm(g, kept, a, { transB: true }), { transA: true, alpha }) : null,
    ...(entry.inputs.length > 4 ? [wants(4) ? dy : null] : []),
  ];
};

/**
 * ‖W + scale·B·A‖ of each row, [out]. Constant for gradients, as section 4.3 of DoRA (Liu et al. 2024) proposes and
 * PEFT does.
 */
export function rowNorms(g: GraphBuilder, weight: Value, { a, b, scale }: LowRank): Value {
  const { result } = g.record(() => {
    const merged = gemm(g, b, a, { alpha: scale, c: weight });
    return sqrt(g, reduceSum(g, mul(g, merged, merged), [1]));
  });
  return result;
}
