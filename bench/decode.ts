// Compares batch decoding with transformers' generate: the same token ids, greedy, one process after the
// other.
// usage: npm run bench:decode -- --model DIR --python PATH [--data FILE]... [--prompts 128] [--tokens 64]
//        [--threads 2] [--batch 16] [--slots 64] [--rounds 3] [--json]
// PATH is a Python with torch and transformers; without it, only Pinch is measured.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parseDataset } from "../src/core/dataset/rows.ts";
import { Generator } from "../src/runtime/generation/generator.ts";
import { openModel } from "../src/runtime/model/openModel.ts";
import { loadTokenizer } from "../src/runtime/model/tokenizer.ts";
import { GraphFolder } from "../src/runtime/ort/graphFolder.ts";

const demo = join(process.cwd(), "..", "shared", "data", "alpaca-demo");
const { values: options } = parseArgs({
  options: {
    model: { type: "string" },
    python: { type: "string" },
    data: {
      type: "string",
      multiple: true,
      default: [join(demo, "alpaca_en_demo.json"), join(demo, "alpaca_zh_demo.json")],
    },
    prompts: { type: "string", default: "128" },
    tokens: { type: "string", default: "64" },
    threads: { type: "string", default: "2" },
    batch: { type: "string", default: "16" },
    slots: { type: "string", default: "64" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    /** Input file of the measured process: this script starts itself with it. */
    measure: { type: "string" },
  },
});

/** Maximum prompt length: keeps the data's length distribution except for its few outliers. */
const longestPrompt = 512;
const warmUpTokens = 4;
const largestOutput = 256 * 1024 * 1024; // maximum output of one side, bytes of JSON

interface Work {
  readonly prompts: readonly (readonly number[])[];
  readonly maxNewTokens: number;
  readonly stopIds: readonly number[];
}

interface Measured {
  readonly name: string;
  readonly seconds: number;
  /** Over all responses, including stop tokens. */
  readonly tokens: number;
  readonly peakMemoryBytes: number;
  readonly responses: readonly (readonly number[])[];
}

function required(name: "model", value: string | undefined): string {
  if (value === undefined || !existsSync(value)) throw new Error(`name an existing path with --${name}`);
  return value;
}

/** Takes the same number of prompts from the start of each file. */
function readPrompts(model: string): Work {
  const tokenizer = loadTokenizer(openModel(model));
  const count = Math.ceil(Number(options.prompts) / options.data.length);
  const prompts = options.data.flatMap(file =>
    parseDataset(readFileSync(file, "utf8"), { file, language: "en" })
      .examples.map(example => tokenizer.formatPrompt(example))
      .filter(ids => ids.length <= longestPrompt)
      .slice(0, count),
  );
  return { prompts, maxNewTokens: Number(options.tokens), stopIds: tokenizer.stopIds };
}

/** Measures one side in a separate process, so that its peak memory is its own. */
async function measure(file: string): Promise<Measured> {
  const { prompts, maxNewTokens, stopIds } = JSON.parse(readFileSync(file, "utf8")) as Work;
  const model = openModel(required("model", options.model));
  const folder = new GraphFolder(model);
  const generator = await Generator.create({
    config: model.config.decoder,
    plan: folder.frozen(),
    parameters: {},
    device: "cpu",
    store: bytes => folder.write("generation", bytes),
    maxPositions: Math.max(...prompts.map(ids => ids.length)) + maxNewTokens,
    slots: Number(options.slots),
    threads: Number(options.threads),
  });
  folder.remove();
  const request = { maxNewTokens, stopIds, temperature: 0, topP: 1, seed: 0 };
  await generator.generate(prompts.slice(0, Number(options.batch)), {
    ...request,
    maxNewTokens: warmUpTokens,
  });
  const started = performance.now();
  const responses = await generator.generate(prompts, request);
  const seconds = (performance.now() - started) / 1000;
  await generator.release();
  return {
    name: `Pinch, at most ${options.slots} rows at a time`,
    seconds,
    tokens: responses.reduce((sum, { ids, stopped }) => sum + ids.length + (stopped ? 1 : 0), 0),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024, // kibibytes
    responses: responses.map(({ ids }) => ids),
  };
}

function run(command: string, args: readonly string[]): Measured {
  const stdio = ["ignore", "pipe", "inherit"] as const;
  return JSON.parse(
    execFileSync(command, args, { encoding: "utf8", stdio: [...stdio], maxBuffer: largestOutput }),
  ) as Measured;
}

const median = (xs: readonly number[]): number =>
  [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)] ?? Number.NaN;

function main(): void {
  const model = required("model", options.model);
  const folder = mkdtempSync(join(tmpdir(), "pinch-bench-"));
  const file = join(folder, "prompts.json");
  const work = readPrompts(model);
  writeFileSync(file, JSON.stringify(work));
  const shared = ["--model", model, "--threads", options.threads, "--batch", options.batch];
  const script = fileURLToPath(import.meta.url);
  const own = [...process.execArgv, script, ...shared, "--slots", options.slots, "--measure", file];
  const peer = [join(import.meta.dirname, "decode_transformers.py"), ...shared, "--prompts", file];
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    ours.push(run(process.execPath, own));
    if (options.python !== undefined) theirs.push(run(options.python, peer));
  }
  rmSync(folder, { recursive: true, force: true });

  const rate = ({ tokens, seconds }: Measured): number => tokens / seconds;
  const [first, second] = [ours[0] as Measured, theirs[0]];
  const ratios = theirs.map((peer, i) => rate(ours[i] as Measured) / rate(peer));
  const equal = (a: readonly number[], b: readonly number[] | undefined): boolean =>
    a.length === b?.length && a.every((id, i) => id === b[i]);
  const summary = {
    prompts: work.prompts.length,
    promptTokens: work.prompts.reduce((sum, ids) => sum + ids.length, 0),
    maxNewTokens: work.maxNewTokens,
    sides: [ours, theirs]
      .filter(side => side.length > 0)
      .map(side => ({
        name: side[0]?.name,
        tokens: side[0]?.tokens,
        tokensPerSecond: side.map(rate),
        peakMemoryBytes: Math.max(...side.map(one => one.peakMemoryBytes)),
      })),
    ratios,
    ratio: second === undefined ? null : median(ratios),
    identical:
      second === undefined
        ? null
        : first.responses.filter((ids, i) => equal(ids, second.responses[i])).length,
  };
  if (options.json) {
    console.log(JSON.stringify(summary));
    return;
  }
  const { prompts, promptTokens } = summary;
  console.log(
    `${prompts} prompts, ${promptTokens} tokens; at most ${work.maxNewTokens} new tokens each, greedy`,
  );
  for (const { name, tokens, tokensPerSecond, peakMemoryBytes } of summary.sides) {
    const rates = tokensPerSecond.map(x => x.toFixed(0)).join(", ");
    const mib = (peakMemoryBytes / 2 ** 20).toFixed(0);
    console.log(`${name}: ${tokens} new tokens, ${rates} tokens/s, peak memory ${mib} MiB`);
  }
  if (summary.ratio === null) return;
  console.log(
    `ratio            ${summary.ratio.toFixed(2)} (median of ${ratios.map(x => x.toFixed(2)).join(", ")})`,
  );
  console.log(`identical        ${summary.identical} of ${prompts} responses`);
}

if (options.measure === undefined) main();
else void measure(options.measure).then(result => console.log(JSON.stringify(result)));
