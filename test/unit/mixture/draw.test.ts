// Properties of sampling, over many seeds, forms and shapes of data.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom, shuffled } from "../../../src/common/random.ts";
import { examplesOf } from "../../../src/core/mixture/amounts.ts";
import { drawnCounts } from "../../../src/core/mixture/counts.ts";
import { type AvailableIds, drawMixture, languagesOf } from "../../../src/core/mixture/draw.ts";
import type { MixtureForm, MixtureSpec } from "../../../src/core/mixture/mixtureFile.ts";

const twelve = ["ar", "zh", "cs", "en", "et", "fi", "he", "hi", "it", "ru", "es", "sw"];
const eleven = twelve.filter(tag => tag !== "en");
const seeds = Array.from({ length: 12 }, (_, i) => i * 7919);

function mixture(form: MixtureForm): MixtureSpec {
  return { name: "m", key: "m", form };
}

function spread(amount: number | string, over: readonly string[] | "all" = "all"): MixtureForm {
  const value = typeof amount === "number" ? { examples: amount } : { percent: Number.parseFloat(amount) };
  return { kind: "spread", base: "en", spread: value, over };
}

function numbered(count: number, prefix = "id"): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i + 1}`);
}

const parallel: AvailableIds = new Map(twelve.map(tag => [tag, numbered(240)]));
/** No id in two languages. */
const separate: AvailableIds = new Map(twelve.map(tag => [tag, numbered(200, tag)]));
/** Each language lacks another third of the ids; sizes differ. */
const overlapping: AvailableIds = new Map(
  twelve.map((tag, index) => [tag, numbered(300).filter((_, i) => tag === "en" || i % 3 !== index % 3)]),
);
const shapes = { parallel, separate, overlapping };

const forms: Readonly<Record<string, MixtureForm>> = {
  monolingual: { kind: "monolingual", language: "fi" },
  "spread 40 over eleven": spread(40, eleven),
  "spread 10% over all": spread("10%"),
  "spread 100% over all": spread("100%"),
  "spread 0": spread(0),
  uniform: { kind: "uniform", over: "all" },
  "uniform over four": { kind: "uniform", over: ["sw", "en", "ru", "es"] },
  shares: { kind: "shares", shares: { en: 80, it: 15, sw: 5 } },
  "uneven shares": { kind: "shares", shares: { en: 33.33, it: 33.33, sw: 33.34 } },
  temperature: { kind: "temperature", temperature: 3, over: "all" },
};

function countsOf(form: MixtureForm, budget: number, available: AvailableIds) {
  return drawnCounts(form, budget, new Map([...available].map(([tag, ids]) => [tag, ids.length])));
}

function draw(form: MixtureForm, budget: number, available: AvailableIds, seed: number) {
  const result = drawMixture(mixture(form), { budget }, available, seed);
  assert.deepEqual(result.diagnostics, []);
  return result;
}

function keys(examples: readonly { language: string; id: string }[], without = ""): Set<string> {
  return new Set(examples.filter(e => e.language !== without).map(e => `${e.language}/${e.id}`));
}

function assertWithin(smaller: Iterable<string>, larger: ReadonlySet<string>, message: string): void {
  assert.deepEqual(
    [...smaller].filter(item => !larger.has(item)),
    [],
    message,
  );
}

for (const [shape, available] of Object.entries(shapes)) {
  for (const [name, form] of Object.entries(forms)) {
    const budget = shape === "parallel" ? 240 : 137;
    describe(`${name}, ${shape} data`, () => {
      it("counts sum to the budget and are what was drawn; no id twice; every id has data", () => {
        for (const seed of seeds) {
          const { counts, examples } = draw(form, budget, available, seed);
          assert.equal(examples.length, budget);
          assert.equal(
            Object.values(counts).reduce((a, b) => a + b),
            budget,
          );
          for (const [language, count] of Object.entries(counts)) {
            const drawn = examples.filter(example => example.language === language);
            assert.equal(drawn.length, count, language);
            assertWithin(
              drawn.map(e => e.id),
              new Set(available.get(language)),
              `${language} has no such id`,
            );
          }
          assert.equal(new Set(examples.map(example => example.id)).size, budget, "an id was drawn twice");
        }
      });

      it("depends on the seed, and on nothing but it: not on the order of languages or ids", () => {
        const again = new Map(
          shuffled([...available], seededRandom("languages")).map(([tag, ids]) => [
            tag,
            shuffled(ids, seededRandom("ids", tag)),
          ]),
        );
        for (const seed of seeds) {
          const first = draw(form, budget, available, seed);
          assert.deepEqual(draw(form, budget, again, seed), first);
          // Of arrays that no seed was asked of before.
          const fresh = new Map([...available].map(([tag, ids]) => [tag, [...ids]]));
          assert.deepEqual(draw(form, budget, fresh, seed), first);
        }
        const orders = new Set(
          seeds.map(seed => JSON.stringify(draw(form, budget, available, seed).examples)),
        );
        assert.equal(orders.size, seeds.length);
      });
    });
  }
}

describe("a curve", () => {
  const steps = ["0%", "1%", "5%", "10%", "20%", "50%", "100%"];
  for (const [shape, available] of Object.entries(shapes)) {
    for (const over of ["all", eleven, ["sw", "ar", "en"]] as const) {
      // The largest budget of which all can go to `over`; three languages that overlap share fewer ids.
      const budget = shape === "parallel" ? 240 : 150;
      it(`larger spreads contain the smaller ones (${shape}, over ${over})`, () => {
        for (const seed of seeds) {
          let before = new Set<string>();
          for (const step of steps) {
            const now = keys(draw(spread(step, over), budget, available, seed).examples, "en");
            assertWithin(before, now, `seed ${seed}, ${step}`);
            before = now;
          }
        }
      });
    }
  }

  it("replaces: parallel data keep the same ids at the same places", () => {
    for (const seed of seeds) {
      const places = steps.map(step => draw(spread(step), 200, parallel, seed).examples.map(e => e.id));
      for (const ids of places) assert.deepEqual(ids, places[0]);
    }
  });

  it("a spread of a number and of the same percentage are the same", () => {
    for (const seed of seeds) {
      const percent = draw(spread("10%"), 200, parallel, seed).examples;
      assert.deepEqual(draw(spread(20), 200, parallel, seed).examples, percent);
    }
  });

  it("does not put the spread examples first", () => {
    const late = seeds.map(seed => {
      const second = draw(spread("20%", eleven), 200, parallel, seed).examples.slice(100);
      return second.filter(example => example.language !== "en").length;
    });
    // 20 of 40 are to be expected in the second half; 12 seeds make a mean near it.
    const mean = late.reduce((a, b) => a + b) / late.length;
    assert.ok(mean > 15 && mean < 25, late.join());
  });

  it("ends in the uniform mixture", () => {
    const uniform = draw({ kind: "uniform", over: "all" }, 240, parallel, 3);
    assert.deepEqual(draw(spread("100%"), 240, parallel, 3).examples, uniform.examples);
  });

  it("starts from the monolingual mixture", () => {
    const alone = draw({ kind: "monolingual", language: "en" }, 100, parallel, 3);
    assert.deepEqual(draw(spread(0), 100, parallel, 3).examples, alone.examples);
  });
});

describe("a growing spread", () => {
  const growing = (amount: number | string, over: readonly string[] | "all" = eleven): MixtureForm => ({
    ...(spread(amount, over) as Extract<MixtureForm, { kind: "spread" }>),
    grow: true,
  });
  const steps = [0, 11, 22, 100, 140];
  for (const [shape, available] of Object.entries(shapes)) {
    it(`adds to the monolingual mixture, and larger ones hold the smaller ones (${shape} data)`, () => {
      for (const seed of seeds) {
        let before = keys(draw({ kind: "monolingual", language: "en" }, 100, available, seed).examples);
        for (const step of steps) {
          const { counts, examples } = draw(growing(step), 100, available, seed);
          assert.equal(counts.en, 100);
          assert.equal(examples.length, 100 + step);
          assert.equal(new Set(examples.map(example => example.id)).size, 100 + step, "an id twice");
          const now = keys(examples);
          assertWithin(before, now, `seed ${seed}, ${step}`);
          before = now;
        }
      }
    });
  }

  it("takes a percentage of the file's budget, the base language's share on top where it is listed", () => {
    assert.equal(countsOf(growing("50%", ["fi", "sw"]), 100, parallel).sw, 25);
    assert.deepEqual(countsOf(growing(20, ["en", "sw"]), 100, parallel), { en: 110, sw: 10 });
  });

  it("says which budget the data suffice for", () => {
    const { diagnostics } = drawMixture(mixture(growing(100)), { budget: 200 }, parallel, 1);
    assert.match(diagnostics[0]?.message ?? "", /needs 300 different examples .* which have only 240/);
    assert.equal(diagnostics[0]?.remedy, "Lower the budget to 140, or add data.");
  });
});

describe("a growing budget", () => {
  for (const [shape, available] of Object.entries(shapes)) {
    for (const form of [forms.monolingual, forms["spread 40 over eleven"], forms.uniform]) {
      it(`keeps what it had (${shape}, ${form?.kind})`, () => {
        assert.ok(form);
        for (const seed of seeds) {
          const small = draw(form, 60, available, seed).examples;
          const large = draw(form, 120, available, seed).examples;
          assertWithin(keys(small), keys(large), `seed ${seed}`);
        }
      });
    }
  }

  it("keeps what it had with even shares", () => {
    const form: MixtureForm = { kind: "shares", shares: { en: 50, it: 50 } };
    for (const seed of seeds) {
      const small = draw(form, 60, parallel, seed).examples;
      assertWithin(keys(small), keys(draw(form, 120, parallel, seed).examples), `seed ${seed}`);
    }
  });

  it("keeps all ids of parallel data and the spread ones in their languages, with a percentage too", () => {
    for (const seed of seeds) {
      const small = draw(spread("10%"), 100, parallel, seed).examples;
      const large = draw(spread("10%"), 200, parallel, seed).examples;
      assertWithin(keys(small, "en"), keys(large), `seed ${seed}`);
      assertWithin(
        small.map(e => e.id),
        new Set(large.map(e => e.id)),
        `seed ${seed}`,
      );
    }
  });
});

describe("counts", () => {
  it("the remainder goes to the languages listed first", () => {
    assert.deepEqual(countsOf(spread(40, eleven), 4640, parallel), {
      en: 4600,
      ar: 4,
      zh: 4,
      cs: 4,
      et: 4,
      fi: 4,
      he: 4,
      hi: 4,
      it: 3,
      ru: 3,
      es: 3,
      sw: 3,
    });
  });
  it("all includes the base", () => {
    const { en, ...others } = countsOf(spread("50%"), 240, parallel);
    assert.equal(en, 130);
    assert.deepEqual(new Set(Object.values(others)), new Set([10]));
  });
  it("shares take the largest remainder", () => {
    assert.deepEqual(countsOf({ kind: "shares", shares: { en: 80, it: 15, sw: 5 } }, 10, parallel), {
      en: 8,
      it: 2,
      sw: 0,
    });
  });
  it("temperature 1 follows sizes, a high one evens out", () => {
    const sizes: AvailableIds = new Map([
      ["en", numbered(900)],
      ["sw", numbered(100)],
    ]);
    const at = (temperature: number) =>
      countsOf({ kind: "temperature", temperature, over: "all" }, 100, sizes);
    assert.deepEqual(at(1), { en: 90, sw: 10 });
    assert.deepEqual(at(2), { en: 75, sw: 25 }); // √9 : √1
    assert.deepEqual(at(1e6), { en: 50, sw: 50 });
  });
  it("names every language of the form, base first", () => {
    assert.deepEqual(languagesOf(spread(2, ["sw", "en", "ar"]), parallel), ["en", "sw", "ar"]);
    assert.deepEqual(languagesOf({ kind: "uniform", over: "all" }, parallel), [...twelve].sort());
  });
  it("rounds percentages of the budget to the nearest", () => {
    assert.equal(examplesOf({ percent: 1 }, 150), 2);
    assert.equal(countsOf(spread("1%", eleven), 149, parallel).en, 148);
  });
});

describe("data that do not suffice", () => {
  function fault(form: MixtureForm, budget: number, available: AvailableIds) {
    const { diagnostics, examples } = drawMixture(
      { name: "english", key: "english", form },
      { budget },
      available,
      1,
    );
    assert.equal(examples.length, 0);
    assert.equal(diagnostics.length, 1);
    return diagnostics[0];
  }

  it("says how many a language needs, how many it has, and what would do", () => {
    const found = fault({ kind: "monolingual", language: "en" }, 600, new Map([["en", numbered(480)]]));
    assert.equal(found?.code, "budget-over-data");
    assert.equal(found?.message, "english needs 600 in en, which has 480.");
    assert.equal(found?.remedy, "Lower the budget to 480, or add data.");
  });

  it("counts parallel ids once", () => {
    const found = fault({ kind: "uniform", over: "all" }, 241, parallel);
    assert.match(found?.message ?? "", /241 different examples in its languages, which have only 240 /);
    assert.equal(found?.remedy, "Lower the budget to 240, or add data.");
  });

  it("names the languages that are short together", () => {
    const data: AvailableIds = new Map([
      ["en", numbered(100)],
      ["fi", numbered(60)],
      ["sw", numbered(50)],
    ]);
    const found = fault({ kind: "uniform", over: ["en", "fi", "sw"] }, 100, data);
    assert.match(found?.message ?? "", /66 different examples in fi, sw, which have only 60 between/);
    assert.equal(found?.remedy, "Lower the budget to 91, or add data.");
  });

  it("finds the largest budget for a fixed spread", () => {
    const data: AvailableIds = new Map([
      ["en", numbered(50)],
      ["sw", numbered(60, "sw")],
    ]);
    assert.equal(fault(spread(60, ["sw"]), 200, data)?.remedy, "Lower the budget to 110, or add data.");
    assert.equal(fault(spread(61, ["sw"]), 200, data)?.remedy, "Add data.");
  });

  it("names each language without data, where it is written", () => {
    const places: unknown[] = [];
    const { diagnostics } = drawMixture(
      mixture({ kind: "spread", base: "fr", spread: { examples: 4 }, over: ["en", "de"] }),
      { budget: 10 },
      parallel,
      1,
      part => {
        places.push(part);
        return { start: { line: 0, column: 0 }, end: { line: 0, column: 1 } };
      },
    );
    assert.deepEqual(
      diagnostics.map(d => d.code),
      ["language-without-data", "language-without-data"],
    );
    assert.deepEqual(places, [["base"], ["over", 1]]);
  });

  it("says that there are no data at all", () => {
    assert.equal(fault({ kind: "uniform", over: "all" }, 5, new Map())?.code, "no-data");
  });
});

describe("data that only just suffice", () => {
  it("finds the one assignment that serves everyone", () => {
    // Whatever the order, `a` must take 1, `b` must take 2 and `c` 3.
    const chain: AvailableIds = new Map([
      ["a", ["1"]],
      ["b", ["1", "2"]],
      ["c", ["1", "2", "3"]],
    ]);
    const form: MixtureForm = { kind: "uniform", over: ["c", "b", "a"] };
    for (const seed of seeds) {
      const { examples } = draw(form, 3, chain, seed);
      assert.deepEqual(keys(examples), new Set(["a/1", "b/2", "c/3"]));
    }
  });

  it("agrees with trying every assignment", () => {
    const random = seededRandom("small cases");
    for (let round = 0; round < 300; round++) {
      const data: AvailableIds = new Map(
        ["a", "b", "c"].map(tag => [tag, ["1", "2", "3", "4", "5"].filter(() => random() < 0.5)]),
      );
      const budget = 1 + Math.floor(random() * 5);
      const form: MixtureForm = { kind: "uniform", over: ["a", "b", "c"] };
      const counts = countsOf(form, budget, data);
      if ([...data.values()].some(ids => ids.length === 0)) continue;
      const { diagnostics } = drawMixture(mixture(form), { budget }, data, round);
      assert.equal(
        diagnostics.length === 0,
        exists(Object.entries(counts), data, new Set()),
        JSON.stringify([...data]),
      );
    }
  });
});

/** Whether each language can have its count of ids, none twice; by trying. */
function exists(
  counts: readonly (readonly [string, number])[],
  data: AvailableIds,
  used: ReadonlySet<string>,
): boolean {
  const [first, ...rest] = counts;
  if (first === undefined) return true;
  const [language, count] = first;
  if (count === 0) return exists(rest, data, used);
  return (data.get(language) ?? []).some(
    id => !used.has(id) && exists([[language, count - 1], ...rest], data, new Set([...used, id])),
  );
}

describe("a budget of any size", () => {
  const some: AvailableIds = new Map(["en", "fi", "sw"].map(tag => [tag, numbered(50)]));
  const all: Readonly<Record<string, MixtureForm>> = {
    ...forms,
    temperature: { kind: "temperature", temperature: 3, over: ["en", "fi"] },
  };
  for (const [name, form] of Object.entries(all)) {
    it(`is looked up in the data before it is handed out: ${name}`, () => {
      const here: AvailableIds = new Map(languagesOf(form, some).map(tag => [tag, numbered(50)]));
      for (const budget of [130_000, 60_000_000, 2 ** 53 - 1]) {
        const { diagnostics } = drawMixture(mixture(form), { budget }, here, 7);
        assert.deepEqual(
          diagnostics.map(({ code }) => code),
          ["budget-over-data"],
        );
        assert.match(diagnostics[0]?.remedy ?? "", /Lower the budget to (50|62), or add data\./);
      }
    });
  }

  it("is drawn where the data are there", () => {
    const many: AvailableIds = new Map(["en", "fi"].map(tag => [tag, numbered(140_000)]));
    for (const form of [
      forms.uniform,
      forms.temperature,
      { kind: "shares", shares: { en: 70, fi: 30 } },
    ] as const) {
      const { counts, examples } = draw(form as MixtureForm, 130_000, many, 7);
      assert.equal(examples.length, 130_000);
      assert.equal(
        Object.values(counts).reduce((sum, count) => sum + count, 0),
        130_000,
      );
    }
  });
});
