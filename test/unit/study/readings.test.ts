// What studies say in words, against numbers counted by hand from made-up prompts.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { first, madeUpBook, monolingual, resultOf, said, spread, uniform } from "./madeUpBook.ts";

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
      "8 examples in other languages, of 80, lift Finnish by 20.0 points, 6.3 to 31.8; the score goes from 25.0 % (13.5 to 40.1) to 45.0 % (30.2 to 60.5).",
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
      /: −2\.5 points, −8\.9 to \+4\.2\. This does not mean that they are equal\.$/u,
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
      /English \(\+25\.0 points, .*\) and Finnish \(\+15\.0 points, .*\) are above .*; Swahili \(−40\.0 points, .*\) is below .*: all three compared, Holm's correction at 5 %\.$/u,
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
      said(result, "Tuning on a language of the same branch, instead of another one, lifts"),
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
