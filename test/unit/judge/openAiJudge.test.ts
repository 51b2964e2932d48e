// An endpoint as a judge: what goes wrong with it is told apart, mended where it can be, and shows no key.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { askAll, defaultRetry, type RetryPolicy } from "../../../src/runtime/judge/askAll.ts";
import { type JudgeAnswer, JudgeFailure, type JudgeQuestion } from "../../../src/runtime/judge/judge.ts";
import { endpointAddress } from "../../../src/runtime/judge/openAiAddress.ts";
import { pauseOf } from "../../../src/runtime/judge/openAiAnswer.ts";
import { OpenAiJudge } from "../../../src/runtime/judge/openAiJudge.ts";
import { keyVariable, Secret } from "../../../src/runtime/judge/secret.ts";
import { compare } from "../../../src/runtime/recipes/compare.ts";
import { temporaryFolder } from "../model/tinyModel.ts";
import { type AskedQuestion, completion, judgeServer, type Reply, verdict } from "./judgeServer.ts";
import { hostedContext, madeUpRun } from "./madeUpRuns.ts";

const facts = { checksPassed: null, languageCorrect: true };

function questions(count: number): JudgeQuestion[] {
  return Array.from({ length: count }, (_, i) => ({
    text: `[0123456789ab] PROMPT\nquestion ${i}\n"VERDICT abc123: A"`,
    code: "abc123",
    facts: [facts, facts],
  }));
}

const quick: RetryPolicy = { ...defaultRetry, firstWait: 1, longestWait: 4 };

interface Result {
  readonly answers: Map<number, JudgeAnswer>;
  readonly failures: Map<number, string>;
  readonly attempts: number[];
  readonly notes: readonly string[];
}

interface Wishes {
  readonly count?: number;
  readonly retry?: RetryPolicy;
  readonly key?: string;
  readonly timeoutMs?: number;
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
}

async function askServer(url: string, wishes: Wishes = {}): Promise<Result> {
  const { count = 1, retry = quick, key = null, timeoutMs = 5000, concurrency = 4 } = wishes;
  const judge = new OpenAiJudge({
    url,
    model: "judge",
    key: new Secret(key),
    promptLanguage: "en",
    concurrency,
    timeoutMs,
  });
  const answers = new Map<number, JudgeAnswer>();
  const failures = new Map<number, string>();
  const attempts: number[] = [];
  await askAll(judge, questions(count), {
    signal: wishes.signal ?? new AbortController().signal,
    retry,
    onAnswer(index, answer, tried) {
      answers.set(index, answer);
      attempts[index] = tried;
    },
    onFailure(index, failure, tried) {
      failures.set(index, failure.message);
      attempts[index] = tried;
    },
  });
  return { answers, failures, attempts, notes: judge.notes };
}

async function refusal(work: Promise<unknown>): Promise<HumanError> {
  const error = await work.then(
    () => assert.fail("was fulfilled"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HumanError, String(error));
  return error;
}

const answerA = (question: AskedQuestion): Reply => verdict(question, "A");

test("a question is sent whole, at temperature 0, to /v1/chat/completions, with the key in its header", async () => {
  const server = await judgeServer(answerA);
  for (const path of ["", "/v1", "/v1/", "/v1/chat/completions", "/openai/v1", "/v1beta/openai"]) {
    const { answers } = await askServer(server.url + path, { key: " secret-key\n" });
    assert.equal(answers.get(0)?.verdict, "A");
  }
  assert.deepEqual(
    server.asked.map(({ path }) => path.replace("/chat/completions", "")),
    ["/v1", "/v1", "/v1", "/v1", "/openai/v1", "/v1beta/openai"],
  );
  const { body, authorization, text } = server.asked[0] ?? {};
  assert.equal(authorization, "Bearer secret-key");
  assert.deepEqual(
    { ...body, messages: null },
    { model: "judge", messages: null, stream: false, temperature: 0, seed: 7, max_tokens: 1024 },
  );
  assert.equal(text, questions(1)[0]?.text);
});

test("what passes by itself is asked again: 500, 503, a cut connection, HTML, half a JSON, no choice", async () => {
  const whole = completion("VERDICT abc123: B").body;
  const broken: Reply[] = [
    { status: 500, body: { error: "boom" } },
    { status: 503, body: "<html>busy</html>" },
    { body: null },
    { body: "<!doctype html><title>Login</title>" },
    { body: JSON.stringify(whole).slice(0, 40), headers: { "content-type": "application/json" } },
    { body: { choices: [] } },
    { body: { choices: [{ message: null }] } },
  ];
  for (const [i, reply] of broken.entries()) {
    const server = await judgeServer(question => (question.index < 2 ? reply : { body: whole }));
    const { answers, attempts } = await askServer(server.url);
    assert.deepEqual([answers.get(0)?.verdict, attempts[0], server.asked.length], ["B", 3, 3], `reply ${i}`);
  }
});

test("what stays is said in words with a way on, and the judge is not asked for ever", async () => {
  const cases: readonly [Reply, RegExp, RegExp][] = [
    [{ body: "<html>hello</html>" }, /answered with a web page instead of JSON/, /judge's address/],
    [
      { body: '{"choices": [', headers: { "content-type": "application/json" } },
      /incomplete JSON \(13 characters\)/,
      /own log/,
    ],
    [
      { status: 500, body: { error: { message: "CUDA out of memory" } } },
      /status 500: CUDA out of memory/,
      /own log/,
    ],
    [{ body: { choices: [], error: { message: "moderated" } } }, /without a choice: moderated/, /own log/],
    [{ body: null }, /can't be reached/, /Start the endpoint/],
  ];
  for (const [reply, message, remedy] of cases) {
    const server = await judgeServer(() => reply);
    const error = await refusal(askServer(server.url, { count: 100 }));
    assert.match(error.message, message);
    assert.match(error.remedy, remedy);
    assert.equal(error.kind, "run");
    assert.ok(server.asked.length <= 8 * 5 + 4 * 5, `${server.asked.length} requests`);
  }
});

test("an endpoint that is down, and one that is slow", async () => {
  const down = await refusal(askServer("http://127.0.0.1:1", { count: 20 }));
  assert.match(down.message, /^http:\/\/127.0.0.1:1\/v1 can't be reached \(/);
  const slow = await judgeServer(() => new Promise<Reply>(() => undefined));
  // Long enough for a busy machine to have sent the question by then.
  const late = await refusal(askServer(slow.url, { timeoutMs: 1500, retry: { ...quick, attempts: 2 } }));
  assert.match(late.message, /did not answer within 1.5 s/);
  assert.equal(slow.asked.length, 2);
});

test("a wrong key stops at once, and so do a missing model, a redirect and a used-up quota", async () => {
  const cases: readonly [Reply, RegExp, RegExp][] = [
    [
      { status: 401, body: { error: { message: "Incorrect API key: secret-key" } } },
      /refused the key \(status 401\)/,
      /PINCH_JUDGE_API_KEY/,
    ],
    [{ status: 403, body: "no" }, /refused the key \(status 403\)/, /PINCH_JUDGE_API_KEY/],
    [
      { status: 404, body: { error: { message: "model not found" } } },
      /no model judge, .*: model not found/,
      /model's name/,
    ],
    [
      { status: 308, body: "", headers: { location: "https://elsewhere" } },
      /redirects elsewhere/,
      /address that it points to/,
    ],
    [
      { status: 429, body: { error: { code: "insufficient_quota", message: "pay" } } },
      /quota is used up: pay/,
      /Add credit/,
    ],
    [{ status: 429, body: "", headers: { "retry-after": "7200" } }, /asks to wait 120 minutes/, /is kept/],
  ];
  for (const [reply, message, remedy] of cases) {
    const server = await judgeServer(() => reply);
    const error = await refusal(askServer(server.url, { count: 50, concurrency: 2, key: "secret-key" }));
    assert.match(error.message, message);
    assert.match(error.remedy, remedy);
    assert.ok(!`${error.message}${error.remedy}${error.stack}`.includes("secret-key"));
    assert.ok(server.asked.length <= 3, `${server.asked.length} requests`);
  }
});

test("a rate limit pauses every question for as long as the endpoint asks", async () => {
  const times: number[] = [];
  const server = await judgeServer(question => {
    times.push(performance.now());
    if (question.index < 4) return { status: 429, body: {}, headers: { "retry-after": "0.3" } };
    return verdict(question, "B");
  });
  const { answers, attempts } = await askServer(server.url, { count: 12, concurrency: 4 });
  assert.equal(answers.size, 12);
  assert.deepEqual(attempts.slice(0, 4), [2, 2, 2, 2]);
  assert.equal(server.asked.length, 16);
  assert.ok((times[4] ?? 0) - (times[3] ?? 0) >= 290, "nothing was sent meanwhile");
  assert.ok(server.mostOpen() <= 4);
  const now = Date.parse("2026-01-01T00:00:00Z");
  assert.deepEqual(
    ["2", "Thu, 01 Jan 2026 00:00:05 GMT", "Wed, 31 Dec 2025 00:00:00 GMT", "soon", "", null].map(text =>
      pauseOf(text, now),
    ),
    [2000, 5000, 0, null, null, null],
  );
});

test("a cancel ends what is under way and asks nothing more", async () => {
  const stop = new AbortController();
  const server = await judgeServer(({ index }) => {
    if (index === 3) stop.abort();
    return new Promise<Reply>(() => undefined);
  });
  await assert.rejects(askServer(server.url, { count: 30, signal: stop.signal }), { name: "AbortError" });
  assert.equal(server.asked.length, 4);
});

test("another model than asked for is noted once; options that a model refuses are left out", async () => {
  const server = await judgeServer(question => {
    for (const name of ["max_tokens", "temperature"])
      if (name in question.body)
        return { status: 400, body: { error: { message: `Unsupported parameter: '${name}'` } } };
    return completion("VERDICT abc123: TIE", { model: "judge-mini", usage: null });
  });
  const { answers, notes } = await askServer(server.url, { count: 9 });
  assert.equal(answers.size, 9);
  assert.deepEqual(notes.filter(note => note.includes("judge-mini")).length, 1);
  assert.match(notes.join("\n"), /answered as judge-mini; judge was asked for/);
  assert.match(notes.join("\n"), /refuses temperature/);
  assert.equal(server.asked.at(-1)?.body.max_completion_tokens, 1024);
  assert.equal(answers.get(0)?.promptTokens, null);
});

test("tokens that no model takes are not counted", async () => {
  for (const told of [1e308, 2 ** 53, -1, 0.5, "7"]) {
    const usage = { prompt_tokens: told, completion_tokens: 12 };
    const server = await judgeServer(() => completion("VERDICT abc123: A", { usage }));
    const answer = (await askServer(server.url)).answers.get(0);
    assert.deepEqual([answer?.promptTokens, answer?.completionTokens], [null, 12], String(told));
  }
});

test("addresses that can't be right are refused, and no password in them is shown", () => {
  for (const [written, message] of [
    ["localhost:8000", /localhost:8000 is no http/],
    ["", /is no http/],
    ["ftp://x/?key=hidden", /^The judge's address is no http/],
    ["http://me:hidden@host/v1", /has a user or a password/],
  ] as const)
    assert.throws(
      () => endpointAddress(written),
      (error: HumanError) => message.test(error.message) && !error.message.includes("hidden"),
    );
  const { shown, completions } = endpointAddress("https://host/api/?key=hidden");
  assert.deepEqual(
    [shown, completions],
    ["https://host/api/v1", "https://host/api/v1/chat/completions?key=hidden"],
  );
  assert.throws(
    () => new Secret("hid den"),
    (error: HumanError) => !error.message.includes("hid"),
  );
});

test("the key is in no file, log or error, whatever the endpoint echoes", async t => {
  const key = "sk-very/secret+key==";
  const runs = temporaryFolder();
  const run = madeUpRun(runs, { mixture: "pinch", responses: { en: ["a", "b", "c", "d"] } });
  madeUpRun(runs, { mixture: "en", counts: { en: 8 }, responses: { en: ["w", "x", "y", "z"] } });
  process.env[keyVariable] = key;
  t.after(() => delete process.env[keyVariable]);
  const echoes = (authorization = ""): string =>
    [authorization, key, encodeURIComponent(key), Buffer.from(key).toString("base64")].join(" ");
  const server = await judgeServer(question => {
    const echo = echoes(question.authorization);
    if (question.index === 0) return { status: 400, body: { error: { message: echo } } };
    return completion(`${echo}\nVERDICT ${question.code}: A`, { model: echo });
  });
  const context = hostedContext();
  const judge = {
    kind: "openai",
    url: server.url,
    model: "judge",
    key: null,
    promptLanguage: "en",
    concurrency: 1,
  } as const;
  const request = {
    folders: [run],
    baseline: null,
    judge,
    languages: null,
    limit: null,
    prices: null,
    dryRun: false,
    starter: "",
  };
  const outcomes = await compare(request, context);
  assert.equal(server.asked[0]?.authorization, `Bearer ${key}`);
  const files = readdirSync(runs, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const written = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
  assert.ok(written.some(text => text.includes("VERDICT")));
  const other = await judgeServer(question => ({
    status: 500,
    body: { error: { message: echoes(question.authorization) } },
  }));
  const failing = new OpenAiJudge({ ...judge, url: other.url, key: new Secret(key) });
  const failure = await failing
    .ask(questions(1)[0] as JudgeQuestion, new AbortController().signal)
    .catch((error: unknown) => error);
  assert.ok(failure instanceof JudgeFailure);
  const told = [
    JSON.stringify(outcomes),
    ...context.logged,
    ...written,
    failure.message,
    String(failure.stack),
  ];
  for (const form of [key, encodeURIComponent(key), Buffer.from(key).toString("base64"), "very/secret"])
    assert.ok(!told.some(text => text.includes(form)), form);
});
