// Writes very small GGUF files for tests: any metadata, float32 tensors, and a llama model with a byte-level tokenizer.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder, tinyConfig, tinyTensors, tinyTokenizer } from "./tinyModel.ts";

type Scalar = "uint32" | "float32" | "bool" | "string" | "int32" | "uint64";

export type MetadataEntry =
  | readonly [key: string, type: Scalar, value: string | number | boolean]
  | readonly [key: string, type: "array", element: Scalar, values: readonly (string | number)[]];

export interface TensorEntry {
  readonly name: string;
  /** Row-major, as everywhere in Pinch. */
  readonly shape: readonly number[];
  /** Number of the type in the file. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

export interface GgufContent {
  readonly version?: number;
  readonly metadata: readonly MetadataEntry[];
  readonly tensors: readonly TensorEntry[];
  readonly alignment?: number;
}

const typeNumbers = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9, uint64: 10 } as const;

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function scalar(type: Scalar, value: string | number | boolean): Buffer {
  if (type === "string") return text(String(value));
  if (type === "bool") return Buffer.of(value === true ? 1 : 0);
  if (type === "uint64") return uint64(Number(value));
  if (type === "uint32") return uint32(Number(value));
  const bytes = Buffer.alloc(4);
  if (type === "int32") bytes.writeInt32LE(Number(value));
  else bytes.writeFloatLE(Number(value));
  return bytes;
}

function entry(item: MetadataEntry): Buffer {
  const key = text(item[0]);
  if (item[1] !== "array")
    return Buffer.concat([key, uint32(typeNumbers[item[1]]), scalar(item[1], item[2])]);
  const [, , element, values] = item;
  const head = [key, uint32(typeNumbers.array), uint32(typeNumbers[element]), uint64(values.length)];
  return Buffer.concat([...head, ...values.map(value => scalar(element, value))]);
}

function padding(length: number, alignment: number): Buffer {
  return Buffer.alloc((alignment - (length % alignment)) % alignment);
}

export function ggufBytes({ version = 3, metadata, tensors, alignment = 32 }: GgufContent): Buffer {
  const parts = [Buffer.from("GGUF"), uint32(version), uint64(tensors.length), uint64(metadata.length)];
  parts.push(...metadata.map(entry));
  let offset = 0;
  const data: Buffer[] = [];
  for (const { name, shape, type, bytes } of tensors) {
    const dimensions = [...shape].reverse().map(uint64);
    parts.push(text(name), uint32(shape.length), ...dimensions, uint32(type), uint64(offset));
    const padded = Buffer.concat([bytes, padding(bytes.length, alignment)]);
    data.push(padded);
    offset += padded.length;
  }
  const header = Buffer.concat(parts);
  return Buffer.concat([header, padding(header.length, alignment), ...data]);
}

export function writeGguf(content: GgufContent, name = "tiny.gguf"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, ggufBytes(content));
  return path;
}

export function float32Bytes(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A tensor's name in files of the llama architecture. */
function storedName(name: string): string {
  return name
    .replace("model.layers.", "blk.")
    .replace("model.embed_tokens", "token_embd")
    .replace("model.norm", "output_norm")
    .replace("input_layernorm", "attn_norm")
    .replace("post_attention_layernorm", "ffn_norm")
    .replace("self_attn.o_proj", "attn_output")
    .replace(/(?:self_attn|mlp)\.(\w+)_proj/, (_, part: string) =>
      ["q", "k", "v"].includes(part) ? `attn_${part}` : `ffn_${part}`,
    );
}

interface TokenizerModel {
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly (readonly [string, string])[];
}

export const gpt2Metadata = (): MetadataEntry[] => {
  const { vocab, merges } = tinyTokenizer().model as TokenizerModel;
  const tokens = Object.entries(vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([token]) => token);
  return [
    ["tokenizer.ggml.model", "string", "gpt2"],
    ["tokenizer.ggml.pre", "string", "gpt-2"],
    ["tokenizer.ggml.tokens", "array", "string", tokens],
    ["tokenizer.ggml.token_type", "array", "int32", tokens.map((_, id) => (id < 3 ? 3 : 1))],
    ["tokenizer.ggml.merges", "array", "string", merges.map(([left, right]) => `${left} ${right}`)],
    ["tokenizer.ggml.bos_token_id", "uint32", 0],
    ["tokenizer.ggml.eos_token_id", "uint32", 2],
  ];
};

/** A SentencePiece vocabulary as large as the tiny model's: a few pieces, then all bytes. */
export const pieces: readonly string[] = [
  ...["<unk>", "<s>", "</s>", "\u2581", "a", "b", "ab", "\u2581a", "\u2581ab", "  "],
  ...Array.from({ length: 253 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, "0")}>`),
];

function pieceType(id: number): number {
  if (id === 0) return 2;
  if (id < 3) return 3;
  return id < 10 ? 1 : 6;
}

export const pieceMetadata = (more: readonly MetadataEntry[] = []): MetadataEntry[] => [
  ["tokenizer.ggml.model", "string", "llama"],
  ["tokenizer.ggml.tokens", "array", "string", pieces],
  ["tokenizer.ggml.scores", "array", "float32", pieces.map((_, id) => -id)],
  ["tokenizer.ggml.token_type", "array", "int32", pieces.map((_, id) => pieceType(id))],
  ["tokenizer.ggml.bos_token_id", "uint32", 1],
  ["tokenizer.ggml.eos_token_id", "uint32", 2],
  ["tokenizer.ggml.unknown_token_id", "uint32", 0],
  ...more,
];

/** The same model as `writeTinyModel`, its queries' and keys' rows taken as they are. */
export function tinyGguf(tokenizer = gpt2Metadata()): GgufContent & {
  readonly tensors: TensorEntry[];
  readonly metadata: MetadataEntry[];
} {
  return {
    metadata: [
      ["general.architecture", "string", "llama"],
      ["llama.block_count", "uint32", tinyConfig.num_hidden_layers],
      ["llama.context_length", "uint32", tinyConfig.max_position_embeddings],
      ["llama.embedding_length", "uint32", tinyConfig.hidden_size],
      ["llama.feed_forward_length", "uint32", tinyConfig.intermediate_size],
      ["llama.attention.head_count", "uint32", tinyConfig.num_attention_heads],
      ["llama.attention.head_count_kv", "uint32", tinyConfig.num_key_value_heads],
      ["llama.attention.layer_norm_rms_epsilon", "float32", tinyConfig.rms_norm_eps],
      ["llama.rope.freq_base", "float32", tinyConfig.rope_theta],
      ...tokenizer,
    ],
    tensors: tinyTensors().map(({ name, shape, data }) => ({
      name: storedName(name),
      shape,
      type: 0,
      bytes: float32Bytes(data as Float32Array),
    })),
  };
}
