// Mixtures against a chosen one: which prompts are paired, which test is used, and what correction does.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SampleRecord } from "../../../src/core/records/records.ts";
import { buildResults } from "../../../src/core/results/buildResults.ts";
import {
  compareRows,
  comparisonBase,
  type DifferencesTable,
  type SampledMixture,
} from "../../../src/core/results/differences.ts";
import { formatDifferences } from "../../../src/core/results/differencesText.ts";
import { fewPromptsWarning } from "../../../src/core/results/fewPrompts.ts";
import { holm } from "../../../src/core/statistics/holm.ts";
import { exactMcNemar } from "../../../src/core/statistics/mcnemar.ts";
import { madeUpRun, samplesOfLanguages, value } from "./madeUp.ts";

const languages = ["en", "ar", "fi", "it", "ru", "sw"];

function mixture(name: string, samples: readonly SampleRecord[], seed = 7): SampledMixture {
  return { mixture: name, runs: [{ seed, samples }] };
}

function compared(
  mixtures: readonly SampledMixture[],
  metric: "followed" | "nll" = "followed",
): DifferencesTable {
  const found = compareRows(mixtures, {
    metric,
    against: "english",
    languages,
    baseLanguage: "en",
  });
  assert.ok(found !== null);
  return found;
}

const english = samplesOfLanguages(0.5, 1);
/** The same, but every prompt whose number `better` takes is followed. */
function improved(better: (i: number) => boolean): SampleRecord[] {
  return english.map(sample =>
    better(Number(sample.id.slice(1)))
      ? { ...sample, outcome: "followed" as const, checksPassed: true }
      : sample,
  );
}

test("a language that no mixture has a rate in is left out of the means, one that a mixture misses is not", () => {
  const unscored = english.map(sample =>
    sample.language === "sw"
      ? { ...sample, outcome: "unscored" as const, languageCorrect: null, checksPassed: null }
      : sample,
  );
  const [row] = compared([mixture("english", unscored), mixture("pinch", unscored)]).rows;
  assert.deepEqual([row?.mean?.n, row?.meanOthers?.n, row?.languages.sw], [300, 240, undefined]);
  const [missed] = compared([mixture("english", english), mixture("pinch", unscored)]).rows;
  assert.equal(missed?.mean, null);
});

test("pass rates of one seed are tested by McNemar, means by Student's t over shared prompts", () => {
  const { rows, against } = compared([
    mixture("english", english),
    mixture(
      "pinch",
      improved(i => i % 2 === 0),
    ),
  ]);
  assert.equal(against, "english");
  const [row] = rows;
  assert.deepEqual([rows.length, row?.mixture, row?.unmatched], [1, "pinch", 0]);
  for (const language of languages) {
    const gained = english.filter(
      ({ language: own, id, outcome }) =>
        own === language && Number(id.slice(1)) % 2 === 0 && outcome === "wrongAnswer",
    ).length;
    const cell = row?.languages[language];
    assert.equal(cell?.test, "mcnemar");
    assert.ok(Math.abs((cell?.value ?? 0) - gained / 60) < 1e-12);
    assert.equal(cell?.p, exactMcNemar(gained, 0));
    assert.equal(cell?.n, 60);
    assert.ok((cell?.adjusted ?? 0) >= (cell?.p ?? 1));
    assert.ok((cell?.interval[0] ?? 0) > 0);
  }
  assert.equal(row?.mean?.test, "t");
  assert.deepEqual([row?.mean?.n, row?.meanOthers?.n], [360, 300]);
  const cells = Object.values(row?.languages ?? {});
  const mean = cells.reduce((sum, cell) => sum + cell.value, 0) / 6;
  assert.ok(Math.abs((row?.mean?.value ?? 0) - mean) < 1e-12);
  assert.ok((row?.mean?.p ?? 1) < 0.002);
  // Languages as one family, means as another.
  const smallest = Math.min(...cells.map(cell => cell.p));
  const ofSmallest = cells.find(cell => cell.p === smallest);
  assert.ok(Math.abs((ofSmallest?.adjusted ?? 0) - 6 * smallest) < 1e-12);
  const means = [row?.mean, row?.meanOthers];
  const corrected = holm(means.map(one => one?.p ?? 0));
  assert.deepEqual(
    means.map(one => one?.adjusted),
    corrected,
  );
});

test("with several seeds Student's t tests, and seeds that disagree make it uncertain", () => {
  const seeds = (name: string, of: (seed: number) => SampleRecord[]): SampledMixture => ({
    mixture: name,
    runs: [7, 8, 9].map(seed => ({ seed, samples: of(seed) })),
  });
  const base = seeds("english", () => english);
  const steady = compared([base, seeds("pinch", () => improved(i => i % 3 === 0))]).rows[0]?.mean;
  const moody = compared([base, seeds("pinch", seed => improved(i => seed > 7 && i % 2 === 0))]).rows[0]
    ?.mean;
  assert.deepEqual([steady?.test, steady?.n], ["t", 3 * 360]);
  assert.ok((steady?.p ?? 1) < 0.01 && (moody?.p ?? 0) > 0.05, `${steady?.p} ${moody?.p}`);
});

test("only prompts that are the same are compared, and what is left out is counted", () => {
  const others = english
    .filter(({ language, id }) => !(language === "sw" && id === "p0"))
    .map(sample =>
      sample.language === "fi" && sample.id === "p1" ? { ...sample, prompt: "edited" } : sample,
    );
  const [row] = compared([mixture("english", english), mixture("pinch", others)]).rows;
  assert.equal(row?.unmatched, 2);
  assert.deepEqual([row?.languages.sw?.n, row?.languages.fi?.n, row?.languages.ru?.n], [59, 59, 60]);
  const [strange] = compared([
    mixture("english", english),
    mixture(
      "pinch",
      english.map(sample => (sample.language === "sw" ? { ...sample, prompt: "new" } : sample)),
    ),
  ]).rows;
  assert.equal(strange?.languages.sw, undefined);
  assert.equal(strange?.mean, null, "no mean over fewer languages than the table has");
  assert.equal(
    compareRows([mixture("pinch", english)], { metric: "followed", against: "english", languages }),
    null,
  );
});

test("likelihoods are weighed by tokens and may be below zero", () => {
  const scored = (nll: number): SampleRecord[] =>
    english.map((sample, i) => ({ ...sample, nll: nll + (i % 5) / 10, nllTokens: 1 + (i % 7) }));
  const [row] = compared([mixture("english", scored(2)), mixture("pinch", scored(1.5))], "nll").rows;
  assert.ok(Math.abs((row?.mean?.value ?? 0) + 0.5) < 1e-12);
  assert.equal(row?.languages.en?.test, "t");
  assert.ok((row?.mean?.interval[1] ?? 0) < 0);
});

test("few prompts that differ: McNemar's p and an interval that is not a point", () => {
  const [row] = compared([
    mixture("english", english),
    mixture(
      "pinch",
      improved(i => i === 3),
    ),
  ]).rows;
  for (const cell of Object.values(row?.languages ?? {})) {
    assert.ok(cell.p > 0.999999);
    assert.ok(cell.interval[0] < -0.01 && cell.interval[1] > 0.01, `${cell.interval}`);
  }
});

test("the table for a terminal", () => {
  const table = compared([
    mixture("english", english),
    mixture(
      "pinch",
      improved(i => i % 2 === 0),
    ),
  ]);
  const text = formatDifferences(table, "en");
  const [title, header = "", line = "", foot] = text.split("\n");
  assert.equal(title, "Difference from english, points: Followed, in the right language");
  assert.deepEqual(header.trim().split(/ {2,}/u), [
    "mixture",
    ...languages,
    "mean",
    "p",
    "mean, not en",
    "p",
  ]);
  assert.match(line, /^pinch( +\+\d+\*)+ +\+\d+\.\d \(\+\d+\.\d to \+\d+\.\d\) +<0\.001/u);
  assert.match(foot ?? "", /Holm/u);
  const same = formatDifferences(compared([mixture("english", english), mixture("copy", english)]), "en");
  assert.match(same, /copy( +0)+ +0\.0 \(-\d\.\d to \+\d\.\d\) +1\.000/u);
});

test("mixtures are compared with the one of the base language alone, else with the untuned model", () => {
  const base = madeUpRun({ mixture: "base", minute: 0 });
  const alone = madeUpRun({ mixture: "english", minute: 2, counts: { en: 100 } });
  const pinch = madeUpRun({ mixture: "pinch", minute: 1, counts: { en: 90, fi: 10 } });
  assert.equal(comparisonBase(buildResults([base, alone, pinch])), "english");
  assert.equal(comparisonBase(buildResults([base, pinch])), "base");
  assert.equal(comparisonBase(buildResults([pinch])), null);
});

test("a language with three prompts is warned of, by its name", () => {
  const run = (n: number) =>
    buildResults([
      madeUpRun({ mixture: "m", minute: 1, followed: { en: value(0.5), sw: value(1, [0.3, 1], n) } }),
    ]);
  assert.match(fewPromptsWarning(run(3)) ?? "", /^Fewer than 30 prompts: sw \(3\)\./u);
  assert.equal(fewPromptsWarning(run(30)), null);
});
