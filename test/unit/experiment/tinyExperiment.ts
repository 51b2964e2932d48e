// Writes a small experiment for tests: data in three languages, a mixture file, a tiny model.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder, writeTinyModel } from "../model/tinyModel.ts";

export function write(folder: string, path: string, text: string | Uint8Array): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

/** `asked` keeps prompts and ids of training, evaluation and development apart. */
export function rows(language: string, count: number, asked = "prompt"): string {
  const prefix = asked === "prompt" ? "r" : asked === "dev" ? "d" : "e";
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      id: `${prefix}${i}`,
      prompt: `${language} ${asked} ${i}`,
      response: `${language} answer ${i}`,
    }),
  ).join("\n");
}

export const tinyMixture = `version: 1
model: pinch/starter
seed: 7
budget: 8
data:
  train: data/train/{language}.jsonl
  eval: data/eval/{language}.jsonl
mixtures:
  english: { monolingual: en }
  pinch: { base: en, spread: 2, over: [fi, sw] }
  curve: { base: en, spread: [50%, 100%], over: all }
evaluate:
  languages: [en, sw]
`;

export interface TinyExperiment {
  readonly folder: string;
  /** The mixture file. */
  readonly file: string;
  readonly starter: string;
}

export function tinyExperiment(text = tinyMixture): TinyExperiment {
  const folder = temporaryFolder();
  for (const language of ["en", "fi", "sw"]) {
    write(folder, `data/train/${language}.jsonl`, rows(language, 10));
    write(folder, `data/eval/${language}.jsonl`, rows(language, 3, "ask"));
  }
  return { folder, file: write(folder, "a.mixture.yaml", text), starter: writeTinyModel() };
}
