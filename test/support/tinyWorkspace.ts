// A workspace that trains within seconds: a model of 38,000 random weights and rows of number words.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";

/** Words that the tiny model's tokenizer knows. */
const numbers = {
  en: ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
  fi: ["yksi", "kaksi", "kolme", "neljä", "viisi", "kuusi", "seitsemän", "kahdeksan", "yhdeksän", "kymmenen"],
  sw: ["moja", "mbili", "tatu", "nne", "tano", "sita", "saba", "nane", "tisa", "kumi"],
} as const;

export const tinyLanguages = Object.keys(numbers) as (keyof typeof numbers)[];
export const tinyMixtureFile = "tiny.mixture.yaml";

/** Rows whose two numbers add up to a multiple of this are held out, for evaluation and for development. */
const heldOut = 5;
/** Of each language and of each of the two. */
const heldOutRows = 8;

/** The text of a mixture file over the tiny data; `extra` replaces defaults of its sections. */
export function tinyMixture(
  extra: {
    readonly epochs?: number;
    readonly budget?: number;
    readonly batch?: string;
    readonly lora?: string;
  } = {},
): string {
  return `version: 1
model: model
seed: 7
budget: ${extra.budget ?? 24}
data:
  train: data/train/{language}.jsonl
  eval: data/eval/{language}.jsonl
  dev: data/dev/{language}.jsonl
mixtures:
  english: { monolingual: en }
  pinch: { base: en, spread: 6, over: [fi, sw] }
train:
  method: lora
  lora: { rank: 4, alpha: 8, targets: all-linear${extra.lora ?? ""} }
  epochs: ${extra.epochs ?? 1}
  ${extra.batch ?? "batchTokens: 64"}
  learningRate: 1e-3
evaluate:
  languages: all
  maxNewTokens: 4
  metrics: [language, checks, likelihood]
`;
}

/** Fills an empty folder; `mixture: false` leaves the mixture file out. */
export function writeTinyWorkspace(folder: string, options: { readonly mixture?: boolean } = {}): void {
  cpSync(join(root, "test", "numeric", "fixtures", "models", "tied"), join(folder, "model"), {
    recursive: true,
  });
  for (const [language, words] of Object.entries(numbers)) {
    const rows = words.flatMap((first, i) =>
      words.map((second, j) => ({
        id: `second-${i}-${j}`,
        prompt: `${first} ${second}`,
        response: second,
        held: (i + j) % heldOut === 0,
      })),
    );
    const train = rows.filter(row => !row.held).map(({ id, prompt, response }) => ({ id, prompt, response }));
    const held = rows
      .filter(row => row.held)
      .map(({ id, prompt, response }) => ({
        id,
        prompt,
        reference: response,
        checks: [{ kind: "answer", accepts: [response] }],
      }));
    writeRows(join(folder, "data", "train"), language, train);
    writeRows(join(folder, "data", "eval"), language, held.slice(0, heldOutRows));
    writeRows(join(folder, "data", "dev"), language, held.slice(heldOutRows, 2 * heldOutRows));
  }
  if (options.mixture !== false) writeFileSync(join(folder, tinyMixtureFile), tinyMixture());
}

function writeRows(folder: string, language: string, rows: readonly object[]): void {
  mkdirSync(folder, { recursive: true });
  const lines = rows.map(row => `${JSON.stringify(row)}\n`);
  writeFileSync(join(folder, `${language}.jsonl`), lines.join(""));
}
