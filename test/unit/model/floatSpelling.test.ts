// config.json of an exported model: a float stays one, also where its value is whole.
import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonWithFloats } from "../../../src/runtime/model/floatSpelling.ts";

test("whole numbers are spelled as floats where the base's file does, at any depth", () => {
  const like = `{"final_logit_softcapping": 30.0, "vocab_size": 5, "rms_norm_eps":1e-6, "big" : 1E4,
    "rope_parameters": {"full_attention": {"rope_theta": 1000000.0}}, "note": "see \\"vocab_size\\": 1.0"}`;
  const value = {
    final_logit_softcapping: 30,
    vocab_size: 5,
    rms_norm_eps: 1e-6,
    big: -10_000,
    rope_parameters: { full_attention: { rope_theta: 1e6, factor: 2 } },
    sizes: [30],
    note: '"big": 3',
    logit_scale: 1,
  };
  const text = jsonWithFloats(value, like);
  assert.deepEqual(JSON.parse(text), value);
  const lines = text.split("\n").map(line => line.trim().replace(/,$/, ""));
  for (const line of [
    '"final_logit_softcapping": 30.0',
    '"vocab_size": 5',
    '"rms_norm_eps": 0.000001',
    '"big": -10000.0',
    '"rope_theta": 1000000.0',
    '"factor": 2',
    '"logit_scale": 1.0',
  ])
    assert.ok(lines.includes(line), line);
});
