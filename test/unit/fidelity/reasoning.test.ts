// What a model thinks before it answers is no part of the answer, whoever opened the block.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readableText } from "../../../src/core/fidelity/readable.ts";
import { answerOf } from "../../../src/core/fidelity/reasoning.ts";
import { judge } from "../../../src/core/scoring/score.ts";
import { responseScorer } from "../../../src/runtime/evaluation/scoreResponse.ts";

test("a block at the beginning is taken off, closed, unclosed or opened by the prompt", () => {
  assert.equal(answerOf("<think>\n\n</think>\n\n Red."), "Red.");
  assert.equal(answerOf("  <Thinking>hm</thinking>Red."), "Red.");
  assert.equal(answerOf("<think>a <reasoning>b</reasoning> c</think>Red."), "Red.");
  assert.equal(answerOf("hm, red?\n</think>\nRed."), "Red.");
  assert.equal(answerOf("<think>on and on"), "");
});

test("an answer that speaks of such tags is left whole", () => {
  for (const text of ["Write <think> and </think> around it.", "Red.", " Red.", "<b>Red</b>"])
    assert.equal(answerOf(text), text);
});

test("checks see the answer alone, and so does the language", async () => {
  const row = {
    id: "a",
    language: "fi",
    prompt: "Mikä väri?",
    checks: [{ kind: "answer", accepts: ["Taivas on aamulla punainen ja illalla sininen."] } as const],
  };
  const response =
    "<think>The user asks for a colour, and the answer is red.</think>\n\nTaivas on aamulla punainen ja illalla sininen.";
  const score = await responseScorer(new Map([["fi", [row]]]), null);
  const { outcome, lineAccuracy } = score(row, response);
  assert.deepEqual([outcome, lineAccuracy], ["followed", 1]);
  assert.equal(readableText("The user asks.</think>\nPunainen.").trim(), "Punainen.");
  assert.equal(judge(row, answerOf(response), "fi", new Map()).checksPassed, true);
});
