// What is fuzzed beside the files of models: every text that somebody else may have written, or a server answered.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Diagnostic } from "../../src/common/diagnostic.ts";
import { HumanError } from "../../src/common/errors.ts";
import { type Random, randomInt } from "../../src/common/random.ts";
import { parseVerdict } from "../../src/core/comparison/verdict.ts";
import { readableText } from "../../src/core/fidelity/readable.ts";
import { answerOf } from "../../src/core/fidelity/reasoning.ts";
import { followsInstruction } from "../../src/core/ifeval/followsInstruction.ts";
import { fromAnnotations } from "../../src/core/interchange/annotations.ts";
import { readOutputs } from "../../src/core/interchange/outputs.ts";
import { parseQueue } from "../../src/core/live/queue.ts";
import { checkAgainstData } from "../../src/core/mixtureFile/checkAgainstData.ts";
import { parseMixtureFile } from "../../src/core/mixtureFile/parse.ts";
import { parseRatings } from "../../src/core/rating/ratings.ts";
import { parseVerdicts } from "../../src/core/rating/readVerdicts.ts";
import { parseStepEvent } from "../../src/core/records/events.ts";
import { SampleIndexer } from "../../src/core/samples/sampleIndex.ts";
import { candidatePattern, folded } from "../../src/core/samples/textSearch.ts";
import { passesCheck } from "../../src/core/scoring/checks.ts";
import { chooseHubFiles, isChoiceFault } from "../../src/core/sources/chooseHubFiles.ts";
import { loadEvaluationData, loadTrainingData } from "../../src/runtime/dataFiles/loadData.ts";
import { JudgeFailure } from "../../src/runtime/judge/judge.ts";
import { readReply } from "../../src/runtime/judge/openAiAnswer.ts";
import type { Importer } from "./importers.ts";
import { mutateBytes, mutateJson, mutateText } from "./mutate.ts";
import {
  annotation,
  card,
  cardParts,
  checks,
  completion,
  evaluation,
  event,
  failures,
  instructions,
  oneEach,
  outputs,
  queue,
  responseParts,
  sample,
  soundMixture,
  statuses,
  training,
  verdictRow,
  yaml,
} from "./textSeeds.ts";

const folder = mkdtempSync(join(tmpdir(), "pinch-fuzz-texts-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function pick<T>(random: Random, items: readonly T[]): T {
  return items[randomInt(random, items.length)] as T;
}

/** Long enough to find what takes the square of its length, or a level of the stack for each of its letters. */
function repeated(random: Random, parts: readonly string[]): string {
  const part = pick(random, parts);
  return part.repeat(Math.ceil(pick(random, [3, 50, 1_000, 20_000]) / part.length));
}

function textOf(file: Uint8Array): string {
  return Buffer.from(file).toString("utf8");
}

/** The first error of a text, as what reads it for a person would throw it. */
function refuseFaulty(diagnostics: readonly Diagnostic[]): void {
  const fault = diagnostics.find(({ severity }) => severity === "error");
  if (fault !== undefined) throw new HumanError(fault.message, { remedy: fault.remedy || "as it says" });
}

const fixtures = join(import.meta.dirname, "..", "fixtures", "mixtures");
let mixtures: readonly string[] | null = null;
function mixtureSeeds(): readonly string[] {
  mixtures ??= readdirSync(fixtures)
    .filter(name => name.endsWith(".mixture.yaml"))
    .map(name => readFileSync(join(fixtures, name), "utf8"));
  return mixtures;
}

const available = new Map(
  ["en", "fi", "sw"].map(tag => [tag, Array.from({ length: 50 }, (_, i) => `${i}`)] as const),
);

function mutatedLines(rows: readonly object[], random: Random): Buffer {
  const whole = pick(random, [
    oneEach(rows),
    JSON.stringify(rows),
    JSON.stringify({ version: 1, data: rows }),
  ]);
  if (random() < 0.3) return mutateBytes(Buffer.from(whole), random);
  const mutated = rows.map(row =>
    random() < 0.5 ? mutateJson(JSON.stringify(row), random) : Buffer.from(JSON.stringify(row)),
  );
  return Buffer.concat(mutated.flatMap(row => [row, Buffer.from("\n")]));
}

/** By the side that reads them. */
function rowsImporter(name: string, rows: readonly object[], side: "train" | "eval"): Importer {
  const file = `${side}.jsonl`;
  return {
    name,
    make: random => mutatedLines(rows, random),
    read: async written => {
      writeFileSync(join(folder, file), written);
      const sources = [{ file, language: "lang" }];
      const mixture = join(folder, "a.mixture.yaml");
      const { diagnostics } =
        side === "train"
          ? await loadTrainingData(sources, mixture)
          : await loadEvaluationData(sources, mixture);
      refuseFaulty(diagnostics);
    },
  };
}

export const texts: readonly Importer[] = [
  {
    name: "mixture file",
    make: random => {
      const long = repeated(random, [...yaml, "a", " ", "en, ", "é", "0"]);
      const mutated = mutateText(random() < 0.6 ? soundMixture : pick(random, mixtureSeeds()), random, [
        ...yaml,
        long,
      ]);
      return random() < 0.1 ? mutateBytes(Buffer.from(mutated), random) : Buffer.from(mutated);
    },
    read: file => {
      const text = textOf(file);
      const parsed = parseMixtureFile(text);
      for (const read of [parsed, parseMixtureFile(text, parsed)]) {
        checkAgainstData(read, available, available.keys(), ["en"]);
        read.outline();
        read.pathAt({ line: 3, column: 4 });
      }
      refuseFaulty(parsed.diagnostics);
    },
  },
  rowsImporter("training rows", training, "train"),
  rowsImporter("evaluation rows", evaluation, "eval"),
  {
    name: "responses from elsewhere",
    make: random => {
      const seed = pick(random, outputs);
      return random() < 0.7 ? mutateJson(seed, random) : mutateBytes(Buffer.from(`${seed}\n${seed}`), random);
    },
    read: file => refuseFaulty(readOutputs(textOf(file), "a.jsonl").diagnostics),
  },
  {
    name: "annotations",
    make: random => {
      const seed = JSON.stringify([annotation, { ...annotation, first: "baseline" }]);
      return random() < 0.8 ? mutateJson(seed, random) : mutateBytes(Buffer.from(seed), random);
    },
    read: file => refuseFaulty(fromAnnotations(textOf(file), "a.json", "en").diagnostics),
  },
  {
    name: "queue",
    make: random => mutateJson(JSON.stringify(queue), random),
    read: file => {
      const read = parseQueue(textOf(file), text => `${text.length}`);
      if ("fault" in read) throw new HumanError(read.fault, { remedy: "as it says" });
    },
  },
  {
    name: "judge's reply",
    make: random => {
      const seed = JSON.stringify(pick(random, [completion, completion, completion, ...failures]));
      const body = random() < 0.7 ? mutateJson(seed, random) : mutateBytes(Buffer.from(seed), random);
      const content = mutateText(completion.choices[0]?.message.content ?? "", random, [
        ...responseParts,
        repeated(random, responseParts),
      ]);
      const said = Buffer.from(JSON.stringify({ ...completion, choices: [{ message: { content } }] }));
      const status = pick(random, statuses);
      return Buffer.concat([Buffer.from([status >> 8, status & 255]), random() < 0.5 ? body : said]);
    },
    read: file => {
      const [high = 0, low = 0] = file;
      const body = textOf(file.subarray(2));
      const reply = { status: high * 256 + low, contentType: "application/json", retryAfter: "x", body };
      try {
        parseVerdict(readReply(reply, "http://judge", "m").text, "abc123");
      } catch (error) {
        if (error instanceof JudgeFailure) throw new HumanError(error.message, { remedy: error.remedy });
        throw error;
      }
    },
  },
  {
    name: "verdicts, ratings, events and samples",
    make: random => {
      const seed = pick<object>(random, [verdictRow, annotation, event, sample]);
      const changed = mutateJson(JSON.stringify(seed), random);
      return Buffer.concat([Buffer.from(`${JSON.stringify(seed)}\n`), changed, Buffer.from("\n")]);
    },
    read: file => {
      const text = textOf(file);
      parseVerdicts(text, {}, () => "");
      parseRatings(text);
      const indexer = new SampleIndexer();
      for (let at = 0; at < file.length; at += 1000) indexer.push(file.subarray(at, at + 1000));
      const events = text.split("\n").map(parseStepEvent);
      if (indexer.index.unreadable !== null && !events.some(found => found !== null))
        throw new HumanError("A line is no sample.", { remedy: "as it says" });
    },
  },
  {
    name: "card of a dataset",
    make: random => Buffer.from(mutateText(card, random, [...cardParts, repeated(random, cardParts)])),
    read: file => {
      const files = ["README.md", "data/a.jsonl", "data/b.jsonl", "fi/train.csv", "x/y/z.parquet"];
      const chosen = chooseHubFiles({ files, card: textOf(file) }, {}, "a/b");
      if (isChoiceFault(chosen)) throw new HumanError(chosen.message, { remedy: chosen.remedy });
    },
  },
  {
    name: "response",
    make: random => {
      const seed = "The answer is **4**, and [this] is why:\n- a, b and c.\n\nP.S. done";
      return Buffer.from(mutateText(seed, random, [...responseParts, repeated(random, responseParts)]));
    },
    read: file => {
      const text = textOf(file);
      const response = answerOf(text);
      readableText(text, "The answer");
      const followed = instructions.map(instruction =>
        followsInstruction(response, instruction, { language: "fi", identify: () => "fi" }),
      );
      const passed = checks.map(check => passesCheck(response, check));
      candidatePattern(folded(text.slice(0, 40).trim()))?.test(Buffer.from(text).toString("latin1"));
      if (followed.filter(Boolean).length < 4 || passed[3] !== false)
        throw new HumanError("It follows little.", { remedy: "as it says" });
    },
  },
];
