// Measures how fast a device multiplies matrices, on which time predictions and the choice of a device are
// based.

import { encodeModel } from "../../graph/onnx/encode.ts";
import { GraphBuilder } from "../../graph/tape/builder.ts";
import { matmul } from "../../graph/tape/ops.ts";
import type { Value } from "../../graph/tape/value.ts";
import { type Device, Session, tensor } from "../ort/session.ts";

/** Rows, columns and inner size: large enough to reach a device's usual rate, small enough to be quick. */
const size = 768;
/** Seconds for the small size above which a device is not measured with the larger one. */
const slow = 0.1;
const smallSize = 128;
/** Number of consecutive products, so that transfers to a GPU and back matter little. */
const products = 8;
/** Seconds of measuring, after one run to warm up. */
const duration = 0.25;

function chainModel(n: number): Uint8Array {
  const g = new GraphBuilder();
  const weight = new Float32Array(n * n);
  // Any values will do that neither grow nor vanish over the chain and are not denormal.
  for (let i = 0; i < weight.length; i++) weight[i] = (((i * 7919) % 1013) / 1013 - 0.5) / Math.sqrt(n / 12);
  const w = g.constant(weight, [n, n]);
  let x: Value = g.input("x", "float32", [n, n]);
  for (let i = 0; i < products; i++) x = matmul(g, x, w);
  g.output("y", x);
  return encodeModel(g, "gemm-probe");
}

/** Returns the operations per second for one size, and the seconds of one run of the chain. */
async function measure(device: Device, n: number): Promise<{ rate: number; seconds: number }> {
  const session = await Session.create(chainModel(n), device);
  try {
    const feeds = { x: tensor(new Float32Array(n * n).fill(0.5), [n, n]) };
    await session.run(feeds);
    let runs = 0;
    const start = performance.now();
    do {
      await session.run(feeds);
      runs++;
    } while (performance.now() - start < duration * 1000);
    const seconds = (performance.now() - start) / 1000 / runs;
    return { rate: (products * 2 * n ** 3) / seconds, seconds };
  } finally {
    await session.release();
  }
}

/**
 * Floating-point operations per second in float32 matrix products (a multiplication and an addition count as
 * two).
 */
export async function gemmRate(device: Device): Promise<number> {
  if (device !== "cpu") {
    const { rate, seconds } = await measure(device, smallSize);
    if (seconds > slow) return rate;
  }
  return (await measure(device, size)).rate;
}
