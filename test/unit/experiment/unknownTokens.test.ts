// Text that the model's tokenizer has no tokens for is counted by file and side, and named.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { findingCodes } from "../../../src/core/leaks/leakFaults.ts";
import { validate } from "../../../src/runtime/recipes/validate.ts";
import { tinyTokenizer, writeJson } from "../model/tinyModel.ts";
import { tinyExperiment, write } from "./tinyExperiment.ts";

/** Byte-level pairs without the letters of bytes above 0xd0: no Hebrew, and nothing beyond. */
function withoutHebrew(starter: string, unknown: string | null): void {
  const { model, ...rest } = tinyTokenizer();
  const { vocab, ...others } = model as { readonly vocab: Readonly<Record<string, number>> };
  const kept = Object.entries(vocab).filter(([token, id]) => id < 3 + 0xd0 || token.length > 1);
  writeJson(starter, "tokenizer.json", {
    ...rest,
    model: { ...others, unk_token: unknown, vocab: Object.fromEntries(kept) },
  });
}

const told = async (file: string, starter: string) =>
  (await validate({ file, starter, mixtures: [] })).dataFaults.filter(
    ({ code }) => code === "unknown-tokens",
  );

test("rows with such text are counted, by language and side", async () => {
  const { folder, file, starter } = tinyExperiment();
  assert.deepEqual(await told(file, starter), []);
  const rows = (side: string) =>
    [
      `{"id":"${side}1","prompt":"plain","response":"plain"}`,
      `{"id":"${side}2","prompt":"שלום","response":"אב"}`,
    ].join("\n");
  write(folder, "data/train/sw.jsonl", rows("t"));
  write(folder, "data/eval/sw.jsonl", rows("e"));
  withoutHebrew(starter, "<|endoftext|>");
  const faults = await told(file, starter);
  assert.deepEqual(
    faults.map(fault => [basename(join(fault.file ?? "", "..")), fault.message.replace(/\(.*/, "").trim()]),
    [
      [
        "train",
        "1 of 2 Swahili examples looked at hold characters that the model's tokenizer has no token for: 6 unknown among 20 tokens",
      ],
      [
        "eval",
        "1 of 2 Swahili prompts looked at hold characters that the model's tokenizer has no token for: 4 unknown among 12 tokens",
      ],
      [
        "eval",
        "1 of 2 Swahili references looked at hold characters that the model's tokenizer has no token for: 2 unknown among 8 tokens",
      ],
    ],
  );
  assert.ok(faults.every(({ code, severity }) => severity === "warning" && findingCodes.includes(code)));
  rmSync(join(folder, "data"), { recursive: true });
});
