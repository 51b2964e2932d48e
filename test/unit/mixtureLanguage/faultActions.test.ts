// What is offered for faults that no edit of the mixture file mends.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Diagnostic } from "../../../src/common/diagnostic.ts";
import { actionsFor } from "../../../src/core/mixtureLanguage/faultActions.ts";

const range = { start: { line: 0, column: 0 }, end: { line: 0, column: 1 } };
const fault = (code: string): Diagnostic => ({ severity: "error", code, message: "", remedy: "", range });

test("missing data offer a dataset; related places are opened", () => {
  for (const code of ["language-without-data", "no-data"])
    assert.deepEqual(
      actionsFor(fault(code)).map(({ kind }) => kind),
      ["addDataset"],
    );
  assert.deepEqual(actionsFor(fault("unknown-key")), []);
  assert.deepEqual(actionsFor({ ...fault("no-data"), file: "data/en.jsonl" }), []);
  const related = [{ file: "data/en.jsonl", range, message: "the first such prompt" }];
  assert.deepEqual(actionsFor({ ...fault("overlap"), related }), [
    { kind: "open", title: "Open the first such prompt", file: "data/en.jsonl", range },
  ]);
});
