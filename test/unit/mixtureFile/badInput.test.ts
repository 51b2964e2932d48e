// Texts that are no mixture files, or made to exhaust a reader: each gets a sentence to act on, soon.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";

const head = "version: 1\nmodel: m\nbudget: 100\ndata: { train: '{language}.jsonl' }\n";

function first(text: string) {
  const { diagnostics, file } = parseMixtureFile(text);
  assert.equal(file, null);
  for (const { message, remedy } of diagnostics) assert.ok(message.length + remedy.length < 600, message);
  return diagnostics[0];
}

describe("texts that are no mixture files", () => {
  it("of 5 MB are not read", () => {
    const fault = first(`${head}${"# comment\n".repeat(500_000)}`);
    assert.equal(fault?.code, "too-large");
    assert.match(fault?.message ?? "", /5,000,06\d characters/);
    assert.match(fault?.remedy ?? "", /data\.train/);
  });

  it("that are prose, a list or JSON Lines say what a mixture file is", () => {
    for (const text of ["Just a sentence.", "- a\n- b\n", "[1, 2]"]) {
      const fault = first(text);
      assert.match(fault?.message ?? "", /^A mixture file must be a map/, text);
      assert.match(fault?.remedy ?? "", /version: 1/);
    }
    assert.equal(first('{"id": 1}\n{"id": 2}\n')?.severity, "error");
  });

  it("with at most twenty faults of syntax listed", () => {
    const { diagnostics } = parseMixtureFile("a: }\n".repeat(500));
    assert.ok(diagnostics.filter(({ code }) => code === "yaml").length <= 20);
  });

  it("with NUL characters or read as UTF-16 are damaged", () => {
    const fault = first(`${head}mixtures:\n  a\0b: { monolingual: en }\n`);
    assert.equal(fault?.code, "nul-character");
    assert.deepEqual(fault?.range.start, { line: 5, column: 3 });
    assert.match(fault?.remedy ?? "", /UTF-8/);
    const wide = [...head].map(letter => `${letter}\0`).join("");
    assert.equal(first(wide)?.code, "nul-character");
  });

  it("nested too deeply say so once", () => {
    for (const text of ["[".repeat(20_000), `${"[".repeat(3_000)}${"]".repeat(3_000)}`]) {
      const { diagnostics } = parseMixtureFile(`${head}mixtures: { a: ${text} }\n`);
      const syntax = diagnostics.filter(({ code }) => code === "yaml");
      assert.equal(syntax.length, 1);
      assert.match(syntax[0]?.message ?? "", /nested too deeply/);
    }
  });
});

describe("shapes that cost a parser its stack or the square of their length", () => {
  it("dashes, question marks and brackets within each other", () => {
    for (const deep of ["- ".repeat(20_000), "? ".repeat(20_000), "[".repeat(101), "{a: ".repeat(101)]) {
      const fault = first(`${head}mixtures:\n  ${deep}a\n`);
      assert.match(fault?.message ?? "", /nested too deeply/);
      assert.equal(fault?.range.start.line, 5);
    }
  });

  it("brackets one after another are no nesting, however many", () => {
    const many = Array.from(
      { length: 300 },
      (_, i) => `  m${i}: { shares: { en: ${i / 10}%, fi: ${100 - i / 10}% } }`,
    );
    assert.equal(parseMixtureFile(`${head}mixtures:\n${many.join("\n")}\n`).draft.mixtures.length, 300);
  });

  it("a line without end", () => {
    const fault = first(`${head}mixtures:\n  a: ${":".repeat(60_000)}\n`);
    assert.match(fault?.message ?? "", /line has 60,005 characters; at most 50,000 are read/);
    assert.match(fault?.remedy ?? "", /commas/);
  });

  it("faults by the hundred thousand", () => {
    assert.equal(first("%YAML\n".repeat(9_999))?.code, "yaml");
    assert.match(first("%YAML\n".repeat(10_000))?.message ?? "", /has 10,001 lines; at most 10,000 are read/);
    const keys = Array.from({ length: 600 }, (_, i) => `tarin${i}: 1\n`);
    const { diagnostics } = parseMixtureFile(`${head}mixtures: { a: { monolingual: en } }\n${keys.join("")}`);
    const meant = diagnostics.filter(({ code }) => code === "unknown-key").map(fault => fault.meant);
    // What was meant is looked for as long as somebody may read it.
    assert.deepEqual([meant.length, meant[0], meant.at(-1)], [600, "train", undefined]);
  });

  it("a word, or a tag, that is as long as a book", () => {
    assert.equal(
      first(`${head}mixtures: { a: { monolingual: en } }\n${"k".repeat(1000)}: 1\n`)?.code,
      "unknown-key",
    );
    const fault = first(`${head}mixtures: { a: { monolingual: ${"en-".repeat(16_000)}x } }\n`);
    assert.equal(fault?.code, "unknown-language");
  });
});

describe("numbers beyond any use", () => {
  const whole = `${head.replace("budget: 100", "budget: 1000")}mixtures: { a: { monolingual: en } }\n`;
  const refused: readonly (readonly [string, RegExp, string | undefined])[] = [
    [`${whole}train: { epochs: 10001 }\n`, /10001 epochs of 1000 examples use 10001000 in one run/, "10000"],
    [`${whole}train: { steps: 200000, batchExamples: 64 }\n`, /200000 steps of 64 examples use/, "156250"],
    [`${whole}train: { lora: { rank: 1000000000 } }\n`, /"rank" must be .* at most 65536/, undefined],
    [
      `${whole}evaluate: { maxNewTokens: 1000000000 }\n`,
      /"maxNewTokens" must be .* at most 131072/,
      undefined,
    ],
    [whole.replace("1000", "60000000"), /"budget" must be .* at most 10000000, not 60000000/, undefined],
  ];
  for (const [text, message, meant] of refused)
    it(String(message), () => {
      const fault = first(text);
      assert.match(fault?.message ?? "", message);
      assert.equal(fault?.code, "bad-number");
      assert.equal(fault?.meant, meant);
    });

  it("runs", () => {
    const mixtures = Array.from({ length: 101 }, (_, i) => `  m${i}: { base: en, spread: ${i}, over: [fi] }`);
    const seeds = Array.from({ length: 100 }, (_, i) => i);
    const fault = first(`${head}seeds: [${seeds.join(", ")}]\nmixtures:\n${mixtures.join("\n")}\n`);
    assert.equal(fault?.code, "too-many-runs");
    assert.match(
      fault?.message ?? "",
      /101 mixtures with 100 seeds make 10100 runs, but a file may have at most 10000/,
    );
  });

  it("as many as are plausible are taken", () => {
    for (const train of ["epochs: 10000", "steps: 100000, batchExamples: 100", "lora: { rank: 4096 }"])
      assert.notEqual(parseMixtureFile(`${whole}train: { ${train} }\n`).file, null, train);
  });
});

describe("anchors and aliases", () => {
  it("repeat what they mark, the nearest before them", () => {
    const text = `${head}mixtures:
  a: &m { monolingual: &t en }
  b: { monolingual: &t fi }
  c: { uniform: [*t, en] }
  d: { uniform: &both [sw, en] }
  e: { temperature: 2, languages: *both }
`;
    const { file, diagnostics } = parseMixtureFile(text);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      file?.mixtures.map(({ form }) => ("over" in form ? form.over : "")),
      ["", "", ["fi", "en"], ["sw", "en"], ["sw", "en"]],
    );
  });

  it("that mark nothing are faults, and one that holds itself ends", () => {
    assert.equal(first(`${head}mixtures: { a: *none }\n`)?.code, "bad-alias");
    assert.equal(first(`${head}mixtures: &m { a: *m }\n`)?.code, "unknown-key");
  });

  it("of a billion laughs are never expanded", () => {
    const letters = [..."abcdefghij"];
    const laughs = letters.map((letter, i) => {
      const before = letters[i - 1];
      return `${letter}: &${letter} [${Array.from({ length: 9 }, () => (before === undefined ? "lol" : `*${before}`)).join(", ")}]`;
    });
    const { diagnostics, outline } = parseMixtureFile(
      `${laughs.join("\n")}\n${head}mixtures: { x: { uniform: *j } }\n`,
    );
    assert.equal(diagnostics.filter(({ code }) => code === "unknown-key").length, 10);
    // The languages are looked at one level deep: nine lists where tags should be.
    assert.equal(diagnostics.filter(({ code }) => code === "wrong-type").length, 9);
    assert.equal(outline().length, 15);
  });

  it("by the thousand are resolved in one walk", () => {
    const many = Array.from({ length: 5_000 }, (_, i) => `  m${i}: *a`).join("\n");
    const { draft } = parseMixtureFile(`${head}mixtures:\n  a: &a { monolingual: en }\n${many}\n`);
    assert.equal(draft.mixtures.length, 5_001);
  });
});
