// The two readers of JSON files, of a text and of pieces of bytes, find the same rows with the same faults.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readRows } from "../../../src/core/dataset/jsonRows.ts";
import { FileFaults } from "../../../src/core/dataset/rowFaults.ts";
import { jsonRows } from "../../../src/runtime/dataFiles/jsonPieces.ts";

const texts: Readonly<Record<string, string>> = {
  "brackets, commas and quotes in strings": '[{"a": "]},{[\\", \\\\"}, {"b": "\\\\\\""}]',
  "nested lists": '[{"a": [[1, 2], {"b": [3]}]}, {"c": []}]',
  "a brace too many": '[{"a": 1}}, {"b": 2}, {"c": 3}]',
  "a missing brace": '[{"a": 1, {"b": 2}]',
  "commas at the end and in a row": '[{"a": 1},, {"b": 2},]',
  "an array that is not closed": '[{"a": 1}, {"b": 2}',
  "arrays one after the other": '[{"a": 1}]\n[{"b": 2}, {"c": 3}]\n',
  "text after the array": '[{"a": 1}] {"b": 2}',
  "an empty array": "[ ]",
  "elements that are not objects": '[1, "a,b", null, [{"a": 1}], {"b": 2}]',
  "other scripts": '[{"a": "汉字，］"}, {"b": "é\u2028😀"}]',
  "a byte order mark": '\ufeff[{"a": 1}, {"b": 2}]',
  "Windows line endings": '[\r\n  {"a": 1},\r\n  {"b": 2}\r\n]\r\n',
  "JSON Lines": '{"a": 1}\n\n{"b": "]"}\r\n  {"c": 3}\n',
  "JSON Lines with commas": '{"a": 1},\n{"b": 2}\n',
  "JSON Lines with a byte order mark": '\ufeff{"a": 1}\n{"b": 2}\n',
  "a list within an object": '{"version": 1, "data": [{"a": "]"}, {"b": 2}], "more": "x"}',
};

const expected = '{"id": …, "prompt": …, "response": …}';

function fromText(text: string) {
  const faults = new FileFaults("a.json");
  const { rows } = readRows(text, faults, expected);
  return { rows: rows.map(({ value }) => value), faults: faults.list().map(({ remedy }) => remedy) };
}

async function fromBytes(text: string, size: number) {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const rows: unknown[] = [];
  const faults: string[] = [];
  for await (const batch of jsonRows({ pieces }))
    for (const read of batch)
      if ("row" in read) rows.push(read.row);
      else faults.push("remedy" in read ? read.remedy : read.column);
  return { rows, faults };
}

for (const [name, text] of Object.entries(texts))
  test(`${name}: the same rows from text and from bytes`, async () => {
    for (const size of [1, 3, 7, 1_000]) assert.deepEqual(await fromBytes(text, size), fromText(text));
  });
