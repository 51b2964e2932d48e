// Wordings of one fact side by side: one cluster in every interval, and none more certain for being asked thrice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { consistencyOf } from "../../../src/core/comparison/consistency.ts";
import { comparisonCorrelations } from "../../../src/core/comparison/languageCorrelations.ts";
import { scoreLanguage } from "../../../src/core/comparison/pairScore.ts";
import { placesOf } from "../../../src/core/comparison/places.ts";
import { fromAnnotations, toAnnotations } from "../../../src/core/interchange/annotations.ts";
import { humanCheck, pooledAgreement } from "../../../src/core/rating/raterAgreement.ts";
import type { JudgedOrder, PairOutcome, PairVerdict } from "../../../src/core/records/comparison.ts";
import { rating, verdict } from "../rating/madeUp.ts";

const facts = 20;
const wordings = 3;
const setting = { baseline: "b", baselineMixture: "b", unmatched: 0, identical: 0 };
const outcomes: readonly PairOutcome[] = ["win", "loss", "tie", "win"];

/** Every wording of a fact comes out as the first. */
function verdictsIn(language: string, isGrouped: boolean, outcomeOf = (fact: number) => outcomes[fact % 4]) {
  return Array.from({ length: facts * wordings }, (_, i): PairVerdict => {
    const fact = Math.floor(i / wordings);
    const own = verdict(language, `p${i}`, outcomeOf(fact) ?? "tie");
    return { ...own, ...(isGrouped && { group: `f${fact}` }) };
  });
}

type Ends = readonly [number, number];

function width(interval: Ends | null | undefined): number {
  return interval == null ? Number.NaN : interval[1] - interval[0];
}

/** Thrice the prompts are 1.7 times as certain, and would be so if nobody knew that they are wordings. */
function widens(of: (isGrouped: boolean) => Ends | null | undefined, what: string): void {
  const [grouped, apart] = [width(of(true)), width(of(false))];
  assert.ok(grouped > 1.5 * apart, `${what}: ${grouped} beside ${apart}`);
}

test("scores of a language", () => {
  widens(isGrouped => scoreLanguage(verdictsIn("sw", isGrouped), setting)?.score.interval, "score");
});

test("places that the judge leans to, of one language and of two", () => {
  const flipped = (language: string, isGrouped: boolean) =>
    verdictsIn(language, isGrouped).map((each, i) => {
      const picked = Math.floor(i / wordings) % 3 === 0 ? "baseline" : "run";
      const order = (first: JudgedOrder["first"]): JudgedOrder => ({
        first,
        picked: first === "run" ? picked : picked === "run" ? "baseline" : "run",
        answer: "",
        error: null,
      });
      return { ...each, orders: [order("run"), order("baseline")] as const, outcome: "tie" as const };
    });
  const of = (language: string, isGrouped: boolean) =>
    scoreLanguage(flipped(language, isGrouped), setting) ?? assert.fail("no score");
  widens(isGrouped => of("sw", isGrouped).places?.interval, "places");
  widens(isGrouped => placesOf([of("sw", isGrouped), of("fi", isGrouped)])?.interval, "places of two");
  assert.equal(of("sw", false).places?.trials, undefined, "told only where it says something");
});

test("consistency over translations", () => {
  const both = (isGrouped: boolean) => [
    ...verdictsIn("sw", isGrouped),
    ...verdictsIn("fi", isGrouped, fact => (fact % 3 === 0 ? outcomes[fact % 4] : "loss")),
  ];
  widens(isGrouped => consistencyOf(both(isGrouped))?.interval, "agreed");
  widens(isGrouped => consistencyOf(both(isGrouped))?.kappaInterval, "kappa");
});

test("agreement with people, in one comparison and over several", () => {
  const ratings = (["sw", "fi"] as const).flatMap(language =>
    Array.from({ length: facts * wordings }, (_, i) =>
      rating("Ada", language, `p${i}`, Math.floor(i / wordings) % 5 < 3 ? "run" : "baseline"),
    ),
  );
  const check = (isGrouped: boolean) =>
    humanCheck([...verdictsIn("sw", isGrouped), ...verdictsIn("fi", isGrouped)], ratings) ??
    assert.fail("not rated");
  widens(isGrouped => check(isGrouped).languages.sw?.interval, "agreed");
  widens(isGrouped => check(isGrouped).languages.sw?.kappaInterval, "kappa");
  widens(isGrouped => pooledAgreement([check(isGrouped)]).sw?.interval, "pooled");
  assert.equal(check(true).languages.sw?.pairs, facts * wordings);
});

test("how languages go together: translations of one fact, whatever their ids", () => {
  const won = (language: string, start: number) =>
    ["win", "loss", "win", "loss"].map((outcome, i) => ({
      ...verdict(language, `p${start + i}`, outcome as PairOutcome),
      group: `f${i}`,
    }));
  const together = comparisonCorrelations([...won("sw", 0), ...won("fi", 10)]);
  assert.deepEqual([together?.pairs, together?.degrees], [[1], 3]);
});

test("groups go into annotations, and come back", () => {
  const verdicts = verdictsIn("sw", true).slice(0, 4);
  const lines = toAnnotations(verdicts, { run: "r", baseline: () => "b", judge: "rule:@v1" });
  const text = lines.map(line => `${JSON.stringify(line)}\n`).join("");
  assert.deepEqual(
    fromAnnotations(text, "annotations.json", "en").verdicts.map(({ id, group }) => [id, group]),
    verdicts.map(({ id, group }) => [id, group]),
  );
});
