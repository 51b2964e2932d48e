// Exports a tuned model as a GGUF file, and its adapter as one that llama.cpp adds to a base.
import { HumanError } from "../../../common/errors.ts";
import { embeddingName, headName } from "../../../graph/nn/decoderConfig.ts";
import { headCopies, savedName } from "../../../graph/nn/weights.ts";
import type { GgufDtype } from "../../../protocol/runtime.ts";
import type { ExportedTensor } from "../exportModel.ts";
import type { ModelFolder } from "../modelFolder.ts";
import { readTensorFloat32, type SafetensorsFile } from "../safetensors.ts";
import { blockSizes } from "./ggmlTypes.ts";
import { ggufArchitectures, storedArchitecture } from "./ggufConfig.ts";
import { divisorTensors } from "./ggufKeys.ts";
import { fileTypes, modelMetadata } from "./ggufMetadata.ts";
import { changeOf, ggufName } from "./ggufTensors.ts";
import { type MetadataEntry, type TensorToStore, writeGguf } from "./ggufWriter.ts";
import type { WrittenType } from "./quantizeBlocks.ts";
import { requireSameAsBase } from "./sameAsBase.ts";

const writtenTypes: Readonly<Record<GgufDtype, WrittenType>> = {
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  q8_0: "Q8_0",
};

/** Name of llama.cpp's architecture for a base. @throws HumanError if it has none */
function architectureFor(base: ModelFolder): string {
  const { architecture } = base.config;
  const stored = storedArchitecture(architecture);
  if (stored !== null) return stored;
  throw new HumanError(`${architecture} can't be written as GGUF.`, {
    remedy: `Export with --format merged. Architectures of GGUF files: ${ggufArchitectures.join(", ")}.`,
  });
}

/**
 * Returns the attention window of a Mistral model: llama.cpp computes it as a Llama, whose tokens see all earlier
 * ones. Null for models without one.
 */
export function windowUnknownToLlama(base: ModelFolder): number | null {
  if (storedArchitecture(base.config.architecture) !== "llama") return null;
  return base.config.decoder.attention.find(({ window }) => window !== null)?.window ?? null;
}

/** Vectors stay in float32, as in every file of llama.cpp; matrices whose rows are not whole blocks in float16. */
function typeFor(shape: readonly number[], wanted: WrittenType): WrittenType {
  if (shape.length < 2) return "F32";
  return (shape.at(-1) ?? 0) % blockSizes[wanted].elements === 0 ? wanted : "F16";
}

function tensorsToStore(
  base: ModelFolder,
  architecture: string,
  tensors: readonly ExportedTensor[],
  wanted: WrittenType,
): TensorToStore[] {
  const { decoder } = base.config;
  const stored = tensors.map(({ name, shape, values }): TensorToStore => {
    const change = changeOf(architecture, name, shape[0] ?? 0, decoder.headSize);
    return {
      name: nameIn(architecture, name),
      shape,
      type: typeFor(shape, wanted),
      values: () => {
        const own = values();
        return change === null ? own : change.make(new Float32Array(own));
      },
    };
  });
  return [...stored, ...divisorTensors(decoder)];
}

function nameIn(architecture: string, name: string): string {
  const stored = ggufName(architecture, name);
  if (stored !== null) return stored;
  throw new HumanError(`llama.cpp's ${architecture} models have no tensor like ${name}.`, {
    remedy: "Export with --format merged.",
  });
}

/** What an export does after each tensor that it has written. */
type OnTensor = (name: string, bytesDone: number, bytesTotal: number) => void;

/**
 * Writes a whole model.
 * @param name Name of the model in the file.
 * @param texts Texts of the run, on which the tokenizer of the file must agree with that of the base.
 */
export async function writeGgufModel(
  path: string,
  base: ModelFolder,
  {
    tensors,
    dtype,
    name,
    texts,
  }: {
    readonly tensors: readonly ExportedTensor[];
    readonly dtype: GgufDtype;
    readonly name: string;
    readonly texts: readonly string[];
  },
  onTensor: OnTensor,
): Promise<void> {
  const architecture = architectureFor(base);
  const type = writtenTypes[dtype];
  const metadata = modelMetadata(base, architecture, name, type);
  await writeGguf(path, metadata, tensorsToStore(base, architecture, tensors, type), onTensor);
  requireSameAsBase(path, base, texts);
}

/** Writes an adapter that llama.cpp adds to its base (`--lora`), in float32 as it was trained. */
export async function writeGgufAdapter(
  path: string,
  base: ModelFolder,
  {
    adapter,
    alpha,
    name,
  }: {
    readonly adapter: SafetensorsFile;
    readonly alpha: number;
    readonly name: string;
  },
  onTensor: OnTensor,
): Promise<void> {
  const architecture = architectureFor(base);
  const metadata: MetadataEntry[] = [
    ["general.architecture", "string", architecture],
    ["general.type", "string", "adapter"],
    ["general.name", "string", name],
    ["general.file_type", "uint32", fileTypes.F32],
    ["adapter.type", "string", "lora"],
    ["adapter.lora.alpha", "float32", alpha],
  ];
  const { decoder } = base.config;
  const saved = new Set([
    savedName(embeddingName(decoder)),
    savedName(headName(decoder)),
    ...headCopies(decoder),
  ]);
  const tensors = [...adapter.entries].map(([stored, { shape }]): TensorToStore => {
    if (saved.has(stored))
      throw new HumanError(
        "The adapter has an embedding or output projection of its own, which those of llama.cpp can't have.",
        { remedy: "Export a whole model with --format gguf." },
      );
    const [, layer = "", side = ""] = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/.exec(stored) ?? [];
    if (side === "")
      throw new HumanError(`The adapter has ${stored}, which those of llama.cpp don't have.`, {
        remedy: "Export a whole model with --format gguf.",
      });
    const weight = `${layer}.weight`;
    const change = changeOf(architecture, weight, shape[0] ?? 0, base.config.decoder.headSize);
    return {
      name: `${nameIn(architecture, weight)}.lora_${side.toLowerCase()}`,
      shape,
      type: "F32",
      values: () => {
        const values = readTensorFloat32(adapter, stored);
        return change === null || side === "A" ? values : change.make(values); // rows of B are those of the weight
      },
    };
  });
  await writeGguf(path, metadata, tensors, onTensor);
}
