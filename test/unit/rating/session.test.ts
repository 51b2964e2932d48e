// One sitting: next pair, rating it once, taking back, skipping a language, going on another day.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isRatable, RatingSession, ratableLanguages } from "../../../src/core/rating/ratingSession.ts";
import { outcomeOf, pairKey } from "../../../src/core/rating/ratings.ts";
import { verdict, verdictsOf } from "./madeUp.ts";

const now = new Date(Date.UTC(2026, 0, 1, 12));
const verdicts = verdictsOf({ ar: 4, en: 4 });
const start = (rater = "Ada", ratings: RatingSession["ratings"] = [], languages = ["ar", "en"]) =>
  new RatingSession("c", rater, verdicts, ratings, languages);

function next(session: RatingSession) {
  const pair = session.next();
  assert.ok(pair);
  return pair;
}

test("what is picked by side is kept by whose response stood there", () => {
  const session = start();
  const seen = new Set<string>();
  for (let pair = session.next(); pair !== null; pair = session.next()) {
    const left = session.left(pair);
    session.rate(pair, "left", now);
    const said = session.ratings.at(-1);
    assert.deepEqual([said?.left, said?.picked, said?.rater], [left, left, "Ada"]);
    assert.equal(said && outcomeOf(said), left === "run" ? "win" : "loss");
    seen.add(left);
  }
  assert.deepEqual([...seen].sort(), ["baseline", "run"], "neither stands always on the left");
  assert.deepEqual([session.done, session.total], [8, 8]);
  const right = start();
  const pair = next(right);
  right.rate(pair, "right", now);
  assert.notEqual(right.ratings[0]?.picked, right.left(pair));
  right.rate(next(right), "tie", now);
  assert.equal(right.ratings[1]?.picked, "tie");
});

test("a key pressed twice rates one pair", () => {
  const session = start();
  const pair = next(session);
  assert.equal(session.rate(pair, "left", now), true);
  assert.equal(session.rate(pair, "right", now), false);
  assert.equal(session.ratings.length, 1);
});

test("undo takes back the last one, again and again, and only of this sitting", () => {
  const session = start();
  const first = next(session);
  session.rate(first, "left", now);
  session.rate(next(session), "tie", now);
  assert.equal(session.undo(), true);
  assert.equal(session.done, 1);
  assert.equal(session.undo(), true);
  assert.deepEqual(session.next(), first);
  assert.deepEqual([session.undo(), session.canUndo], [false, false]);
  const onlyEnglish = start("Ada", [{ ...ratingOf("ar") }], ["en"]);
  assert.equal(onlyEnglish.canUndo, false);
});

test("a sitting goes on where it was left, and what is rated already is not asked again", () => {
  const before = start();
  before.rate(next(before), "left", now);
  before.rate(next(before), "left", now);
  const again = start("Ada", before.ratings);
  assert.equal(again.done, 2);
  assert.ok(!before.ratings.some(said => pairKey(said) === pairKey(next(again))));
});

test("a skipped language gives way to the others; what was rated of it is kept", () => {
  const session = start();
  session.rate(next(session), "left", now);
  session.skipLanguage("ar");
  assert.deepEqual([session.languages, session.total, session.ratings.length], [["en"], 4, 1]);
  session.skipLanguage("en");
  assert.deepEqual(session.languages, ["en"], "the last one stays");
});

test("equal responses and pairs without a verdict are not worth a person's time", () => {
  const same = verdict("ar", "s", "tie", { run: "x", baseline: "x" });
  const unread = verdict("ar", "u", null);
  assert.deepEqual(
    [isRatable(same), isRatable(unread), isRatable(verdict("ar", "w", "win"))],
    [false, false, true],
  );
  const all = [same, unread, verdict("ar", "w", "win"), verdict("sw", "u", null)];
  assert.deepEqual(ratableLanguages(all, [ratingOf("ar", "w")]), [{ tag: "ar", pairs: 1, rated: 1 }]);
});

function ratingOf(language: string, id = "q0") {
  return { rater: "Ada", language, id, left: "run", picked: "run", time: now.toISOString() } as const;
}
