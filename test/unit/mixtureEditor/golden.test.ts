// What the language features say of each fixture is what its golden file says; every fix mends its fault.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { completionsAt } from "../../../src/core/mixtureEditor/completions.ts";
import { fixesFor } from "../../../src/core/mixtureEditor/fixes.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { applyEdits, Source } from "../../../src/core/mixtureFile/textEdit.ts";
import { faultsOf, goldenOf, known, unmarked } from "../../support/mixtureGolden.ts";

const folder = join(root, "test", "fixtures", "mixtures");
const suffix = ".mixture.yaml";
const names = readdirSync(folder).filter(name => name.endsWith(suffix));
const read = (name: string) => readFileSync(join(folder, name), "utf8");

describe("golden files of mixture files", () => {
  it("are at least forty", () => assert.ok(names.length >= 40, `${names.length}`));

  for (const name of names) {
    it(name.replace(suffix, ""), () => {
      const expected: unknown = JSON.parse(read(name.replace(suffix, ".json")));
      assert.deepEqual(goldenOf(read(name)), expected, "see scripts/goldenMixtures.ts");
    });
  }
});

describe("quick fixes", () => {
  for (const name of names) {
    const { text } = unmarked(read(name));
    const faults = faultsOf(text);
    const parsed = parseMixtureFile(text);
    const count = (all: typeof faults, code: string) => all.filter(fault => fault.code === code).length;
    for (const fault of faults) {
      for (const fix of fixesFor(text, parsed, fault)) {
        it(`${name}: ${fix.title} mends ${fault.code}`, () => {
          const after = applyEdits(text, fix.edits);
          const left = faultsOf(after);
          // Another mixture's may have been the same: one fewer, whatever the rest.
          assert.ok(count(left, fault.code) < count(faults, fault.code), after);
          assert.ok(count(left, "yaml") <= count(faults, "yaml"), after);
          const errors = (all: typeof faults) => all.filter(({ severity }) => severity === "error").length;
          assert.ok(errors(left) <= errors(faults), `${after}\n${left.map(each => each.message).join("\n")}`);
          if (text.includes("\r\n")) assert.ok(!/[^\r]\n/.test(after), "line ends are kept");
          else assert.ok(!after.includes("\r"));
        });
      }
    }
  }
});

describe("completions", () => {
  for (const name of names) {
    const { text, cursors } = unmarked(read(name));
    const source = new Source(text);
    for (const cursor of cursors) {
      it(`${name} ${cursor.line + 1}: none is an unknown key, value or language`, () => {
        for (const item of completionsAt(source, parseMixtureFile(text), known, cursor)) {
          const after = applyEdits(text, [{ range: item.range, newText: item.insert }]);
          const wrong = parseMixtureFile(after).diagnostics.filter(
            ({ code, range, message }) =>
              ["unknown-key", "unknown-value", "unknown-language"].includes(code) &&
              range.start.line === cursor.line &&
              !message.includes("but it is empty"),
          );
          assert.deepEqual(wrong, [], `${item.label}\n${after}`);
        }
      });
    }
  }
});
