// Instruction checks against the verdicts of an independent implementation on 541 English responses.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { parseEvaluation } from "../../src/core/dataset/rows.ts";
import { checkInstructions } from "../../src/core/ifeval/checkInstructions.ts";
import { createIdentifier } from "../../src/runtime/identification/identify.ts";

const verdictsPath = path.join("test", "shared", "reference", "ifeval-en.jsonl");
const skip = existsSync(verdictsPath)
  ? false
  : `no ${verdictsPath}: test/shared/reference/make_ifeval.py writes it`;

interface Verdict {
  readonly key: number;
  readonly prompt: string;
  readonly response: string;
  readonly instruction_id_list: readonly string[];
  readonly kwargs: readonly unknown[];
  readonly strict: readonly boolean[];
  readonly loose: readonly boolean[];
}

/** Languages that the published prompts ask for. */
const asked = "en hi kn mr vi ko sw de pa fa ru bg pt gu te it ar ta fi ur th ne bn es".split(" ");

test("agrees with the reference on every kind of instruction", { skip }, async t => {
  const text = readFileSync(verdictsPath, "utf8");
  const verdicts = text
    .trim()
    .split("\n")
    .map(line => JSON.parse(line) as Verdict);
  const lines = verdicts.map(({ key, prompt, instruction_id_list, kwargs }, i) =>
    JSON.stringify({ id: `${key}-${i}`, prompt, instruction_id_list, kwargs }),
  );
  const { rows, diagnostics } = parseEvaluation(lines.join("\n"), { file: verdictsPath, language: "en" });
  assert.deepEqual(diagnostics, []);
  assert.equal(rows.length, verdicts.length);
  const identifier = await createIdentifier(asked);
  const context = { language: "en", identify: (given: string) => identifier.identify(given).language };
  const counts = new Map<string, { n: number; strict: number; loose: number }>();
  for (const [i, verdict] of verdicts.entries()) {
    const results = checkInstructions(verdict.response, rows[i]?.instructions ?? [], context);
    assert.equal(results.length, verdict.instruction_id_list.length);
    for (const [j, { id, strict, loose }] of results.entries()) {
      const count = counts.get(id) ?? { n: 0, strict: 0, loose: 0 };
      count.n++;
      if (strict === verdict.strict[j]) count.strict++;
      if (loose === verdict.loose[j]) count.loose++;
      counts.set(id, count);
      if (
        process.env.PINCH_SHOW !== undefined &&
        (strict !== verdict.strict[j] || loose !== verdict.loose[j])
      )
        t.diagnostic(
          `${id} key ${verdict.key} ours ${strict}/${loose} reference ${verdict.strict[j]}/${verdict.loose[j]} ${JSON.stringify(verdict.kwargs[j])}`,
        );
    }
  }
  let all = 0;
  let agreed = 0;
  for (const [id, { n, strict, loose }] of [...counts].sort()) {
    t.diagnostic(`${id}: strict ${strict} of ${n}, loose ${loose} of ${n}`);
    all += 2 * n;
    agreed += strict + loose;
  }
  assert.equal(counts.size, 25);
  t.diagnostic(`all: ${((100 * agreed) / all).toFixed(2)} %`);
  assert.ok(agreed / all >= 0.98, `${agreed} of ${all}`);
});
