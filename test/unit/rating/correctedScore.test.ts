// The score corrected by ratings: what it is made of, and that its interval holds the truth as often as it says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { correctedScore } from "../../../src/core/rating/correctedScore.ts";
import { humanCheck } from "../../../src/core/rating/raterAgreement.ts";
import type { PairOutcome } from "../../../src/core/records/comparison.ts";
import { doubleSampleMean } from "../../../src/core/statistics/doubleSample.ts";
import { rating, verdict } from "./madeUp.ts";

const outcomes: readonly PairOutcome[] = ["win", "tie", "loss"];
const picks = { win: "run", tie: "tie", loss: "baseline" } as const;
const random = seededRandom("corrected score");

function draw(shares: readonly number[]): PairOutcome {
  let left = random();
  for (const [i, share] of shares.entries()) {
    if (left < share) return outcomes[i] ?? "loss";
    left -= share;
  }
  return "loss";
}

/** What the judge says of what people call a win, a tie, a loss. */
type Errors = Readonly<Record<PairOutcome, readonly number[]>>;
const noisy: Errors = { win: [0.65, 0.25, 0.1], tie: [0.3, 0.45, 0.25], loss: [0.15, 0.25, 0.6] };
/** Leans to the run, and to ties. */
const biased: Errors = { win: [0.9, 0.08, 0.02], tie: [0.5, 0.45, 0.05], loss: [0.35, 0.25, 0.4] };

function judged(truth: readonly number[], errors: Errors, pairs: number, rated: number) {
  const people = Array.from({ length: pairs }, () => draw(truth));
  const verdicts = people.map((outcome, i) => verdict("sw", `${i}`, draw(errors[outcome])));
  const ratings = people.slice(0, rated).map((outcome, i) => rating("Ada", "sw", `${i}`, picks[outcome]));
  return { verdicts, ratings };
}

test("a known noisy judge is corrected: the interval holds the true score in 93 to 97 of 100 cases", () => {
  const repetitions = 800;
  for (const [name, errors] of Object.entries({ noisy, biased }))
    for (const truth of [
      [0.4, 0.2, 0.4],
      [0.6, 0.2, 0.2],
      [0.2, 0.2, 0.6],
    ])
      for (const [pairs, rated] of [
        [140, 40],
        [400, 100],
      ] as const) {
        const score = (truth[0] ?? 0) + (truth[1] ?? 0) / 2;
        let [held, raw, cases, mean] = [0, 0, 0, 0];
        for (let i = 0; i < repetitions; i++) {
          const { verdicts, ratings } = judged(truth, errors, pairs, rated);
          const corrected = correctedScore(verdicts, ratings, "sw");
          if (corrected === null) continue; // hardly anybody won: said, not corrected
          cases++;
          const [low, high] = corrected.interval;
          if (low <= score && score <= high) held++;
          mean += corrected.value;
          raw +=
            verdicts.reduce((sum, each) => sum + (1 - outcomes.indexOf(each.outcome ?? "tie") / 2), 0) /
            pairs;
        }
        const place = `${name}, truth ${score}, ${rated} of ${pairs} rated`;
        assert.ok(cases > 0.9 * repetitions, place);
        const coverage = held / cases;
        assert.ok(coverage >= 0.93 && coverage <= 0.975, `${place}: ${coverage}`);
        assert.ok(Math.abs(mean / cases - score) < 0.012, `${place}: mean ${mean / cases}`);
        if (name === "biased" && score < 0.6)
          assert.ok(raw / cases > score + 0.05, `${place}: the raw score is far off, ${raw / cases}`);
      }
});

test("the estimate is the exact mean moved along the regression, with halves for what needs no measuring", () => {
  const measured = [
    { exact: 1, cheap: 1, cluster: 0 },
    { exact: 0.5, cheap: 1, cluster: 1 },
    { exact: 0, cheap: 0, cluster: 2 },
    { exact: 0.5, cheap: 0, cluster: 3 },
  ];
  const others = [4, 5, 6, 7].map(cluster => ({ exact: null, cheap: 1, cluster }));
  const items = [...measured, ...others];
  // Exact mean 1/2, slope 1/2, cheap means 3/4 of all and 1/2 of the measured.
  const { value } = doubleSampleMean({ items, halves: 0 });
  assert.ok(Math.abs(value - 0.625) < 1e-12, `${value}`);
  const half = doubleSampleMean({ items, halves: 8 });
  assert.ok(Math.abs(half.value - 0.5625) < 1e-12, `${half.value}`);
  assert.ok(Math.abs(doubleSampleMean({ items: measured, halves: 0 }).value - 0.5) < 1e-12);
});

test("wordings of one fact are one pair to the corrected score, too", () => {
  const facts = judged([0.4, 0.2, 0.4], noisy, 60, 20);
  const wordings = [0, 1, 2];
  const several = (isGrouped: boolean) =>
    correctedScore(
      facts.verdicts.flatMap(each =>
        wordings.map(i => ({ ...each, id: `${each.id}/${i}`, ...(isGrouped && { group: each.id }) })),
      ),
      facts.ratings.flatMap(each => wordings.map(i => ({ ...each, id: `${each.id}/${i}` }))),
      "sw",
    );
  const width = (score: ReturnType<typeof several>) =>
    (score?.interval[1] ?? Number.NaN) - (score?.interval[0] ?? Number.NaN);
  assert.equal(several(true)?.value, several(false)?.value);
  assert.ok(width(several(true)) > 1.5 * width(several(false)));
});

test("few ratings, or ratings for one side only, correct nothing; equal responses are ties that nobody rates", () => {
  const { verdicts, ratings } = judged([0.5, 0, 0.5], noisy, 100, 30);
  assert.equal(correctedScore(verdicts, ratings.slice(1), "sw"), null);
  const corrected = correctedScore(verdicts, ratings, "sw");
  assert.deepEqual([corrected?.n, corrected?.rated], [100, 30]);
  const won = ratings.filter(({ picked }) => picked === "run");
  const outcomeOfId = new Map(verdicts.map(({ id, outcome }) => [id, outcome]));
  const worth = { win: 1, tie: 0.5, loss: 0 };
  const sensitivity = won.reduce((sum, { id }) => sum + worth[outcomeOfId.get(id) ?? "tie"], 0) / won.length;
  assert.ok(Math.abs((corrected?.sensitivity ?? 9) - sensitivity) < 1e-12);
  const same = Array.from({ length: 100 }, (_, i) =>
    verdict("sw", `same ${i}`, "tie", { run: "x", baseline: "x" }),
  );
  const withSame = correctedScore([...verdicts, ...same], ratings, "sw");
  assert.ok(corrected && withSame);
  assert.ok(Math.abs(withSame.value - (corrected.value + 0.5) / 2) < 1e-12);
  const all = ratings.map(each => ({ ...each, picked: "run" as const }));
  assert.equal(correctedScore(verdicts, all, "sw"), null);
  const check = humanCheck(verdicts, ratings);
  assert.deepEqual(check?.corrected.sw, corrected);
});
