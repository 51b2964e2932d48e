// Changes asked for in the composer, on the text of the file.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { renameMixtureAt } from "../../../src/core/mixtureEditor/structure.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { applyEdits, smallestEdit } from "../../../src/core/mixtureFile/textEdit.ts";
import { applyChange } from "../../../src/features/mixtures/changes.ts";
import type { LanguageItem, MixtureChange } from "../../../src/protocol/mixtureView.ts";

const text = `version: 1
model: pinch/starter
budget: 600 # examples
data:
  train: data/{language}.jsonl
mixtures:
  english: { monolingual: en }
  pinch: { base: en, spread: 40, over: [ar, fi] } # forty
  even: { uniform: all }
  shares: { shares: { en: 80%, it: 20% } }
  curve: { base: en, spread: [1%, 20%], over: [ar, fi] }
`;
const all = ["ar", "en", "fi", "sw"].map(
  (tag): LanguageItem => ({ tag, rows: 1_000, evaluated: true, tokens: null }),
);

function change(asked: MixtureChange): string {
  return applyChange(text, parseMixtureFile(text), asked, all);
}

function formOf(changed: string, key: string): unknown {
  const { file, diagnostics } = parseMixtureFile(changed);
  assert.deepEqual(diagnostics, []);
  const forms = file?.mixtures.filter(mixture => mixture.key === key).map(mixture => mixture.form);
  return forms?.length === 1 ? forms[0] : forms;
}

describe("changes", () => {
  it("the budget changes and its comment stays", () => {
    const changed = change({ kind: "setBudget", budget: 500 });
    assert.ok(changed.includes("budget: 500 # examples"));
    assert.equal(changed.length, text.length);
  });

  it("a budget that is no whole number is refused", () => {
    for (const budget of [Number.NaN, 0, -3, 1.5]) {
      assert.throws(() => change({ kind: "setBudget", budget }), HumanError);
    }
  });

  it("a language is added to and taken out of a spread", () => {
    assert.deepEqual(formOf(change({ kind: "addLanguage", key: "pinch", language: "sw" }), "pinch"), {
      kind: "spread",
      base: "en",
      spread: { examples: 40 },
      over: ["ar", "fi", "sw"],
    });
    assert.deepEqual(formOf(change({ kind: "removeLanguage", key: "pinch", language: "ar" }), "pinch"), {
      kind: "spread",
      base: "en",
      spread: { examples: 40 },
      over: ["fi"],
    });
  });

  it("taking one out of all lists the others", () => {
    assert.deepEqual(formOf(change({ kind: "removeLanguage", key: "even", language: "en" }), "even"), {
      kind: "uniform",
      over: ["ar", "fi", "sw"],
    });
  });

  it("one language becomes two, evenly", () => {
    assert.deepEqual(formOf(change({ kind: "addLanguage", key: "english", language: "fi" }), "english"), {
      kind: "uniform",
      over: ["en", "fi"],
    });
  });

  it("shares still add up to 100 %", () => {
    const added = formOf(change({ kind: "addLanguage", key: "shares", language: "fi" }), "shares") as {
      shares: Record<string, number>;
    };
    assert.deepEqual(Object.keys(added.shares), ["en", "it", "fi"]);
    const { en = 0, it: italian = 0 } = added.shares;
    assert.ok(Math.abs(en / italian - 4) < 0.05, "the others keep their proportions");
    const removed = formOf(change({ kind: "removeLanguage", key: "shares", language: "it" }), "shares");
    assert.deepEqual(removed, { kind: "shares", shares: { en: 100 } });
  });

  it("every member of a sweep gets the language", () => {
    const forms = formOf(change({ kind: "addLanguage", key: "curve", language: "sw" }), "curve") as {
      spread: unknown;
      over: unknown;
    }[];
    assert.deepEqual(
      forms.map(form => form.spread),
      [{ percent: 1 }, { percent: 20 }],
    );
    for (const form of forms) assert.deepEqual(form.over, ["ar", "fi", "sw"]);
  });

  it("a spread is a number or a share, and nothing else", () => {
    const spread = (amount: string) =>
      formOf(change({ kind: "setValue", key: "pinch", point: 0, value: amount }), "pinch");
    assert.deepEqual((spread("10%") as { spread: unknown }).spread, { percent: 10 });
    assert.deepEqual((spread("12") as { spread: unknown }).spread, { examples: 12 });
    for (const amount of ["", "ten", "-1", "120%"]) {
      assert.throws(
        () => change({ kind: "setValue", key: "pinch", point: 0, value: amount }),
        HumanError,
        amount,
      );
    }
  });

  it("a mixture is added and removed; a name that is taken is refused", () => {
    const form = { kind: "uniform", over: ["en", "sw"] } as const;
    const added = change({ kind: "addMixture", name: "two", form });
    assert.deepEqual(formOf(added, "two"), form);
    assert.ok(added.includes("# forty"));
    assert.throws(() => change({ kind: "addMixture", name: "pinch", form }), HumanError);
    assert.throws(() => change({ kind: "addMixture", name: "", form }), HumanError);
    assert.equal(formOf(change({ kind: "removeMixture", key: "even" }), "even")?.toString(), "");
  });

  it("a mixture is renamed as the editor renames it: one word of the text changes", () => {
    const renamed = change({ kind: "renameMixture", key: "pinch", name: "forty" });
    assert.equal(renamed, text.replace("  pinch:", "  forty:"));
    assert.equal(
      applyEdits(text, renameMixtureAt(parseMixtureFile(text), { line: 7, column: 3 }, "forty")),
      renamed,
    );
    const refused = { even: /already/, "": /folder name/, base: /untuned/, "a/b": /folder name/ };
    for (const [name, why] of Object.entries(refused)) {
      assert.throws(() => change({ kind: "renameMixture", key: "pinch", name }), why, name);
    }
    // With a mistake in it the name can be changed all the same.
    const broken = text.replace("spread: 40", "spread: lots");
    const asked: MixtureChange = { kind: "renameMixture", key: "pinch", name: "forty" };
    assert.equal(
      applyChange(broken, parseMixtureFile(broken), asked, all),
      broken.replace("  pinch:", "  forty:"),
    );
  });

  it("a mixture is copied after itself, and a name that is taken by a broken one is refused", () => {
    const copied = change({ kind: "copyMixture", key: "pinch", name: "pinch-2" });
    const line = "  pinch: { base: en, spread: 40, over: [ar, fi] } # forty\n";
    assert.equal(copied, text.replace(line, `${line}  pinch-2: { base: en, spread: 40, over: [ar, fi] }\n`));
    const broken = text.replace("uniform: all", "uniform: none");
    for (const asked of [
      { kind: "copyMixture", key: "pinch", name: "even" },
      { kind: "addMixture", name: "even", form: { kind: "uniform", over: "all" } },
    ] as const) {
      assert.throws(() => applyChange(broken, parseMixtureFile(broken), asked, all), /already/);
    }
    assert.throws(() => change({ kind: "copyMixture", key: "pinch", name: "a b" }), /folder name/);
  });

  it("a spread comes on top of the budget and goes back into it, with nothing else touched", () => {
    const grown = change({ kind: "setGrow", key: "curve", grow: true });
    assert.equal(grown, text.replace("over: [ar, fi] }\n", "over: [ar, fi], grow: true }\n"));
    const off: MixtureChange = { kind: "setGrow", key: "curve", grow: false };
    assert.equal(applyChange(grown, parseMixtureFile(grown), off, all), text);
    const written = grown.replace("grow: true", "grow: false");
    const on: MixtureChange = { kind: "setGrow", key: "curve", grow: true };
    assert.equal(applyChange(written, parseMixtureFile(written), on, all), grown);
    assert.throws(() => change({ kind: "setGrow", key: "even", grow: true }), /Only a spread/);
    const large = grown.replace("[1%, 20%]", "[1%, 700]");
    assert.throws(
      () => applyChange(large, parseMixtureFile(large), off, all),
      /700 is more than the budget of 600/,
    );
    const alias = text.replace("pinch: {", "pinch: &p {").replace("  curve:", "  again: *p\n  curve:");
    const again = applyChange(alias, parseMixtureFile(alias), { ...on, key: "again" }, all);
    assert.equal(
      again,
      alias.replace("again: *p", "again: { base: en, spread: 40, over: [ar, fi], grow: true }"),
    );
  });

  it("what is no language tag is refused", () => {
    assert.throws(() => change({ kind: "addLanguage", key: "pinch", language: "english" }), HumanError);
  });

  it("a mixture with a mistake is not rewritten from what is left of it", () => {
    const broken = text.replace("spread: 40", "spread: lots");
    assert.throws(
      () =>
        applyChange(
          broken,
          parseMixtureFile(broken),
          { kind: "setValue", key: "pinch", point: 0, value: "5" },
          all,
        ),
      HumanError,
    );
  });

  const move = (key: string, language: string, examples: number, locked: string[] = [], point = 0) =>
    change({ kind: "moveLanguage", key, point, language, examples, locked });

  it("a spread's languages move together, written as the amount was, and nothing else in the text changes", () => {
    assert.equal(move("pinch", "fi", 30), text.replace("spread: 40", "spread: 60"));
    assert.equal(move("pinch", "en", 500), text.replace("spread: 40", "spread: 100"));
  });

  it("with a lock, what a spread can't say becomes shares that come to the very counts", () => {
    const moved = formOf(move("pinch", "fi", 50, ["ar"]), "pinch");
    assert.deepEqual(moved, { kind: "shares", shares: { en: 88.4, ar: 3.3, fi: 8.3 } });
  });

  it("shares make room in proportion, and locked ones stay", () => {
    assert.equal(move("shares", "it", 300), text.replace("{ en: 80%, it: 20% }", "{ en: 50%, it: 50% }"));
    assert.throws(() => move("shares", "it", 300, ["en"]), HumanError);
  });

  it("a point of a sweep moves alone", () => {
    assert.equal(move("curve", "fi", 90, ["en"], 1), text.replace("[1%, 20%]", "[1%, 30%]"));
  });

  it("points of a sweep come, go, and are kept apart", () => {
    const added = change({ kind: "addPoint", key: "curve", value: "50%" });
    assert.ok(added.includes("[1%, 20%, 50%]"));
    assert.throws(() => change({ kind: "addPoint", key: "curve", value: "20%" }), HumanError);
    const removed = change({ kind: "removePoint", key: "curve", point: 0 });
    assert.ok(removed.includes("spread: 20%,"));
    assert.throws(() => change({ kind: "removePoint", key: "pinch", point: 0 }), HumanError);
    const sweep = change({ kind: "addPoint", key: "pinch", value: "80, 10%" });
    assert.equal(sweep, text.replace("spread: 40", "spread: [40, 80, 10%]"));
    assert.throws(() => change({ kind: "addPoint", key: "pinch", value: "80, 80" }), HumanError);
  });

  it("a form becomes another with the same languages, as near as it comes", () => {
    const form = (key: string, to: "uniform" | "shares" | "spread" | "temperature") =>
      formOf(change({ kind: "setForm", key, form: to }), key);
    assert.deepEqual(form("pinch", "uniform"), { kind: "uniform", over: ["en", "ar", "fi"] });
    assert.deepEqual(form("shares", "spread"), {
      kind: "spread",
      base: "en",
      spread: { percent: 20 },
      over: ["it"],
    });
    assert.deepEqual(form("english", "spread"), {
      kind: "spread",
      base: "en",
      spread: { percent: 10 },
      over: "all",
    });
    assert.deepEqual(form("even", "temperature"), { kind: "temperature", temperature: 1, over: "all" });
    assert.deepEqual(form("even", "shares"), { kind: "shares", shares: { ar: 25, en: 25, fi: 25, sw: 25 } });
  });

  it("another base", () => {
    const changed = change({ kind: "setBase", key: "pinch", language: "sw" });
    assert.equal(changed, text.replace("pinch: { base: en", "pinch: { base: sw"));
  });

  it("the smallest edit replaces only what differs", () => {
    assert.deepEqual(smallestEdit("a: 1\nb: 2\n", "a: 1\nb: 30\n"), { start: 8, end: 9, text: "30" });
    assert.deepEqual(smallestEdit("same", "same"), { start: 4, end: 4, text: "" });
    assert.deepEqual(smallestEdit("aa", "aaa"), { start: 2, end: 2, text: "a" });
    assert.deepEqual(smallestEdit("aaa", "aa"), { start: 2, end: 3, text: "" });
  });
});
