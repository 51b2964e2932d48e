// PEFT, which is not ours, computes the same with magnitudes of DoRA that were trained here.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { seededRandom } from "../../src/common/random.ts";
import { defaultTraining } from "../../src/core/mixture/defaults.ts";
import { isMagnitude, trainables } from "../../src/graph/nn/weights.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { writeAdapter } from "../../src/runtime/train/adapterFiles.ts";
import { Parameters } from "../../src/runtime/train/parameters.ts";
import { logitsOf } from "../numeric/logits.ts";
import { fixtures, largestDifference } from "../numeric/parity.ts";
import { runPython, withoutPython } from "../support/python.ts";
import { temporaryFolder } from "../unit/model/tinyModel.ts";

const skip = withoutPython("peft", "transformers", "torch");
/** As in the script. */
const tokens = [3, 5, 7, 4, 6, 8];
const lora = { ...defaultTraining.lora, rank: 2, alpha: 4, dora: true } as const;

for (const model of [
  "models/tied",
  "architectures/qwen2",
  "architectures/gemma3",
  "architectures/gpt_neox",
  "architectures/bloom",
  "towers/gemma3-newer",
])
  test(`${model}: logits of the folder that is written are those in PEFT`, { skip }, async () => {
    const base = join(fixtures, model);
    const { config, isTower } = openModel(base);
    const { decoder } = config;
    const parameters = new Parameters(trainables(decoder, { kind: "frozen", stored: new Map(), ...lora }));
    const random = seededRandom("witness", model);
    for (const { name } of parameters.slots) {
      const values = parameters.view(parameters.values, name);
      for (let i = 0; i < values.length; i++)
        values[i] = isMagnitude(name) ? 0.5 + random() : 0.3 * (random() - 0.5);
    }
    const folder = temporaryFolder();
    writeAdapter(folder, parameters, decoder, { lora }, "", isTower);
    const ours = await logitsOf(base, tokens, { shape: lora, parameters: parameters.feeds });
    const script = join(import.meta.dirname, "witness", "peftLogits.py");
    const [untuned = [], theirs = []] = (await runPython(script, [base, folder], {})) as number[][];
    assert.ok(largestDifference(Float32Array.from(untuned), ours) > 0.1, "the base alone differs");
    const difference = largestDifference(Float32Array.from(theirs), ours);
    assert.ok(difference < 1e-4, `logits differ by ${difference}`);
  });
