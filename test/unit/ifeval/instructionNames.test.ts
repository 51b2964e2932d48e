// Names of the kinds of instruction.
import assert from "node:assert/strict";
import { test } from "node:test";
import { instructionName } from "../../../src/core/ifeval/instructionNames.ts";
import { instructionIds } from "../../../src/core/ifeval/kinds.ts";

test("each kind has a name of its own in words; another id is its own name", () => {
  const names = instructionIds.map(instructionName);
  assert.equal(new Set(names).size, instructionIds.length);
  for (const name of names) assert.match(name, /^[A-Za-z][A-Za-z ]+[ñü]?$/);
  assert.equal(instructionName("toString"), "toString");
});
