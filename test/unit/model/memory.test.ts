// A model that the machine can't hold is refused with the numbers and the ways out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { refuseTooLarge } from "../../../src/runtime/model/refuseTooLarge.ts";

const model = { name: "large", parameterCount: 2_000_000_000 };
const lora = { method: "lora", base: "float" } as const;
const full = { method: "full", base: "float" } as const;

function refusal(spec: Parameters<typeof refuseTooLarge>[1], memory: number): HumanError {
  try {
    refuseTooLarge(model, spec, memory);
  } catch (error) {
    assert.ok(error instanceof HumanError, String(error));
    return error;
  }
  return assert.fail("was accepted");
}

test("weights that don't fit are refused, and rounded ones named where they would", () => {
  const error = refusal(lora, 7e9);
  assert.equal(
    error.message,
    "large has 2,000 million parameters and takes 8.0 GB to hold them in float32; this machine has 7.0 GB of memory.",
  );
  assert.match(error.remedy, /^Train adapters on rounded weights .*base: int4.*, or use a machine/);
  refuseTooLarge(model, lora, 8e9);
  refuseTooLarge(model, { method: "lora", base: "int8" }, 2e9);
  assert.match(refusal({ method: "lora", base: "int4" }, 0.9e9).message, /1\.0 GB to hold them in 4 bits/);
  assert.match(refusal(lora, 0.9e9).remedy, /^Choose a smaller model, or use/);
});

test("training every weight takes four times as much, and adapters are named where they fit", () => {
  const error = refusal(full, 24e9);
  assert.match(error.message, /32\.0 GB to train all of them/);
  assert.match(error.remedy, /^Train adapters instead \(method: lora\)/);
  assert.match(refusal(full, 7e9).remedy, /base: int4/);
  refuseTooLarge(model, full, 32e9);
});
