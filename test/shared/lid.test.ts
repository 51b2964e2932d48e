// Language identification on real sentences and short pieces in 12 languages; needs the shared data folder.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { sameLanguage } from "../../src/core/language/alike.ts";
import { createIdentifier } from "../../src/runtime/identification/identify.ts";

const folder = path.resolve("..", "shared", "data", "lid-testset");
const skip = existsSync(folder) ? false : `no test set at ${folder}`;
const languages = ["ar", "zh", "cs", "en", "et", "fi", "he", "hi", "it", "ru", "es", "sw"];
// From so many letters on a line has the five words that the line-level pass rate asks for.
const lineLetters = 24;

interface Row {
  readonly l: string;
  readonly x: string;
}

async function accuracy(
  context: TestContext,
  name: string,
  evaluated: readonly string[],
  counts = (_: Row): boolean => true,
): Promise<number> {
  const rows = (JSON.parse(readFileSync(path.join(folder, name), "utf8")) as readonly Row[]).filter(counts);
  const { identify } = await createIdentifier(evaluated);
  // Where languages are evaluated, a response has one that it should be in; no other matters.
  const wrong = rows.filter(
    row => !sameLanguage(identify(row.x, evaluated.includes(row.l) ? row.l : undefined).language, row.l),
  );
  const share = (of: (row: Row) => boolean): string => {
    const n = rows.filter(of).length;
    return `${((100 * (n - wrong.filter(of).length)) / n).toFixed(1)}`;
  };
  const total = (100 * (rows.length - wrong.length)) / rows.length;
  context.diagnostic(`${name}, ${rows.length} texts: ${total.toFixed(2)} %`);
  context.diagnostic(languages.map(language => `${language} ${share(row => row.l === language)}`).join("  "));
  return total;
}

test("whole sentences: at least 99.5 % right", { skip }, async context => {
  assert.ok((await accuracy(context, "full.json", languages)) >= 99.5);
});

test("pieces of 3 to 5 words: at least 98 % right", { skip }, async context => {
  assert.ok((await accuracy(context, "short.json", languages)) >= 98);
});

test("an open set with no language preferred: at least 98 % of sentences right", { skip }, async context => {
  const isLine = ({ x }: Row): boolean => (x.match(/\p{L}/gu)?.length ?? 0) >= lineLetters;
  assert.ok((await accuracy(context, "full.json", [], isLine)) >= 98);
});
