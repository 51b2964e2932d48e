// A plan as a person reads it, in the command line and in the editor.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describePlan } from "../../../src/core/run/plan.ts";

test("figures stand before the languages, and what can be shown before the table", () => {
  const text = describePlan({
    model: { name: "tiny", parameters: 1_250_000, template: "plain" },
    runs: [
      {
        mixture: "pinch",
        seed: 7,
        counts: { en: 20, fi: 4 },
        trainTokens: 1234,
        steps: 6,
        predictedSeconds: 61,
        predictedMemoryBytes: 3 * 2 ** 20 + 1,
      },
    ],
    layersTried: { tried: 2, of: 8 },
    evaluationRows: { en: 60 },
    detectable: { languages: { en: 0.2 }, mean: null },
  });
  assert.match(text, /^Model tiny: 1\.3 million parameters, the plain template\.$/m);
  assert.match(text, /each language \(60 prompts\): 20\.0 points/);
  assert.match(text, /^pinch +7 +1,234 +6 +1 min 1 s +4 MiB +20 +4$/m);
  assert.match(text, /tried here with 2 of 8 layers\.$/m);
});
