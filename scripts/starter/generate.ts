// Writes the starter model's pretraining text as tokens, with its tokenizer:
//   npx tsx scripts/starter/generate.ts --out DIR [--tokens 9600000] [--seed 1]
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generate } from "./corpus.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string" },
    tokens: { type: "string", default: "9600000" },
    seed: { type: "string", default: "1" },
  },
});
if (values.out === undefined) {
  console.error("Say where to write: --out DIR.");
  process.exit(1);
}
const started = performance.now();
const corpus = generate({ tokens: Number(values.tokens), seed: Number(values.seed) });
const out = values.out;
mkdirSync(out, { recursive: true });
const write = (name: string, content: string | Uint8Array): void => {
  writeFileSync(join(out, name), content);
};
const json = (content: unknown): string => `${JSON.stringify(content, null, 2)}\n`;
write("tokenizer.json", json(corpus.tokenizerJson));
write("tokenizer_config.json", json(corpus.tokenizerConfig));
write("train.bin", corpus.tokens);
write("validation.json", `${JSON.stringify(corpus.validation)}\n`);
write("statistics.json", json(corpus.statistics));
write("samples.txt", corpus.samples);
console.log(
  `${corpus.statistics.documents} documents, ${corpus.statistics.tokens} tokens, vocabulary ${corpus.statistics.vocabulary}, in ${((performance.now() - started) / 1000).toFixed(0)} s: ${out}`,
);
