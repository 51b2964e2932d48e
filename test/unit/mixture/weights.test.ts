// Weights of sources, as properties over many seeds, weights, sizes and forms.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DataSource } from "../../../src/core/mixture/dataSource.ts";
import { type AvailableIds, drawMixture } from "../../../src/core/mixture/draw.ts";
import type { MixtureForm } from "../../../src/core/mixture/mixtureFile.ts";

const seeds = Array.from({ length: 8 }, (_, i) => i * 7919);
const file = (name: string, weight?: number): DataSource => ({
  file: `${name}/{language}.jsonl`,
  ...(weight === undefined ? {} : { weight }),
});
const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}:r${i}`);

function drawn(
  form: MixtureForm,
  budget: number,
  available: AvailableIds,
  seed: number,
  train?: readonly DataSource[],
) {
  const spec = { name: "m", key: "m", form };
  const { examples, diagnostics } = drawMixture(
    spec,
    { budget, ...(train && { data: { train } }) },
    available,
    seed,
  );
  assert.deepEqual(diagnostics, []);
  return examples;
}

const english: MixtureForm = { kind: "monolingual", language: "en" };
const shareOf = (examples: readonly { id: string }[], name: string) =>
  examples.filter(({ id }) => id.startsWith(`${name}:`)).length;

describe("weights of sources", () => {
  it("are their shares of the draw, whatever their sizes, while each lasts", () => {
    for (const [a, b, c] of [
      [1, 1, 1],
      [2, 1, 1],
      [0.5, 3, 1.25],
    ] as const) {
      const train = [file("a", a), file("b", b), file("c", c)];
      const ids = [...numbered("a", 900), ...numbered("b", 400), ...numbered("c", 300)];
      for (const seed of seeds)
        for (const budget of [1, 7, 50, 300]) {
          const examples = drawn(english, budget, new Map([["en", ids]]), seed, train);
          for (const [name, weight] of [
            ["a", a],
            ["b", b],
            ["c", c],
          ] as const) {
            const share = (budget * weight) / (a + b + c);
            assert.ok(Math.abs(shareOf(examples, name) - share) <= 1, `${name} of ${budget}: ${share}`);
          }
        }
    }
  });

  it("give way where a source has no more", () => {
    const ids = [...numbered("a", 5), ...numbered("b", 500)];
    const train = [file("a", 9), file("b", 1)];
    const examples = drawn(english, 100, new Map([["en", ids]]), 1, train);
    assert.deepEqual([shareOf(examples, "a"), shareOf(examples, "b")], [5, 95]);
  });

  it("keep the order within a source, and change nothing where they are all the same or none is written", () => {
    const available: AvailableIds = new Map([["en", [...numbered("a", 200), ...numbered("b", 200)]]]);
    for (const seed of seeds) {
      const plain = drawn(english, 120, available, seed, [file("a"), file("b")]);
      assert.deepEqual(plain, drawn(english, 120, available, seed));
      const first = (train: readonly DataSource[], budget: number) =>
        drawn(english, budget, available, seed, train)
          .map(({ id }) => id)
          .filter(id => id.startsWith("a:"));
      const few = first([file("a", 1), file("b", 5)], 60);
      const many = first([file("a", 5), file("b", 1)], 60);
      assert.ok(few.length < many.length && few.every(id => many.includes(id)));
    }
  });

  it("leave what a larger spread holds, and that an id is taken once", () => {
    const languages = ["en", "fi", "sw"];
    const ids = [...numbered("a", 120), ...numbered("b", 80)];
    const shapes: readonly AvailableIds[] = [
      new Map(languages.map(language => [language, ids])),
      new Map(languages.map(language => [language, ids.map(id => `${id}-${language}`)])),
      new Map(languages.map((language, k) => [language, ids.filter((_, i) => k === 0 || i % 3 !== k)])),
    ];
    const train = [file("a", 2), file("b", 1)];
    const form = (spread: number): MixtureForm => ({
      kind: "spread",
      base: "en",
      spread: { examples: spread },
      over: ["fi", "sw"],
    });
    for (const available of shapes)
      for (const seed of seeds) {
        let before: readonly { language: string; id: string }[] = [];
        for (const spread of [0, 2, 10, 30]) {
          const examples = drawn(form(spread), 90, available, seed, train);
          assert.equal(new Set(examples.map(({ id }) => id)).size, 90);
          const own = examples.filter(({ language }) => language !== "en");
          const held = new Set(own.map(({ language, id }) => `${language}/${id}`));
          assert.ok(before.every(({ language, id }) => held.has(`${language}/${id}`)));
          before = own;
        }
      }
  });
});
