// Tests whether a device computes in float16: some WebGPU adapters cannot, and only a trial shows it.

import { encodeModel } from "../../graph/onnx/encode.ts";
import { GraphBuilder } from "../../graph/tape/builder.ts";
import { cast } from "../../graph/tape/ops.ts";
import { type Device, float32Of, Session, tensor } from "./session.ts";

/** Casts a float32 to float16 and back on the device. */
export async function supportsFloat16(device: Device): Promise<boolean> {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [2]);
  g.output("y", cast(g, cast(g, x, "float16"), "float32"));
  const session = await Session.create(encodeModel(g, "float16"), device, {
    asWritten: true,
    silent: true,
  });
  try {
    const { y } = await session.run({ x: tensor(Float32Array.of(1.5, -2), [2]) });
    const [a, b] = float32Of(y, "copy");
    return a === 1.5 && b === -2;
  } catch {
    return false;
  } finally {
    await session.release();
  }
}
