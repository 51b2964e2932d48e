// Side-by-side scores as metrics of the table: which comparison counts, what stands behind a cell, how means are made.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ComparisonRecord, LanguageComparison } from "../../../src/core/records/comparison.ts";
import type { LanguageCorrelations } from "../../../src/core/records/records.ts";
import { buildResults } from "../../../src/core/results/buildResults.ts";
import { isSideBySide, type RunComparison, withSideBySide } from "../../../src/core/results/sideBySide.ts";
import { madeUpRun, value } from "./madeUp.ts";

function score(at: number, baselineMixture: string, extra: Partial<LanguageComparison> = {}) {
  return {
    baseline: `${baselineMixture}-s7`,
    baselineMixture,
    score: { value: at, n: 40, interval: [at - 0.1, at + 0.1] },
    wins: 10,
    ties: 20,
    losses: 10,
    flips: 3,
    unread: 2,
    unmatched: 1,
    identical: 0,
    ...extra,
  } satisfies LanguageComparison;
}

const itself = { baseline: null, score: { value: 0.5, n: 0, interval: [0.5, 0.5] as const } };

function comparison(
  folder: string,
  languages: ComparisonRecord["languages"],
  extra: Partial<ComparisonRecord> & { readonly name?: string } = {},
): RunComparison {
  const { name = "rule-vs-monolingual", ...rest } = extra;
  const record: ComparisonRecord = {
    version: 1,
    started: "2026-01-01T10:00:00Z",
    ended: "2026-01-01T11:00:00Z",
    run: folder,
    mixture: folder,
    seed: 7,
    judge: { kind: "rule", model: null, url: null, promptVersion: "pinch-rule-2", promptLanguage: "en" },
    languages,
    cost: {
      asked: 0,
      cached: 0,
      retries: 0,
      estimated: 0,
      promptTokens: 0,
      completionTokens: 0,
      price: null,
    },
    notes: [],
    ...rest,
  };
  return { folder, name, record, check: null };
}

const followed = { en: value(0.5), fi: value(0.4), sw: value(0.3) };
const counts = { en: 90, fi: 10 };
const table = (...seeds: readonly number[]) =>
  buildResults(seeds.map(seed => madeUpRun({ mixture: "pinch", minute: 1, seed, counts, followed })));

const near = (actual: readonly number[] | undefined, expected: readonly number[]): void => {
  assert.equal(actual?.length, expected.length);
  for (const [i, one] of expected.entries())
    assert.ok(Math.abs((actual?.[i] ?? 9) - one) < 1e-9, `${actual}`);
};

test("each judge and kind of baseline is a metric of its own, in each of which a run's newest comparison counts", () => {
  const { table: shown, sideBySide } = withSideBySide(table(7), [
    comparison(
      "pinch-s7-1",
      { en: score(0.3, "en"), fi: score(0.3, "fi") },
      { ended: "2026-01-01T11:00:00Z" },
    ),
    comparison(
      "pinch-s7-1",
      { en: score(0.4, "en"), fi: score(0.6, "fi") },
      { ended: "2026-01-02T11:00:00Z" },
    ),
    comparison("pinch-s7-1", { en: score(0.7, "english") }, { name: "rule-vs-english" }),
    comparison("not-in-this-table", { en: score(0.1, "en"), fi: score(0.1, "fi") }),
  ]);
  const keys = shown.metrics.filter(isSideBySide);
  assert.deepEqual(keys, [
    "sideBySide:judge=rule, against english",
    "sideBySide:judge=rule, against the monolingual run of each language",
  ]);
  const [english, monolingual] = keys;
  assert.ok(english && monolingual);
  const cells = shown.rows[0]?.cells;
  assert.deepEqual([cells?.en?.[english]?.value, cells?.fi?.[english]], [0.7, undefined]);
  assert.deepEqual([cells?.en?.[monolingual]?.value, cells?.fi?.[monolingual]?.value], [0.4, 0.6]);
  assert.deepEqual(
    sideBySide.map(({ key, against }) => [key, against]),
    [
      [english, "english"],
      [monolingual, "the monolingual run of each language"],
    ],
  );
});

test("behind a cell stand its baseline and counts; the diagonal is the run itself; what was not read is shown", () => {
  const languages = { en: score(0.5, "pinch", itself), fi: score(0.6, "fi") };
  const unscored = { sw: { baseline: "sw-s7", baselineMixture: "sw", unread: 8 } };
  const { table: shown, sideBySide } = withSideBySide(table(7), [
    comparison("pinch-s7-1", languages, { unscored, notes: ["n"] }),
  ]);
  const [described] = sideBySide;
  const { en, fi, sw } = described?.rows[0]?.cells ?? {};
  assert.deepEqual([en?.itself, fi?.itself], [true, false]);
  assert.deepEqual([fi?.baseline, fi?.wins, fi?.flips, fi?.unmatched], ["fi", 10, 3, 1]);
  assert.deepEqual([sw?.baseline, sw?.unread, sw?.wins], ["sw", 8, 0]);
  assert.deepEqual(described?.notes, ["n"]);
  assert.ok(described);
  assert.equal(shown.rows[0]?.cells.sw?.[described.key], undefined, "no score where nothing was read");
});

test("a mean over languages is as certain as their correlations let it be", () => {
  const mean = (pairs: readonly number[] | null) => {
    const correlations: LanguageCorrelations | null =
      pairs === null ? null : { languages: ["en", "fi", "sw"], pairs };
    const languages = { en: score(0.3, "en"), fi: score(0.5, "fi"), sw: score(0.7, "sw") };
    const extra = correlations === null ? {} : { correlations };
    const { table: shown, sideBySide } = withSideBySide(table(7), [
      comparison("pinch-s7-1", languages, extra),
    ]);
    const [row] = shown.rows;
    const [first] = sideBySide;
    assert.ok(row && first);
    return { all: row.mean[first.key], others: row.meanOthers[first.key], seen: row.meanSeen[first.key] };
  };
  const independent = 0.1 / Math.sqrt(3);
  near(mean(null).all?.interval, [0.5 - independent, 0.5 + independent]);
  near(mean([1, 1, 1]).all?.interval, [0.4, 0.6]);
  // Half widths 0.1 of en, fi, sw with correlations 1/2, 0, 0: root of (3 + 2 / 2) / 100, by 3.
  const some = Math.sqrt(0.04) / 3;
  near(mean([0.5, 0, 0]).all?.interval, [0.5 - some, 0.5 + some]);
  near(mean([0, 0, 1]).others?.interval, [0.5, 0.7]);
  near(mean([0, 0, 1]).seen?.interval, [0.4, 0.6]);
});

test("over seeds: of each run over its languages first, and no mean of a run that lacks a language", () => {
  const correlations = { languages: ["en", "fi"], pairs: [1] };
  const both = (seed: number, at: number) =>
    comparison(`pinch-s${seed}-1`, { en: score(at, "en"), fi: score(at, "fi") }, { seed, correlations });
  const part = comparison("pinch-s9-1", { en: score(0.9, "en") }, { seed: 9 });
  // One language of the monolingual kind is against that one mixture: name two, so that it is of the same kind.
  const lacking = {
    ...part,
    record: {
      ...part.record,
      languages: {
        en: score(0.9, "en"),
        sw: score(0.9, "sw", { score: { value: 0, n: 0, interval: [0, 0] } }),
      },
    },
  };
  const { table: shown, sideBySide } = withSideBySide(table(7, 8, 9), [both(7, 0.5), both(8, 0.5), lacking]);
  const [first] = sideBySide;
  assert.ok(first);
  const [row] = shown.rows;
  near(row?.mean[first.key]?.interval, [0.4, 0.6]);
  assert.equal(row?.mean[first.key]?.n, 160);
  assert.equal(row?.cells.en?.[first.key]?.n, 120, "the cell has all three");
  assert.deepEqual(
    first.rows[0]?.runs.map(({ seed }) => seed),
    [7, 8, 9],
  );
});
