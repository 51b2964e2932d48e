// A folder with a mixture file, its data and a model, and what Pinch says of them.
import { copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../../scripts/lib/paths.mjs";
import type { ColumnMapping, DatasetImport } from "../../../src/protocol/data.ts";
import type { Preview } from "../../../src/protocol/examplePreview.ts";
import { importDataset } from "../../../src/runtime/recipes/importDataset.ts";
import { preview } from "../../../src/runtime/recipes/preview.ts";
import { validate } from "../../../src/runtime/recipes/validate.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

export const starter = join(root, "media", "starter");
const { signal } = new AbortController();

export const jsonl = (...rows: readonly object[]): string =>
  rows.map(row => `${JSON.stringify(row)}\n`).join("");

export interface Written {
  readonly model?: string;
  readonly budget?: number;
  readonly mixture?: string;
  readonly train?: string;
  /** By path. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/** Training data lie under train/, evaluation data, if any, under eval/. @returns the mixture file */
export function workspace({ model = "pinch/starter", budget = 1, mixture, train, files }: Written): string {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) put(folder, path, content);
  const paths = Object.keys(files);
  const ending = paths.find(path => path.startsWith("train/"))?.replace(/^[^.]*(?=\.)/, "") ?? ".jsonl";
  const evaluated = paths.some(path => path.startsWith("eval/"));
  return put(
    folder,
    "m.mixture.yaml",
    `version: 1
model: ${model}
budget: ${budget}
data:
  train: train/{language}${ending}
${evaluated ? "  eval: eval/{language}.jsonl\n" : ""}mixtures:
  one: ${mixture ?? "{ monolingual: en }"}
${train === undefined ? "" : `train: ${train}\n`}`,
  );
}

function put(folder: string, path: string, content: string | Uint8Array): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

/** The built-in model with other files beside its weights. @returns its folder */
export function modelWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json"])
    copyFileSync(join(starter, name), join(folder, name));
  cpSync(join(starter, "model.safetensors"), join(folder, "model.safetensors"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** `error code: message remedy` for each. */
export async function said(file: string): Promise<string[]> {
  const { textFaults, dataFaults } = await validate({ file, starter });
  return [...textFaults, ...dataFaults]
    .filter(({ severity }) => severity !== "information")
    .map(({ severity, code, message, remedy }) => `${severity} ${code}: ${message} ${remedy}`.trim());
}

/** Prompt without loss and response with it, of each example that the mixture takes. */
export async function shown(file: string): Promise<(readonly [prompt: string, response: string])[]> {
  const what = { kind: "mixture", mixture: "one", language: null, count: 100 } as const;
  const found: Preview = await preview({ file, starter, what });
  return found.examples.map(({ tokens }) => {
    const text = (loss: boolean) =>
      tokens
        .filter(token => token.loss === loss)
        .map(token => token.text)
        .join("");
    return [text(false), text(true)];
  });
}

const plainColumns: ColumnMapping = {
  prompt: "prompt",
  input: null,
  response: "response",
  id: null,
  language: { kind: "fixed", tag: "en" },
};

export function imported(
  name: string,
  content: string | Uint8Array,
  mapping: Partial<ColumnMapping> = {},
  expected: readonly string[] = ["en"],
): Promise<DatasetImport> {
  const folder = temporaryFolder();
  const source = put(folder, name, content);
  const request = { source, mapping: { ...plainColumns, ...mapping }, out: join(folder, "out"), expected };
  return importDataset(request, { signal, progress: () => undefined });
}
