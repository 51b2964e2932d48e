// From run folders to the table: which run counts, how seeds and languages are combined, and the curve.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { MixtureForm } from "../../../src/core/mixture/mixtureFile.ts";
import { buildResults } from "../../../src/core/results/buildResults.ts";
import { buildCurve } from "../../../src/core/results/curve.ts";
import type { ResultsTable } from "../../../src/core/results/resultsTable.ts";
import { formatTable } from "../../../src/core/results/terminalTable.ts";
import { meanOverLanguages, meanOverSeeds } from "../../../src/core/scoring/combine.ts";
import { metricName } from "../../../src/core/scoring/metricNames.ts";
import { aggregate } from "../../../src/core/scoring/score.ts";
import { clusteredMean } from "../../../src/core/statistics/clustered.ts";
import type { MetricValue } from "../../../src/core/statistics/estimate.ts";
import { upperNormal, upperT } from "../../../src/core/statistics/studentInterval.ts";
import { madeUpRun, samplesOfLanguages, value } from "./madeUp.ts";

function close(actual: number | undefined, expected: number, what = ""): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) < 1e-9,
    `${what} ${actual} is not ${expected}`,
  );
}

function row(table: ResultsTable, mixture: string) {
  const found = table.rows.find(one => one.mixture === mixture);
  assert.ok(found, `no row ${mixture}`);
  return found;
}

test("the base comes first, then mixtures by their first start", () => {
  const table = buildResults([
    madeUpRun({ mixture: "zeta", minute: 2 }),
    madeUpRun({ mixture: "alpha", minute: 3 }),
    madeUpRun({ mixture: "base", minute: 9 }),
    madeUpRun({ mixture: "zeta", minute: 8 }),
  ]);
  assert.deepEqual(
    table.rows.map(one => one.mixture),
    ["base", "zeta", "alpha"],
  );
});

test("of several runs of one mixture and seed the newest that is done counts", () => {
  const table = buildResults([
    madeUpRun({ mixture: "m", minute: 1, followed: { en: value(0.1) } }),
    madeUpRun({ mixture: "m", minute: 2, followed: { en: value(0.2) } }),
    madeUpRun({ mixture: "m", minute: 3, status: "failed", followed: null }),
    madeUpRun({ mixture: "m", minute: 4, status: "running", followed: null }),
    madeUpRun({ mixture: "m", minute: 5, status: "cancelled", followed: { en: value(0.5) } }),
  ]);
  assert.deepEqual(row(table, "m").runs, [{ folder: "m-s7-2", seed: 7 }]);
  assert.equal(row(table, "m").cells.en?.followed?.value, 0.2);
});

test("a mixture without metrics keeps an empty row", () => {
  const table = buildResults([
    madeUpRun({ mixture: "good", minute: 1, followed: { en: value(0.5), fi: value(0.1) } }),
    madeUpRun({ mixture: "bad", minute: 2, status: "failed", followed: null }),
  ]);
  assert.deepEqual(row(table, "bad").cells, {});
  assert.deepEqual(row(table, "bad").mean, {});
  assert.equal(row(table, "bad").runs.length, 1);
  assert.deepEqual(table.languages, ["en", "fi"]);
});

test("nothing at all is an empty table", () => {
  assert.deepEqual(buildResults([]), {
    languages: [],
    rows: [],
    metrics: [],
    independentLanguages: false,
  });
});

test("one run keeps its own interval; seeds add Student's t to the average half width", () => {
  const one = value(0.4, [0.3, 0.6]);
  assert.equal(meanOverSeeds("followed", [one]), one);
  const equal = meanOverSeeds("followed", [one, value(0.4, [0.3, 0.5])]);
  close(equal?.interval[0], 0.3); // 0.1 below on average
  close(equal?.interval[1], 0.55); // 0.15 above on average
  assert.equal(equal?.n, 200);
  const two = meanOverSeeds("followed", [one, value(0.41, [0.31, 0.61])]);
  close(two?.value, 0.405);
  // Prompts: 0.1 / 1.96 squared, less the 0.00005 that the two differ by; seeds: half of that. Weighed t of both.
  const [prompts, seeds] = [(0.1 / 1.959963984540054) ** 2 - 0.00005, 0.000025];
  const reach = (1.959963984540054 * prompts + 12.706204736174698 * seeds) / (prompts + seeds);
  close(two?.interval[0], 0.405 - reach * Math.sqrt(prompts + seeds));
  const point = (at: number): MetricValue => value(at, [at, at]);
  const spread = meanOverSeeds("followed", [point(0.4), point(0.5), point(0.6)]);
  // t(0.975, 2) * 0.1 / sqrt(3)
  close((spread?.interval[1] ?? 0) - 0.5, (4.302652729696142 * 0.1) / Math.sqrt(3));
});

test("intervals of rates stay in 0 to 1, likelihoods may be anywhere", () => {
  const wide = [value(0.1, [0, 0.2]), value(0.9, [0.8, 1]), value(0.1, [0, 0.2])];
  const [low, high] = meanOverSeeds("followed", wide)?.interval ?? [];
  assert.deepEqual([low, high], [0, 1]);
  assert.ok((meanOverSeeds("nll", wide)?.interval[1] ?? 0) > 1);
});

test("languages count the same and their squared distances to their ends add up", () => {
  const values = [
    { language: "fi", value: value(0.2, [0.1, 0.3], 10) },
    { language: "sw", value: value(0.4, [0.4, 0.6], 1000) },
  ];
  const mean = meanOverLanguages("followed", values);
  close(mean?.value, 0.3);
  close(mean?.interval[0], 0.3 - 0.1 / 2);
  close(mean?.interval[1], 0.3 + Math.sqrt(0.1 ** 2 + 0.2 ** 2) / 2);
  assert.equal(mean?.n, 1010);
  assert.equal(meanOverLanguages("followed", []), null);
  const half = { languages: ["en", "fi", "sw"], pairs: [0.9, 0.9, 0.5] };
  const together = meanOverLanguages("followed", values, half);
  close(together?.interval[0], 0.3 - 0.1 / 2);
  close(together?.interval[1], 0.3 + Math.sqrt(0.1 ** 2 + 0.2 ** 2 + 2 * 0.5 * 0.1 * 0.2) / 2);
});

test("a mean over languages whose prompts are few is Student's t of these", () => {
  const few = samplesOfLanguages(0.7, 7).filter(({ id }) => Number(id.replace(/\D/gu, "")) < 6);
  const { correlations, languages } = aggregate(few);
  const prompts = new Set(few.map(({ id }) => id)).size;
  close(correlations?.followed?.degrees, prompts - 1);
  const values = Object.entries(languages).flatMap(([language, { followed }]) =>
    followed === undefined ? [] : { language, value: followed },
  );
  const { degrees: _, ...older } = correlations?.followed ?? assert.fail("no correlations");
  const reach = (known: typeof older) => {
    const { value: middle, interval } = meanOverLanguages("nll", values, known) ?? assert.fail("no mean");
    return interval[1] - middle;
  };
  close(reach(correlations?.followed ?? older) / reach(older), upperT(prompts - 1) / upperNormal);
});

test("means over languages have the interval of their clusters", () => {
  const run = samplesOfLanguages(0.7, 7);
  const table = buildResults([madeUpRun({ mixture: "m", minute: 1, metrics: aggregate(run) })]);
  const observations = run.map(sample => ({
    cluster: sample.id,
    stratum: sample.language,
    seed: 7,
    value: sample.outcome === "followed" ? 1 : 0,
  }));
  const direct = clusteredMean(observations);
  const mean = row(table, "m").mean.followed;
  const width = direct.interval[1] - direct.interval[0];
  close(mean?.value, direct.value);
  // Half widths of each language, beside the variance of all.
  for (const end of [0, 1] as const)
    assert.ok(
      Math.abs((mean?.interval[end] ?? 0) - direct.interval[end]) < 0.06 * width,
      `${mean?.interval}`,
    );
  const { independentLanguages } = table;
  assert.equal(independentLanguages, false);

  const { correlations: _, ...old } = aggregate(run);
  const oldTable = buildResults([madeUpRun({ mixture: "m", minute: 1, metrics: old })]);
  const [low = 0, high = 0] = row(oldTable, "m").mean.followed?.interval ?? [];
  assert.ok(high - low < 0.8 * width, "languages as independent: too certain");
  assert.equal(oldTable.independentLanguages, true);
});

test("a seed moves all languages together: means of runs first, then over seeds", () => {
  const run = (seed: number, up: number) =>
    madeUpRun({
      mixture: "m",
      minute: seed,
      seed,
      followed: Object.fromEntries(
        ["en", "fi", "sw"].map(language => [language, value(0.5 + up, [0.499 + up, 0.501 + up])]),
      ),
    });
  const { mean, meanSeen, meanUnseen } = row(buildResults([run(7, -0.1), run(8, 0), run(9, 0.1)]), "m");
  const [low = 0, high = 0] = mean.followed?.interval ?? [];
  assert.ok(high - low > 0.49, `${low} ${high}`); // 2 * 4.303 * 0.1 / sqrt(3), as in each language
  assert.deepEqual(meanSeen, {});
  close(meanUnseen.followed?.value, 0.5);
});

test("the mean over the others leaves the base language out", () => {
  const followed = { en: value(0.9), fi: value(0.2), sw: value(0.4) };
  const table = buildResults([madeUpRun({ mixture: "m", minute: 1, followed })]);
  assert.equal(table.baseLanguage, "en");
  close(row(table, "m").mean.followed?.value, 0.5);
  close(row(table, "m").meanOthers.followed?.value, 0.3);
});

test("the base language is what mixtures are spread from", () => {
  const form: MixtureForm = { kind: "spread", base: "fi", spread: { examples: 4 }, over: "all" };
  const followed = { en: value(0.9), fi: value(0.2) };
  assert.equal(buildResults([madeUpRun({ mixture: "m", minute: 1, followed, form })]).baseLanguage, "fi");
  const alone: MixtureForm = { kind: "monolingual", language: "sw" };
  assert.equal(
    buildResults([madeUpRun({ mixture: "m", minute: 1, followed, form: alone })]).baseLanguage,
    "sw",
  );
});

test("no mean over fewer languages than others have", () => {
  const table = buildResults([
    madeUpRun({ mixture: "all", minute: 1, followed: { en: value(0.9), fi: value(0.2) } }),
    madeUpRun({ mixture: "part", minute: 2, followed: { en: value(0.9) } }),
  ]);
  assert.equal(row(table, "part").mean.followed, undefined);
  close(row(table, "all").mean.followed?.value, 0.55);
});

test("the curve: share of other languages across, seen and unseen apart", () => {
  const table = buildResults([
    madeUpRun({ mixture: "base", minute: 0, followed: { en: value(0), fi: value(0), sw: value(0) } }),
    madeUpRun({
      mixture: "pinch",
      minute: 2,
      counts: { en: 90, fi: 10 },
      followed: { en: value(0.8), fi: value(0.5), sw: value(0.4) },
    }),
    madeUpRun({
      mixture: "english",
      minute: 1,
      counts: { en: 100 },
      followed: { en: value(0.9), fi: value(0.2), sw: value(0.1) },
    }),
    madeUpRun({ mixture: "finnish", minute: 3, counts: { fi: 100 }, followed: { fi: value(0.9) } }),
    madeUpRun({ mixture: "failed", minute: 4, counts: { en: 50, fi: 50 }, followed: null }),
  ]);
  const curve = buildCurve(table, "followed");
  assert.deepEqual(
    curve?.points.map(point => [
      point.mixture,
      point.percent,
      point.base?.value ?? null,
      point.seen?.value ?? null,
      point.unseen?.value ?? null,
    ]),
    [
      ["english", 0, 0.9, null, 0.15000000000000002],
      ["pinch", 10, 0.8, 0.5, 0.4],
    ],
  );
  // Each line starts at English only, over the languages that it goes on with.
  assert.deepEqual(
    curve?.lines.map(line => [line.series, line.points.map(point => point.value)]),
    [
      ["base", [0.9, 0.8]],
      ["seen", [0.2, 0.5]],
      ["unseen", [0.1, 0.4]],
    ],
  );
});

test("the terminal table is aligned plain text", () => {
  const table = buildResults([
    madeUpRun({ mixture: "base", minute: 0, followed: { en: value(0, [0, 0.1]), fi: value(0, [0, 0.1]) } }),
    madeUpRun({
      mixture: "一半",
      minute: 1,
      followed: { en: value(0.875, [0.8, 0.9]), fi: value(1, [0.9, 1]) },
    }),
    madeUpRun({ mixture: "failed", minute: 2, status: "failed", followed: null }),
  ]);
  assert.equal(
    formatTable(table, "followed"),
    [
      "Followed, in the right language, %; means with the wider half of their 95 % interval",
      "mixture  en   fi        mean        not en",
      "base      0    0   0.0 +-7.1    0.0 +-10.0",
      "一半     88  100  93.8 +-6.3  100.0 +-10.0",
      "failed    -    -           -             -",
      "",
    ].join("\n"),
  );
});

test("every metric that was measured is in the menu, with a name in words", () => {
  const measured: Readonly<Record<string, string>> = {
    followed: "Followed, in the right language",
    checksInLanguage: "Checks passed, among the responses in the right language",
    lpr: "Every line in the right language (LPR)",
    wpr: "No English word, among the responses with right lines (WPR)",
    lcpr: "Harmonic mean of LPR and WPR (LCPR)",
    lineAccuracy: "Share of a response's lines in the right language (acc)",
    lines: "Every line in the right language, by an earlier rule than LPR",
    words: "No foreign word, by an earlier rule than WPR",
    linesAndWords: "Harmonic mean of lines and words, by the earlier rule",
    "checks:instruction=punctuation:no_comma": "Checks passed, in any language (instruction: no comma)",
    "followed:wording=new": "Followed, in the right language (wording: new)",
  };
  const cell = Object.fromEntries(Object.keys(measured).map(key => [key, value(0.5)]));
  const run = madeUpRun({ mixture: "pinch", minute: 1, metrics: { version: 1, languages: { en: cell } } });
  const { metrics } = buildResults([run]);
  assert.deepEqual([...metrics].sort(), Object.keys(measured).sort());
  for (const key of metrics) assert.equal(metricName(key), measured[key]);
});
