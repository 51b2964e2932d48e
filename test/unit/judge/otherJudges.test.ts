// Judges without an endpoint of their own: the host's models, and a model that this process loads.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import type { LanguageModelQuestion } from "../../../src/protocol/comparison.ts";
import { LocalJudge } from "../../../src/runtime/judge/localJudge.ts";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import { compare } from "../../../src/runtime/recipes/compare.ts";
import { questionParts } from "../../support/judgeQuestions.ts";
import { temporaryFolder, tinyConfig, writeTinyModel } from "../model/tinyModel.ts";
import { hostedContext, madeUpRun } from "./madeUpRuns.ts";

function workplace(count = 3) {
  const runs = temporaryFolder();
  const texts = (start: string): string[] => Array.from({ length: count }, (_, i) => `${start} ${i}`);
  const run = madeUpRun(runs, { mixture: "pinch", responses: { sw: texts("run") } });
  madeUpRun(runs, { mixture: "sw", counts: { sw: 8 }, responses: { sw: texts("base") } });
  return run;
}

const rest = { baseline: null, languages: null, limit: null, prices: null, dryRun: false };

test("the host's model is asked through the parent, and its tokens are counted or estimated", async () => {
  const run = workplace();
  const asked: LanguageModelQuestion[] = [];
  const context = hostedContext({
    askHost: question => {
      asked.push(question);
      if (asked.length === 2)
        return Promise.reject(new HumanError("Busy.", { kind: "run", remedy: "Wait." }));
      const { code, a } = questionParts(question.prompt);
      const choice = a.startsWith("run") ? "A" : "B";
      return Promise.resolve({
        text: `VERDICT ${code}: ${choice}`,
        promptTokens: 50,
        completionTokens: null,
      });
    },
  });
  const judge = { kind: "vscode", model: "copilot/test", promptLanguage: "own", concurrency: 2 } as const;
  const [outcome] = await compare({ ...rest, folders: [run], judge, starter: "" }, context);
  const { languages, cost, judge: identity } = outcome?.comparison ?? {};
  assert.deepEqual([languages?.sw?.score.value, languages?.sw?.wins], [1, 3]);
  assert.equal(asked.length, 7);
  assert.ok(asked.every(({ model, prompt }) => model === "copilot/test" && prompt.startsWith("Linganisha")));
  assert.deepEqual([cost?.asked, cost?.retries, cost?.estimated, cost?.promptTokens], [7, 1, 6, 300]);
  assert.deepEqual([identity?.kind, identity?.promptLanguage, identity?.url], ["vscode", "own", null]);
});

test("without consent nothing more is asked, and a cancel reaches the host", async () => {
  const judge = { kind: "vscode", model: "m", promptLanguage: "en", concurrency: 1 } as const;
  let asked = 0;
  const refusing = hostedContext({
    askHost: () => {
      asked++;
      return Promise.reject(new HumanError("No consent.", { kind: "input", remedy: "Allow it." }));
    },
  });
  const refused = compare({ ...rest, folders: [workplace()], judge, starter: "" }, refusing);
  await assert.rejects(
    refused,
    (error: HumanError) => error.message === "No consent." && error.kind === "input",
  );
  assert.equal(asked, 1);
  const stop = new AbortController();
  let stopped = false;
  const slow = hostedContext({
    signal: stop.signal,
    askHost: (_question, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          stopped = true;
          reject(new Error("stopped"));
        });
        setImmediate(() => stop.abort());
      }),
  });
  const cancelled = compare({ ...rest, folders: [workplace()], judge, starter: "" }, slow);
  await assert.rejects(cancelled, (error: HumanError) => error.kind === "cancelled");
  assert.ok(stopped);
});

/** A question takes some thousand bytes, which are this model's tokens. */
const roomy = { ...tinyConfig, max_position_embeddings: 8192 };

test("a local model's answers that can't be read are counted, kept, and never guessed", async () => {
  const run = workplace(2);
  const model = writeTinyModel({ config: roomy });
  const judge = { kind: "local", model, promptLanguage: "en" } as const;
  const request = { ...rest, folders: [run], judge, starter: "" };
  const [outcome] = await compare(request, hostedContext());
  assert.deepEqual(outcome?.comparison?.languages, {});
  assert.deepEqual(outcome?.comparison?.unscored, {
    sw: { baseline: "sw-s7", baselineMixture: "sw", unread: 2 },
  });
  assert.equal(outcome?.comparison?.cost.asked, 4);
  assert.ok((outcome?.comparison?.cost.promptTokens ?? 0) > 4000);
  assert.match(outcome?.comparison?.judge.revision ?? "", /^[0-9a-f]{64}$/);
  const [again] = await compare(request, hostedContext());
  assert.deepEqual([again?.comparison?.cost.asked, again?.comparison?.cost.cached], [0, 4]);
});

test("questions to a local model go in one batch and come back to their own; what is too long is said", async () => {
  const judge = new LocalJudge({
    model: openModel(writeTinyModel({ config: roomy })),
    promptLanguage: "en",
    maxAnswerTokens: 5,
  });
  const facts = [
    { checksPassed: null, languageCorrect: true },
    { checksPassed: null, languageCorrect: true },
  ] as const;
  const { signal } = new AbortController();
  const ask = (text: string) => judge.ask({ text, code: "abc123", facts }, signal);
  const texts = ["one", "another question", "a third one, longer than the others"];
  const together = await Promise.all(texts.map(ask));
  const apart = [];
  for (const text of texts) apart.push(await ask(text));
  assert.deepEqual(together, apart);
  assert.deepEqual(
    together.map(({ completionTokens }) => (completionTokens ?? 99) <= 5),
    [true, true, true],
  );
  await assert.rejects(ask("x".repeat(9000)), /takes \d+ tokens and 5 for the answer; .* has room for 8192/);
  await judge.release();
});
