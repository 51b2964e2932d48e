// Whether a device computes with float16: WebGPU adapters may lack it, and only a try tells.
import { GraphBuilder } from "../../graph/builder.ts";
import { encodeModel } from "../../graph/onnx/encode.ts";
import { cast } from "../../graph/ops.ts";
import { type Device, float32Of, Session, tensor } from "./session.ts";

/** Takes a float32 there and back. */
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
