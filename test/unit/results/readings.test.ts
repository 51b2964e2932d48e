// The sentence under each figure of the results panel: what the numbers carry, and no more.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Curve } from "../../../src/core/results/curve.ts";
import type { DifferencesTable, MetricDifference } from "../../../src/core/results/differences.ts";
import { differenceTable } from "../../../src/core/results/figureTables.ts";
import { scoresOfOneSeed } from "../../../src/core/results/oneSeed.ts";
import {
  countReading,
  curveReading,
  differenceReading,
  heatReading,
  seenReading,
} from "../../../src/core/results/readings.ts";
import type { ResultsRow, ResultsTable } from "../../../src/core/results/resultsTable.ts";
import { value } from "./madeUp.ts";

function row(
  mixture: string,
  means: Partial<Pick<ResultsRow, "mean" | "meanSeen" | "meanUnseen">>,
): ResultsRow {
  return {
    mixture,
    runs: [],
    counts: {},
    cells: {},
    mean: {},
    meanOthers: {},
    meanSeen: {},
    meanUnseen: {},
    ...means,
  };
}

/** Every language has what its row has as its mean. */
const table = (rows: readonly ResultsRow[], languages = ["en", "fi"]): ResultsTable => ({
  ...{ languages, metrics: ["followed"], independentLanguages: false },
  rows: rows.map(each => ({ ...each, cells: Object.fromEntries(languages.map(tag => [tag, each.mean])) })),
});

describe("the heat map's sentence", () => {
  const rows = [
    row("worst", { mean: { followed: value(0.2, [0.1, 0.3]) } }),
    row("best", { mean: { followed: value(0.62, [0.58, 0.663]) } }),
    row("unscored", {}),
    row("middle", { mean: { followed: value(0.4) } }),
  ];

  it("names best and worst with their intervals, and leaves it to the paired test whether they differ", () => {
    assert.match(
      heatReading(table(rows), "followed", true),
      /: best has the best mean over 2 languages, 62\.0 % \(58\.0 to 66\.3\); worst the worst, 20\.0 % \(10\.0 to 30\.0\)\.$/,
    );
  });

  it("counts the languages that the mean is over, not those without a score", () => {
    const scored = table(rows);
    const more = { ...scored, languages: [...scored.languages, "gsw"] };
    assert.match(heatReading(more, "followed", true), /best mean over 2 languages/);
  });

  it("turns round where lower is better", () => {
    const close = [
      row("a", { mean: { wrongLanguage: value(0.3, [0.2, 0.4]) } }),
      row("b", { mean: { wrongLanguage: value(0.35, [0.25, 0.45]) } }),
    ];
    const said = heatReading(table(close, ["en"]), "wrongLanguage", false);
    assert.match(
      said,
      /: a has the best mean over one language,.* b the worst, 35\.0 % \(25\.0 to 45\.0\)\.$/,
    );
  });

  it("is empty with fewer than two mixtures", () => {
    assert.equal(heatReading(table(rows.slice(0, 1)), "followed", true), "");
    assert.equal(heatReading(table([]), "followed", true), "");
  });
});

describe("the curve's sentence", () => {
  const point = (percent: number, seen: number | null, unseen: number | null) => ({
    ...{ mixture: `p${percent}`, otherExamples: 0, percent, base: null },
    seen: seen === null ? null : value(seen, [seen - 0.05, seen + 0.05]),
    unseen: unseen === null ? null : value(unseen, [unseen - 0.05, unseen + 0.05]),
  });
  const curve = (points: Curve["points"]): Curve => ({
    metric: "followed",
    baseLanguage: "en",
    points,
    lines: [],
  });

  it("goes from the first point with a score to the last, seen and unseen apart", () => {
    const said = curveReading(curve([point(0, null, 0.2), point(0.9, 0.3, null), point(10, 0.5, 0.25)]));
    assert.match(
      said,
      /^Seen languages go from 30\.0 %.* at 1 % of .* to 50\.0 % \(45\.0 to 55\.0\) at 10 %\. /,
    );
    assert.match(said, /Unseen languages go from 20\.0 %.* at 0 % .* to 25\.0 % .* at 10 %\.$/);
  });

  it("is empty with a single point", () => {
    assert.equal(curveReading(curve([point(1, 0.3, null), point(2, null, 0.3)])), "");
  });
});

it("seen against unseen: how often higher", () => {
  const rows = [
    row("clear", {
      meanSeen: { followed: value(0.6, [0.5, 0.7]) },
      meanUnseen: { followed: value(0.3, [0.2, 0.4]) },
    }),
    row("noise", {
      meanSeen: { followed: value(0.5, [0.4, 0.6]) },
      meanUnseen: { followed: value(0.45, [0.4, 0.5]) },
    }),
    row("lower", {
      meanSeen: { followed: value(0.1, [0, 0.2]) },
      meanUnseen: { followed: value(0.4, [0.3, 0.5]) },
    }),
    row("no unseen", { meanSeen: { followed: value(0.9) } }),
  ];
  assert.match(seenReading(rows, "followed"), /higher .* in 2 of 3 mixtures\.$/);
  assert.equal(seenReading([], "followed"), "");
});

it("number of languages: means of the fewest and of the most", () => {
  const points = [
    { languages: 6, value: value(0.5) },
    { languages: 1, value: value(0.1) },
    { languages: 1, value: value(0.3) },
    { languages: 3, value: value(0.9) },
  ];
  assert.match(
    countReading(points, "followed"),
    /^Mixtures of one language average 20\.0 %, those of 6 languages 50\.0 %; single mixtures differ for other reasons too/,
  );
});

it("scores of one run each are those of models, and of several of mixtures", () => {
  const runs = (count: number) => Array.from({ length: count }, (_, seed) => ({ folder: `r${seed}`, seed }));
  const tableOf = (...counts: number[]) =>
    table(counts.map((count, i) => ({ ...row(`m${i}`, {}), runs: runs(count) })));
  const of = (...counts: number[]) => scoresOfOneSeed(tableOf(...counts));
  assert.match(scoresOfOneSeed(tableOf(1, 1), true)[1] ?? "", /three seeds per mixture/);
  assert.match(of(1, 1).join(" "), /^One run each: these are scores of models, .* prompts only\.$/);
  assert.deepEqual(of(1, 3), [], "the untuned model has one run");
  assert.deepEqual(of(), []);
});

describe("the sentence of a difference", () => {
  const difference = (at: number, adjusted: number, seeds = 3): MetricDifference => ({
    ...{
      value: at,
      n: 100,
      interval: [at - 0.1, at + 0.1] as const,
      p: adjusted,
      adjusted,
      test: "t",
      seeds,
    },
  });
  const differences = (mean: MetricDifference | null, finnish: MetricDifference): DifferencesTable => ({
    metric: "followed",
    against: "english",
    languages: ["fi", "sw"],
    rows: [
      {
        mixture: "pinch",
        languages: { fi: finnish, sw: difference(0.01, 0.9) },
        mean,
        meanOthers: null,
        unmatched: 0,
      },
    ],
  });

  it("says whether mean and languages are beyond noise after the correction", () => {
    const said = differenceReading(differences(difference(0.2, 0.001), difference(0.3, 0.02)), "pinch");
    assert.match(
      said,
      /^pinch less english, mean over 2 languages: \+20\.0 .*which is beyond noise; beyond noise in fi \(\+30\.0\) \(p corrected/,
    );
  });

  it("speaks of two models where each mixture has one run", () => {
    const said = differenceReading(differences(difference(0.2, 0.001, 1), difference(0.3, 0.02, 1)), "pinch");
    assert.match(
      said,
      /beyond the noise of the prompts, between these two models;.* not between two mixtures/,
    );
    assert.match(said, /no single language|beyond the noise of the prompts in fi/);
    assert.match(said, /three seeds per mixture reveal large differences, five medium ones/);
    const unclear = differenceReading(differences(difference(0, 0.9, 1), difference(0, 0.9, 1)), "pinch");
    assert.match(
      unclear,
      /can't be told from the noise of the prompts; no single language is beyond the noise of/,
    );
    const languages = differenceReading(differences(null, difference(0.3, 0.02, 1)), "pinch");
    assert.match(
      languages,
      /beyond the noise of the prompts in fi \(\+30\.0\)\. One run each: .* two models/,
    );
    const { head } = differenceTable(differences(difference(0.2, 0.001, 1), difference(0, 1, 1)), "pinch");
    assert.equal(head.at(-1), "Beyond the noise of the prompts");
  });

  it("speaks of the noise of seeds, too, where there are several", () => {
    const { head } = differenceTable(differences(difference(0.2, 0.001), difference(0, 1)), "pinch");
    assert.equal(head.at(-1), "Beyond noise");
  });

  it("claims nothing where p is not below 5 %", () => {
    const said = differenceReading(differences(difference(0.2, 0.05), difference(0.3, 0.05)), "pinch");
    assert.match(said, /can't be told from noise; no single language is beyond noise/);
  });

  it("without a mean tells of the languages; of a mixture that is not there nothing", () => {
    const found = differences(null, difference(-0.3, 0.02));
    assert.match(
      differenceReading(found, "pinch"),
      /^pinch less english: beyond noise in fi \([-−]30\.0\)\.$/,
    );
    assert.equal(differenceReading(found, "gone"), "");
  });
});
