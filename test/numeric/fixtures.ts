// Reads the PyTorch reference values under test/numeric/fixtures; their README is test/numeric/reference/README.md.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const fixturesFolder = join(import.meta.dirname, "fixtures");

export type Variant = "tied" | "untied";
export const variants: readonly Variant[] = ["tied", "untied"];

export interface FixtureExample {
  readonly id: string;
  readonly prompt: string;
  readonly response: string;
  readonly ids: readonly number[];
  /** Index of the first token that bears loss; the last prompt token predicts it. */
  readonly responseStart: number;
}

/** examples.json */
export interface ExamplesFixture {
  readonly rowTokens: number;
  readonly endId: number;
  readonly examples: readonly FixtureExample[];
  /** Example indices of each packed row. */
  readonly rows: readonly (readonly number[])[];
  readonly prompts: readonly { readonly prompt: string; readonly ids: readonly number[] }[];
}

export interface GreedyFixture {
  readonly prompt: readonly number[];
  /** 24 tokens; generation does not stop at the end token. */
  readonly tokens: readonly number[];
  /** Smallest difference between the best two logits. */
  readonly smallestGap: number;
}

export interface ForwardFixture {
  /** Mean over the response tokens of all six examples, nats. */
  readonly loss: number;
  /** Mean over the response tokens of each example, nats. */
  readonly exampleLosses: readonly number[];
  readonly gradientNorm: number;
  readonly greedy: readonly GreedyFixture[];
}

/** reference-VARIANT.json; tensors of the same name lie beside it. */
export interface ReferenceFixture {
  readonly model: string;
  readonly rows: readonly (readonly number[])[];
  readonly responseTokens: number;
  readonly full: ForwardFixture;
  readonly lora: ForwardFixture & { readonly adapter: string };
}

export interface TrainingEventFixture {
  readonly step: number;
  readonly learningRate: number;
  readonly responseTokens: number;
  /** Before the update, mean over the step's response tokens. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
}

export interface MethodFixture {
  readonly settings: {
    readonly betas: readonly [number, number];
    readonly epsilon: number;
    /** For parameters with two dimensions; norms have none. */
    readonly weightDecay: number;
    readonly clipNorm: number;
    readonly peakLearningRate: number;
    readonly warmupSteps: number;
    readonly steps: number;
  };
  readonly events: readonly TrainingEventFixture[];
  readonly float64Losses: readonly number[];
  readonly largestRelativeRounding: number;
  readonly greedy: readonly GreedyFixture[];
}

/** training-VARIANT.json */
export interface TrainingFixture {
  readonly model: string;
  /** Row indices: [odd or even step][micro-batch][row]. */
  readonly microBatches: readonly (readonly (readonly number[])[])[];
  readonly loraSettings: {
    readonly rank: number;
    readonly alpha: number;
    readonly targets: readonly string[];
  };
  readonly lora: MethodFixture & { readonly initialAdapter: string; readonly tunedAdapter: string };
  readonly full: MethodFixture & { readonly tunedNorms: Readonly<Record<string, number>> };
}

export interface FixtureTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export function readExamples(): ExamplesFixture {
  return readJson("examples.json") as ExamplesFixture;
}

export function readReference(variant: Variant): ReferenceFixture {
  return readJson(`reference-${variant}.json`) as ReferenceFixture;
}

export function readTraining(variant: Variant): TrainingFixture {
  return readJson(`training-${variant}.json`) as TrainingFixture;
}

/** `file` is relative to the fixtures folder, for example `adapters/random/adapter_model.safetensors`. */
export function readTensors(file: string): Map<string, FixtureTensor> {
  const bytes = readFileSync(join(fixturesFolder, file));
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + headerLength)) as Record<string, TensorEntry>;
  const tensors = new Map<string, FixtureTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (entry.dtype !== "F32")
      throw new Error(`${file}: ${name} is ${entry.dtype}; this reader knows F32 only`);
    const [begin, end] = entry.data_offsets;
    // A copy: the offset in the file need not be a multiple of four.
    const copy = Uint8Array.prototype.slice.call(bytes, 8 + headerLength + begin, 8 + headerLength + end);
    tensors.set(name, { shape: entry.shape, data: new Float32Array(copy.buffer) });
  }
  return tensors;
}

/** The tensor of that name, or an error that names it. */
export function tensorOf(tensors: ReadonlyMap<string, FixtureTensor>, name: string): FixtureTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`no tensor ${name} in the fixture`);
  return tensor;
}

interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(fixturesFolder, file), "utf8"));
}
