// One key of config.json changed, removed or added: a change is computed as transformers computes it, or refused.
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { HumanError } from "../../src/common/errors.ts";
import type { ModelFolder } from "../../src/runtime/model/modelFolder.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { logitsOf } from "./logits.ts";
import { examples, fixtures, json } from "./parity.ts";

interface Change {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly removed?: readonly string[];
  /** Absent if transformers refuses the model; "same" if the change has no effect. */
  readonly logits?: readonly number[] | "same";
}
/** Written by reference/make_config_changes.py. */
interface Reference {
  readonly example: number;
  readonly entries: readonly number[];
  /** Those of the last token at `entries`, with the file as it is. */
  readonly logits: readonly number[];
  readonly changes: Readonly<Record<string, Change>>;
}

const limit = 1e-4;
/** The whole file as the newer form of transformers writes it. */
const rewritten = "as transformers writes it";

function open(folder: string): ModelFolder | null {
  try {
    return openModel(folder);
  } catch (error) {
    assert.ok(error instanceof HumanError, String(error));
    return null;
  }
}

async function lastLogits(folder: string, vocabulary: number, { example, entries }: Reference) {
  const logits = await logitsOf(folder, examples.examples[example]?.ids ?? []);
  return entries.map(entry => logits[logits.length - vocabulary + entry] as number);
}

for (const file of readdirSync(join(fixtures, "config-changes")).sort()) {
  const name = file.replace(".json", "");
  const reference = json<Reference>(join("config-changes", file));
  const { logits: plain, changes } = reference;
  test(`${name}: ${Object.keys(changes).length} changed configurations`, async t => {
    const source = join(fixtures, "architectures", name);
    const folder = mkdtempSync(join(tmpdir(), "pinch-config-"));
    for (const part of readdirSync(source)) copyFileSync(join(source, part), join(folder, part));
    const config = json<Record<string, unknown>>(join("architectures", name, "config.json"));
    const base = openModel(folder);
    const { vocabularySize } = base.config.decoder;
    const length = examples.examples[reference.example]?.ids.length ?? 0;
    const wrong: string[] = [];
    const needless: string[] = [];
    let computed = 0;
    for (const [label, change] of Object.entries(changes)) {
      const changed = Object.entries({ ...config, ...change.set }).filter(
        ([key]) => change.removed?.includes(key) !== true,
      );
      writeFileSync(join(folder, "config.json"), JSON.stringify(Object.fromEntries(changed)));
      const read = open(folder);
      const fits = read !== null && length <= read.config.maxPositions;
      const opened = fits ? read : null;
      if (opened === null && change.logits !== undefined) needless.push(label);
      if (opened === null || change.logits === undefined) continue;
      const expected = change.logits === "same" ? plain : change.logits;
      const unchanged = isDeepStrictEqual(opened.config.decoder, base.config.decoder);
      const actual = unchanged ? plain : await lastLogits(folder, vocabularySize, reference);
      computed++;
      const scale = Math.max(...expected.map(Math.abs));
      const difference =
        Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] as number)))) / scale;
      if (difference > limit) wrong.push(`${label}: ${difference.toExponential(1)}`);
    }
    rmSync(folder, { recursive: true });
    t.diagnostic(`${name}: ${computed} computed alike; refused here but not there: ${needless.join("; ")}`);
    assert.deepEqual(wrong, [], "read otherwise than transformers does");
    assert.equal(changes[rewritten]?.logits, "same");
    assert.ok(!needless.includes(rewritten), "the newer form of the whole file is accepted");
    assert.ok(computed > 20, "most changes that transformers accepts are accepted here");
  });
}
