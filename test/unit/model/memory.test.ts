// A model that the machine can't hold is refused with the numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { refuseTooLarge } from "../../../src/runtime/model/memory.ts";

const model = { name: "large", parameterCount: 2_000_000_000 };

function refusal(method: "lora" | "full" | null, memory: number): HumanError {
  try {
    refuseTooLarge(model, method, memory);
  } catch (error) {
    assert.ok(error instanceof HumanError, String(error));
    return error;
  }
  return assert.fail("was accepted");
}

test("weights that don't fit are refused, whatever is trained", () => {
  const error = refusal("lora", 7e9);
  assert.equal(
    error.message,
    "large has 2,000 million parameters and takes 8.0 GB to hold them as float32; this machine has 7.0 GB of memory.",
  );
  assert.match(error.remedy, /smaller model/);
  assert.match(refusal(null, 7e9).message, /8\.0 GB/);
  refuseTooLarge(model, "lora", 8e9);
});

test("training every weight takes four times as much, and adapters are named as the way out", () => {
  const error = refusal("full", 24e9);
  assert.match(error.message, /32\.0 GB to train all of them/);
  assert.match(error.remedy, /method: lora/);
  assert.doesNotMatch(refusal("full", 7e9).remedy, /lora/);
  refuseTooLarge(model, "full", 32e9);
});
