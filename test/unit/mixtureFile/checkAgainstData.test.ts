// Faults that show only with the data: all mixtures at once, each at its place.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkAgainstData } from "../../../src/core/mixtureFile/checkAgainstData.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";

const text = `version: 1
model: m
budget: 100
data: { train: "train/{language}.jsonl", eval: "eval/{language}.jsonl" }
mixtures:
  english: { monolingual: en }
  finnish: { monolingual: fi }
  pinch: { base: en, spread: 8, over: [sw, de, fi] }
  curve: { base: fr, spread: [10%, 20%], over: all }
  shares: { shares: { en: 50%, he: 50% } }
  uniform: { uniform: all }
`;
const ids = (count: number) => Array.from({ length: count }, (_, i) => String(i));

function check(
  source: string,
  sizes: Readonly<Record<string, number>>,
  evaluated: string[] | null = null,
  developed: string[] | null = null,
): string[] {
  const available = new Map(Object.entries(sizes).map(([tag, count]) => [tag, ids(count)]));
  return checkAgainstData(parseMixtureFile(source), available, evaluated, developed).map(
    ({ code, range }) => {
      const line = source.split("\n")[range.start.line] ?? "";
      return `${code} ${line.slice(range.start.column, range.end.column)}`;
    },
  );
}

describe("checkAgainstData", () => {
  it("finds nothing where the data suffice", () => {
    assert.deepEqual(check(text, { en: 100, fi: 100, sw: 100, de: 100, fr: 100, he: 100 }, ["en"]), []);
  });

  it("finds languages without data and too little of it in every mixture, once for a sweep", () => {
    assert.deepEqual(check(text, { en: 100, fi: 60, sw: 50 }), [
      "budget-over-data finnish",
      "language-without-data de",
      "language-without-data fr",
      "language-without-data he",
      "budget-over-data uniform",
    ]);
  });

  it("names each language that is missing once for its mixture, and the files that are looked up", () => {
    const parsed = parseMixtureFile(text.replace("[sw, de, fi]", "[sw, de, pl]"));
    const found = checkAgainstData(
      parsed,
      new Map([
        ["en", ids(100)],
        ["fi", ids(100)],
        ["sw", ids(99)],
        ["fr", ids(100)],
        ["he", ids(99)],
      ]),
    );
    assert.deepEqual(
      found.map(d => d.message.slice(0, 14)),
      ["pinch takes de", "pinch takes pl"],
    );
    assert.match(found[0]?.remedy ?? "", /train\/\{language\}\.jsonl/);
  });

  it("names evaluated languages that can't be told apart, at their place, unless the file brings an identifier", () => {
    const sizes = { en: 100, fi: 100, sw: 100, de: 100, fr: 100, he: 100 };
    const told = (evaluate: string, evaluated: string[]) =>
      check(`${text}${evaluate}\n`, sizes, evaluated).filter(
        found => !/^(?:unseen|language-without)/u.test(found),
      );
    assert.deepEqual(told("evaluate: { languages: [en, gsw, yue] }", ["en", "gsw", "yue"]), [
      "not-told-apart gsw",
      "scored-more-widely yue",
    ]);
    assert.deepEqual(told("evaluate: { languages: [zh, fi, yue] }", ["zh", "fi", "yue"]), [
      "scored-more-widely yue",
      "count-as-one yue",
    ]);
    assert.deepEqual(
      told("evaluate: { languages: [zh-Hans, zh-Hant, nb] }", ["zh-Hans", "zh-Hant", "nb"]),
      [],
    );
    assert.deepEqual(told("evaluate: { languages: [nb, nn] }", ["nb", "nn"]), ["count-as-one nn"]);
    assert.match(told("", ["en", "mai"])[0] ?? "", /^not-told-apart .*eval/u);
    assert.deepEqual(told("evaluate: { languages: [gsw, yue], identifier: lid.bin }", ["gsw", "yue"]), []);
  });

  it("works beside other faults of the file", () => {
    const broken = text
      .replace("monolingual: en", "monolingual: english")
      .replace("version: 1", "version: one");
    assert.ok(check(broken, { en: 100, fi: 60, sw: 50 }).includes("budget-over-data finnish"));
    const noBudget = text.replace("budget: 100", "budget: lots");
    assert.deepEqual(check(noBudget, { en: 1, fi: 1, sw: 1, fr: 1, he: 1 }), ["language-without-data de"]);
  });

  it("no data at all is one fault at the path", () => {
    assert.deepEqual(check(text, {}, []), [
      'no-data "train/{language}.jsonl"',
      'no-data "eval/{language}.jsonl"',
    ]);
  });

  it("languages to evaluate need evaluation data", () => {
    const some = `${text}evaluate: { languages: [en, sw, et] }\n`;
    const sizes = { en: 100, fi: 100, sw: 100, de: 100, fr: 100, he: 100 };
    assert.deepEqual(check(some, sizes, ["en", "fi"]), [
      "language-without-data sw",
      "language-without-data et",
    ]);
    assert.deepEqual(check(some, sizes), []);
  });

  it("development data are missed where none are found, or none of an evaluated language", () => {
    const source = text.replace(" }\n", ', dev: "dev/{language}.jsonl" }\n');
    const all = { en: 100, fi: 100, sw: 100, de: 100, fr: 100, he: 100 };
    assert.deepEqual(check(source, all, ["en"], []), ['no-data "dev/{language}.jsonl"']);
    assert.deepEqual(check(source, all, ["en"], ["sw"]), []);
    const looking = `${source}evaluate: { languages: [en], during: 20 }\n`;
    assert.deepEqual(check(looking, all, ["en"], ["en"]), []);
    assert.deepEqual(check(looking, all, ["en"], ["sw"]), ['no-development-data "dev/{language}.jsonl"']);
    assert.deepEqual(check(looking.replace(", during: 20", ""), all, ["en"], ["sw"]), [], "not looked at");
    const severities = (of: string) =>
      checkAgainstData(parseMixtureFile(of), new Map([["en", ids(100)]]), ["en"], ["sw"])
        .filter(({ code }) => code === "no-development-data")
        .map(({ severity }) => severity);
    assert.deepEqual(severities(looking), ["warning"]);
    assert.deepEqual(severities(`${looking}train: { learningRate: [1e-4, 2e-4] }\n`), ["error"]);
    assert.deepEqual(severities(`${looking}train: { earlyStopping: { patience: 2 } }\n`), ["error"]);
  });

  it("warns of a spread over all that leaves languages without examples", () => {
    const thin = text
      .replace("[10%, 20%]", "[0%, 2%]")
      .replace("base: fr", "base: en")
      .replace(", de, fi", "")
      .replace("he: 50%", "fi: 50%");
    assert.deepEqual(check(thin, { en: 100, fi: 100, sw: 100 }), ["spread-thin [0%, 2%]"]);
  });
});
