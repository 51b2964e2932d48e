// Edits change what they should and nothing else.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formYaml } from "../../../src/core/mixture/formYaml.ts";
import type { MixtureForm } from "../../../src/core/mixture/mixtureFile.ts";
import { copyMixture, removeMixture, setBudget, setMixture } from "../../../src/core/mixtureFile/edit.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { newMixtureFileText } from "../../../src/core/mixtureFile/template.ts";

const text = `# top
version: 1
model:   m   # which
budget: 600  # of each
data: { train: "{language}.jsonl" } # where

mixtures:
  # the baseline
  english:  { monolingual: en }   # first
  block:
    base: en
    spread: 10%   # of the budget
    over: all
  plain:
    uniform: all

  # last comment
  last:     { uniform: [en, fi] } # end

train: { epochs: 1 } # short
`;

const uniform: MixtureForm = { kind: "uniform", over: ["en", "sw"] };

/** Lines that one text has and the other lacks. */
function changed(before: string, after: string): { removed: string[]; added: string[] } {
  const a = before.split("\n");
  const b = after.split("\n");
  return { removed: a.filter(line => !b.includes(line)), added: b.filter(line => !a.includes(line)) };
}

function comments(source: string): string[] {
  return (source.match(/# ?.*/g) ?? []).map(comment => comment.trim()).sort();
}

function forms(source: string): Record<string, unknown> {
  const { file, diagnostics } = parseMixtureFile(source);
  const faults = diagnostics.filter(({ code }) => code !== "duplicate-mixture");
  assert.deepEqual(faults, [], source);
  return Object.fromEntries((file?.mixtures ?? []).map(mixture => [mixture.name, mixture.form]));
}

describe("setMixture", () => {
  it("replaces a value on its line, alignment and comment kept", () => {
    assert.deepEqual(changed(text, setMixture(text, "english", uniform)), {
      removed: ["  english:  { monolingual: en }   # first"],
      added: ["  english:  { uniform: [en, sw] }   # first"],
    });
  });
  it("adds after the last, before what follows", () => {
    const after = setMixture(text, "new", uniform);
    assert.deepEqual(changed(text, after), { removed: [], added: ["  new: { uniform: [en, sw] }"] });
    assert.ok(after.includes("# end\n  new: "));
  });
  it("turns a block into a line", () => {
    const after = setMixture(text, "plain", uniform);
    assert.deepEqual(changed(text, after), {
      removed: ["  plain:", "    uniform: all"],
      added: ["  plain: { uniform: [en, sw] }"],
    });
  });
  it("keeps the comments of a block's entries that stay", () => {
    const form: MixtureForm = { kind: "spread", base: "fi", spread: { examples: 44 }, over: ["en", "sw"] };
    const after = setMixture(text, "block", form);
    assert.deepEqual(forms(after).block, form);
    // No line of another mixture is laid out anew.
    assert.deepEqual(changed(text, after), {
      removed: ["    base: en", "    spread: 10%   # of the budget", "    over: all"],
      added: ["    base: fi", "    spread: 44   # of the budget", "    over: [en, sw]"],
    });
  });
  it("puts what comes into a block on lines of its own, and takes out what goes", () => {
    const block = `mixtures:
  a:   # here
    base:   en # the base
    spread: 40 # few
    over:   # two
      - ar  # first
      - fi
  b:  { uniform: [en,  fi] } # two
  c:
    shares:   # of all
      en: 80%  # most
      sw: 20%
`;
    const spread = (over: string[], ...amounts: number[]): MixtureForm[] =>
      amounts.map(examples => ({ kind: "spread", base: "en", spread: { examples }, over }));
    const cases: [string, MixtureForm | MixtureForm[], string[], string[]][] = [
      ["a", spread(["ar", "fi"], 40, 80), ["    spread: 40 # few"], ["    spread: [40, 80] # few"]],
      ["a", spread(["ar", "fi", "sw"], 40), [], ["      - sw"]],
      ["a", spread(["fi", "sw"], 40), ["      - ar  # first"], ["      - sw"]],
      [
        "a",
        uniform,
        [
          "    base:   en # the base",
          "    spread: 40 # few",
          "    over:   # two",
          "      - ar  # first",
          "      - fi",
        ],
        ["    uniform: [en, sw]"],
      ],
      [
        "c",
        { kind: "shares", shares: { en: 80, sw: 15, fi: 5 } },
        ["      sw: 20%"],
        ["      sw: 15%", "      fi: 5%"],
      ],
    ];
    for (const source of [block, block.replaceAll("\n", "\r\n")]) {
      for (const [key, form, removed, added] of cases) {
        const after = setMixture(source, key, form);
        const plain = (some: string) => some.replaceAll("\r\n", "\n");
        assert.deepEqual(changed(plain(source), plain(after)), { removed, added }, after);
        assert.equal(source.includes("\r"), after.includes("\r"));
        assert.ok(!source.includes("\r") || !/[^\r]\n/.test(after), "line ends are kept");
      }
    }
  });
  it("keeps the comments around a block whose entries go", () => {
    const after = setMixture(text, "block", uniform);
    assert.deepEqual(forms(after).block, uniform);
    const without = (source: string) => comments(source).filter(comment => comment !== "# of the budget");
    assert.deepEqual(without(after), without(text));
  });
  it("writes every form so that it reads back", () => {
    const all: MixtureForm[] = [
      { kind: "monolingual", language: "no" },
      { kind: "spread", base: "en", spread: { examples: 40 }, over: ["zh-Hans", "sw"] },
      { kind: "spread", base: "en", spread: { percent: 2.5 }, over: "all" },
      { kind: "spread", base: "en", spread: { examples: 900 }, over: "all", grow: true },
      { kind: "uniform", over: "all" },
      { kind: "shares", shares: { en: 66.67, he: 33.33 } },
      { kind: "temperature", temperature: 1.5, over: ["en", "fi"] },
    ];
    for (const form of all) assert.deepEqual(forms(setMixture(text, "x", form)).x, form, formYaml(form));
  });
  it("writes a sweep", () => {
    const member = (percent: number): MixtureForm => ({
      kind: "spread",
      base: "en",
      spread: { percent },
      over: "all",
    });
    const after = setMixture(text, "curve", [member(5), member(10)]);
    assert.ok(after.includes("curve: { base: en, spread: [5%, 10%], over: all }"));
    assert.deepEqual(forms(after)["curve@10%"], member(10));
  });
  it("starts a file's mixtures", () => {
    for (const start of ["version: 1\n", "version: 1\nmixtures:\n", "version: 1\nmixtures: {}\n", ""]) {
      const parsed = parseMixtureFile(setMixture(start, "x", uniform));
      assert.deepEqual(
        parsed.draft.mixtures.map(m => m.form),
        [uniform],
        JSON.stringify(start),
      );
    }
  });
  it("keeps Windows line breaks", () => {
    const windows = text.replaceAll("\n", "\r\n");
    for (const after of [
      setMixture(windows, "new", uniform),
      setMixture(windows, "block", uniform),
      removeMixture(windows, "last"),
    ]) {
      assert.equal(after.replaceAll("\r\n", "").includes("\n"), false);
      forms(after);
    }
  });
  it("a file without a line break at its end", () => {
    const short = "mixtures:\n  a: { uniform: all }";
    assert.equal(setMixture(short, "b", uniform), `${short}\n  b: { uniform: [en, sw] }`);
  });
  it("an anchor that others refer to is not lost", () => {
    const anchored = "mixtures:\n  a: { uniform: &two [en, fi] }\n  b: { uniform: *two }\n";
    const after = setMixture(anchored, "c", uniform);
    assert.ok(after.startsWith(anchored));
    for (const change of [() => setMixture(anchored, "a", uniform), () => removeMixture(anchored, "a")]) {
      assert.throws(change, { name: "HumanError", message: /refers/ });
    }
  });
  it("writes over what differs in a block, comments and layout kept", () => {
    const block =
      "mixtures:\n  a:\n    shares:   # all\n      en: 80%  # most\n      sw:  20%\n  b: { uniform: all }\n";
    const shares: MixtureForm = { kind: "shares", shares: { sw: 30, en: 70 } };
    assert.equal(setMixture(block, "a", shares), block.replace("80%", "70%").replace("20%", "30%"));
    const longer = setMixture(block, "a", { kind: "shares", shares: { en: 70, sw: 20, fi: 10 } });
    assert.deepEqual(comments(longer), ["# all", "# most"]);
  });
  it("an item of a block list comes and goes, the comments of the others stay", () => {
    const list = "mixtures:\n  a:\n    uniform:\n      - en # first\n      - fi # second\n";
    const longer = setMixture(list, "a", { kind: "uniform", over: ["en", "fi", "sw"] });
    assert.deepEqual(comments(longer), ["# first", "# second"]);
    assert.deepEqual(comments(setMixture(list, "a", { kind: "uniform", over: ["fi"] })), ["# second"]);
  });
  it("refuses text that is not YAML, and says what to do", () => {
    assert.throws(() => setMixture("a: [", "x", uniform), { name: "HumanError", remedy: /underlined/ });
  });
});

describe("copyMixture", () => {
  it("writes it once more after itself, as it is written", () => {
    const after = copyMixture(text, "block", "block-2");
    assert.deepEqual(changed(text, after), { removed: [], added: ["  block-2:"] });
    assert.deepEqual(forms(after)["block-2"], forms(text).block);
    assert.deepEqual(Object.keys(forms(after)), ["english", "block", "block-2", "plain", "last"]);
    assert.equal(after.match(/# of the budget/g)?.length, 2);
  });
  it("in braces, in quotes, and without an anchor of its own", () => {
    const braces = "mixtures: { a: { uniform: all }, b: { uniform: [en] } }\n";
    assert.equal(
      copyMixture(braces, "a", "2"),
      'mixtures: { a: { uniform: all }, "2": { uniform: all }, b: { uniform: [en] } }\n',
    );
    const anchored = "mixtures:\n  a: &x { uniform: &y [en, fi] }\n  b: *x\n";
    assert.equal(
      copyMixture(anchored, "a", "c"),
      anchored.replace("  b:", "  c: { uniform: [en, fi] }\n  b:"),
    );
    assert.ok(copyMixture(anchored, "b", "c").endsWith("  b: *x\n  c: *x\n"));
  });
});

describe("removeMixture", () => {
  it("takes out the line, or the block", () => {
    assert.deepEqual(changed(text, removeMixture(text, "english")), {
      removed: ["  english:  { monolingual: en }   # first"],
      added: [],
    });
    assert.deepEqual(changed(text, removeMixture(text, "plain")).removed, ["  plain:", "    uniform: all"]);
    assert.deepEqual(Object.keys(forms(removeMixture(text, "last"))), ["english", "block", "plain"]);
  });
  it("leaves a text without that mixture as it means", () => {
    assert.deepEqual(forms(removeMixture(text, "nobody")), forms(text));
  });
  it("the last one of all", () => {
    const { diagnostics } = parseMixtureFile(
      removeMixture("version: 1\nmixtures:\n  a: { uniform: all }\n", "a"),
    );
    assert.ok(diagnostics.some(d => d.code === "no-mixtures"));
  });
});

describe("setBudget", () => {
  it("changes one word", () => {
    assert.equal(setBudget(text, 1200), text.replace("600", "1200"));
  });
  it("adds a budget where there is none", () => {
    assert.equal(parseMixtureFile(setBudget("version: 1\n", 5)).draft.budget, 5);
  });
});

describe("newMixtureFileText", () => {
  const twelve = ["ar", "zh", "cs", "en", "et", "fi", "he", "hi", "it", "ru", "es", "sw"];
  for (const options of [
    {},
    { languages: twelve },
    { languages: ["fi"], base: "fi" },
    { languages: ["zh-Hant", "fi"], budget: 3 },
    { budget: 10, model: "C:\\models\\my model", train: "my data/{language}.jsonl", eval: "# {language}" },
    { model: "null", seed: 0 },
    { dev: "my data/dev/{language}.jsonl" },
  ]) {
    it(`is valid with ${JSON.stringify(options)}`, () => {
      const source = newMixtureFileText(options);
      const { file, diagnostics } = parseMixtureFile(source);
      assert.deepEqual(diagnostics, []);
      assert.ok(file);
      if (options.model) assert.equal(file.model, options.model);
      if (options.train) assert.deepEqual(file.data.train, [{ file: options.train }]);
      if (options.eval) assert.deepEqual(file.data.eval, [{ file: options.eval }]);
      assert.deepEqual(file.data.dev, options.dev === undefined ? null : [{ file: options.dev }]);
      assert.ok(source.includes("# "));
    });
  }
  it("trains the small starter at its own rate, any other model at the default", () => {
    const rate = (model: string) => parseMixtureFile(newMixtureFileText({ model })).file?.train.learningRate;
    assert.equal(rate("pinch/starter"), 2e-3);
    assert.equal(rate("some/model"), 2e-4);
  });
  it("spreads four examples of each other language", () => {
    const { file } = parseMixtureFile(newMixtureFileText({ languages: twelve }));
    const pinch = file?.mixtures.find(mixture => mixture.name === "pinch");
    assert.deepEqual(pinch?.form, {
      kind: "spread",
      base: "en",
      spread: { examples: 44 },
      over: twelve.filter(t => t !== "en"),
    });
    assert.equal(file?.mixtures[0]?.name, "english");
  });
});
