// What a mixture file may say but seldom means: unusual values, mixtures twice, unseen and trained-on prompts.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkAgainstData } from "../../../src/core/mixtureFile/checkAgainstData.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";

const head = "version: 1\nbudget: 100\ndata: { train: 't/{language}.jsonl', eval: 'e/{language}.jsonl' }\n";
const mixtures = "mixtures: { english: { monolingual: en } }\n";

function warned(text: string): string[] {
  return parseMixtureFile(text).diagnostics.map(
    ({ severity, code, range, meant }) =>
      `${severity} ${code} ${range.start.line}:${range.start.column} ${meant ?? "-"}`,
  );
}

function training(train: string, model = "some/model"): string[] {
  return warned(`model: ${model}\n${head}${mixtures}train: ${train}\n`);
}

describe("values out of the usual range", () => {
  it("of learning rates depend on the method", () => {
    assert.deepEqual(training("{ learningRate: 1e-5 }"), []);
    assert.deepEqual(training("{ learningRate: 1e-3 }"), []);
    assert.deepEqual(training("{ learningRate: 2e-3 }"), ["warning unusual-learning-rate 5:23 2e-4"]);
    assert.deepEqual(training("{ learningRate: 9e-6 }"), ["warning unusual-learning-rate 5:23 2e-4"]);
    assert.deepEqual(training("{ method: full, learningRate: 2e-4 }"), [
      "warning unusual-learning-rate 5:37 2e-5",
    ]);
    assert.deepEqual(training("{ method: full, learningRate: 9e-6 }"), []);
  });

  it("are wider for the built-in model, which is small", () => {
    assert.deepEqual(training("{ learningRate: 2e-2 }", "pinch/starter"), []);
    assert.deepEqual(training("{ learningRate: 3e-2 }", "pinch/starter"), [
      "warning unusual-learning-rate 5:23 2e-4",
    ]);
  });

  it("of ranks are named, and only with adapters", () => {
    assert.deepEqual(training("{ lora: { rank: 4 } }"), []);
    assert.deepEqual(training("{ lora: { rank: 256 } }"), []);
    assert.deepEqual(training("{ lora: { rank: 2 } }"), ["warning unusual-rank 5:23 16"]);
    assert.deepEqual(training("{ lora: { rank: 512 } }"), ["warning unusual-rank 5:23 16"]);
    assert.deepEqual(training("{ method: full, lora: { rank: 512 } }"), ["warning unused-key 5:23 -"]);
  });

  it("leave a value that is no number to the error", () => {
    assert.deepEqual(training("{ learningRate: fast, lora: { rank: high } }"), [
      "error wrong-type 5:23 -",
      "error wrong-type 5:43 -",
    ]);
  });
});

describe("data to look at during training", () => {
  const during = `model: m\n${head}${mixtures}evaluate: { during: 20 }\n`;

  it("are those of data.dev: without them nothing is measured, and the run goes on", () => {
    assert.deepEqual(warned(during), ["warning missing-key 5:12 data.dev"]);
    assert.ok(parseMixtureFile(during).file);
    assert.deepEqual(warned(during.replace("'e/{language}.jsonl'", "$&, dev: 'd/{language}.jsonl'")), []);
  });

  it("are never those that are evaluated or trained on", () => {
    for (const same of ["e/{language}.jsonl", "./e/{language}.jsonl", "t/{language}.jsonl"]) {
      const text = during.replace("'e/{language}.jsonl'", `$&, dev: '${same}'`);
      assert.deepEqual(warned(text), ["error same-data 3:70 -"], same);
    }
  });
});

describe("a mixture that repeats another", () => {
  it("is named, an amount in percent and in examples being the same", () => {
    const text = `model: m\n${head}mixtures:
  ten: { base: en, spread: 10, over: [en, fi] }
  percent: { base: en, spread: 10%, over: [en, fi] }
  other: { base: en, spread: 10%, over: [fi, en] }
  more: { base: en, spread: 10%, over: [en, fi], grow: true }
  curve: { base: en, spread: [10%, 20%], over: [en, fi] }
`;
    assert.deepEqual(warned(text), ["warning duplicate-mixture 6:2 -"]);
    // A key that is written twice is one fault, not two.
    const twice = `model: m\n${head}mixtures: { a: { monolingual: en }, a: { monolingual: en } }\n`;
    assert.deepEqual(warned(twice), ["error duplicate-key 4:36 -"]);
  });
});

describe("unseen languages", () => {
  const available = new Map(
    ["en", "fi", "sw"].map(tag => [tag, Array.from({ length: 100 }, (_, i) => `${i}`)]),
  );
  const found = (text: string, evaluated: string[]) =>
    checkAgainstData(parseMixtureFile(text), available, evaluated).map(
      ({ severity, code, message }) => `${severity} ${code} ${message}`,
    );

  it("are an information", () => {
    assert.deepEqual(found(`model: m\n${head}${mixtures}`, ["en", "fi", "sw"]), [
      "information unseen-languages No mixture has examples in Finnish, Swahili: they are evaluated as unseen languages.",
    ]);
  });

  it("are those that are evaluated", () => {
    const some = `model: m\n${head}${mixtures}evaluate: { languages: [en, sw] }\n`;
    assert.deepEqual(found(some, ["en", "fi", "sw"]), [
      "information unseen-languages No mixture has examples in Swahili: it is evaluated as an unseen language.",
    ]);
    const all = `model: m\n${head}mixtures: { all: { uniform: all } }\n`;
    assert.deepEqual(found(all, ["en", "fi"]), []);
  });
});
