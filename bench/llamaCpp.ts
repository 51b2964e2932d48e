// Compares greedy answers of llama.cpp with an exported GGUF file to those that Pinch gave in the run.
// usage: npm run bench:llama-cpp -- --run RUN-FOLDER --gguf FILE.gguf --package DIR [--lora FILE.gguf] [--count 20]
//          [--tie 0.05]
// DIR: a folder in which `npm install --ignore-scripts node-llama-cpp@3.22.1` was run; it brings a llama.cpp for the CPU.
// Conversations are tokenized by both. Answers that differ are traced to their first differing token; where llama.cpp's own
// probability of Pinch's token is within --tie (in nats) of its best one, the difference is rounding. Exits with 1 if
// one is tokenized otherwise, or an answer differs by more.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { SampleRecord } from "../src/core/records/records.ts";
import { readSamples } from "../src/runtime/files/readRun.ts";
import { readRunRecord } from "../src/runtime/files/runFolder.ts";
import { type Render, renderOf } from "../src/runtime/model/gguf/modelfile.ts";
import { openModel } from "../src/runtime/model/openModel.ts";
import { resolveModelFolder } from "../src/runtime/model/resolveModel.ts";
import { type ChatTokenizer, loadTokenizer } from "../src/runtime/model/tokenizer.ts";
import { start } from "./entry.ts";

const { values: options } = parseArgs({
  options: {
    run: { type: "string" },
    gguf: { type: "string" },
    lora: { type: "string" },
    package: { type: "string" },
    count: { type: "string", default: "20" },
    tie: { type: "string", default: "0.05" },
  },
});

/** The part of node-llama-cpp that is used. */
interface Sequence {
  clearHistory(): Promise<void>;
  evaluateWithMetadata(
    tokens: readonly number[],
    metadata: { readonly probabilities: true },
    options: { readonly temperature: 0 },
  ): AsyncGenerator<{ readonly token: number; readonly probabilities: ReadonlyMap<number, number> }>;
}

interface Model {
  tokenize(text: string, specialTokens: boolean): readonly number[];
  isEogToken(token: number): boolean;
  createContext(options: object): Promise<{ getSequence(): Sequence }>;
}

interface Library {
  getLlama(
    options: object,
  ): Promise<{ loadModel(options: object): Promise<Model>; dispose(): Promise<void> }>;
}

/** Compares the tokens of a rendered conversation. */
function tokenizesOtherwise(
  model: Model,
  tokenizer: ChatTokenizer,
  render: Render,
  { prompt, response }: SampleRecord,
): boolean {
  const text = render([
    { role: "user", content: prompt },
    { role: "assistant", content: response },
  ]);
  return text !== null && model.tokenize(text, true).join() !== tokenizer.encode(text).join();
}

interface Answer {
  readonly ids: number[];
  /** By step, llama.cpp's probabilities of the most likely tokens. */
  readonly likely: ReadonlyMap<number, number>[];
}

async function answerTo(
  model: Model,
  sequence: Sequence,
  prompt: readonly number[],
  limit: number,
): Promise<Answer> {
  const answer: Answer = { ids: [], likely: [] };
  await sequence.clearHistory();
  const steps = sequence.evaluateWithMetadata(prompt, { probabilities: true }, { temperature: 0 });
  for await (const { token, probabilities } of steps) {
    answer.likely.push(probabilities);
    if (model.isEogToken(token)) break;
    answer.ids.push(token);
    if (answer.ids.length === limit) break;
  }
  return answer;
}

/** Difference in nats between llama.cpp's best token and Pinch's, where the answers part. */
function gapOf({ ids, likely }: Answer, own: readonly number[], stopIds: readonly number[]): number {
  const at = own.findIndex((id, i) => ids[i] !== id);
  const place = at < 0 ? own.length : at;
  const probabilities = likely[place];
  if (probabilities === undefined) return Number.POSITIVE_INFINITY;
  const candidates = at < 0 ? stopIds : [own[place] ?? -1];
  const best = [...probabilities.values()].reduce((a, b) => Math.max(a, b), 0);
  const ours = Math.max(...candidates.map(id => probabilities.get(id) ?? 0));
  return Math.log(best / ours);
}

function evenly(samples: readonly SampleRecord[], count: number): SampleRecord[] {
  const step = Math.max(1, samples.length / count);
  return Array.from(
    { length: Math.min(count, samples.length) },
    (_, i) => samples[Math.floor(i * step)],
  ).filter(sample => sample !== undefined);
}

/** Pinch's tokens of an answer: encoded after its prompt, since the text alone may begin with another token. */
function answerIds(tokenizer: ChatTokenizer, { prompt, response }: SampleRecord): readonly number[] {
  const { ids, responseStart } = tokenizer.formatExample({ prompt, response });
  const end = ids.findIndex((id, at) => at >= responseStart && tokenizer.stopIds.includes(id));
  return ids.slice(responseStart, end < 0 ? ids.length : end);
}

start(async () => {
  const { run, gguf, package: folder } = options;
  if (run === undefined || gguf === undefined || folder === undefined)
    throw new Error("Name a run, a GGUF file and the folder of node-llama-cpp: --run, --gguf, --package.");
  const record = readRunRecord(resolve(run));
  const { model: name, file, chat } = record.configuration;
  const starter = join(import.meta.dirname, "..", "media", "starter");
  const base = openModel(resolveModelFolder(name, file, starter), chat);
  const tokenizer = loadTokenizer(base);
  const render = renderOf(base);
  const entry = join(resolve(folder), "node_modules/node-llama-cpp/dist/index.js");
  const library = (await import(pathToFileURL(entry).href)) as Library;
  const llama = await library.getLlama({ gpu: false, build: "never", logLevel: "error", maxThreads: 1 });
  const model = await llama.loadModel({ modelPath: resolve(gguf) });
  const lora =
    options.lora === undefined ? {} : { lora: { adapters: [{ filePath: resolve(options.lora) }] } };
  const context = await model.createContext({ contextSize: 1024, sequences: 1, threads: 1, ...lora });
  const sequence = context.getSequence();
  const limit = record.configuration.evaluate.maxNewTokens;
  let [same, ties, wrong, otherTokens] = [0, 0, 0, 0];
  for (const sample of evenly(readSamples(resolve(run)), Number(options.count))) {
    const prompt = tokenizer.formatPrompt({ prompt: sample.prompt });
    if (tokenizesOtherwise(model, tokenizer, render, sample)) {
      otherTokens++;
      console.log(`${sample.language}/${sample.id}: the conversation is tokenized otherwise`);
    }
    const own = answerIds(tokenizer, sample);
    const answer = await answerTo(model, sequence, prompt, limit);
    const text = tokenizer.decode(answer.ids);
    if (text.trim() === sample.response.trim()) {
      same++;
      continue;
    }
    const gap = gapOf(answer, own, tokenizer.stopIds);
    if (gap <= Number(options.tie)) ties++;
    else wrong++;
    console.log(
      `${sample.language}/${sample.id}: gap ${gap.toFixed(3)}\n  Pinch     ${JSON.stringify(sample.response)}\n  llama.cpp ${JSON.stringify(text)}`,
    );
  }
  console.log(JSON.stringify({ same, ties, wrong, otherTokens }));
  await llama.dispose();
  process.exitCode = wrong + otherTokens > 0 ? 1 : 0;
});
