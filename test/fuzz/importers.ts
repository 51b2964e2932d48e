// What is fuzzed: for each importer how a damaged file is made, and what is done with it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Random, randomInt } from "../../src/common/random.ts";
import { chosenDataset } from "../../src/runtime/dataFiles/datasetRows.ts";
import { parseFastText } from "../../src/runtime/identification/fastText/fastTextModel.ts";
import { ChatTemplate } from "../../src/runtime/model/chatTemplate.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { openSafetensors, readTensorFloat32 } from "../../src/runtime/model/safetensors.ts";
import { loadTokenizer } from "../../src/runtime/model/tokenizer.ts";
import { ggufBytes, pieceMetadata, tinyGguf } from "../unit/model/tinyGguf.ts";
import { chatTemplate, tinyConfig, tinyTokenizer, writeTinyModel } from "../unit/model/tinyModel.ts";
import { hostileFolders } from "./hostileFolders.ts";
import { mutateBytes, mutateJson, mutateText } from "./mutate.ts";
import { configSeeds, templateFragments, templateSeeds, tokenizerParts, tokenizerSeeds } from "./seeds.ts";

export interface Importer {
  readonly name: string;
  /** What is loaded once, whatever the file: it counts for none. */
  readonly prepare?: () => Promise<void>;
  /** The damaged file. */
  readonly make: (random: Random) => Uint8Array;
  /** Reads it as Pinch would; throws what Pinch throws. */
  readonly read: (file: Uint8Array) => void | Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), "pinch-fuzz-"));
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});

const texts = ["the other thing", "नमस्ते 你好\r\n  x1234", `${"a".repeat(60)}!`, " \n\t <|im_end|>"];

function useTokenizer(path: string): void {
  const tokenizer = loadTokenizer(openModel(path));
  for (const text of texts) {
    tokenizer.decode(tokenizer.encode(text));
    tokenizer.formatExample({ prompt: text, response: "in" });
  }
}

/** One file of a model folder whose others are as they should be. */
function inFolder(name: string, use: (path: string) => void): (file: Uint8Array) => void {
  let path: string | null = null;
  return file => {
    path ??= writeTinyModel();
    writeFileSync(join(path, name), file);
    use(path);
  };
}

function readAll(path: string): void {
  const file = openSafetensors(path);
  for (const [name, { dtype }] of file.entries)
    if (dtype === "F32" || dtype === "F16" || dtype === "BF16") readTensorFloat32(file, name);
}

function safetensorsSeed(): Buffer {
  return readFileSync(join(writeTinyModel(), "model.safetensors"));
}

/** Its JSON header changed as JSON, with a length that fits. */
function withHeader(file: Buffer, random: Random): Buffer {
  const length = Number(file.readBigUInt64LE());
  const header = mutateJson(file.toString("utf8", 8, 8 + length), random, ["I64", "F8_E4M3", [0, 8]]);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([prefix, header, file.subarray(8 + length)]);
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[randomInt(random, items.length)] as T;
}

let safetensors: Buffer | null = null;
const ggufs = [ggufBytes(tinyGguf()), ggufBytes(tinyGguf(pieceMetadata()))];

const fastTexts = ["hs.bin", "hs.ftz", "ova.bin", "qout.ftz", "softmax.bin", "softmax.ftz"].map(name =>
  readFileSync(join(import.meta.dirname, "..", "fixtures", "fastText", name)),
);

const datasets = ["brotli", "chats", "gzip", "lz4", "none", "snappy", "zstd"].map(name => `${name}.parquet`);
/** With an ending, since text is read by its name. */
const dataFiles: readonly (readonly [ending: string, file: Buffer])[] = [
  ...[...datasets, "rows.jsonl.zst"].map(
    name => [name, readFileSync(join(import.meta.dirname, "..", "fixtures", "datasets", name))] as const,
  ),
  ["rows.jsonl.gz", gzipSync('{"id": 1, "prompt": "a", "response": "b"}\n'.repeat(50))],
  ["rows.csv", Buffer.from('id;prompt;response\n1;"a ""b""\nc";d\n'.repeat(20))],
  ["rows.tsv", Buffer.from("id\tprompt\tresponse\n1\ta\tb\n".repeat(20))],
  ["rows.json", Buffer.from('{"data": [{"prompt": "a", "response": ["b"]}, {"messages": []}]}')],
];

/** The name's length, the name, and the bytes: what is read depends on both. */
function namedFile(name: string, file: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), file]);
}

async function readRows(named: Uint8Array): Promise<void> {
  const [length = 0] = named;
  const path = join(folder, Buffer.from(named.subarray(1, 1 + length)).toString());
  writeFileSync(path, named.subarray(1 + length));
  const { batches } = await chosenDataset(path);
  for await (const batch of batches()) for (const read of batch) if ("row" in read) Object.keys(read.row);
}

export const importers: readonly Importer[] = [
  hostileFolders,
  {
    name: "data file",
    make: random => {
      const [name, file] = pick(random, dataFiles);
      return namedFile(name, mutateBytes(file, random, file.length));
    },
    read: readRows,
  },
  {
    name: "safetensors",
    make: random => {
      safetensors ??= safetensorsSeed();
      return random() < 0.5 ? withHeader(safetensors, random) : mutateBytes(safetensors, random, 2048);
    },
    read: inFolder("model.safetensors", path => {
      readAll(join(path, "model.safetensors"));
      const model = openModel(path);
      for (const name of model.tensors.keys()) model.readTensor(name);
    }),
  },
  {
    name: "GGUF",
    make: random => mutateBytes(pick(random, ggufs), random, 8192),
    read: file => {
      const path = join(folder, "fuzzed.gguf");
      writeFileSync(path, file);
      const model = openModel(path);
      for (const name of model.tensors.keys()) model.readTensor(name);
      useTokenizer(path);
    },
  },
  {
    name: "fastText",
    make: random => mutateBytes(pick(random, fastTexts), random, 4096),
    read: file => {
      const model = parseFastText("fuzzed.ftz", Buffer.from(file.buffer, file.byteOffset, file.byteLength));
      for (const text of texts) model.predict(text);
    },
  },
  {
    name: "config.json",
    make: random => mutateJson(JSON.stringify({ ...tinyConfig, ...pick(random, configSeeds) }), random),
    read: inFolder("config.json", path => {
      openModel(path);
    }),
  },
  {
    name: "tokenizer.json",
    make: random =>
      mutateJson(JSON.stringify(pick(random, [tinyTokenizer(), ...tokenizerSeeds])), random, tokenizerParts),
    read: inFolder("tokenizer.json", useTokenizer),
  },
  {
    name: "chat template",
    make: random =>
      Buffer.from(mutateText(pick(random, [chatTemplate, ...templateSeeds]), random, templateFragments)),
    read: file => {
      const messages = [
        { role: "user", content: "What is 2 + 2?" },
        { role: "assistant", content: "4" },
      ];
      const template = new ChatTemplate("fuzzed", Buffer.from(file).toString("utf8"));
      template.render({ messages, add_generation_prompt: true, bos_token: "<s>", eos_token: "</s>" });
    },
  },
];
