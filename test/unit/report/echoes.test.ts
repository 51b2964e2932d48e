// Responses that repeat their prompt are found, and said where they are many.
import assert from "node:assert/strict";
import { test } from "node:test";
import { echoLimit, isEcho } from "../../../src/core/report/echoes.ts";
import { reportLimits } from "../../../src/core/report/reportLimits.ts";
import { madeUpSample } from "../results/madeUp.ts";

const prompt = "Mikä on Suomen pääkaupunki?";

test("the prompt and nothing else is an echo, once or several times", () => {
  for (const response of [
    prompt,
    prompt.toUpperCase(),
    `"${prompt}"`,
    `${prompt}\n${prompt}`,
    prompt.slice(0, -1),
  ])
    assert.ok(isEcho({ prompt, response }), response);
  for (const response of ["", "Helsinki", `${prompt} Helsinki.`, "Mikä on pääkaupunki?", `${prompt} 1`])
    assert.ok(!isEcho({ prompt, response }), response);
  assert.ok(!isEcho({ prompt: "", response: "" }));
  assert.ok(!isEcho({ prompt: "?", response: "Helsinki?" }));
});

test("more than a tenth is said, by language with the mixture that has most", () => {
  const samples = (echoes: number) =>
    Array.from({ length: 20 }, (_, i) =>
      madeUpSample({ language: "fi", prompt, response: i < echoes ? prompt : "Helsinki" }),
    );
  const of = (mixture: string, echoes: number) => ({
    mixture,
    runs: [{ seed: 7, samples: samples(echoes) }],
  });
  assert.deepEqual(echoLimit([of("base", 2)]), []);
  const [sentence = ""] = echoLimit([of("pinch", 5), of("base", 14), of("english", 3)]);
  assert.match(sentence, /repeat their prompt .* Finnish 70 % \(base\)\.$/u);
  const table = { languages: [], rows: [], metrics: [], independentLanguages: false };
  assert.ok(reportLimits(table, [], [], [of("base", 14)]).some(limit => limit.includes("70 % (base)")));
});
