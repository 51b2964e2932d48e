// The words for adapters in reports and model cards.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeLora } from "../../../src/core/mixtureFile/loraSection.ts";

test("what is usual about adapters goes unsaid, and what is not is named", () => {
  const usual = { rank: 16, alpha: 32, targets: "all-linear" } as const;
  assert.equal(describeLora(usual), "LoRA of rank 16, alpha 32");
  assert.equal(
    describeLora({ ...usual, targets: ["q_proj", "v_proj"], scaling: "rslora", plusRatio: 16 }),
    "rsLoRA of rank 16, alpha 32, B at 16 times the learning rate of A (LoRA+) on q_proj and v_proj",
  );
  assert.equal(describeLora({ ...usual, dropout: 0.05 }), "LoRA of rank 16, alpha 32, dropout 0.05");
  assert.equal(
    describeLora({ ...usual, dora: true, scaling: "rslora" }),
    "DoRA of rank 16, alpha 32 scaled as rsLoRA",
  );
  assert.equal(
    describeLora({ ...usual, from: "/home/me/first" }),
    "LoRA of rank 16, alpha 32, started from the adapter first",
  );
});
