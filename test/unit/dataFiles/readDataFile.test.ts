// Data files that a run can't have: each is told with a sentence to act on, and none ends the process.
import assert from "node:assert/strict";
import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseDataset } from "../../../src/core/dataset/rows.ts";
import { loadTrainingData } from "../../../src/runtime/dataFiles/loadData.ts";
import { readDataFile } from "../../../src/runtime/dataFiles/readDataFile.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const row = '{"id": "a", "prompt": "p", "response": "r"}\n';

function fileOf(content: string | Uint8Array): string {
  const path = join(temporaryFolder(), "en.jsonl");
  writeFileSync(path, content);
  return path;
}

function told(path: string, read?: (path: string) => Uint8Array): string {
  const result = readDataFile(path, read);
  assert.ok(!(result instanceof Uint8Array));
  assert.equal(result.file, path);
  return `${result.code}: ${result.message} ${result.remedy}`;
}

test("a file of 2 GB is refused before it is read", () => {
  const path = fileOf(row);
  const file = openSync(path, "r+");
  ftruncateSync(file, 2 * 2 ** 30); // sparse: it takes no room
  closeSync(file);
  const never = (): Uint8Array => assert.fail("it was read");
  assert.match(told(path, never), /^too-large: The file has 2\.0 GB; .*at most 400 MB.*cap: 10000/);
});

test("a file that changes while it is read is read once more", () => {
  const path = fileOf(row);
  let reads = 0;
  const once = (from: string) => {
    const bytes = readFileSync(from);
    if (reads++ === 0) writeFileSync(path, row + row.replace('"a"', '"b"'));
    return bytes;
  };
  assert.equal((readDataFile(path, once) as Uint8Array).length, 2 * row.length);
  assert.equal(reads, 2);
  let length = 2;
  const always = (from: string) => {
    const bytes = readFileSync(from);
    writeFileSync(path, row.repeat(++length));
    return bytes;
  };
  let seconds = 1_000_000;
  const sameLength = (from: string) => {
    const bytes = readFileSync(from);
    utimesSync(path, ++seconds, seconds);
    return bytes;
  };
  assert.match(told(path, sameLength), /^changing:/);
  assert.match(told(path, always), /^changing: .*another program is writing it\. Wait/);
});

test("a file that is gone in the middle, or was never there", () => {
  const path = fileOf(row);
  const gone = (from: string) => {
    const bytes = readFileSync(from);
    rmSync(path);
    return bytes;
  };
  assert.match(
    told(path, gone),
    /^unreadable: The file was deleted or moved while it was read\. Put it back/,
  );
});

test("a line of 50 MB, zero bytes and UTF-16 are faults of their lines and files", async () => {
  const options = { file: "en.jsonl", language: "en" };
  const long = `${row}{"id": "b", "prompt": "${"x".repeat(50 * 2 ** 20)}", "response": "r"}\n`;
  const { examples, diagnostics } = parseDataset(long, options);
  assert.equal(examples.length, 1);
  assert.deepEqual(
    diagnostics.map(({ code, range, message }) => `${code} ${range.start.line} ${message}`),
    ["row-too-long 1 This row has 50 million characters, too many for an example."],
  );
  const nul = parseDataset(`${row}{"id": "b", \0\0\0\n${row.replace('"a"', '"c"')}`, options);
  assert.equal(nul.examples.length, 2);
  assert.match(nul.diagnostics[0]?.message ?? "", /zero byte: the file is damaged/);
  const folder = temporaryFolder();
  writeFileSync(join(folder, "en.jsonl"), Buffer.from(`\ufeff${row}`, "utf16le"));
  const { diagnostics: wide } = await loadTrainingData(
    [{ file: "{language}.jsonl" }],
    join(folder, "a.mixture.yaml"),
  );
  assert.match(`${wide[0]?.message} ${wide[0]?.remedy}`, /UTF-16, not in UTF-8\. Save the file as UTF-8/);
});
