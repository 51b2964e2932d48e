// Maps the tensors of a GGUF file to their Hugging Face names. Makes and reverses the changes of llama.cpp's
// converter.
import { HumanError } from "../../../common/errors.ts";
import type { ModelFolder, ModelTensor, StoredTensor } from "../modelFolder.ts";
import { blockSizes, type GgmlType } from "./ggmlTypes.ts";
import { type GgufFile, type GgufTensor, readGgufTensor } from "./ggufFile.ts";

/** Name of the tensor with Llama 3's divisors of rotary frequencies. */
export const rotaryDivisors = "rope_freqs.weight";

const outsideLayers: Readonly<Record<string, string>> = {
  "model.embed_tokens": "token_embd",
  "model.norm": "output_norm",
  lm_head: "output",
};

/** Names within a layer, without `model.layers.N.` before and `.weight` or `.bias` after them. */
const insideLayers: Readonly<Record<string, string>> = {
  input_layernorm: "attn_norm",
  "self_attn.q_proj": "attn_q",
  "self_attn.k_proj": "attn_k",
  "self_attn.v_proj": "attn_v",
  "self_attn.o_proj": "attn_output",
  "self_attn.q_norm": "attn_q_norm",
  "self_attn.k_norm": "attn_k_norm",
  post_attention_layernorm: "ffn_norm",
  "mlp.gate_proj": "ffn_gate",
  "mlp.up_proj": "ffn_up",
  "mlp.down_proj": "ffn_down",
};

/** Gemma 3 has norms before and after both halves of a layer. */
const gemmaLayers: Readonly<Record<string, string>> = {
  ...insideLayers,
  post_attention_layernorm: "post_attention_norm",
  pre_feedforward_layernorm: "ffn_norm",
  post_feedforward_layernorm: "post_ffw_norm",
};

/** Name of a Hugging Face tensor in GGUF files; null if they have no such tensor. */
export function ggufName(architecture: string, name: string): string | null {
  const [, layer, part = "", kind = ""] = /^(?:model\.layers\.(\d+)\.)?(.+)\.(weight|bias)$/.exec(name) ?? [];
  if (layer === undefined) {
    const outside = outsideLayers[part];
    return outside === undefined ? null : `${outside}.${kind}`;
  }
  const inside = (architecture === "gemma3" ? gemmaLayers : insideLayers)[part];
  return inside === undefined ? null : `blk.${layer}.${inside}.${kind}`;
}

/** A change that llama.cpp's converter makes to the float32 values of a tensor, in both directions. */
interface Change {
  readonly make: (values: Float32Array<ArrayBuffer>) => Float32Array<ArrayBuffer>;
  readonly undo: (values: Float32Array<ArrayBuffer>) => Float32Array<ArrayBuffer>;
}

/**
 * Row order of queries and keys in the llama architecture: files interleave the rows that rotary embedding
 * rotates together (0, d/2, 1, d/2 + 1, …), while Hugging Face keeps the halves of a head separate.
 */
function interleavedRows(rows: number, headSize: number): Change {
  const half = headSize / 2;
  const moved = (values: Float32Array, backwards: boolean): Float32Array<ArrayBuffer> => {
    const result = new Float32Array(values.length);
    const width = values.length / rows;
    for (let row = 0; row < rows; row++) {
      const inHead = row % headSize;
      const stored = row - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
      const [from, to] = backwards ? [stored, row] : [row, stored];
      result.set(values.subarray(from * width, (from + 1) * width), to * width);
    }
    return result;
  };
  return { make: values => moved(values, false), undo: values => moved(values, true) };
}

function add(values: Float32Array<ArrayBuffer>, term: number): Float32Array<ArrayBuffer> {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) + term;
  return values;
}

/** Gemma files store `1 + w`, since llama.cpp's norm multiplies by the weight alone. */
const plusOne: Change = { make: values => add(values, 1), undo: values => add(values, -1) };

/** @param rows Number of rows of the tensor: the first dimension of its shape. */
export function changeOf(architecture: string, name: string, rows: number, headSize: number): Change | null {
  if (architecture === "llama" && /\.self_attn\.[qk]_proj\./.test(name))
    return interleavedRows(rows, headSize);
  return architecture === "gemma3" && name.endsWith("norm.weight") ? plusOne : null;
}

const storedTypes: Partial<Record<GgmlType, StoredTensor["dtype"]>> = {
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
};

function requireTensor(
  file: GgufFile,
  architecture: string,
  name: string,
  shape: readonly number[],
): GgufTensor & { readonly type: GgmlType } {
  const stored = ggufName(architecture, name);
  const tensor = stored === null ? undefined : file.tensors.get(stored);
  if (tensor === undefined)
    throw new HumanError(`${file.path}: tensor ${stored ?? name} is missing.`, {
      remedy: "Check that the file is whole and of a supported architecture.",
    });
  const { type, typeName } = tensor;
  if (type === null)
    throw new HumanError(`${file.path}: tensor ${tensor.name} is of type ${typeName}, which can't be read.`, {
      remedy: `Choose a file of the model in one of these types: ${Object.keys(blockSizes).join(", ")} (names such as Q4_K_M and Q5_K_S mix them).`,
    });
  if (tensor.shape.join() !== shape.join())
    throw new HumanError(
      `${file.path}: tensor ${tensor.name} has shape [${tensor.shape.join(", ")}], its metadata asks for [${shape.join(", ")}].`,
      { remedy: "Download or copy the file again, or convert the model again." },
    );
  return { ...tensor, type };
}

/**
 * Tensors that a file may contain in addition to the decoder's weights: the rotary divisors, which its
 * configuration covers.
 */
const besideWeights = [rotaryDivisors];

function refuseOthers(file: GgufFile, known: ReadonlySet<string | null>): void {
  const other = [...file.tensors.keys()].find(name => !known.has(name) && !besideWeights.includes(name));
  if (other !== undefined)
    throw new HumanError(
      `${file.path}: tensor ${other} has no place in its architecture as Pinch computes it.`,
      {
        remedy: "Choose another model: without this tensor it would give wrong answers.",
      },
    );
}

/** Returns the decoder's tensors, with a reader for each. */
export function ggufTensors(
  file: GgufFile,
  architecture: string,
  expected: ReadonlyMap<string, readonly number[]>,
  headSize: number,
): { readonly tensors: ReadonlyMap<string, ModelTensor>; readonly read: ModelFolder["readTensor"] } {
  refuseOthers(file, new Set([...expected.keys()].map(name => ggufName(architecture, name))));
  const tensors = new Map<string, ModelTensor>();
  const readers = new Map<string, () => Float32Array<ArrayBuffer>>();
  for (const [name, shape] of expected) {
    const tensor = requireTensor(file, architecture, name, shape);
    const change = changeOf(architecture, name, shape[0] ?? 0, headSize);
    const dtype = change === null ? storedTypes[tensor.type] : undefined;
    const { offset, length } = tensor;
    tensors.set(name, {
      name,
      shape,
      stored: dtype === undefined ? null : { path: file.path, dtype, offset, length },
    });
    readers.set(name, () => {
      const values = readGgufTensor(file, tensor);
      return change === null ? values : change.undo(values);
    });
  }
  const read = (name: string): Float32Array<ArrayBuffer> => {
    const reader = readers.get(name);
    if (reader === undefined) throw new Error(`The model has no tensor ${name}.`);
    return reader();
  };
  return { tensors, read };
}
