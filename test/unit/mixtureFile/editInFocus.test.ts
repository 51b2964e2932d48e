// An edit that sees one mixture makes of a file what the edit of the whole text makes of it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { MixtureForm } from "../../../src/core/mixture/mixtureFile.ts";
import { cutMixtures } from "../../../src/core/mixtureFile/cutMixtures.ts";
import { removeMixture, setBudget, setMixture } from "../../../src/core/mixtureFile/edit.ts";
import { editInFocus } from "../../../src/core/mixtureFile/editInFocus.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";

const text = `# top
budget: 600
mixtures:
  # before the first
  english: { monolingual: en } # first

  # between
  pinch:
    base: en # most
    spread: 40
    over: [ar, zh]
  curve: { base: en, spread: [1%, 2%], over: all }
  "quoted one" : { uniform: all }
  # behind
train: { epochs: 1 }
`;
const fixtures = join(import.meta.dirname, "..", "..", "fixtures", "mixtures");
const texts = readdirSync(fixtures)
  .filter(name => name.endsWith(".yaml"))
  .map(name => readFileSync(join(fixtures, name), "utf8"))
  .filter(each => !parseMixtureFile(each).diagnostics.some(({ code }) => code === "yaml"));

const forms: readonly MixtureForm[] = [
  { kind: "uniform", over: ["en", "sw"] },
  { kind: "spread", base: "en", spread: { examples: 41 }, over: ["ar", "zh"] },
  { kind: "shares", shares: { en: 60, fi: 40 } },
];

const sweep: readonly MixtureForm[] = [2, 3].map(temperature => ({
  kind: "temperature",
  temperature,
  over: "all",
}));

/** The text, or what the edit was refused with. */
function outcome(edit: () => string): string {
  try {
    return edit();
  } catch (error) {
    return String(error);
  }
}

describe("an edit in focus", () => {
  it("comes to the same text as the edit of the whole", () => {
    for (const whole of [text, ...texts, ...texts.map(each => each.replaceAll("\n", "\r\n"))]) {
      const keys = [...new Set(parseMixtureFile(whole).draft.mixtures.map(({ key }) => key)), "new"];
      const edits: [string | null, (part: string) => string][] = keys.flatMap(key => [
        [key, part => removeMixture(part, key)],
        ...forms.map((form): [string, (part: string) => string] => [
          key,
          part => setMixture(part, key, form),
        ]),
        [key, part => setMixture(part, key, sweep)],
      ]);
      edits.push([null, part => setBudget(part, 77)]);
      for (const [key, edit] of edits)
        assert.deepEqual(
          outcome(() => editInFocus(whole, key, edit)),
          outcome(() => edit(whole)),
          whole,
        );
    }
  });

  it("sees the mixture, a neighbour and what is no mixture", () => {
    const seen: string[] = [];
    editInFocus(text, "curve", part => {
      seen.push(part);
      return setMixture(part, "curve", { kind: "uniform", over: "all" });
    });
    assert.equal(seen.length, 1);
    assert.equal(seen[0]?.length, text.length);
    assert.ok(!seen[0]?.includes("english") && !seen[0]?.includes("quoted"));
    assert.ok(seen[0]?.includes("pinch:") && seen[0]?.includes("# between") && seen[0]?.includes("epochs"));
  });

  it("is made on the whole text where it would reach what it does not see", () => {
    const over = (part: string) => part.replace(/mixtures:[\s\S]*train/, "mixtures: {}\ntrain");
    assert.equal(editInFocus(text, "pinch", over), over(text));
    const between = (part: string) =>
      part.replace("spread: 40\n", "spread: 40\n    grow: true\n      x: 1\n");
    assert.equal(editInFocus(text, "pinch", between), between(text));
    const deeper = (part: string) => part.replace("over: [ar, zh]\n", "over: [ar, zh]\n        \n");
    assert.deepEqual(cutMixtures(editInFocus(text, "pinch", deeper))?.mixtures.length, 4);
  });
});
