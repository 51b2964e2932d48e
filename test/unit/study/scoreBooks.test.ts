// Scores that studies are read by: metrics of samples, and verdicts against monolingual models.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { humanCheck } from "../../../src/core/rating/raterAgreement.ts";
import type { ComparisonRecord, PairOutcome } from "../../../src/core/records/comparison.ts";
import { metricBook } from "../../../src/core/study/scoreBook.ts";
import { type ReadComparison, sideBySideBooks } from "../../../src/core/study/sideBySideBooks.ts";
import { studyResults } from "../../../src/core/study/studyResults.ts";
import { rating, verdict } from "../rating/madeUp.ts";
import { madeUpBook, madeUpRuns, monolingual, resultOf, spread } from "./madeUpBook.ts";

describe("side by side", () => {
  const languages = (own: string | null) => ({
    baseline: own,
    baselineMixture: own ?? "itself",
    score: { value: 0.5, n: 4, interval: [0, 1] as const },
    wins: 0,
    ties: 0,
    losses: 0,
    flips: 0,
    unread: 0,
    unmatched: 0,
    identical: 0,
  });
  const record = (mixture: string, baselines: Readonly<Record<string, string | null>>): ComparisonRecord => ({
    version: 1,
    started: "2026-01-01T00:00:00Z",
    ended: "2026-01-01T00:00:01Z",
    run: mixture,
    mixture,
    seed: 7,
    judge: { kind: "rule", model: null, url: null, promptVersion: "pinch-rule-2", promptLanguage: "en" },
    languages: Object.fromEntries(Object.entries(baselines).map(([tag, own]) => [tag, languages(own)])),
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
  });
  const verdicts = (language: string, outcomes: readonly (PairOutcome | null)[]) =>
    outcomes.map((outcome, i) => ({ language, id: `p${i}`, outcome }));
  const counts: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    "mono-en": { en: 80, fi: 0 },
    "mono-fi": { fi: 80 },
    pair: { en: 40, fi: 40 },
  };
  const recordOf = (folder: string) => {
    const found = counts[folder];
    return found === undefined ? undefined : { counts: found };
  };
  const runs = madeUpRuns({ "mono-en": { en: "xx..", fi: "x..." }, "mono-fi": { en: "....", fi: "xxx." } });
  const comparisons: ReadComparison[] = [
    {
      record: record("mono-en", { en: null, fi: "mono-fi" }),
      verdicts: verdicts("fi", ["win", "tie", "loss", "loss"]),
      check: null,
    },
    {
      record: record("mono-fi", { en: "mono-en", fi: null }),
      verdicts: verdicts("en", ["loss", "tie", null, "loss"]),
      check: null,
    },
  ];

  it("discounted ties in each language, one half on the diagonal, what could not be read in no score", () => {
    const [book] = sideBySideBooks(comparisons, recordOf, runs);
    assert.ok(book !== undefined);
    const values = (mixture: string, language: string): number[] =>
      book.observations(mixture, language).map(({ value }) => value);
    assert.deepEqual(values("mono-en", "fi"), [1, 0.5, 0, 0]);
    assert.deepEqual(values("mono-fi", "en"), [0, 0.5, 0]);
    assert.deepEqual(values("mono-en", "en"), [0.5, 0.5, 0.5, 0.5]);
    assert.deepEqual([book.isBaseline("mono-en", "en"), book.isBaseline("mono-en", "fi")], [true, false]);
    const result = resultOf(
      "monolingual-transfer",
      [monolingual("en"), monolingual("fi")],
      ["en", "fi"],
      book,
    );
    const rows = result.table.rows.map(row => row.map(cell => cell.split(" ")[0]));
    assert.deepEqual(rows, [
      ["English", "50.0", "37.5", "37.5"],
      ["Finnish", "16.7", "50.0", "16.7"],
    ]);
    // Foreign: (37.5 + 16.7) / 2.
    assert.match(result.reading[0] ?? "", /^Models tuned on another language score 27\.1 % /u);
    assert.match(book.name, /rule judge/u);
  });

  it("prompts of one group are one cluster, as the run's samples have it", () => {
    const grouped = runs.map(run => ({
      ...run,
      samples: run.samples.map((sample, i) => ({ ...sample, group: `f${Math.floor(i / 2) % 2}` })),
    }));
    const [book] = sideBySideBooks(comparisons, recordOf, grouped);
    for (const language of ["en", "fi"])
      assert.deepEqual(
        book?.observations("mono-en", language).map(({ group }) => group),
        ["f0", "f0", "f1", "f1"],
      );
  });

  it("a baseline that is no monolingual model of the language is not the study's score", () => {
    const other = {
      record: record("mono-en", { fi: "pair" }),
      verdicts: verdicts("fi", ["win"]),
      check: null,
    };
    const stranger = {
      record: record("pair", { fi: "mono-en" }),
      verdicts: verdicts("fi", ["win"]),
      check: null,
    };
    assert.deepEqual(sideBySideBooks([other, stranger], recordOf, runs), []);
  });

  it("a judge that people disagree with is named as not to be trusted, by language", () => {
    const said = Array.from({ length: 12 }, (_, i) => verdict("fi", `${i}`, i % 2 === 0 ? "win" : "loss"));
    const ratings = said.map(({ id }) => rating("Ada", "fi", id, "run"));
    const doubted = comparisons.map(one => ({ ...one, check: humanCheck(said, ratings) }));
    const [book] = sideBySideBooks(doubted, recordOf, runs);
    assert.match(book?.name ?? "", /rule judge; not to be trusted in fi/u);
  });

  it("a run's newest comparison by a judge counts; another judge has a book of its own", () => {
    const [old] = comparisons;
    assert.ok(old !== undefined);
    const newer = {
      record: { ...old.record, ended: "2026-01-02T00:00:00Z" },
      verdicts: verdicts("fi", ["win", "win", "win", "win"]),
      check: null,
    };
    const [book, ...more] = sideBySideBooks([newer, old], recordOf, runs);
    assert.deepEqual(
      book?.observations("mono-en", "fi").map(({ value }) => value),
      [1, 1, 1, 1],
    );
    assert.equal(more.length, 0);
    const judge = { ...old.record.judge, kind: "openai" as const, model: "a-model", promptVersion: "v1" };
    const two = sideBySideBooks([old, { ...old, record: { ...old.record, judge } }], recordOf, runs);
    assert.deepEqual(
      two.map(({ key }) => key),
      ["side-by-side-rule", "side-by-side-openai-2"],
    );
  });
});

describe("books of metrics", () => {
  it("responses without checks have no place in `followed`; a book without any is none", () => {
    const run = {
      mixture: "m",
      seed: 7,
      samples: [
        { language: "en", id: "a", outcome: "unchecked" as const, languageCorrect: true, checksPassed: null },
        { language: "en", id: "b", outcome: "followed" as const, languageCorrect: true, checksPassed: true },
        {
          language: "en",
          id: "c",
          outcome: "wrongLanguage" as const,
          languageCorrect: false,
          checksPassed: true,
        },
        {
          language: "en",
          id: "d",
          outcome: "wrongLanguage" as const,
          languageCorrect: false,
          checksPassed: null,
        },
        {
          language: "en",
          id: "e",
          outcome: "wrongAnswer" as const,
          languageCorrect: null,
          checksPassed: false,
        },
        {
          language: "en",
          id: "f",
          outcome: "noLanguage" as const,
          languageCorrect: null,
          checksPassed: null,
        },
        { language: "en", id: "g", outcome: "unscored" as const, languageCorrect: null, checksPassed: true },
      ],
    };
    const values = (metric: "followed" | "language") =>
      metricBook(metric, [run])
        ?.observations("m", "en")
        .map(({ value }) => value);
    assert.deepEqual(values("followed"), [1, 0, 0]);
    assert.deepEqual(values("language"), [1, 1, 0, 0]);
    assert.equal(metricBook("followed", [{ ...run, samples: run.samples.slice(0, 1) }]), null);
  });

  it("a study without scores in a language that it needs gives no result there", () => {
    const mixtures = [monolingual("en"), spread(10, { en: 72, fi: 8 })];
    assert.deepEqual(studyResults(mixtures, ["en", "fi"], [madeUpBook({ other: { en: "x" } })]), []);
  });
});
