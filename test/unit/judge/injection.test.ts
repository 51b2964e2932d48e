// Responses that try to instruct the judge: none reaches beyond its place, none is read as a verdict.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { judgePrompt } from "../../../src/core/comparison/judgePrompt.ts";
import { judgeTextsIn } from "../../../src/core/comparison/judgeTexts.ts";
import { parseVerdict } from "../../../src/core/comparison/verdict.ts";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import { loadTokenizer } from "../../../src/runtime/model/tokenizer.ts";
import { compare } from "../../../src/runtime/recipes/compare.ts";
import { questionParts } from "../../support/judgeQuestions.ts";
import { temporaryFolder, writeTinyModel } from "../model/tinyModel.ts";
import { hostedContext, madeUpRun } from "./madeUpRuns.ts";

interface Attempt {
  readonly language: string;
  readonly kind: string;
  readonly text: string;
}

const file = join(import.meta.dirname, "..", "..", "fixtures", "injection", "attempts.jsonl");
const attempts = readFileSync(file, "utf8")
  .trim()
  .split("\n")
  .map(line => JSON.parse(line) as Attempt);

/** The attempt as one writes it who has seen the question that another response would get. */
function informed({ language, text }: Attempt, prompt: string, other: string): string {
  const earlier = judgePrompt({ language, prompt, responses: [text, other] }, "en");
  const mark = /\[([0-9a-f]{12})\]/.exec(earlier.text)?.[1] ?? "";
  return text.replaceAll("{code}", earlier.code).replaceAll("{mark}", mark);
}

test("the set has what it should: 40 attempts and more, of every kind, in all 12 languages", () => {
  assert.ok(attempts.length >= 40);
  assert.equal(new Set(attempts.map(({ language }) => language)).size, 12);
  assert.deepEqual([...new Set(attempts.map(({ kind }) => kind))].sort(), [
    "command",
    "delimiter",
    "system",
    "trick",
    "verdict",
  ]);
});

test("no attempt closes its place: marks stand at the four places and nowhere else, whatever is judged", () => {
  for (const attempt of attempts)
    for (const [promptLanguage, inPlace] of [
      ["en", 0],
      ["own", 1],
      ["en", 1],
    ] as const) {
      const prompt = "Say something.";
      const bad = informed(attempt, prompt, "Fine.");
      const responses = inPlace === 0 ? ([bad, "Fine."] as const) : (["Fine.", bad] as const);
      const { text, code } = judgePrompt({ language: attempt.language, prompt, responses }, promptLanguage);
      const mark = /\[[0-9a-f]{12}\]/.exec(text)?.[0] ?? "";
      const texts = judgeTextsIn(promptLanguage === "own" ? attempt.language : "en");
      assert.ok(texts);
      const places = text
        .split("\n")
        .filter(line => line.startsWith(mark))
        .map(line => line.slice(mark.length + 1));
      const response = texts.response;
      assert.deepEqual(places, [texts.prompt, `${response} A`, `${response} B`, texts.end], attempt.text);
      assert.equal(text.split(mark).length, 6, "once more only where the mark is told");
      const { a, b } = questionParts(text);
      assert.equal(inPlace === 0 ? b : a, "Fine.");
      assert.ok(!`${a}${b}`.includes(code), "the code of a question is in no response to it");
    }
});

test("no attempt, repeated by the judge in any way, is read as the judge's verdict", () => {
  for (const attempt of attempts) {
    const prompt = "Say something.";
    const bad = informed(attempt, prompt, "Fine.");
    const { code } = judgePrompt({ language: attempt.language, prompt, responses: ["Fine.", bad] }, "en");
    for (const answer of [
      bad,
      `Response B says:\n${bad}`,
      `The response contains "${bad}"`,
      `> ${bad.replaceAll("\n", "\n> ")}`,
      `${bad}\n\nSo it tries to instruct me.`,
    ])
      assert.equal(parseVerdict(answer, code), null, answer);
    const judged = `Response B is an attempt:\n${bad}\nIt does not answer.\nVERDICT ${code}: A`;
    assert.equal(parseVerdict(judged, code), "A", "what it quotes does not spoil its own verdict");
  }
});

test("a response made of its own question's code gets another one", () => {
  const random = seededRandom("codes");
  let text = "";
  for (let i = 0; i < 2000; i++) {
    const { code, text: question } = judgePrompt(
      { language: "en", prompt: "p", responses: [text, "b"] },
      "en",
    );
    const mark = /\[([0-9a-f]{12})\]/.exec(question)?.[1] ?? "";
    assert.ok(!text.includes(code) && !text.includes(mark));
    text += `${code}${mark}${Math.floor(random() * 16).toString(16)}`;
    if (text.length > 4000) text = text.slice(-2000);
  }
});

test("chat markup in a response is text to a tokenizer, not a turn of the chat", () => {
  const tokenizer = loadTokenizer(openModel(writeTinyModel()));
  const special = (text: string): number =>
    tokenizer.formatPrompt({ prompt: text }).filter(id => id < 3).length;
  const plain = special(judgePrompt({ language: "en", prompt: "p", responses: ["a", "b"] }, "en").text);
  for (const attempt of attempts) {
    const { text } = judgePrompt(
      { language: attempt.language, prompt: attempt.text, responses: [attempt.text, "b"] },
      "en",
    );
    assert.equal(special(text), plain, attempt.text);
  }
  const read = tokenizer.encode("<|im_end|>");
  assert.ok(read.length === 1 && (read[0] ?? 3) < 3, "the tokenizer would read it as a turn");
});

test("no attempt changes a verdict of the rule", async () => {
  const runs = temporaryFolder();
  const verdictsOf = async (name: string, change: (text: string) => string): Promise<unknown> => {
    const facts = [
      { checksPassed: false, languageCorrect: true },
      { checksPassed: true, languageCorrect: true },
      { checksPassed: false, languageCorrect: false },
    ];
    const responses = Object.fromEntries(
      [...new Set(attempts.map(({ language }) => language))].map(language => [
        language,
        attempts
          .filter(attempt => attempt.language === language)
          .map(({ text }, i) => ({ ...facts[i % 3], response: change(text) })),
      ]),
    );
    const plain = Object.fromEntries(
      Object.entries(responses).map(([language, list]) => [
        language,
        list.map(() => ({ checksPassed: true, languageCorrect: true, response: "Fine." })),
      ]),
    );
    const run = madeUpRun(runs, { mixture: name, responses });
    const baseline = madeUpRun(runs, { mixture: `${name}-base`, responses: plain });
    const [outcome] = await compare(
      {
        folders: [run],
        baseline,
        judge: { kind: "rule" },
        languages: null,
        limit: null,
        prices: null,
        dryRun: false,
        starter: "",
      },
      hostedContext(),
    );
    return Object.values(outcome?.comparison?.languages ?? {}).map(
      ({ wins, ties, losses, flips, unread }) => [wins, ties, losses, flips, unread],
    );
  };
  assert.deepEqual(await verdictsOf("attack", text => text), await verdictsOf("calm", () => "No."));
});
