// Responses in a language that an instruction asks for and that no row is in.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EvaluationRow } from "../../../src/core/dataset/example.ts";
import { responseScorer } from "../../../src/runtime/evaluation/scoreResponse.ts";

test("the language asked for is one that can be found: Marathi beside Hindi rows is not called Hindi", async () => {
  const asked = (language: string): EvaluationRow => ({
    id: language,
    language: "en",
    prompt: "p",
    instructions: [{ id: "language:response_language", kwargs: { language } }],
  });
  const hindi: EvaluationRow = { id: "h", language: "hi", prompt: "p" };
  const rows = new Map([
    ["en", [asked("mr")]],
    ["hi", [hindi]],
  ]);
  const score = await responseScorer(rows, null);
  const marathi = "मला आज सकाळी बाजारात जायचे आहे आणि तिथे भाजी विकत घ्यायची आहे. तुम्ही माझ्याबरोबर याल का?";
  const { responseLanguage, languageCorrect, checksPassed } = score(asked("mr"), marathi);
  assert.deepEqual([responseLanguage, languageCorrect, checksPassed], ["mr", true, true]);
  assert.equal(score(hindi, "मैं आज सुबह बाज़ार जाना चाहता हूँ और वहाँ सब्ज़ी खरीदनी है।").languageCorrect, true);
});
