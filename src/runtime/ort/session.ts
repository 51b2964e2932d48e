// The only file that speaks to onnxruntime-node: sessions from bytes or from a file, runs with typed arrays.
import { InferenceSession, Tensor } from "onnxruntime-node";
import { HumanError, messageOf } from "../../common/errors.ts";

export type TensorData = Float32Array | BigInt64Array | Int32Array;
export type Feeds = Readonly<Record<string, Tensor>>;

export type Device = "cpu" | "webgpu" | "cuda";

/** A tensor over the caller's memory: nothing is copied. */
export function tensor(data: TensorData, dims: readonly number[]): Tensor {
  if (data instanceof Float32Array) return new Tensor("float32", data, dims);
  if (data instanceof BigInt64Array) return new Tensor("int64", data, dims);
  return new Tensor("int32", data, dims);
}

export function float32Of(value: Tensor | undefined, name: string): Float32Array {
  if (value === undefined || !(value.data instanceof Float32Array))
    throw new Error(`the graph gave no float32 ${name}`);
  return value.data;
}

/** A loaded graph. */
export class Session {
  private constructor(private readonly session: InferenceSession) {}

  /** `model` is the path of an ONNX file (weights lie beside it) or its bytes. */
  static async create(model: string | Uint8Array, device: Device): Promise<Session> {
    const settings: InferenceSession.SessionOptions = {
      executionProviders: device === "cpu" ? ["cpu"] : [device, "cpu"],
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
    };
    try {
      const session =
        typeof model === "string"
          ? await InferenceSession.create(model, settings)
          : await InferenceSession.create(model, settings);
      return new Session(session);
    } catch (error) {
      throw new HumanError(`The runtime could not load the graph: ${messageOf(error)}`, {
        kind: "run",
        remedy: "Report this with the log; try --device cpu.",
        cause: error,
      });
    }
  }

  /** Outputs named in `into` are written to the given tensors. */
  async run(
    feeds: Feeds,
    into?: Readonly<Record<string, Tensor | null>>,
  ): Promise<Readonly<Record<string, Tensor>>> {
    try {
      return into === undefined ? await this.session.run(feeds) : await this.session.run(feeds, into);
    } catch (error) {
      throw new HumanError(`The runtime failed while computing: ${messageOf(error)}`, {
        kind: "run",
        remedy:
          "If memory ran out, lower batchTokens or maxTokens in the mixture file; else report this with the log.",
        cause: error,
      });
    }
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}
