// A text that is read in pieces says what the whole text says, whatever is typed into it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { cutMixtures } from "../../../src/core/mixtureFile/mixturePieces.ts";
import { MixtureText } from "../../../src/core/mixtureFile/mixtureText.ts";
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

function assertSame(read: MixtureText, text: string, step = 1): void {
  assert.deepEqual(said(text, read.parse(text), step), said(text, parseMixtureFile(text), step), text);
}

describe("a mixture file in pieces", () => {
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
    assert.equal(pieces.rest.length, usual.length);
    assert.ok(!pieces.rest.includes("english") && pieces.rest.includes("# the last"));
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
    for (const text of [...texts, usual]) assertSame(new MixtureText(), text);
    for (const text of texts) assertSame(new MixtureText(), text.replaceAll("\n", "\r\n"));
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
      const read = new MixtureText();
      let text = start;
      for (let i = 0; i < edits; i++) {
        const at = below(text.length + 1);
        const lineStart = text.lastIndexOf("\n", at - 1) + 1;
        const before = text;
        if (i % 3 === 0) text = text.slice(0, lineStart) + lines[below(lines.length)] + text.slice(lineStart);
        else if (i % 3 === 1) text = text.slice(0, at) + bits[below(bits.length)] + text.slice(at);
        else text = text.slice(0, at) + text.slice(at + 1 + below(3));
        assertSame(read, text, 5);
        if (parseMixtureFile(text).diagnostics.some(({ code }) => code === "yaml")) text = before;
      }
    }
  });

  it("reads again only what changed", () => {
    const read = new MixtureText();
    const before = read.parse(usual).draft.mixtures;
    const after = read.parse(usual.replace("spread: 40", "spread: 41")).draft.mixtures;
    assert.deepEqual(
      after.map((mixture, i) => mixture === before[i]),
      [true, false, true, true, true],
    );
    const mended = read.parse(usual).draft.mixtures;
    const broken = read.parse(`${usual}  lora: {`);
    assert.ok(broken.diagnostics.some(({ code }) => code === "yaml"));
    assert.deepEqual(
      broken.draft.mixtures.map((mixture, i) => mixture === mended[i]),
      [true, true, true, true, true],
    );
  });
});
