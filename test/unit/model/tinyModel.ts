// Writes a very small model folder in Hugging Face layout for tests: two layers, a tokenizer of bytes.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../../src/common/random.ts";
import { expectedTensors } from "../../../src/runtime/model/expectedTensors.ts";
import { parseModelConfig } from "../../../src/runtime/model/modelConfig.ts";
import { type TensorToWrite, writeSafetensors } from "../../../src/runtime/model/safetensors.ts";

export const tinyConfig = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  vocab_size: 263,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tie_word_embeddings: true,
  max_position_embeddings: 128,
  hidden_act: "silu",
  bos_token_id: 0,
  eos_token_id: 2,
};

export const chatTemplate =
  "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}" +
  "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/** The printable characters that byte-level BPE writes the 256 bytes as (GPT-2's table). */
function byteAlphabet(): string[] {
  const letters: string[] = [];
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    letters.push(String.fromCodePoint(printable ? byte : next++));
  }
  return letters;
}

export const specialTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];

/** Byte-level BPE with four merges, so that encoding does more than look bytes up. */
export function tinyTokenizer(): Readonly<Record<string, unknown>> {
  const merges: [string, string][] = [
    ["t", "h"],
    ["th", "e"],
    ["Ġ", "the"],
    ["i", "n"],
  ];
  const tokens = [...specialTokens, ...byteAlphabet(), ...merges.map(([a, b]) => a + b)];
  return {
    version: "1.0",
    added_tokens: specialTokens.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
}

export function writeJson(folder: string, name: string, value: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(value));
}

const temporaryFolders: string[] = [];
process.on("exit", () => {
  for (const folder of temporaryFolders) rmSync(folder, { recursive: true, force: true });
});

/** Gone when the test process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pinch-test-"));
  temporaryFolders.push(folder);
  return folder;
}

/** Random tensors of all expected names, from a fixed seed. */
export function tinyTensors(dtype: "F32" | "F16" = "F32"): TensorToWrite[] {
  const shapes = expectedTensors(parseModelConfig("config.json", tinyConfig, {}));
  const random = seededRandom("tiny model");
  return [...shapes].map(([name, shape]) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (let i = 0; i < data.length; i++) data[i] = random() - 0.5;
    return { name, dtype, shape, data };
  });
}

export interface TinyModelOptions {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly tensors?: readonly TensorToWrite[];
  readonly template?: string | null;
}

/** A complete folder; every part can be replaced to make it wrong. */
export function writeTinyModel(options: TinyModelOptions = {}): string {
  const folder = temporaryFolder();
  writeJson(folder, "config.json", { ...tinyConfig, ...options.config });
  writeJson(folder, "tokenizer.json", tinyTokenizer());
  const template = options.template === undefined ? chatTemplate : options.template;
  writeJson(folder, "tokenizer_config.json", {
    bos_token: "<|endoftext|>",
    eos_token: "<|im_end|>",
    ...(template === null ? {} : { chat_template: template }),
  });
  writeSafetensors(join(folder, "model.safetensors"), options.tensors ?? tinyTensors());
  return folder;
}
