// What the composer shows: mixtures by key with counts, and what stands in for those with mistakes.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { itemsOfIndex } from "../../../src/features/mixtures/composerLanguages.ts";
import { countLines } from "../../../src/features/mixtures/countLines.ts";
import {
  itemsOf,
  problemsOf,
  removableLanguages,
  withToldApart,
} from "../../../src/features/mixtures/mixtureState.ts";
import type { LanguageItem } from "../../../src/protocol/mixtureView.ts";
import { inUnit, movedCounts } from "../../../webview/mixture/amounts.ts";
import { firstForm } from "../../../webview/mixture/firstForm.ts";

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
const language = (tag: string, rows: number | null, tokens: number | null = null): LanguageItem => ({
  tag,
  rows,
  evaluated: true,
  tokens,
});
const languages = [language("en", 30), language("fi", 10)];

describe("languages that can't be told apart", () => {
  const both = [language("en", 30), language("gsw", 10), { ...language("yue", 9), evaluated: false }];
  const saidOf = (file: string) =>
    withToldApart(parseMixtureFile(file), both).flatMap(({ tag, toldApart }) =>
      toldApart === undefined ? [] : [[tag, toldApart.slice(0, 43)]],
    );

  it("say so where they are scored, and no more with an identifier of one's own", () => {
    assert.deepEqual(saidOf(text), [["gsw", "Swiss German can't be distinguished from Ge"]]);
    assert.deepEqual(saidOf(`${text}evaluate: { identifier: lid.bin }\n`), []);
  });
});

describe("items", () => {
  const items = itemsOf(parseMixtureFile(text), undefined, languages);
  const countsOf = (name: string) =>
    items.flatMap(({ points }) => points).find(point => point.name === name)?.counts;

  it("hold the realised counts of every mixture, the members of a sweep as its points", () => {
    assert.deepEqual(
      items.map(({ key, sweep, points }) => [key, sweep, points.map(({ label }) => label)]),
      [
        ["english", false, [""]],
        ["even", false, [""]],
        ["bySize", false, [""]],
        ["curve", true, ["10%", "50%"]],
        ["pinch", false, [""]],
      ],
    );
    assert.deepEqual(countsOf("even"), { en: 5, fi: 5 });
    assert.deepEqual(countsOf("curve@50%"), { en: 5, fi: 5 });
    assert.deepEqual(countsOf("pinch"), { en: 8, fi: 2 });
    assert.deepEqual(countsOf("bySize"), { en: 8, fi: 2 });
  });

  it("counts that need data which are not there are left out, the others are not", () => {
    const shown = (known: readonly LanguageItem[]) =>
      itemsOf(parseMixtureFile(text), undefined, known)
        .filter(({ points }) => points[0]?.counts !== null)
        .map(({ key }) => key);
    assert.deepEqual(shown([]), ["english", "curve", "pinch"]);
    assert.ok(!shown([...languages, language("sw", null)]).includes("bySize"));
  });

  it("a language with evaluation prompts alone is no part of all", () => {
    const items = itemsOf(parseMixtureFile(text), undefined, [...languages, language("sw", 0)]);
    assert.deepEqual(items.find(({ key }) => key === "even")?.points[0]?.counts, { en: 5, fi: 5 });
  });

  it("a mixture with a mistake is shown as it was, marked; one that was taken out is not", () => {
    const sound = parseMixtureFile(text);
    const broken = parseMixtureFile(text.replace("spread: 20%", "spread: lots").replace(/ {2}even.*\n/, ""));
    const shown = itemsOf(broken, sound, languages);
    assert.deepEqual(
      shown.map(({ key, stale }) => [key, stale]),
      [
        ["english", false],
        ["bySize", false],
        ["curve", false],
        ["pinch", true],
      ],
    );
    assert.deepEqual(shown.at(-1)?.points[0]?.counts, { en: 8, fi: 2 });
  });

  it("a text that is no YAML shows the last that was, whole", () => {
    const shown = itemsOf(parseMixtureFile("version: [1\n"), parseMixtureFile(text), languages);
    assert.deepEqual(
      shown.map(({ key }) => key),
      ["english", "even", "bySize", "curve", "pinch"],
    );
    assert.ok(shown.every(({ stale }) => stale));
    assert.deepEqual(shown[1]?.points[0]?.counts, { en: 5, fi: 5 });
  });

  it("the last language can't be taken out", () => {
    const all = ["ar", "en"];
    assert.deepEqual(removableLanguages({ kind: "monolingual", language: "en" }, all), []);
    assert.deepEqual(removableLanguages({ kind: "uniform", over: ["en"] }, all), []);
    assert.deepEqual(removableLanguages({ kind: "uniform", over: "all" }, all), all);
    assert.deepEqual(removableLanguages({ kind: "shares", shares: { en: 60, fi: 40 } }, all), ["en", "fi"]);
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

describe("amounts on the page", () => {
  it("a slider under way shows what the file will say", () => {
    const [item] = itemsOf(parseMixtureFile(text), undefined, languages).filter(({ key }) => key === "pinch");
    const [point] = item?.points ?? [];
    assert.ok(point);
    const move = { language: "fi", examples: 4, locked: [] };
    assert.deepEqual(movedCounts(point, 10, move, false, languages), { en: 6, fi: 4 });
  });

  it("tokens are counted where they are known of every language with examples", () => {
    const known = [language("en", 30, 20), language("fi", 10, 30.4)];
    assert.deepEqual(inUnit({ en: 8, fi: 2 }, "tokens", known), { en: 160, fi: 61 });
    assert.equal(inUnit({ en: 8, fi: 2 }, "tokens", languages), null);
    assert.deepEqual(inUnit({ en: 8, fi: 2 }, "examples", languages), { en: 8, fi: 2 });
  });
});

describe("languages of the index", () => {
  it("are those with data of either kind", () => {
    const indexed = (language: string, rows: number, perExample: number | null) => ({
      language,
      path: `/${language}.jsonl`,
      rows,
      bytes: 1,
      characters: 1,
      tokens: perExample === null ? null : { perExample, sampled: 5 },
      faults: 0,
      problem: null,
    });
    const items = itemsOfIndex({
      train: [indexed("fi", 10, 21.5), indexed("en", 9, null)],
      eval: [indexed("sw", 3, null), indexed("en", 3, null)],
      dev: [indexed("et", 3, null)],
      parallel: { shared: 0, missing: {} },
    });
    assert.deepEqual(items, [
      { tag: "en", rows: 9, evaluated: true, tokens: null },
      { tag: "fi", rows: 10, evaluated: false, tokens: 21.5 },
      { tag: "sw", rows: 0, evaluated: true, tokens: null },
    ]);
  });
});

describe("rows", () => {
  const lengths: number[] = [];
  const count = (content: string, enough = 1_000) => {
    const bytes = new TextEncoder().encode(content);
    lengths.length = 0;
    const read = async (offset: number, length: number) => {
      lengths.push(length);
      return bytes.subarray(offset, offset + length);
    };
    return countLines({ read }, enough);
  };

  it("are lines that hold something, with any line ending and without the last", async () => {
    assert.equal(await count(""), 0);
    assert.equal(await count("{}"), 1);
    assert.equal(await count("{}\n{}\n"), 2);
    assert.equal(await count("{}\r\n\r\n  \t\n{}"), 2);
  });

  it("are counted in pieces, also where a piece ends within a line, and only until they are enough", async () => {
    const line = `${"x".repeat(99)}\n`;
    assert.equal(await count(line.repeat(5_000), 10_000), 5_000);
    assert.ok(lengths.length > 5 && lengths.every(length => length <= 65_536));
    assert.equal(await count(line.repeat(5_000), 600), 600);
    assert.equal(lengths.length, 1);
  });

  it("are left to the runtime where they are too long", async () => {
    assert.equal(await count(" ".repeat(17 << 20)), null);
    assert.ok(lengths.length < 300);
  });
});

describe("a new mixture", () => {
  it("starts from the base that there is, and shares that add up", () => {
    assert.deepEqual(firstForm("monolingual", ["fi", "sw"]), { kind: "monolingual", language: "fi" });
    const form = firstForm("shares", ["en", "fi", "sw"]);
    assert.ok(form.kind === "shares");
    const hundredths = Object.values(form.shares).map(share => Math.round(share * 100));
    assert.equal(
      hundredths.reduce((sum, share) => sum + share, 0),
      10_000,
    );
  });
});
