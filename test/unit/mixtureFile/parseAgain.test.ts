// A new version of a text that reuses parts of the previous one gives what the text alone gives.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { isMap } from "yaml";
import { seededRandom } from "../../../src/common/random.ts";
import { cutMixtures } from "../../../src/core/mixtureFile/cutMixtures.ts";
import type { OutlineNode } from "../../../src/core/mixtureFile/outline.ts";
import { type ParsedMixtureFile, parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import type { Path } from "../../../src/core/mixtureFile/reader.ts";

/** In each file. More find nothing more: 300 were tried. */
const edits = 15;
const fixtures = join(import.meta.dirname, "..", "..", "fixtures", "mixtures");
const texts = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter(name => name.endsWith(".yaml"))
  .map(name => readFileSync(join(fixtures, name), "utf8"));

const usual = `# An experiment
version: 1
model: pinch/starter
budget: 600
data:
  train: data/train/{language}.jsonl
mixtures: # of the study
  # the first
  english: { monolingual: en }

  pinch:
    base: en # most of it
    spread: 40
    over: [ar, zh]
    # below

  shares: { shares: { en: 80%, it: 15%, sw: 5% } }
  curve:
    base: en
    spread:
    - 1%
    - 10%
    over: all

  # the last
# what follows
train:
  epochs: 3
`;

/** Everything that can be asked. `step`: columns from one place that is asked for to the next. */
function said(text: string, parsed: ParsedMixtureFile, step: number) {
  const paths = (nodes: readonly OutlineNode[]): Path[] =>
    nodes.flatMap(({ path, children }) => [path, ...paths(children)]);
  const asked = [...paths(parsed.outline()), [], ["mixtures", "nowhere"], ["mixtures", "pinch", "x", 3]];
  const lines = `${text}\n`.split("\n");
  return {
    file: parsed.file,
    draft: parsed.draft,
    diagnostics: parsed.diagnostics,
    outline: parsed.outline(),
    places: asked.map(path => [path, parsed.locate(path, "key"), parsed.locate(path)]),
    paths: lines.flatMap((each, line) =>
      Array.from({ length: Math.ceil((each.length + 1) / step) }, (_, i) =>
        parsed.pathAt({ line, column: step * i }),
      ),
    ),
  };
}

const noText = parseMixtureFile("");

/** Parses a text after its previous version, and compares the result with that of the text as a whole. */
function parsedSame(text: string, previous = noText, step = 1): ParsedMixtureFile {
  const again = parseMixtureFile(text, previous);
  assert.deepEqual(said(text, again, step), said(text, parseMixtureFile(text), step), text);
  return again;
}

describe("a mixture file parsed again", () => {
  it("is cut at its mixtures", () => {
    const pieces = cutMixtures(usual);
    assert.deepEqual(
      pieces?.mixtures.map(({ text, line }) => [
        line,
        text.split(":")[0]?.trim(),
        text.split("\n").length - 1,
      ]),
      [
        [8, "english", 1],
        [10, "pinch", 4],
        [16, "shares", 1],
        [17, "curve", 6],
      ],
    );
    const rest = pieces.without(pieces.mixtures);
    assert.equal(rest.length, usual.length);
    assert.ok(!rest.includes("english") && rest.includes("# the last"));
  });

  it("is left whole where a mixture can refer to another, and where lines don't tell", () => {
    const refused = [
      usual.replace("{ monolingual: en }", "&one { monolingual: en }"),
      usual.replace("version: 1", "--- # first\nversion: 1"),
      usual.replace("  pinch:", " pinch:"),
      usual.replace("  pinch:", "  ? pinch\n  :"),
      usual.replace("monolingual: en", "monolingual: |\n      # en"),
      usual.replace("# of the study", "{ one: { monolingual: en } }"),
      `${usual}mixtures:\n  again: { monolingual: en }\n`,
      "version: 1\n",
      "",
    ];
    for (const text of refused) assert.equal(cutMixtures(text), null, text);
  });

  it("says the same of every file of the tests", () => {
    assert.ok(texts.length >= 40, String(texts.length));
    assert.ok(texts.filter(text => cutMixtures(text) !== null).length >= 20);
    for (const text of [...texts, usual]) parsedSame(text);
    for (const text of texts) parsedSame(text.replaceAll("\n", "\r\n"));
  });

  it("says the same after each of many edits", () => {
    const bits = [
      "\n",
      "  ",
      " ",
      "#",
      "{",
      "}",
      "[",
      "]",
      ":",
      '"',
      "'",
      "-",
      "|",
      "?",
      "\t",
      ",",
      "x",
      "1%",
      "en",
    ];
    const lines = [
      "  more: { uniform: all }\n",
      "  pinch: { monolingual: fi }\n",
      "budget: 7\n",
      "  - a\n",
      "    x: 1\n",
      "\n",
    ];
    for (const [seed, start] of [usual, ...texts.filter(text => cutMixtures(text) !== null)].entries()) {
      const random = seededRandom("edits", String(seed));
      const below = (count: number) => Math.floor(count * random());
      let text = start;
      let previous = parsedSame(text);
      for (let i = 0; i < edits; i++) {
        const at = below(text.length + 1);
        const lineStart = text.lastIndexOf("\n", at - 1) + 1;
        const lineEnd = `${text}\n`.indexOf("\n", at) + 1;
        const before = text;
        if (i % 4 === 0) text = text.slice(0, lineStart) + lines[below(lines.length)] + text.slice(lineStart);
        else if (i % 4 === 1) text = text.slice(0, at) + bits[below(bits.length)] + text.slice(at);
        else if (i % 4 === 2) text = text.slice(0, at) + text.slice(at + 1 + below(3));
        // The same line twice: two mixtures may have the same text.
        else text = text.slice(0, lineEnd) + text.slice(lineStart, lineEnd) + text.slice(lineEnd);
        const parsed = parsedSame(text, previous, 5);
        const isBroken = parsed.diagnostics.some(({ code }) => code === "yaml");
        if (isBroken) text = before;
        previous = isBroken ? parsedSame(text, parsed, 5) : parsed;
      }
    }
  });

  it("leaves the previous version as it was", () => {
    for (const text of [usual, ...texts.filter(each => cutMixtures(each) !== null)]) {
      const previous = parsedSame(text);
      const before = said(text, previous, 5);
      parsedSame(`# moved\n${text}`, previous, 5);
      assert.deepEqual(said(text, previous, 5), before);
    }
  });

  it("gives two mixtures with the same text places of their own", () => {
    const twice = usual.replace(/( {2}shares: .*\n)/, "$1$1");
    const parsed = parsedSame(twice, parsedSame(usual));
    assert.deepEqual(
      parsed.diagnostics.map(({ code, range }) => [code, range.start.line]),
      [["duplicate-key", 17]],
    );
    assert.deepEqual(parsedSame(usual, parsed).diagnostics, []);
  });

  it("names a mixture and its repetition by an alias differently", () => {
    const text = usual
      .replace("{ monolingual: en }", "&one { monolingual: en }")
      .replace("  shares:", "  again: *one\n\n  shares:");
    const { draft, diagnostics } = parseMixtureFile(text);
    assert.deepEqual(
      draft.mixtures.slice(0, 3).map(({ name }) => name),
      ["english", "pinch", "again"],
    );
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ["duplicate-mixture"],
    );
  });

  it("reads a mixture again where the budget changed", () => {
    const first = parseMixtureFile(`${usual}\n`, parseMixtureFile(usual));
    const text = usual.replace("budget: 600", "budget: 30");
    assert.deepEqual(said(text, parseMixtureFile(text, first), 1), said(text, parseMixtureFile(text), 1));
    assert.ok(parseMixtureFile(text, first).diagnostics.some(({ code }) => code === "spread-over-budget"));
  });

  it("parses again only what changed", () => {
    const mixtures = (parsed: ParsedMixtureFile) => {
      const section = parsed.yaml.document.get("mixtures");
      assert.ok(isMap(section));
      return section.items;
    };
    const first = parsedSame(usual);
    const before = mixtures(first);
    const edited = parsedSame(usual.replace("spread: 40", "spread: 41"), first);
    assert.deepEqual(
      mixtures(edited).map((mixture, i) => mixture === before[i]),
      [true, false, true, true],
    );
    const moved = parsedSame(usual.replace("version: 1", "\n\nversion: 1"), edited);
    const back = parsedSame(usual, moved);
    const broken = parsedSame(`${usual}  lora: {`, back);
    assert.ok(broken.diagnostics.some(({ code }) => code === "yaml"));
    assert.deepEqual(
      mixtures(broken).map((mixture, i) => mixture === mixtures(back)[i]),
      [true, true, true, true],
    );
  });

  it("keeps what it knows while the text can't be cut", () => {
    const first = parsedSame(usual);
    const marked = parsedSame(usual.replace("spread: 40", "spread: &some 40"), first);
    const back = parsedSame(usual, marked);
    const [before, after] = [first, back].map(({ yaml }) => yaml.document.get("mixtures"));
    assert.ok(isMap(before) && isMap(after) && before.items.every((each, i) => each === after.items[i]));
  });
});
