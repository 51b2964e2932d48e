// Studies are recognised by what mixtures hold, whatever they are called.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MixtureForm } from "../../../src/core/mixture/mixtureFile.ts";
import { recogniseStudies, type Study, type StudyMixture } from "../../../src/core/study/recognise.ts";

const six = ["ar", "en", "es", "fi", "sw", "zh"];
let named = 0;

function mixture(form: MixtureForm, counts: Readonly<Record<string, number>>): StudyMixture {
  return { mixture: `m${++named}`, form, counts, budget: 60 };
}

function alone(language: string): StudyMixture {
  return mixture({ kind: "monolingual", language }, { [language]: 60 });
}

function spread(
  percent: number,
  over: readonly string[] | "all",
  counts: Readonly<Record<string, number>>,
  more: { readonly base?: string; readonly grow?: true } = {},
): StudyMixture {
  return mixture({ kind: "spread", base: "en", spread: { percent }, over, ...more }, counts);
}

function uniform(...over: string[]): StudyMixture {
  return mixture({ kind: "uniform", over }, Object.fromEntries(over.map(tag => [tag, 60 / over.length])));
}

function find<N extends Study["name"]>(studies: readonly Study[], name: N): (Study & { name: N })[] {
  return studies.filter((study): study is Study & { name: N } => study.name === name);
}

describe("recognition", () => {
  it("monolingual transfer: rows in the order of the columns, what nobody is scored in last, each language once", () => {
    const mixtures = [alone("zh"), alone("de"), alone("ar"), alone("ar")];
    const [study] = find(recogniseStudies(mixtures, six), "monolingual-transfer");
    assert.deepEqual(study?.tuned, [
      { language: "ar", mixture: mixtures[2]?.mixture },
      { language: "zh", mixture: mixtures[0]?.mixture },
      { language: "de", mixture: mixtures[1]?.mixture },
    ]);
    assert.deepEqual(study?.evaluated, six);
  });

  it("pinch curve: from the base alone upwards; a spread of nothing is the base alone", () => {
    const start = spread(0, "all", { en: 60, ar: 0 });
    const half = spread(50, "all", { en: 35, ar: 5, es: 5, fi: 5, sw: 5, zh: 5 });
    const tenth = spread(10, "all", { en: 55, ar: 1, es: 1, fi: 1, sw: 1, zh: 1 });
    const [study] = find(recogniseStudies([half, start, tenth], six), "pinch-curve");
    assert.deepEqual(study?.points, [
      { mixture: start.mixture, percent: 0, others: 0, total: 60 },
      { mixture: tenth.mixture, percent: 10, others: 5, total: 60 },
      { mixture: half.mixture, percent: 50, others: 25, total: 60 },
    ]);
    assert.deepEqual([study?.seen, study?.unseen], [["ar", "es", "fi", "sw", "zh"], []]);
  });

  it("seen and unseen: what the widest spread reaches is seen, though a smaller one does not", () => {
    const small = spread(2, ["ar", "fi"], { en: 59, ar: 1 });
    const wide = spread(20, ["fi", "ar"], { en: 48, ar: 6, fi: 6 });
    const mono = alone("fi");
    const [study] = find(recogniseStudies([small, wide, mono], six), "seen-and-unseen");
    assert.deepEqual(
      [study?.seen, study?.unseen],
      [
        ["ar", "fi"],
        ["es", "sw", "zh"],
      ],
    );
    assert.deepEqual(study?.monolingual, { fi: mono.mixture });
    assert.equal(study?.points.length, 2);
  });

  it("other languages, another base and a growing budget make curves of their own", () => {
    const two = (more: { readonly grow?: true }, over: readonly string[] = ["ar"]): StudyMixture[] =>
      [10, 20].map(percent => spread(percent, over, { en: 54, ar: 6 }, more));
    const mixtures = [...two({}), ...two({ grow: true }), ...two({}, ["ar", "fi"])];
    const curves = find(recogniseStudies(mixtures, six), "seen-and-unseen");
    assert.deepEqual(
      curves.map(({ grow, points }) => [grow, points.length]),
      [
        [false, 2],
        [true, 2],
        [false, 2],
      ],
    );
  });

  it("number of languages: prefixes make an order, and what is left over is joined at its end", () => {
    const mixtures = [alone("en"), uniform("en", "fi"), uniform("sw", "en"), uniform("en", "fi", "sw")];
    const [study] = find(recogniseStudies(mixtures, six), "number-of-languages");
    const [first, second, , all] = mixtures.map(({ mixture: name }) => name);
    assert.deepEqual(study?.orders, [{ languages: ["en", "fi", "sw"], mixtures: [first, second, all] }]);
    assert.deepEqual(study?.unseen, ["ar", "es", "zh"]);
  });

  it("bilingual pairs: half and half beside both alone; a spread of all to one other is one too", () => {
    const pair = uniform("fi", "sw");
    const spreadPair = spread(100, ["en", "sw"], { en: 30, sw: 30 });
    const uneven = mixture({ kind: "shares", shares: { fi: 80, sw: 20 } }, { fi: 48, sw: 12 });
    const monolingual = ["en", "fi", "sw"].map(alone);
    const [study] = find(
      recogniseStudies([pair, spreadPair, uneven, ...monolingual], six),
      "bilingual-pairs",
    );
    assert.deepEqual(
      study?.pairs.map(({ mixture: name, languages, others }) => [name, languages, others]),
      [
        [pair.mixture, ["fi", "sw"], ["ar", "en", "es", "zh"]],
        [spreadPair.mixture, ["en", "sw"], ["ar", "es", "fi", "zh"]],
      ],
    );
    assert.deepEqual(find(recogniseStudies([pair, alone("fi")], six), "bilingual-pairs"), []);
  });

  it("language family: needs a relative and a stranger", () => {
    const has = (...tags: string[]): number =>
      find(recogniseStudies(tags.map(alone), [...six, "et", "eu"]), "language-family").length;
    assert.equal(has("fi", "et", "zh"), 1);
    assert.equal(has("fi", "et"), 0);
    assert.equal(has("fi", "zh", "sw"), 0);
    assert.equal(has("eu", "fi", "zh"), 0, "Basque has no relative");
  });

  it("nothing is read into a few mixtures that make no study", () => {
    assert.deepEqual(recogniseStudies([alone("en")], six), []);
    assert.deepEqual(recogniseStudies([uniform("en", "fi")], six), []);
    assert.deepEqual(recogniseStudies([], six), []);
    assert.deepEqual(recogniseStudies([spread(10, "all", { en: 54, ar: 6 })], six), []);
    assert.deepEqual(recogniseStudies([alone("en"), alone("fi")], ["en"]), [], "scored in one language only");
  });
});
