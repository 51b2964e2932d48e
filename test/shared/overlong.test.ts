// Real rows, a third of which are longer than the built-in model takes: all of them trained on, dropped or cut.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import type { Overlong } from "../../src/core/mixture/mixtureFile.ts";
import type { StepEvent } from "../../src/core/records/records.ts";
import type { RunRecord } from "../../src/core/records/runRecord.ts";
import type { RecipeContext } from "../../src/runtime/context/context.ts";
import { run } from "../../src/runtime/recipes/run.ts";
import { validate } from "../../src/runtime/recipes/validate.ts";

const project = resolve(import.meta.dirname, "../..");
const data = join(process.env.PINCH_SHARED ?? join(project, "../shared"), "data", "alpaca-demo");
const skip = existsSync(data) ? false : `${data} is not there`;
const starter = join(project, "media", "starter");
const folder = mkdtempSync(join(tmpdir(), "pinch-overlong-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const context: RecipeContext = {
  log: () => {},
  progress: () => {},
  step: () => {},
  signal: new AbortController().signal,
} as unknown as RecipeContext;

function mixtureFile(overlong: Overlong, budget: number, language: string): string {
  const file = join(folder, `${overlong}-${language}.mixture.yaml`);
  writeFileSync(
    file,
    `version: 1
model: pinch/starter
budget: ${budget}
data: { train: "${join(data, "alpaca_{language}_demo.json").replaceAll("\\", "/")}" }
mixtures: { all: { monolingual: ${language} } }
train: { epochs: 1, overlong: ${overlong} }
`,
  );
  return file;
}

/** Of each file: its rows, and those that are too long. */
const counts = { en: { rows: 999, long: 324 }, zh: { rows: 1000, long: 325 } };

for (const [language, { rows, long }] of Object.entries(counts))
  test(`${language}: refused by default, with the count`, { skip }, async () => {
    const { dataFaults } = await validate({ file: mixtureFile("refuse", rows, language), starter });
    const errors = dataFaults.filter(({ severity }) => severity === "error");
    const all = rows.toLocaleString("en");
    assert.ok(errors[0]?.message.startsWith(`${long} of ${all} examples are longer`), errors[0]?.message);
  });

// Each takes a minute or more: one language with each.
for (const { language, overlong } of [
  { language: "en", overlong: "drop" },
  { language: "zh", overlong: "truncate" },
] as const)
  test(`${language}: trains on all rows with overlong: ${overlong}`, { skip }, async () => {
    const { rows, long } = counts[language];
    const budget = overlong === "drop" ? rows - long : rows;
    const start = { kind: "new" } as const;
    const request = {
      mixture: "all",
      seed: 1,
      out: join(folder, "runs"),
      device: "cpu",
      starter,
      start,
    } as const;
    const outcome = await run({ file: mixtureFile(overlong, budget, language), ...request }, context);
    assert.equal(outcome.status, "done", outcome.error?.message);
    const record = JSON.parse(readFileSync(join(outcome.folder, "run.json"), "utf8")) as RunRecord;
    assert.equal(record.lock?.examples.length, budget);
    const told = record.findings?.find(({ code }) => code === "example-too-long")?.message ?? "";
    // Dropped are those that were drawn: the drawing ends before the last of all.
    const counted = Number(/^\d+/.exec(told)?.[0]);
    assert.ok(overlong === "drop" ? counted > 0 && counted <= long : counted === long, told);
    const events = readFileSync(join(outcome.folder, "events.jsonl"), "utf8").trim().split("\n");
    const losses = events.map(line => (JSON.parse(line) as StepEvent).loss).filter(Number.isFinite);
    assert.ok((losses.at(-1) ?? 9) < (losses[0] ?? 0), "the loss falls");
  });
