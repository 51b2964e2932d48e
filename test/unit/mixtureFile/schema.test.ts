// The key descriptions agree with what the parser reads.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { describeKey, keysIn, mixtureForms, mixtureKeys } from "../../../src/core/mixtureFile/schema.ts";

describe("mixtureKeys", () => {
  it("each has one line of help and stands once", () => {
    assert.equal(new Set(mixtureKeys.map(key => key.path)).size, mixtureKeys.length);
    assert.deepEqual(
      mixtureKeys.filter(key => !/^\S.*\.$/.test(key.help)),
      [],
    );
  });

  it("defaults and values that are shown are ones that the parser takes", () => {
    for (const key of mixtureKeys) {
      const [section, name, nested] = key.path.split(".");
      if (section !== "train" && section !== "evaluate") continue;
      for (const value of [...(key.values ?? []), ...(key.default ? [key.default.split(", or")[0]] : [])]) {
        const entry = nested === undefined ? `${name}: ${value}` : `${name}: { ${nested}: ${value} }`;
        const text = `version: 1\nmodel: m\nbudget: 9\ndata: { train: "{language}", dev: "dev/{language}" }\nmixtures: { a: { uniform: all } }\n${section}: { ${entry} }${section === "train" ? "\nevaluate: { during: 5 }" : ""}`;
        const { diagnostics } = parseMixtureFile(text);
        assert.deepEqual(
          diagnostics.map(d => d.message),
          [],
          entry,
        );
      }
    }
  });

  it("keysIn lists one level", () => {
    assert.deepEqual(
      keysIn("train.lora").map(key => key.path),
      ["rank", "alpha", "scaling", "plusRatio", "dora", "dropout", "targets", "from"].map(
        key => `train.lora.${key}`,
      ),
    );
    assert.ok(keysIn("").some(key => key.path === "mixtures"));
    assert.deepEqual(keysIn("nowhere"), []);
  });

  it("describeKey finds keys of mixtures by any name, and items by their list", () => {
    assert.equal(describeKey(["mixtures", "pinch", "over", 3])?.path, "mixtures.*.over");
    assert.equal(describeKey(["mixtures", "x", "shares", "en"])?.path, "mixtures.*.shares");
    assert.equal(describeKey(["train", "lora", "rank"])?.path, "train.lora.rank");
    assert.equal(describeKey(["train", "nothing"]), null);
    assert.equal(describeKey([]), null);
  });
});

describe("mixtureForms", () => {
  for (const { label, example } of mixtureForms) {
    it(`the example of ${label} is valid and of that form`, () => {
      const text = `version: 1\nmodel: m\nbudget: 100\ndata: { train: "{language}" }\nmixtures:\n  a: ${example}\n`;
      const { file, diagnostics } = parseMixtureFile(text);
      assert.deepEqual(diagnostics, []);
      assert.equal(file?.mixtures[0]?.form.kind, label);
    });
  }
});
