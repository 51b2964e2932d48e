// Measures how fast a device multiplies matrices: what time predictions and the choice of a device rest on.
import { GraphBuilder } from "../../graph/builder.ts";
import { encodeModel } from "../../graph/onnx/encode.ts";
import type { Value } from "../../graph/value.ts";
import { type Device, Session, tensor } from "../ort/session.ts";

/** Rows, columns and inner size: large enough to reach a device's usual rate, small enough to be quick. */
const size = 768;
/** Products in a row, so that moving data to a GPU and back weighs little. */
const products = 8;
/** Seconds of measuring, after one run to warm up. */
const duration = 0.25;

function chainModel(): Uint8Array {
  const g = new GraphBuilder();
  const weight = new Float32Array(size * size);
  // Any values will do that neither grow nor vanish over the chain; none may be denormal.
  for (let i = 0; i < weight.length; i++)
    weight[i] = (((i * 7919) % 1013) / 1013 - 0.5) / Math.sqrt(size / 12);
  const w = g.constant(weight, [size, size]);
  let x: Value = g.input("x", "float32", [size, size]);
  for (let i = 0; i < products; i++) {
    const [y] = g.node("MatMul", [x, w], [{ dtype: "float32", shape: [size, size] }]);
    if (y === undefined) throw new Error("MatMul gave no output");
    x = y;
  }
  g.output("y", x);
  return encodeModel(g, "gemm-probe");
}

/** float32 operations a second in matrix products (a product and a sum are two). */
export async function gemmRate(device: Device): Promise<number> {
  const session = await Session.create(chainModel(), device);
  try {
    const feeds = { x: tensor(new Float32Array(size * size).fill(0.5), [size, size]) };
    await session.run(feeds);
    let runs = 0;
    const start = performance.now();
    while (performance.now() - start < duration * 1000) {
      await session.run(feeds);
      runs++;
    }
    const seconds = (performance.now() - start) / 1000;
    return (runs * products * 2 * size ** 3) / seconds;
  } finally {
    await session.release();
  }
}
