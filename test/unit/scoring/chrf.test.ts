// chrF++ against sacrebleu's values on sentences of our own in 12 languages.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { sentenceChrf } from "../../../src/core/scoring/chrf.ts";

interface Values {
  readonly pairs: readonly {
    readonly language: string;
    readonly response: string;
    readonly reference: string;
    readonly score: number;
  }[];
}

const path = join("test", "unit", "scoring", "reference", "chrf.json");
const { pairs } = JSON.parse(readFileSync(path, "utf8")) as Values;

describe("chrF++", () => {
  for (const { language, response, reference, score } of pairs) {
    it(`is sacrebleu's for ${language}: ${JSON.stringify(response)}`, () => {
      const difference = Math.abs(100 * sentenceChrf(response, reference) - score);
      assert.ok(difference < 1e-6, `${100 * sentenceChrf(response, reference)} for ${score}`);
    });
  }

  it("covers the 12 languages", () => {
    assert.equal(new Set(pairs.map(pair => pair.language)).size, 12);
  });
});
