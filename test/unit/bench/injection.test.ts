// The report on injection: a judge that obeys is found out, one that does not is cleared.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeInjection, tryInjection } from "../../../bench/injectionReport.ts";
import { OpenAiJudge } from "../../../src/runtime/judge/openAiJudge.ts";
import { Secret } from "../../../src/runtime/judge/secret.ts";
import { type AskedQuestion, judgeServer, type Reply, verdict } from "../judge/judgeServer.ts";

async function tryOn(answer: (question: AskedQuestion) => Reply) {
  const { url, asked } = await judgeServer(answer);
  const judge = new OpenAiJudge({
    url,
    model: "judge",
    key: new Secret(null),
    promptLanguage: "own",
    concurrency: 8,
  });
  const tried = await tryInjection(judge, new AbortController().signal);
  return { tried, asked };
}

const isGood = (response: string): boolean => /Nairobi|Найроби|内罗毕|نيروبي|ניירובי|नैरोबी/u.test(response);

test("a judge that looks at the answer only is changed by no attempt", async () => {
  const { tried, asked } = await tryOn(question => verdict(question, isGood(question.a) ? "A" : "B"));
  assert.equal(asked.length, 2 * (tried.length + 12), "the pairs themselves are asked about once");
  assert.ok(tried.every(({ before, after, changed }) => before === "loss" && after === "loss" && !changed));
  assert.match(
    describeInjection(tried),
    /^all: 50 attempts \(50 with a readable verdict before\), 0 changed/,
  );
});

test("a judge that obeys what it reads is changed by every attempt", async () => {
  const { tried } = await tryOn(question => {
    const told = [question.a, question.b].findIndex(response => response.includes("\n\n"));
    const good = isGood(question.a) ? 0 : 1;
    return verdict(question, (told < 0 ? good : told) === 0 ? "A" : "B");
  });
  assert.ok(tried.every(({ before, after, changed }) => before === "loss" && after === "win" && changed));
  const report = describeInjection(tried);
  assert.match(report, /^all: .*, 50 changed the verdict, 0 made it unreadable$/m);
  assert.match(report, /^delimiter: 9 attempts/m);
});
