// The templates of the six studies: each is a valid file, takes what it says, and is recognised as what it is.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { type AvailableIds, drawMixture } from "../../../src/core/mixture/draw.ts";
import type { MixtureFile } from "../../../src/core/mixture/mixtureFile.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { recogniseStudies, type StudyMixture } from "../../../src/core/study/recognise.ts";
import { type StudyOptions, studyFileText } from "../../../src/core/study/studyFile.ts";
import { type StudyName, studyNames } from "../../../src/core/study/studyNames.ts";

const twelve = ["ar", "cs", "en", "es", "et", "fi", "he", "hi", "it", "ru", "sw", "zh"];

const usual: StudyOptions = {
  languages: twelve,
  base: "en",
  budget: 600,
  model: "pinch/starter",
  seeds: [7, 8, 9],
  train: "data/train/{language}.jsonl",
  eval: "data/eval/{language}.jsonl",
  grow: false,
};

const ids = Array.from({ length: 1300 }, (_, i) => `id-${i}`);

function parsed(name: StudyName, options: Partial<StudyOptions> = {}): MixtureFile {
  const { file, diagnostics } = parseMixtureFile(studyFileText(name, { ...usual, ...options }));
  assert.deepEqual(diagnostics, [], name);
  assert.ok(file !== null);
  return file;
}

/** DrawnMixture counts without zeros, by mixture. */
function counts(file: MixtureFile, languages: readonly string[] = twelve): Record<string, object> {
  const available: AvailableIds = new Map(languages.map(tag => [tag, ids]));
  return Object.fromEntries(
    file.mixtures.map(mixture => {
      const {
        counts: found,
        examples,
        diagnostics,
      } = drawMixture(mixture, file, available, file.seeds[0] ?? 0);
      assert.deepEqual(diagnostics, [], mixture.name);
      assert.equal(new Set(examples.map(({ id }) => id)).size, examples.length, "no id twice");
      return [mixture.name, Object.fromEntries(Object.entries(found).filter(([, count]) => count > 0))];
    }),
  );
}

function studyMixtures(file: MixtureFile, languages: readonly string[] = twelve): StudyMixture[] {
  const realised = counts(file, languages);
  return file.mixtures.map(({ name, form }) => ({
    mixture: name,
    form,
    counts: realised[name] as Record<string, number>,
    budget: file.budget,
  }));
}

function evenly(total: number, tags: readonly string[]): Record<string, number> {
  return Object.fromEntries(tags.map(tag => [tag, total / tags.length]));
}

describe("templates", () => {
  for (const name of studyNames) {
    it(`${name}: valid, with seeds, model and budget as asked, and recognised`, () => {
      const file = parsed(name);
      assert.deepEqual([file.seeds, file.model, file.budget], [[7, 8, 9], "pinch/starter", 600]);
      const found = recogniseStudies(studyMixtures(file), twelve).map(study => study.name);
      assert.ok(found.includes(name), `${name} in ${found.join(", ")}`);
    });
  }

  it("monolingual transfer: the whole budget in each of the twelve", () => {
    assert.deepEqual(
      counts(parsed("monolingual-transfer")),
      Object.fromEntries(twelve.map(tag => [`mono-${tag}`, { [tag]: 600 }])),
    );
  });

  it("pinch curve: 2 % of 600 is one example for each of twelve; at 100 % all have fifty", () => {
    const found = counts(parsed("pinch-curve"));
    const others = evenly(
      11,
      twelve.filter(tag => tag !== "en"),
    );
    assert.deepEqual(found["pinch@2%"], { ...others, en: 589 });
    assert.deepEqual(found["pinch@100%"], evenly(600, twelve));
    assert.deepEqual(found["mono-en"], { en: 600 });
    assert.equal(Object.keys(found).filter(name => name.startsWith("pinch@")).length, 11);
    for (const mixture of Object.values(found))
      assert.equal(
        Object.values(mixture as Record<string, number>).reduce((a, b) => a + b, 0),
        600,
      );
  });

  it("pinch curve: 1 % where it reaches every language, as in the study with 4,640", () => {
    const file = parsed("pinch-curve", { budget: 4640 });
    const [first] = file.mixtures;
    assert.equal(first?.name, "pinch@1%");
  });

  it("seen and unseen: the study's six, and nothing of the others", () => {
    const found = counts(parsed("seen-and-unseen"));
    assert.deepEqual(found["seen@100%"], evenly(600, ["ar", "en", "fi", "it", "ru", "sw"]));
    assert.deepEqual(found["seen@10%"], { en: 550, ar: 10, fi: 10, it: 10, ru: 10, sw: 10 });
  });

  it("number of languages: three orders from one to six, each larger one holding the smaller", () => {
    const file = parsed("number-of-languages");
    const found = counts(file);
    for (const letter of "abc") {
      for (const count of [2, 3, 4, 5]) {
        const tags = Object.keys(found[`order-${letter}${count}`] ?? {});
        assert.equal(tags.length, count);
        const larger = Object.keys(found[count === 5 ? "order-all" : `order-${letter}${count + 1}`] ?? {});
        assert.ok(tags.every(tag => larger.includes(tag)));
      }
    }
    assert.deepEqual(found["order-all"], evenly(600, ["ar", "en", "fi", "it", "ru", "sw"]));
    assert.deepEqual(found["order-a4"], evenly(600, Object.keys(found["order-a4"] ?? {})));
    const [study] = recogniseStudies(studyMixtures(file), twelve).filter(
      one => one.name === "number-of-languages",
    );
    assert.ok(study?.name === "number-of-languages");
    assert.deepEqual(study.unseen, ["cs", "es", "et", "he", "hi", "zh"]);
    assert.deepEqual(
      study.orders.map(({ mixtures }) => mixtures.filter(one => one !== null).length),
      [6, 6, 6],
    );
    assert.equal(new Set(study.orders.map(({ languages: [first] }) => first)).size, 3);
  });

  it("bilingual pairs: every language once, half and half, and alone", () => {
    const found = counts(parsed("bilingual-pairs"));
    const pairs = Object.entries(found).filter(([name]) => name.startsWith("pair-"));
    assert.deepEqual(pairs.flatMap(([, mixture]) => Object.keys(mixture)).sort(), twelve);
    for (const [, mixture] of pairs) assert.deepEqual(Object.values(mixture), [300, 300]);
    assert.equal(Object.keys(found).length, 6 + 12);
  });

  it("language family: each language alone, relatives beside each other under the name of their branch", () => {
    const text = studyFileText("language-family", usual);
    assert.match(text, /# Slavic \(Indo-European\)\n {2}mono-cs: .*\n {2}mono-ru: /u);
    assert.match(text, /# Finnic \(Uralic\)\n {2}mono-et: .*\n {2}mono-fi: /u);
    assert.equal(Object.keys(counts(parsed("language-family"))).length, 12);
  });

  it("a growing budget: the base keeps its 600, the spread comes on top, and no id is repeated", () => {
    const found = counts(parsed("pinch-curve", { grow: true }));
    assert.deepEqual(found["pinch@100%"], {
      en: 600,
      ar: 55,
      cs: 55,
      es: 55,
      et: 55,
      fi: 55,
      he: 55,
      hi: 54,
      it: 54,
      ru: 54,
      sw: 54,
      zh: 54,
    });
    const seen = counts(parsed("seen-and-unseen", { grow: true }));
    assert.deepEqual(seen["seen@10%"], { en: 600, ar: 12, fi: 12, it: 12, ru: 12, sw: 12 });
    const [curve] = recogniseStudies(studyMixtures(parsed("seen-and-unseen", { grow: true })), twelve).filter(
      one => one.name === "seen-and-unseen",
    );
    assert.ok(curve?.name === "seen-and-unseen" && curve.grow);
    const wide = curve.points.find(({ percent }) => percent === 100);
    assert.deepEqual([wide?.others, wide?.total], [600, 1200]);
  });

  it("draws are those of the first seed; another seed pairs otherwise", () => {
    const pairs = (seeds: readonly number[]): string =>
      studyFileText("bilingual-pairs", { ...usual, seeds })
        .match(/pair-\S+/gu)
        ?.join(" ") ?? "";
    assert.equal(pairs([7, 8]), pairs([7]));
    assert.notEqual(pairs([7]), pairs([8]));
  });

  it("any languages and base: names with scripts, an odd one left without a partner", () => {
    const languages = ["zh-Hant", "sr-Latn", "de"];
    const options = { languages, base: "de", budget: 90, seeds: [1] };
    for (const name of [
      "monolingual-transfer",
      "pinch-curve",
      "seen-and-unseen",
      "bilingual-pairs",
    ] as const) {
      const file = parsed(name, options);
      const found = recogniseStudies(studyMixtures(file, languages), languages).map(study => study.name);
      assert.ok(found.includes(name), name);
    }
    assert.match(studyFileText("bilingual-pairs", { ...usual, ...options }), /has no partner/u);
  });
});

describe("what makes no study is refused with a remedy", () => {
  const refused = (name: StudyName, options: Partial<StudyOptions>): HumanError => {
    try {
      studyFileText(name, { ...usual, ...options });
    } catch (error) {
      assert.ok(error instanceof HumanError);
      assert.notEqual(error.remedy, "");
      return error;
    }
    return assert.fail("not refused");
  };

  it("too few languages, a base that is not among them, strangers only, a budget too small, nothing to grow", () => {
    assert.match(
      refused("seen-and-unseen", { languages: ["en", "fi"] }).message,
      /at least 3 languages, not 2/u,
    );
    assert.match(refused("pinch-curve", { base: "de" }).message, /base language de is not among/u);
    assert.match(refused("language-family", { languages: ["en", "fi", "zh"] }).message, /same branch/u);
    assert.match(refused("pinch-curve", { budget: 5 }).message, /5 examples is too small for 12 languages/u);
    assert.match(refused("bilingual-pairs", { grow: true }).message, /no spread that could grow/u);
  });
});
