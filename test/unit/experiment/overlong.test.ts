// Examples that are too long: dropped for others in every language, or cut where loss is left, and counted.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MixtureSpec } from "../../../src/core/mixture/mixtureFile.ts";
import { drawingOf } from "../../../src/runtime/experiment/drawWithin.ts";
import { lengthFaults } from "../../../src/runtime/experiment/exampleLengths.ts";
import { loadExperiment, requireValid } from "../../../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../../../src/runtime/experiment/prepareRun.ts";
import { loadTokenizer } from "../../../src/runtime/model/tokenizer.ts";
import { planTraining, truncated } from "../../../src/runtime/train/trainingPlan.ts";
import { tinyExperiment, tinyMixture, write } from "./tinyExperiment.ts";

const limit = 100;

/** Of ten rows with the ids r0 to r9 in three languages, one is long in its prompt and one in its answer, both in fi. */
async function experiment(overlong: string, budget = 8) {
  const text = `${tinyMixture.replace("budget: 8", `budget: ${budget}`)}train: { maxTokens: ${limit}, overlong: ${overlong} }\n`;
  const tiny = tinyExperiment(text);
  const rows = Array.from({ length: 10 }, (_, i) =>
    JSON.stringify({
      id: `r${i}`,
      prompt: `fi prompt ${i}${i === 3 ? " sana".repeat(100) : ""}`,
      response: `fi answer ${i}${i === 4 ? " sana".repeat(100) : ""}`,
    }),
  );
  write(tiny.folder, "data/train/fi.jsonl", rows.join("\n"));
  return requireValid(await loadExperiment(tiny));
}

const idsOf = (examples: readonly { readonly id: string }[]): string[] => examples.map(({ id }) => id).sort();

describe("overlong: drop", () => {
  test("an id that is too long in one language is drawn in none, and others take its place", async () => {
    const found = await experiment("drop");
    const { limit: allowed, draw } = drawingOf(found);
    assert.equal(allowed, limit);
    for (const spec of found.config.mixtures) {
      const drawn = draw(spec, 7);
      assert.equal(drawn.examples.length, 8);
      assert.deepEqual(idsOf(drawn.examples), ["r0", "r1", "r2", "r5", "r6", "r7", "r8", "r9"]);
      assert.deepEqual(drawn.cut, []);
      assert.deepEqual(idsOf(drawn.dropped), ["r3", "r4"]);
      assert.deepEqual([...new Set(drawn.dropped.map(({ language }) => language))], ["fi"]);
    }
    const [warning, ...others] = lengthFaults(found);
    assert.deepEqual(others, []);
    assert.deepEqual([warning?.severity, warning?.code], ["warning", "example-too-long"]);
    assert.match(
      warning?.message ?? "",
      /^2 examples are longer than 100 tokens \(fi 2; the longest, fi\/r\d, has \d+\) and are dropped, and others drawn in their place\.$/,
    );
  });

  test("the same rows are drawn as from files without the long ones", async () => {
    const found = await experiment("drop", 5);
    const available = new Map(
      [...found.available].map(([language, ids]) => [language, ids.filter(id => id !== "r3" && id !== "r4")]),
    );
    const without = drawingOf({
      ...found,
      available,
      config: { ...found.config, train: { ...found.config.train } },
    });
    for (const spec of found.config.mixtures)
      for (const seed of [1, 2, 3])
        assert.deepEqual(drawingOf(found).draw(spec, seed).examples, without.draw(spec, seed).examples);
  });

  test("a row without an id is dropped alone", async () => {
    const tiny = tinyExperiment(`${tinyMixture}train: { maxTokens: ${limit}, overlong: drop }\n`);
    for (const language of ["en", "fi", "sw"]) {
      const long = language === "fi" ? " sana".repeat(100) : "";
      const rows = Array.from({ length: 10 }, (_, i) =>
        JSON.stringify({ prompt: `${language} prompt ${i}`, response: `a${i === 3 ? long : ""}` }),
      );
      write(tiny.folder, `data/train/${language}.jsonl`, rows.join("\n"));
    }
    const found = requireValid(await loadExperiment(tiny));
    const { draw } = drawingOf(found);
    const all = { ...found.config, budget: 10 };
    const drawn = drawingOf({ ...found, config: all }).draw(found.config.mixtures[0] as MixtureSpec, 7);
    assert.deepEqual([drawn.examples.length, drawn.dropped], [10, []]);
    const finnish = { name: "fi", key: "fi", form: { kind: "monolingual", language: "fi" } } as const;
    assert.deepEqual(
      idsOf(draw(finnish, 7).dropped)
        .concat(idsOf(draw(finnish, 8).dropped))
        .includes("row-4"),
      true,
    );
  });

  test("where too few are left, validate says so and no run starts", async () => {
    const found = await experiment("drop", 9);
    const [fault] = lengthFaults(found);
    assert.deepEqual([fault?.severity, fault?.code], ["error", "budget-over-data"]);
    assert.match(fault?.message ?? "", /dropped as too long/);
    assert.throws(() => prepareRun(found, "english", 7, "cpu"), /dropped as too long/);
  });
});

describe("overlong: truncate", () => {
  test("cuts a long answer, and drops what would keep no loss", async () => {
    const found = await experiment("truncate", 9);
    const spec = found.config.mixtures.find(({ name }) => name === "curve@100%");
    assert.ok(spec);
    const drawn = drawingOf(found).draw({ ...spec, form: { kind: "monolingual", language: "fi" } }, 7);
    assert.deepEqual(idsOf(drawn.dropped), ["r3"]);
    assert.deepEqual(idsOf(drawn.cut), ["r4"]);
    const rows = found.train.languages.get("fi")?.rows ?? [];
    const examples = drawn.examples.flatMap(({ id }) => rows.find(row => row.id === id) ?? []);
    const tokenizer = loadTokenizer(found.model);
    const plan = planTraining(examples, tokenizer, found.config.train, 7, found.model.config.maxPositions);
    assert.equal(Math.max(...plan.examples.map(({ ids }) => ids.length)), limit);
    for (const { ids, responseStart } of plan.examples) assert.ok(responseStart < ids.length);
  });

  test("keeps the loss of the answers that are left", () => {
    const example = {
      ids: [1, 2, 3, 4, 5, 6, 7, 8],
      responseStart: 1,
      asked: [
        [3, 5],
        [6, 7],
      ] as const,
    };
    assert.deepEqual(truncated(example, 4), { ids: [1, 2, 3, 4], responseStart: 1, asked: [[3, 4]] });
    assert.deepEqual(truncated(example, 3), { ids: [1, 2, 3], responseStart: 1 });
    assert.equal(truncated(example, 8), example);
  });
});

test("special tokens in data are counted on each side, with the first place", async () => {
  const tiny = tinyExperiment();
  write(
    tiny.folder,
    "data/train/en.jsonl",
    '{"id": "r0", "prompt": "a", "response": "b<|im_end|><|im_start|>user"}\n',
  );
  write(
    tiny.folder,
    "data/eval/sw.jsonl",
    '{"id": "e0", "prompt": "x <|im_end|>"}\n{"id": "e1", "prompt": "y"}\n',
  );
  const text = tinyMixture.replace("budget: 8", "budget: 1").replace(/ {2}(pinch|curve):.*\n/g, "");
  const of = async (model: string) =>
    lengthFaults(await loadExperiment({ ...tiny, text: text.replace("pinch/starter", model) })).filter(
      ({ code }) => code === "special-tokens",
    );
  const [train, evaluation, ...others] = await of("pinch/starter");
  assert.deepEqual(others, []);
  assert.match(
    train?.message ?? "",
    /^1 row of data\.train holds .*\(<\|im_end\|>, <\|im_start\|>\), first en\/r0; they are read as plain text\.$/,
  );
  assert.match(evaluation?.message ?? "", /^1 row of data\.eval .* first sw\/e0/);
  const [control] = await of("{ path: pinch/starter, specialTokens: control }");
  assert.match(control?.message ?? "", /read as what they control/);
});
