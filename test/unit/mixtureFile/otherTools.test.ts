// Keys of other tools: what is advised exists here, and a key of this file is never taken for another tool's.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plainWord } from "../../../src/common/didYouMean.ts";
import { fromOtherTool, otherToolKeys } from "../../../src/core/mixtureFile/otherTools.ts";
import { mixtureKeys } from "../../../src/core/mixtureFile/schema.ts";

const paths = mixtureKeys.map(({ path }) => path);
const lasts = new Set(paths.map(path => path.slice(path.lastIndexOf(".") + 1)));

describe("keys of other tools", () => {
  it("are each named once, as plain words, and none is a key of this file", () => {
    assert.equal(new Set(otherToolKeys).size, otherToolKeys.length);
    assert.deepEqual(
      otherToolKeys.filter(name => plainWord(name) !== name),
      [],
    );
    const own = new Set([...lasts].map(plainWord));
    assert.deepEqual(
      otherToolKeys.filter(name => own.has(name)),
      [],
    );
  });

  it("lead to keys that exist", () => {
    for (const name of otherToolKeys) {
      const advice = fromOtherTool(name, "");
      assert.ok(advice !== null, name);
      assert.match(advice.remedy, /^(?:In Pinch|Remove it).*\.$/, name);
      for (const [, quoted = ""] of advice.remedy.matchAll(/"([\w.]+)(?:: \w+)?"/g))
        assert.ok(paths.includes(quoted) || lasts.has(quoted), `${name}: ${quoted}`);
    }
  });

  it("are known however they are written, and meant only where the same key is", () => {
    for (const name of ["max_grad_norm", "maxGradNorm", "max-grad-norm", "MAX_GRAD_NORM"]) {
      assert.equal(fromOtherTool(name, "train")?.meant, "clipNorm");
      assert.deepEqual(fromOtherTool(name, ""), { remedy: 'In Pinch, it is "train.clipNorm".', meant: null });
    }
    assert.equal(fromOtherTool("lora_r", "train")?.meant, null);
    assert.equal(fromOtherTool("lora_r", "train.lora")?.meant, "rank");
    assert.equal(fromOtherTool("lora_dropout", "train.lora")?.meant, "dropout");
    assert.equal(fromOtherTool("lora_dropout", "")?.remedy, 'In Pinch, it is "train.lora.dropout".');
    assert.equal(fromOtherTool("use_dora", "train.lora")?.meant, "dora");
    assert.match(fromOtherTool("attention_dropout", "train")?.remedy ?? "", /train\.lora\.dropout/);
    assert.equal(fromOtherTool("base_model", "")?.meant, "model");
    assert.equal(fromOtherTool("packing", "train")?.meant, null);
    assert.equal(fromOtherTool("spred", "mixtures.*"), null);
  });
});
