// Names of files in URIs and patterns, and reasons of errors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { baseName } from "../../../src/common/baseName.ts";
import { reasonOf } from "../../../src/node/webFetch.ts";

test("the base name of a path is what follows its last slash, or all of it", () => {
  assert.deepEqual(["/a/b.jsonl", "b.jsonl", "a\\b", "/a/", ""].map(baseName), [
    "b.jsonl",
    "b.jsonl",
    "a\\b",
    "",
    "",
  ]);
});

test("the reason of an error names its causes, by their codes where they have no message", () => {
  const refused = Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" });
  assert.equal(reasonOf(new TypeError("fetch failed", { cause: refused })), "fetch failed: ECONNREFUSED");
  assert.equal(reasonOf(new Error("a", { cause: new Error("b", { cause: "c" }) })), "a: b: c");
});
