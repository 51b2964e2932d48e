// What the Mixture view shows, and the form that adds a mixture.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseMixtureFile } from "../../../src/core/mixture/parse.ts";
import { cardsOf, problemsOf } from "../../../src/features/mixtures/mixtureState.ts";
import { countRows } from "../../../src/features/mixtures/rowCount.ts";
import { emptyDraft, formOf } from "../../../webview/mixture/draft.ts";

const text = `version: 1
model: pinch/starter
budget: 10
data:
  train: data/{language}.jsonl
mixtures:
  english: { monolingual: en }
  even: { uniform: all }
  bySize: { temperature: 1, languages: all }
  curve: { base: en, spread: [10%, 50%], over: [fi] }
  pinch: { base: en, spread: 20%, over: [fi] }
`;
const rows = new Map([
  ["fi", 10],
  ["en", 30],
]);

describe("cards", () => {
  const cards = cardsOf(parseMixtureFile(text), rows);
  const countsOf = (name: string) => cards.find(card => card.name === name)?.counts;

  it("hold the realised counts of every mixture, members of a sweep included", () => {
    assert.deepEqual(
      cards.map(({ name }) => name),
      ["english", "even", "bySize", "curve@10%", "curve@50%", "pinch"],
    );
    assert.deepEqual(countsOf("even"), { en: 5, fi: 5 });
    assert.deepEqual(countsOf("curve@50%"), { en: 5, fi: 5 });
    assert.deepEqual(countsOf("pinch"), { en: 8, fi: 2 });
  });

  it("the sizes of the data count for a temperature", () => {
    const counts = countsOf("bySize");
    assert.equal(
      Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0),
      10,
    );
    assert.ok((counts?.en ?? 0) >= 7);
  });

  it("counts that need data which are not there are left out, the others are not", () => {
    const without = cardsOf(parseMixtureFile(text), new Map());
    const shown = without.filter(card => card.counts !== null).map(({ name }) => name);
    assert.deepEqual(shown, ["english", "curve@10%", "curve@50%", "pinch"]);
    const uncounted = cardsOf(parseMixtureFile(text), new Map([...rows, ["sw", null]]));
    assert.equal(uncounted.find(({ name }) => name === "bySize")?.counts, null);
  });

  it("the amount of a spread can be edited, that of a sweep can't", () => {
    assert.equal(cards.find(({ name }) => name === "pinch")?.amount, "20%");
    assert.equal(cards.find(({ name }) => name === "curve@10%")?.amount, null);
    assert.equal(cards.find(({ name }) => name === "even")?.amount, null);
  });

  it("a problem in a data file names that file without its folders", () => {
    const range = { start: { line: 3, column: 0 }, end: { line: 3, column: 1 } };
    const fault = { severity: "error", code: "x", message: "m", remedy: "r", range } as const;
    assert.deepEqual(problemsOf([{ ...fault, file: "/a/b/fi.jsonl" }, fault]), [
      { severity: "error", message: "m", remedy: "r", file: "fi.jsonl", line: 3 },
      { severity: "error", message: "m", remedy: "r", line: 3 },
    ]);
  });
});

describe("rows", () => {
  const count = (content: string) => countRows(new TextEncoder().encode(content));

  it("are lines that hold something, with any line ending and without the last", () => {
    assert.equal(count(""), 0);
    assert.equal(count("{}"), 1);
    assert.equal(count("{}\n{}\n"), 2);
    assert.equal(count("{}\r\n\r\n  \t\n{}"), 2);
  });
});

describe("the form that adds a mixture", () => {
  const all = ["en", "fi", "sw"];

  it("makes each kind", () => {
    const draft = { ...emptyDraft, base: "en", amount: "12", temperature: "2" };
    assert.deepEqual(formOf({ ...draft, kind: "monolingual" }, all), { kind: "monolingual", language: "en" });
    assert.deepEqual(formOf({ ...draft, kind: "spread" }, all), {
      kind: "spread",
      base: "en",
      spread: { examples: 12 },
      over: "all",
    });
    assert.deepEqual(formOf({ ...draft, kind: "uniform", languages: ["fi"] }, all), {
      kind: "uniform",
      over: ["fi"],
    });
    assert.deepEqual(formOf({ ...draft, kind: "temperature" }, all), {
      kind: "temperature",
      temperature: 2,
      over: "all",
    });
  });

  it("shares start even and add up", () => {
    const form = formOf({ ...emptyDraft, kind: "shares" }, all);
    assert.ok(typeof form === "object" && form.kind === "shares");
    const hundredths = Object.values(form.shares).map(share => Math.round(share * 100));
    assert.equal(
      hundredths.reduce((sum, share) => sum + share, 0),
      10_000,
    );
    assert.ok(Math.max(...hundredths) - Math.min(...hundredths) <= 1);
  });

  it("says what is wrong instead", () => {
    assert.match(String(formOf({ ...emptyDraft, kind: "spread", amount: "some" }, all)), /number/);
    assert.match(String(formOf({ ...emptyDraft, kind: "temperature", temperature: "0" }, all)), /above 0/);
    assert.match(String(formOf({ ...emptyDraft, kind: "shares" }, [])), /Tick/);
  });
});
