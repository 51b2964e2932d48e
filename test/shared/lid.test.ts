// Language identification on real sentences and short pieces in 12 languages; needs the shared data folder.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { createIdentifier } from "../../src/runtime/language/identify.ts";

const folder = path.resolve("..", "shared", "data", "lid-testset");
const skip = existsSync(folder) ? false : `no test set at ${folder}`;
const languages = ["ar", "zh", "cs", "en", "et", "fi", "he", "hi", "it", "ru", "es", "sw"];

interface Row {
  readonly l: string;
  readonly x: string;
}

async function accuracy(name: string): Promise<number> {
  const rows = JSON.parse(readFileSync(path.join(folder, name), "utf8")) as readonly Row[];
  const identifier = await createIdentifier(languages);
  const right = rows.filter(row => identifier.identify(row.x).language === row.l).length;
  return (100 * right) / rows.length;
}

test("whole sentences: at least 99.0 % right", { skip }, async () => {
  const percent = await accuracy("full.json");
  assert.ok(percent >= 99, `${percent.toFixed(2)} %`);
});

test("pieces of 3 to 5 words: at least 98.0 % right", { skip }, async () => {
  const percent = await accuracy("short.json");
  assert.ok(percent >= 98, `${percent.toFixed(2)} %`);
});
