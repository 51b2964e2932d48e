// Copies float32 tensors from a device to the host. Reading them directly crashes the process.
import type { Tensor } from "onnxruntime-node";
import { encodeModel } from "../../graph/onnx/encode.ts";
import { GraphBuilder } from "../../graph/tape/builder.ts";
import { type Device, float32Of, Session } from "./session.ts";

/** Identity session: returns its input as an output on the host. */
export class DeviceReader {
  private constructor(private readonly session: Session) {}

  static async create(device: Device): Promise<DeviceReader> {
    const g = new GraphBuilder();
    g.output("y", g.input("x", "float32", ["n"]));
    return new DeviceReader(await Session.create(encodeModel(g, "read"), device));
  }

  /** Returns the values of a tensor of rank 1. */
  async read(value: Tensor): Promise<Float32Array> {
    const { y } = await this.session.run({ x: value });
    return float32Of(y, "copy");
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}
