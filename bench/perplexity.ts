// Measures the perplexity of real texts with Pinch's scorer; with --python also with transformers, on the
// same weights and tokens.
// usage: npm run bench:perplexity -- --model FILE.gguf [--python PYTHON] [--data PATTERN] [--languages en,zh]
//          [--texts 50] [--tokens 200]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { HumanError } from "../src/common/errors.ts";
import { score } from "../src/runtime/generation/likelihood.ts";
import type { ModelFolder } from "../src/runtime/model/modelFolder.ts";
import { openModel } from "../src/runtime/model/openModel.ts";
import { loadTokenizer } from "../src/runtime/model/tokenizer.ts";
import { GraphFolder } from "../src/runtime/ort/graphFolder.ts";
import { resultOf } from "./child.ts";
import { start } from "./entry.ts";
import { sum } from "./numbers.ts";

const shared = join(import.meta.dirname, "..", "..", "shared");
const { values: options } = parseArgs({
  options: {
    model: { type: "string" },
    python: { type: "string" },
    data: { type: "string", default: join(shared, "data", "alpaca-demo", "alpaca_{language}_demo.json") },
    languages: { type: "string", default: "en,zh" },
    texts: { type: "string", default: "50" },
    tokens: { type: "string", default: "200" },
  },
});

interface Row {
  readonly instruction: string;
  readonly input: string;
  readonly output: string;
}

/** Takes the same number of texts in each language, in file order. */
function textsOf(pattern: string, languages: readonly string[], count: number): string[] {
  const each = Math.ceil(count / languages.length);
  const texts = languages.flatMap(language => {
    const rows: readonly Row[] = JSON.parse(readFileSync(pattern.replace("{language}", language), "utf8"));
    return rows
      .slice(0, each)
      .map(row => [row.instruction, row.input, row.output].filter(Boolean).join("\n\n"));
  });
  return texts.slice(0, count);
}

export interface Perplexity {
  readonly perplexity: number;
  readonly tokens: number;
  /** Mean negative log-likelihood of each text, in nats. */
  readonly texts: readonly number[];
}

/** Covers every token except the first of each text, which has no prediction. */
export async function perplexity(
  model: ModelFolder,
  ids: readonly (readonly number[])[],
): Promise<Perplexity> {
  const graphs = new GraphFolder(model);
  try {
    const scores = await score(
      ids.map(text => ({ ids: text, responseStart: 1 })),
      {
        config: model.config.decoder,
        plan: { kind: "frozen", stored: graphs.stored, rank: 0, alpha: 0 },
        parameters: {},
        device: "cpu",
        store: bytes => graphs.write("scoring", bytes),
      },
      new AbortController().signal,
      done => console.error(`${done} of ${ids.length} texts`),
    );
    const tokens = sum(scores.map(one => one.tokens));
    return {
      perplexity: Math.exp(sum(scores.map(one => one.nll * one.tokens)) / tokens),
      tokens,
      texts: scores.map(one => one.nll),
    };
  } finally {
    graphs.remove();
  }
}

/** Scores the same tokens with transformers, which dequantises the same file. */
async function reference(
  python: string,
  model: string,
  ids: readonly (readonly number[])[],
): Promise<Perplexity> {
  const folder = mkdtempSync(join(tmpdir(), "pinch-perplexity-"));
  try {
    const file = join(folder, "ids.json");
    writeFileSync(file, JSON.stringify(ids));
    const script = join(import.meta.dirname, "perplexity_transformers.py");
    return (await resultOf(python, [script, "--model", model, "--ids", file])) as Perplexity;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  if (options.model === undefined)
    throw new HumanError("No model is named.", { remedy: "Add --model with a GGUF file or a model folder." });
  const model = openModel(options.model);
  const tokenizer = loadTokenizer(model);
  const most = Number(options.tokens);
  const texts = textsOf(options.data, options.languages.split(","), Number(options.texts));
  const ids = texts.map(text => tokenizer.encode(text).slice(0, most));
  const ours = await perplexity(model, ids);
  console.log(
    `Pinch         ${ours.perplexity.toFixed(6)} over ${ours.tokens} tokens of ${ids.length} texts`,
  );
  if (options.python === undefined) return;
  const theirs = await reference(options.python, options.model, ids);
  const difference = Math.abs(ours.perplexity / theirs.perplexity - 1);
  const largest = ours.texts.reduce(
    (most, nll, i) => Math.max(most, Math.abs(nll - (theirs.texts[i] ?? 0))),
    0,
  );
  console.log(`transformers  ${theirs.perplexity.toFixed(6)} over ${theirs.tokens} tokens`);
  console.log(
    `difference    ${(100 * difference).toFixed(5)} %, of one text at most ${largest.toExponential(2)} nats`,
  );
}

start(main);
