// Edit distance and the word that was probably meant.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { closest, editDistance, suggestion } from "../../../src/common/didYouMean.ts";

describe("editDistance", () => {
  for (const [a, b, distance] of [
    ["", "", 0],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["modle", "model", 1],
    ["ca", "abc", 3],
    ["epochs", "epochs", 0],
  ] as const) {
    it(`${a} to ${b} is ${distance}, both ways`, () => {
      assert.equal(editDistance(a, b), distance);
      assert.equal(editDistance(b, a), distance);
    });
  }
});

describe("closest", () => {
  it("ignores case, hyphens and underscores", () => {
    assert.equal(closest("learning_rate", ["rank", "learningRate"]), "learningRate");
  });
  it("takes the nearest, not the first", () => {
    assert.equal(closest("topp", ["top", "topP"]), "topP");
  });
  it("suggests nothing far away", () => {
    assert.equal(closest("fox", ["rank", "seed"]), null);
    assert.equal(closest("en", ["it", "fi"]), null);
  });
  it("lists what is known where nothing is near", () => {
    assert.equal(suggestion("fox", ["rank", "seed"]), "Expected one of: rank, seed.");
    assert.equal(suggestion("sed", ["rank", "seed"]), 'Did you mean "seed"?');
  });
});
