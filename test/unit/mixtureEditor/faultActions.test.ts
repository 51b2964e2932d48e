// What is offered for faults that no edit of the mixture file mends.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Diagnostic } from "../../../src/common/diagnostic.ts";
import { actionsFor } from "../../../src/core/mixtureEditor/faultActions.ts";

const range = { start: { line: 0, column: 0 }, end: { line: 0, column: 1 } };
const fault = (code: string): Diagnostic => ({ severity: "error", code, message: "", remedy: "", range });

test("a dataset that is not here is downloaded, and pinned where it has no commit", () => {
  const download = { source: "hub:org/name", split: "train" };
  const titles = ["hub-not-downloaded", "hub-unpinned"].map(code => actionsFor({ ...fault(code), download }));
  assert.deepEqual(titles, [
    [{ kind: "downloadDataset", title: "Download dataset", download, range }],
    [{ kind: "downloadDataset", title: "Download dataset and pin its commit", download, range }],
  ]);
});

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
