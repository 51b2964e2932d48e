// Examples that are too long, and templates that fail, are said by validate: before anything is computed.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { lengthFaults } from "../../../src/runtime/experiment/exampleLengths.ts";
import { loadExperiment } from "../../../src/runtime/experiment/experiment.ts";
import { validate } from "../../../src/runtime/recipes/validate.ts";
import { tooLong } from "../../../src/runtime/train/tooLong.ts";
import { tinyExperiment, tinyMixture, write } from "./tinyExperiment.ts";

describe("too long", () => {
  const examples = ["en", "en", "fi"].map((language, i) => ({ language, id: `r${i}` }));

  test("counts by language, the longest, and what takes all", () => {
    assert.equal(tooLong(examples, [10, 512, 9], { maxTokens: 512 }, 2048), null);
    assert.deepEqual(tooLong(examples, [600, 513, 700], { maxTokens: 512 }, 2048), {
      message:
        "3 of 3 examples are longer than train.maxTokens (512): en 2, fi 1. The longest, fi/r2, has 700 tokens.",
      remedy:
        "Set train.maxTokens to 700, which takes all, write train.overlong: drop or truncate, or shorten or remove these examples.",
    });
  });

  test("beyond what the model takes no setting helps", () => {
    const found = tooLong(examples, [10, 3000, 10], { maxTokens: 512 }, 2048);
    assert.match(found?.remedy ?? "", /^The model takes at most 2048 tokens/);
    const limited = tooLong(examples, [10, 300, 10], { maxTokens: 512 }, 256);
    assert.match(limited?.message ?? "", /longer than the model takes \(256\)/);
  });
});

describe("validate", () => {
  const errors = async (from: { readonly file: string; readonly starter: string; readonly text?: string }) =>
    (await validate(from)).dataFaults.filter(({ severity }) => severity === "error");

  test("says once for all mixtures which examples are too long, of those that are taken", async () => {
    const tiny = tinyExperiment(`${tinyMixture}train: { maxTokens: 100 }\n`);
    assert.deepEqual(await errors(tiny), []);
    const rows = readFileSync(join(tiny.folder, "data/train/fi.jsonl"), "utf8").split("\n");
    const long = rows.map(row => row.replace("fi answer", `fi ${"sana ".repeat(100)} answer`));
    write(tiny.folder, "data/train/fi.jsonl", long.join("\n"));
    const [fault, ...others] = await errors(tiny);
    assert.deepEqual(others, []);
    assert.equal(fault?.code, "example-too-long");
    assert.match(fault?.message ?? "", /longer than train\.maxTokens \(100\): fi \d+\. The longest, fi\/r\d/);
    assert.equal(fault?.range.start.line, tinyMixture.split("\n").length - 1);
    const unwritten = { ...tiny, text: tinyMixture };
    write(tiny.folder, "data/train/fi.jsonl", long.join("\n").replaceAll("sana ", "sana sana sana "));
    assert.equal((await errors(unwritten))[0]?.range.start.line, 5, "data.train, where train is not written");
    write(tiny.folder, "data/train/fi.jsonl", long.join("\n"));
    const experiment = await loadExperiment(tiny);
    assert.deepEqual(lengthFaults(experiment, ["english"]), [], "english takes none of them");
    assert.equal(lengthFaults(experiment, ["pinch"]).length, 1);
  });

  test("opens the tokenizer: a template that fails is a fault of the model", async () => {
    const tiny = tinyExperiment();
    writeFileSync(join(tiny.starter, "chat_template.jinja"), "{{ messages | nosuchfilter }}");
    const [fault] = await errors(tiny);
    assert.deepEqual([fault?.code, fault?.range.start.line], ["tokenizer", 1]);
  });
});
