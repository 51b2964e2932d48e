// Agreement with the judge and between raters: per cent and Cohen's kappa, by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  correctedWords,
  distrustedLanguages,
  distrustSentence,
  fewRatingsSentence,
} from "../../../src/core/rating/judgeTrust.ts";
import { type Agreement, humanCheck, pooledAgreement } from "../../../src/core/rating/raterAgreement.ts";
import { rating, verdict } from "./madeUp.ts";

const verdicts = [
  verdict("ar", "1", "win"),
  verdict("ar", "2", "win"),
  verdict("ar", "3", "loss"),
  verdict("ar", "4", "tie"),
  verdict("en", "1", "win"),
  verdict("en", "2", "win"),
  verdict("en", "3", null),
];

const ada = [
  rating("Ada", "ar", "1", "run"),
  rating("Ada", "ar", "2", "baseline"),
  rating("Ada", "ar", "3", "baseline"),
  rating("Ada", "ar", "4", "tie"),
  rating("Ada", "en", "1", "run"),
  rating("Ada", "en", "2", "run"),
];

function like(actual: Agreement | undefined, n: number, agreed: number, kappa: number | null): void {
  assert.ok(actual);
  assert.equal(actual.n, n);
  assert.equal(actual.agreed, agreed);
  if (kappa === null) assert.equal(actual.kappa, null);
  else assert.ok(Math.abs((actual.kappa ?? 9) - kappa) < 1e-12, `${actual.kappa}`);
}

test("with the judge, language by language", () => {
  const check = humanCheck(verdicts, ada);
  // ar: 3 of 4. By chance (1 * 2 + 2 * 1 + 1 * 1) / 16 = 5/16; (12 - 5) / (16 - 5).
  like(check?.languages.ar, 4, 3 / 4, 7 / 11);
  // en: both said "win" throughout, which chance alone would do too.
  like(check?.languages.en, 2, 1, null);
  // All: 5 of 6; judge 4 wins, 1 loss, 1 tie; Ada 3, 2, 1: (12 + 2 + 1) / 36 by chance; (30 - 15) / (36 - 15).
  like(check?.all, 6, 5 / 6, 15 / 21);
  assert.deepEqual([check?.raters, check?.between], [["Ada"], []]);
});

test("several raters: each judgement counts, and pairs that two of them rated are compared", () => {
  const grace = [
    rating("Grace", "ar", "1", "run"),
    rating("Grace", "ar", "2", "run"),
    rating("Grace", "ar", "9", "run"), // of no verdict
    rating("Grace", "en", "3", "tie"), // of one that could not be read
  ];
  const check = humanCheck(verdicts, [...ada, ...grace]);
  assert.deepEqual(check?.raters, ["Ada", "Grace"]);
  like(check?.all, 8, 7 / 8, (7 * 8 - (6 * 5 + 1 * 2 + 1 * 1)) / (64 - 33));
  const [between, ...others] = check?.between ?? [];
  assert.deepEqual([between?.raters, others], [["Ada", "Grace"], []]);
  // Two in common: the same once. Ada run, baseline; Grace run, run: by chance 2/4; (2 - 2) / (4 - 2).
  like(between, 2, 1 / 2, 0);
});

test("intervals are mid-P, kappa's those of the agreement with chance held as it is", () => {
  const check = humanCheck(verdicts, ada);
  const { interval, kappaInterval } = check?.languages.ar ?? assert.fail("nothing rated");
  const [low, high] = interval;
  const near = (given: number | undefined, wanted: number) =>
    assert.ok(Math.abs((given ?? 9) - wanted) < 1e-6, `${given} ${wanted}`);
  // 3 of 4; kappa is (x - 5/16) / (1 - 5/16).
  const halfSeen = (x: number) => x ** 4 + 2 * x ** 3 * (1 - x);
  near(halfSeen(low), 0.025);
  near(halfSeen(high), 0.975);
  near(kappaInterval?.[0], (low - 5 / 16) / (11 / 16));
  near(kappaInterval?.[1], (high - 5 / 16) / (11 / 16));
  assert.equal(check?.languages.en?.kappaInterval, null);
});

test("of one judge over several runs, agreement is that of all its judgements", () => {
  const check = humanCheck(verdicts, ada) ?? assert.fail("nothing rated");
  const grace = humanCheck(verdicts, [rating("Grace", "ar", "2", "run")]) ?? assert.fail("nothing rated");
  const pooled = pooledAgreement([check, grace]);
  like(pooled.ar, 5, 4 / 5, (4 * 5 - (2 * 3 + 2 * 1 + 1 * 1)) / (25 - 9));
  assert.equal(pooled.ar?.pairs, 5);
  like(pooled.en, 2, 1, null);
});

test("a judge is not to be trusted where kappa is too low on enough pairs; few ratings say that they are few", () => {
  const picked = (i: number) => (["run", "baseline", "tie"] as const)[i % 3] ?? "tie";
  const many = (language: string, count: number) =>
    Array.from({ length: count }, (_, i) => verdict(language, `${i}`, i % 2 === 0 ? "win" : "loss"));
  const said = [...many("sw", 12), ...many("fi", 12), ...many("he", 3)];
  const check = humanCheck(said, [
    ...Array.from({ length: 12 }, (_, i) => rating("Ada", "sw", `${i}`, picked(i))),
    ...Array.from({ length: 12 }, (_, i) => rating("Ada", "fi", `${i}`, i % 2 === 0 ? "run" : "baseline")),
    ...Array.from({ length: 3 }, (_, i) => rating("Ada", "he", `${i}`, i % 2 === 0 ? "baseline" : "run")),
  ]);
  const { languages, corrected } = check ?? assert.fail("nothing rated");
  assert.deepEqual(distrustedLanguages(languages), ["sw"]);
  assert.match(
    distrustSentence(languages) ?? "",
    /not to be trusted in Swahili \(sw: kappa 0\.\d\d, 12 pairs\)/,
  );
  assert.equal(fewRatingsSentence(languages.sw), null);
  assert.match(fewRatingsSentence(languages.he) ?? "", /^Only 3 pairs are rated: too few to tell whether/);
  assert.deepEqual(corrected, {}, "no score is corrected by so few");
  assert.equal(correctedWords(undefined, 3), "none: 3 pairs are rated, 30 are needed");
});

test("what nobody has rated, or nobody could judge, has no agreement", () => {
  assert.equal(humanCheck(verdicts, []), null);
  assert.equal(humanCheck(verdicts, [rating("Ada", "en", "3", "run")]), null);
  assert.equal(humanCheck([], ada), null);
});
