// Only module that uses onnxruntime-node: sessions from bytes or files, run with typed arrays.
import "./withoutTelemetry.ts";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { runtimeError } from "./runtimeErrors.ts";

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint8Array;
export type Feeds = Readonly<Record<string, Tensor>>;

export type Device = "cpu" | "webgpu" | "cuda";

/** Wraps the caller's memory in a tensor without copying. */
export function tensor(data: TensorData, dims: readonly number[]): Tensor {
  if (data instanceof Float32Array) return new Tensor("float32", data, dims);
  if (data instanceof BigInt64Array) return new Tensor("int64", data, dims);
  if (data instanceof Uint8Array) return new Tensor("uint8", data, dims);
  return new Tensor("int32", data, dims);
}

export function float32Of(value: Tensor | undefined, name: string): Float32Array {
  if (value === undefined || !(value.data instanceof Float32Array))
    throw new Error(`the graph gave no float32 ${name}`);
  return value.data;
}

export function integersOf(value: Tensor | undefined, name: string): number[] {
  if (value === undefined || !(value.data instanceof BigInt64Array))
    throw new Error(`the graph gave no int64 ${name}`);
  return Array.from(value.data, Number);
}

export interface SessionOptions {
  /**
   * Outputs that stay in the memory of a WebGPU device, to be fed to a later run. Their data can't be read
   * (reading crashes the process); see `DeviceReader`. The recipient must dispose of them.
   */
  readonly onDevice?: readonly string[];
  /**
   * Runs nodes in the order written, on which training graphs rely: nothing is merged or moved. Keeps no
   * second copy of the weights, whether packed or of another element type, and allocates no single block for
   * a whole run.
   */
  readonly asWritten?: boolean;
  /**
   * With `asWritten`: computes everything that depends only on weights once, at load time, and keeps the
   * results instead.
   */
  readonly foldWeights?: boolean;
  /** Errors are expected: they are thrown, but not also written to standard error. */
  readonly silent?: boolean;
  /** Number of threads that share one operator; by default one per physical core. */
  readonly threads?: number;
}

/** A loaded graph. */
export class Session {
  private constructor(
    private readonly session: InferenceSession,
    private readonly device: Device,
  ) {}

  /**
   * Creates a session.
   * @param model Path of an ONNX file (with its weights next to it), or its bytes.
   */
  static async create(
    model: string | Uint8Array,
    device: Device,
    { onDevice = [], asWritten = false, foldWeights = false, silent = false, threads }: SessionOptions = {},
  ): Promise<Session> {
    const settings: InferenceSession.SessionOptions = {
      executionProviders: device === "cpu" ? ["cpu"] : [device, "cpu"],
      graphOptimizationLevel: asWritten ? (foldWeights ? "basic" : "disabled") : "all",
      enableMemPattern: !asWritten,
      logSeverityLevel: silent ? 4 : 3,
      ...(threads !== undefined && { intraOpNumThreads: threads }),
      ...(onDevice.length > 0 && {
        preferredOutputLocation: Object.fromEntries(onDevice.map(name => [name, "gpu-buffer" as const])),
      }),
      ...(asWritten && {
        extra: {
          session: { disable_prepacking: "1" },
          // Folding also enables this optimizer, which would undo recomputation.
          optimization: { disable_specified_optimizers: "CommonSubexpressionElimination" },
        },
      }),
    };
    try {
      const session =
        typeof model === "string"
          ? await InferenceSession.create(model, settings)
          : await InferenceSession.create(model, settings);
      return new Session(session, device);
    } catch (error) {
      throw runtimeError(error, "load", device);
    }
  }

  /** Runs the graph. Outputs named in `into` are written to the given tensors. */
  async run(
    feeds: Feeds,
    into?: Readonly<Record<string, Tensor | null>>,
  ): Promise<Readonly<Record<string, Tensor>>> {
    try {
      return into === undefined ? await this.session.run(feeds) : await this.session.run(feeds, into);
    } catch (error) {
      throw runtimeError(error, "run", this.device);
    }
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}
