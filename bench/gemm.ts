// Measures the machine's rate in large matrix products of the runtime, the reference for training steps.

import { encodeModel } from "../src/graph/onnx/encode.ts";
import { GraphBuilder } from "../src/graph/tape/builder.ts";
import { gemm } from "../src/graph/tape/ops.ts";
import { Session, tensor } from "../src/runtime/ort/session.ts";

/** Rows, columns and inner size: large enough that the rate no longer increases. */
const size = 2048;
/** Number of tries, of which the best counts: other load can only slow them down. */
const repeats = 3;

/** Returns a function that measures FLOP/s; the constant operand is prepacked, like frozen weights. */
export async function gemmTimer(): Promise<() => Promise<number>> {
  const g = new GraphBuilder();
  const shape = [size, size];
  const half = () => new Float32Array(size * size).fill(0.5);
  g.output("y", gemm(g, g.input("a", "float32", shape), g.constant(half(), shape)));
  const session = await Session.create(encodeModel(g, "gemm"), "cpu");
  const [feeds, into] = [{ a: tensor(half(), shape) }, { y: tensor(half(), shape) }];
  return async () => {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < repeats; i++) {
      const started = performance.now();
      await session.run(feeds, into);
      best = Math.min(best, (performance.now() - started) / 1000);
    }
    return (2 * size ** 3) / best;
  };
}
