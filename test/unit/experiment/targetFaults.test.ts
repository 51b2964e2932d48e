// Targets of adapters that name no layer of the model are refused, with the names that exist.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixesFor } from "../../../src/core/mixtureEditor/fixes.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { applyEdits } from "../../../src/core/mixtureFile/textEdit.ts";
import { loadExperiment } from "../../../src/runtime/experiment/experiment.ts";
import { tinyExperiment, tinyMixture } from "./tinyExperiment.ts";

const withTargets = (targets: string, method = "lora"): string =>
  `${tinyMixture}train: { method: ${method}, lora: { rank: 8, targets: ${targets} } }\n`;

async function faultsOf(text: string) {
  const { file, starter } = tinyExperiment(text);
  const { diagnostics } = await loadExperiment({ file, starter });
  return diagnostics.filter(({ severity }) => severity === "error");
}

test("targets that name layers are no fault, and without adapters none is looked for", async () => {
  for (const targets of ["all-linear", "q_proj", "[k_proj, mlp.up_proj]", '["layers.1.*"]'])
    assert.deepEqual(await faultsOf(withTargets(targets)), [], targets);
  assert.deepEqual(await faultsOf(withTargets("[query]", "full")), []);
});

test("a target that names none has its place, the names that exist, and a fix", async () => {
  const text = withTargets("[q_proj, vproj, query_key_value]");
  const [near, far, ...others] = await faultsOf(text);
  assert.deepEqual(others, []);
  const at = (word: string): number =>
    (text.split("\n").find(line => line.includes(word)) ?? "").indexOf(word);
  assert.equal(near?.range.start.column, at("vproj"));
  assert.equal(far?.range.start.column, at("query_key_value"));
  assert.match(near?.message ?? "", /has no linear layer named vproj\.$/);
  assert.match(near?.remedy ?? "", /^Did you mean "v_proj"\? Each of its 2 layers has self_attn\.q_proj, /);
  assert.match(
    far?.remedy ?? "",
    /^Each of its 2 layers has .* and mlp\.down_proj; .*model\.layers\.0\.self_attn\.q_proj/,
  );
  const [fix] = near === undefined ? [] : fixesFor(text, parseMixtureFile(text), near);
  assert.match(applyEdits(text, fix?.edits ?? []), /\[q_proj, v_proj, query_key_value\]/);
});
