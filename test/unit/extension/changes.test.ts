// Changes asked for in the Mixture view, on the text of the file.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { parseMixtureFile } from "../../../src/core/mixture/parse.ts";
import { applyChange, removableLanguages, smallestEdit } from "../../../src/features/mixtures/changes.ts";
import type { MixtureChange } from "../../../src/protocol/webviews.ts";

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
const all = ["ar", "en", "fi", "sw"];

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
    assert.ok(Math.abs(en - 4 * italian) < 0.05, "the others keep their proportions");
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
    const spread = (amount: string) => formOf(change({ kind: "setSpread", key: "pinch", amount }), "pinch");
    assert.deepEqual((spread("10%") as { spread: unknown }).spread, { percent: 10 });
    assert.deepEqual((spread("12") as { spread: unknown }).spread, { examples: 12 });
    for (const amount of ["", "ten", "-1", "120%"]) {
      assert.throws(() => change({ kind: "setSpread", key: "pinch", amount }), HumanError, amount);
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

  it("what is no language tag is refused", () => {
    assert.throws(() => change({ kind: "addLanguage", key: "pinch", language: "english" }), HumanError);
  });

  it("a mixture with a mistake is not rewritten from what is left of it", () => {
    const broken = text.replace("spread: 40", "spread: lots");
    assert.throws(
      () =>
        applyChange(broken, parseMixtureFile(broken), { kind: "setSpread", key: "pinch", amount: "5" }, all),
      HumanError,
    );
  });

  it("the last language can't be taken out", () => {
    assert.deepEqual(removableLanguages({ kind: "monolingual", language: "en" }, all), []);
    assert.deepEqual(removableLanguages({ kind: "uniform", over: ["en"] }, all), []);
    assert.deepEqual(removableLanguages({ kind: "uniform", over: "all" }, all), all);
    assert.deepEqual(removableLanguages({ kind: "shares", shares: { en: 60, fi: 40 } }, all), ["en", "fi"]);
  });

  it("the smallest edit replaces only what differs", () => {
    assert.deepEqual(smallestEdit("a: 1\nb: 2\n", "a: 1\nb: 30\n"), { start: 8, end: 9, text: "30" });
    assert.deepEqual(smallestEdit("same", "same"), { start: 4, end: 4, text: "" });
    assert.deepEqual(smallestEdit("aa", "aaa"), { start: 2, end: 2, text: "a" });
    assert.deepEqual(smallestEdit("aaa", "aa"), { start: 2, end: 3, text: "" });
  });
});
