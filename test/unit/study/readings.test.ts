// What studies say in words, against numbers counted by hand from made-up prompts.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ComparisonRecord, PairOutcome } from "../../../src/core/comparison/records.ts";
import type { Study, StudyMixture } from "../../../src/core/study/recognise.ts";
import type { ScoreBook } from "../../../src/core/study/scoreBook.ts";
import { metricBook } from "../../../src/core/study/scoreBook.ts";
import { type ReadComparison, sideBySideBooks } from "../../../src/core/study/sideBySideBooks.ts";
import type { StudyResult } from "../../../src/core/study/studyResult.ts";
import { studyResults } from "../../../src/core/study/studyResults.ts";
import { first, madeUpBook, madeUpRuns } from "./madeUpBook.ts";

function monolingual(language: string): StudyMixture {
  return {
    mixture: `mono-${language}`,
    form: { kind: "monolingual", language },
    counts: { [language]: 80 },
    budget: 80,
  };
}

function spread(percent: number, counts: Readonly<Record<string, number>>): StudyMixture {
  const over = Object.keys(counts).filter(tag => tag !== "en");
  const form = { kind: "spread", base: "en", spread: { percent }, over } as const;
  return { mixture: `p${percent}`, form, counts, budget: 80 };
}

function uniform(mixture: string, ...over: string[]): StudyMixture {
  const counts = Object.fromEntries(over.map(tag => [tag, 80 / over.length]));
  return { mixture, form: { kind: "uniform", over }, counts, budget: 80 };
}

function resultOf(
  name: Study["name"],
  mixtures: readonly StudyMixture[],
  evaluated: readonly string[],
  book: ScoreBook,
): StudyResult {
  const result = studyResults(mixtures, evaluated, [book]).find(one => one.name === name);
  assert.ok(result !== undefined);
  return result;
}

/** The sentence that starts so. */
function said({ reading }: StudyResult, start: string): string {
  const [sentence, ...more] = reading.filter(one => one.startsWith(start));
  assert.ok(sentence !== undefined && more.length === 0, `${start}… in\n${reading.join("\n")}`);
  return sentence;
}

describe("pinch curve", () => {
  const mixtures = [
    monolingual("en"),
    monolingual("fi"),
    spread(10, { en: 72, fi: 8 }),
    spread(100, { en: 40, fi: 40 }),
  ];
  const book = madeUpBook({
    "mono-en": { en: first(36), fi: first(10) },
    p10: { en: first(36), fi: first(18) },
    p100: { en: first(34), fi: first(19) },
    "mono-fi": { en: first(0), fi: first(20) },
  });
  const result = resultOf("pinch-curve", mixtures, ["en", "fi"], book);

  it("the smallest spread, with both scores: eight of forty prompts more", () => {
    // 18/40 - 10/40 = 20.0 points. Eight prompts differ, all one way, so that Agresti and Min's interval stands:
    // 42 prompts, 8.5 against 0.5; 8/42 ± 1.96 √(9 - 8²/42)/42 = 0.19048 ± 0.12760.
    assert.equal(
      said(result, "8 examples in other languages, of 80, lift Finnish by 20.0 points, 6.3 to 31.8;"),
      "8 examples in other languages, of 80, lift Finnish by 20.0 points, 6.3 to 31.8; the score goes from 25.0 % (12.5 to 40.0) to 45.0 % (30.0 to 60.0).",
    );
  });

  it("what is within noise is not called a rise: one prompt of forty, and none", () => {
    // 1/42 ± 1.96 √(2 - 1²/42)/42 = 0.02381 ± 0.06560; nothing differs: ± 1.96 √1/42 = 0.04667.
    assert.match(
      said(result, "Whether going on from 10 % to 100 % of the budget lifts or lowers Finnish"),
      /can't be told from noise: \+2\.5 points, −4\.2 to \+8\.9\.$/u,
    );
    assert.match(
      said(result, "Whether the same 8 examples lift or lower English itself"),
      /can't be told from noise: 0\.0 points, −4\.7 to \+4\.7\.$/u,
    );
    assert.match(said(result, "Whether going from 0 % to 100 %"), /−5\.0 points, −12\.7 to \+3\.2\.$/u);
  });

  it("against the monolingual model, without taking no difference for equality", () => {
    assert.match(
      said(result, "At 100 % the mixture can't be told from the monolingual model of Finnish"),
      /: −2\.5 points, −8\.9 to \+4\.2\. That is not to say that they are equal\.$/u,
    );
  });

  it("the table holds spread, examples, and every score", () => {
    assert.deepEqual(result.table.head, ["P, %", "Mixture", "Examples", "not in base", "Finnish", "English"]);
    assert.deepEqual(
      result.table.rows.map(row => row.slice(0, 4)),
      [
        ["0", "mono-en", "80", "0"],
        ["10", "p10", "80", "8"],
        ["100", "p100", "80", "40"],
      ],
    );
    assert.deepEqual(
      result.table.rows.map(row => row.slice(4).map(cell => cell.split(" ")[0])),
      [
        ["25.0", "90.0"],
        ["45.0", "90.0"],
        ["47.5", "85.0"],
      ],
    );
  });

  it("a fall is a fall", () => {
    const fallen = madeUpBook({
      "mono-en": { en: first(36), fi: first(20) },
      p10: { en: first(36), fi: first(5) },
    });
    assert.match(
      said(resultOf("pinch-curve", mixtures, ["en", "fi"], fallen), "8 examples"),
      /^8 examples in other languages, of 80, lower Finnish by 37\.5 points, /u,
    );
  });
});

describe("seen and unseen", () => {
  it("both groups by themselves, each language counting the same, and the smallest clear spread", () => {
    const mixtures = [monolingual("en"), spread(5, { en: 76, fi: 4 }), spread(50, { en: 40, fi: 40 })];
    const book = madeUpBook({
      "mono-en": { en: first(36), fi: first(4), ar: first(8), sw: first(0) },
      p5: { en: first(36), fi: first(4), ar: first(8), sw: first(0) },
      p50: { en: first(36), fi: first(34), ar: first(24), sw: first(16) },
    });
    const result = resultOf("seen-and-unseen", mixtures, ["ar", "en", "fi", "sw"], book);
    // Finnish 34/40 - 4/40; Arabic 24 - 8 and Swahili 16 - 0, mean 16 of 40.
    assert.match(said(result, "Going on from 5 % to 50 % of the budget lifts Finnish"), /by 75\.0 points, /u);
    assert.match(
      said(result, "Going on from 5 % to 50 % of the budget lifts the two unseen languages"),
      /by 40\.0 points, /u,
    );
    assert.match(
      said(result, "Tested from the widest spread down, the smallest that moves the two unseen languages"),
      /has 40 such examples \(50 %\): \+40\.0 points, /u,
    );
  });
});

describe("monolingual transfer", () => {
  const mixtures = ["en", "fi", "sw"].map(monolingual);
  const book = madeUpBook({
    "mono-en": { en: first(36), fi: first(24), sw: first(20) },
    "mono-fi": { en: first(16), fi: first(32), sw: first(20) },
    "mono-sw": { en: first(4), fi: first(4), sw: first(28) },
  });
  const result = resultOf("monolingual-transfer", mixtures, ["en", "fi", "sw"], book);

  it("the own language against the mean of the others, and which sources stand out", () => {
    // Own: (36 + 32 + 28) / 120. Foreign: for each target the mean of two: (10 + 14 + 20) / 120.
    assert.match(
      said(result, "In the language that it was tuned on"),
      /scores 80\.0 % \(.*\), in the others 36\.7 % \(/u,
    );
    assert.match(said(result, "Tuning on the language itself lifts it by 43.3 points, "), /\.$/u);
    // English: Finnish 24 against 4, Swahili 20 against 20: 25 points of 40 prompts. Finnish: English 16 against 4,
    // Swahili 20 against 20: 15. Swahili: 4 against 16, 4 against 24: -40.
    assert.match(
      said(result, "As a source for the other languages"),
      /English \(\+25\.0 points, .*\) and Finnish \(\+15\.0 points, .*\) lie above .*; Swahili \(−40\.0 points, .*\) lies below .*: all three compared, Holm's correction at 5 %\.$/u,
    );
  });

  it("the table: a row for each model, and the mean of the others", () => {
    assert.deepEqual(
      result.table.rows.map(row => row.map(cell => cell.split(" ")[0])),
      [
        ["English", "90.0", "60.0", "50.0", "55.0"],
        ["Finnish", "40.0", "80.0", "50.0", "45.0"],
        ["Swahili", "10.0", "10.0", "70.0", "10.0"],
      ],
    );
  });
});

describe("number of languages, bilingual pairs, language family", () => {
  it("steps are means over the orders, and those that hold are named", () => {
    const mixtures = [
      monolingual("en"),
      monolingual("fi"),
      uniform("a2", "en", "fi"),
      uniform("a3", "en", "fi", "sw"),
      uniform("b2", "fi", "sw"),
      uniform("b3", "fi", "sw", "it"),
    ];
    const book = madeUpBook({
      "mono-en": { ar: first(4), zh: first(0) },
      "mono-fi": { ar: first(8), zh: first(4) },
      a2: { ar: first(30), zh: first(22) },
      b2: { ar: first(26), zh: first(18) },
      a3: { ar: first(30), zh: first(20) },
      b3: { ar: first(31), zh: first(19) },
    });
    const result = resultOf("number-of-languages", mixtures, ["ar", "zh"], book);
    // One: (4 + 8 + 0 + 4) / 160 = 10 %; two: 96 / 160 = 60 %; three: 100 / 160 = 62.5 %.
    assert.match(
      said(result, "Going from one language to two lifts the two unseen languages"),
      /by 50\.0 points, /u,
    );
    assert.match(
      said(result, "Whether going from two languages to three lifts or lowers"),
      /: \+2\.5 points, /u,
    );
    assert.match(said(result, "Of 2 steps by one language"), /one to two \(\+50\.0 points, /u);
    assert.deepEqual(
      result.table.rows.map(row => row.slice(0, 2).map(cell => cell.split(" ")[0])),
      [
        ["1", "10.0"],
        ["2", "60.0"],
        ["3", "62.5"],
      ],
    );
  });

  it("a pair against the mean of its two languages, where neither is", () => {
    const mixtures = [monolingual("en"), monolingual("fi"), uniform("pair", "en", "fi")];
    const book = madeUpBook({
      "mono-en": { ar: first(10), zh: first(10) },
      "mono-fi": { ar: first(2), zh: first(6) },
      pair: { ar: first(30), zh: first(28) },
    });
    const result = resultOf("bilingual-pairs", mixtures, ["ar", "zh"], book);
    // 58/80 - (10 + 10 + 2 + 6)/160 = 72.5 - 17.5.
    assert.match(said(result, "Half and half of two languages lifts"), /by 55\.0 points, /u);
    assert.match(said(result, "Of 1 pair, "), /English and Finnish \(\+55\.0 points, /u);
    assert.deepEqual(
      result.table.rows[0]?.map(cell => cell.split(" (")[0]),
      ["English and Finnish", "25.0", "72.5", "10.0", "+55.0"],
    );
  });

  it("relatives against strangers that have a relative themselves", () => {
    const mixtures = ["et", "fi", "es", "it"].map(monolingual);
    const row = (et: number, fi: number, es: number, it: number) => ({
      et: first(et),
      fi: first(fi),
      es: first(es),
      it: first(it),
    });
    const book = madeUpBook({
      "mono-et": row(36, 30, 10, 10),
      "mono-fi": row(28, 36, 10, 10),
      "mono-es": row(6, 6, 36, 26),
      "mono-it": row(6, 6, 24, 36),
    });
    const result = resultOf("language-family", mixtures, ["et", "fi", "es", "it"], book);
    // Relatives: Finnic (28 + 30)/80, Romance (24 + 26)/80: mean 67.5. Strangers: 6/40 and 10/40: mean 20.
    assert.match(
      said(result, "Being tuned on a language of the same branch, instead of another one, lifts"),
      /by 47\.5 points, /u,
    );
    const numbers = result.table.rows.map(cells => [
      cells[0],
      ...cells.slice(2).map(cell => cell.split(" (")[0]),
    ]);
    assert.deepEqual(
      numbers.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
      [
        ["Finnic", "72.5", "15.0", "+57.5"],
        ["Romance", "62.5", "25.0", "+37.5"],
      ],
    );
  });
});

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
    judge: { kind: "rule", model: null, url: null, promptVersion: "", promptLanguage: "en" },
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
    },
    {
      record: record("mono-fi", { en: "mono-en", fi: null }),
      verdicts: verdicts("en", ["loss", "tie", null, "loss"]),
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

  it("a baseline that is no monolingual model of the language is not the study's score", () => {
    const other = { record: record("mono-en", { fi: "pair" }), verdicts: verdicts("fi", ["win"]) };
    const stranger = { record: record("pair", { fi: "mono-en" }), verdicts: verdicts("fi", ["win"]) };
    assert.deepEqual(sideBySideBooks([other, stranger], recordOf, runs), []);
  });

  it("a run's newest comparison by a judge counts; another judge has a book of its own", () => {
    const [old] = comparisons;
    assert.ok(old !== undefined);
    const newer = {
      record: { ...old.record, ended: "2026-01-02T00:00:00Z" },
      verdicts: verdicts("fi", ["win", "win", "win", "win"]),
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
        { language: "en", id: "a", outcome: "unchecked" as const, languageCorrect: true },
        { language: "en", id: "b", outcome: "followed" as const, languageCorrect: true },
        { language: "en", id: "c", outcome: "wrongLanguage" as const, languageCorrect: false },
      ],
    };
    const values = (metric: "followed" | "language") =>
      metricBook(metric, [run])
        ?.observations("m", "en")
        .map(({ value }) => value);
    assert.deepEqual(values("followed"), [1, 0]);
    assert.deepEqual(values("language"), [1, 1, 0]);
    assert.equal(metricBook("followed", [{ ...run, samples: run.samples.slice(0, 1) }]), null);
  });

  it("a study without scores in a language that it needs gives no result there", () => {
    const mixtures = [monolingual("en"), spread(10, { en: 72, fi: 8 })];
    assert.deepEqual(studyResults(mixtures, ["en", "fi"], [madeUpBook({ other: { en: "x" } })]), []);
  });
});
