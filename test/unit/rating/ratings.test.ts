// Ratings as files: one for each rater, which merge; damaged lines and changed minds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRatings, isRatingsFile, parseRatings, ratingsFile } from "../../../src/core/rating/ratings.ts";
import { isFlipped, parseVerdicts } from "../../../src/core/rating/readVerdicts.ts";
import { parseComparison } from "../../../src/core/records/comparisonRecord.ts";
import { sha256OfText } from "../../../src/node/sha256.ts";
import { rating, verdict } from "./madeUp.ts";

test("a file for each rater, in any script, that any file system takes", () => {
  assert.equal(ratingsFile("Ada"), "ratings-ada.jsonl");
  assert.equal(ratingsFile("ADA "), "ratings-ada.jsonl");
  assert.equal(ratingsFile("Ada Lovelace / 2"), "ratings-ada-lovelace-2.jsonl");
  assert.equal(ratingsFile("नेहा"), "ratings-नेहा.jsonl");
  assert.equal(ratingsFile("../../etc/passwd"), "ratings-etc-passwd.jsonl");
  assert.equal(ratingsFile("x".repeat(200))?.length, "ratings-.jsonl".length + 40);
  assert.deepEqual(["", " ", "?!"].map(ratingsFile), [null, null, null]);
  assert.ok(isRatingsFile("ratings-ada.jsonl"));
  assert.ok(!isRatingsFile("ratings-.jsonl") && !isRatingsFile("verdicts.jsonl"));
});

test("what is written is read again", () => {
  const ratings = [rating("Ada", "ar", "1", "run", 1), rating("Ada", "ar", "2", "tie", 2)];
  assert.deepEqual(parseRatings(formatRatings(ratings)), ratings);
});

test("what is no rating, of a newer Pinch or cut off, stays in the file when it is written", () => {
  const ratings = [rating("Ada", "ar", "1", "run", 1)];
  const newer = JSON.stringify({ ...ratings[0], id: "2", picked: "both are wrong" });
  const before = `${newer}\r\n${formatRatings(ratings)}\n${newer.slice(0, -5)}`;
  const changed = [rating("Ada", "ar", "1", "tie", 2)];
  assert.equal(
    formatRatings(changed, before),
    `${JSON.stringify(changed[0])}\n${newer}\n${newer.slice(0, -5)}\n`,
  );
  assert.deepEqual(parseRatings(formatRatings(changed, before)), changed);
});

test("files merge: by time, and a rating that lies in two of them counts once", () => {
  const ada = [rating("Ada", "ar", "1", "run", 1), rating("Ada", "ar", "2", "run", 5)];
  const grace = [rating("Grace", "ar", "1", "tie", 3)];
  const copy = [rating("Ada", "ar", "1", "baseline", 9), rating("Ada", "ar", "2", "run", 5)];
  const merged = parseRatings(formatRatings(copy), formatRatings(ada), formatRatings(grace));
  assert.deepEqual(
    merged.map(({ rater, id, picked }) => [rater, id, picked]),
    [
      ["Grace", "1", "tie"],
      ["Ada", "2", "run"],
      ["Ada", "1", "baseline"],
    ],
  );
});

test("half a line, another shape and nonsense are left out", () => {
  const [sound] = [rating("Ada", "ar", "1", "run")];
  const line = JSON.stringify(sound);
  const damaged = [
    line.slice(0, -3),
    "null",
    "[]",
    JSON.stringify({ ...sound, picked: "both" }),
    JSON.stringify({ ...sound, left: "A" }),
    JSON.stringify({ ...sound, id: 7 }),
  ];
  assert.deepEqual(parseRatings([...damaged, line, ""].join("\r\n")), [sound]);
});

test("verdicts and comparisons are what a comparison wrote, or named: none is left out in silence", () => {
  const one = verdict("ar", "1", "win");
  const line = JSON.stringify(one);
  assert.deepEqual(parseVerdicts(`${line}\r\n`, {}, sha256OfText), { value: [one] });
  const [won, listed] = ["won", ["win"]].map(outcome => JSON.stringify({ ...one, outcome }));
  for (const other of ['{"language":"ar"}', "{", won, listed])
    assert.deepEqual(parseVerdicts(`${line}\n${other}`, {}, sha256OfText), {
      fault: "its line 2 is not a verdict on a pair",
    });
  const written = { verdicts: sha256OfText(`${line}\n`) };
  assert.deepEqual(parseVerdicts(`${line}\n`, written, sha256OfText), { value: [one] });
  assert.deepEqual(parseVerdicts(`${line}\n${line}\n`, written, sha256OfText), {
    fault: "it was changed since the comparison wrote it",
  });
  assert.deepEqual(parseComparison("{", sha256OfText), { fault: "it is not JSON" });
  assert.ok("fault" in parseComparison(JSON.stringify({ version: 1 }), sha256OfText));
  const [first, second] = one.orders;
  assert.equal(isFlipped(one), false);
  assert.equal(isFlipped({ ...one, orders: [first, { ...second, picked: "baseline" }] }), true);
  assert.equal(isFlipped({ ...one, orders: [first, { ...second, picked: null }] }), false);
});
