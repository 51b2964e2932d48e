// Tables for other programs: quoting, numbers, and text that a spreadsheet would run.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dataTableCsv, dataTableJson } from "../../../src/core/figures/tableText.ts";

const table = {
  head: ["mixture", "he", "note"],
  rows: [
    ["pinch", "-41.5", 'a "b", c'],
    ["ערבוב", "–", '=HYPERLINK("x")'],
  ],
};

describe("tables for other programs", () => {
  it("quotes what needs it and disarms formulas, but no negative numbers", () => {
    assert.equal(
      dataTableCsv(table),
      '\ufeffmixture,he,note\r\npinch,-41.5,"a ""b"", c"\r\nערבוב,–,"\'=HYPERLINK(""x"")"\r\n',
    );
  });

  it("disarms signs that only some spreadsheets take for one", () => {
    const cells = ["＝cmd()", "＋1a", "－x", "＠x", "  =cmd()", "\n=cmd()", "\t=cmd()"];
    const lines = dataTableCsv({ head: ["a"], rows: cells.map(cell => [cell]) })
      .split("\r\n")
      .slice(1, -1);
    assert.deepEqual(
      lines.map(line => line.replace(/^"/, "")[0]),
      cells.map(() => "'"),
    );
  });

  it("gives numbers as numbers and what is missing as null", () => {
    assert.deepEqual(JSON.parse(dataTableJson(table)), [
      { mixture: "pinch", he: -41.5, note: 'a "b", c' },
      { mixture: "ערבוב", he: null, note: '=HYPERLINK("x")' },
    ]);
  });
});
