// Servers that misbehave, whoever is asked: the Hub, a judge, the registry. Each ends in a sentence, at a bounded size.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { HumanError } from "../../src/common/errors.ts";
import { findPackage } from "../../src/runtime/devices/nuget.ts";
import { downloadModel } from "../../src/runtime/hub/fetchModel.ts";
import { localFiles } from "../../src/runtime/hub/localFiles.ts";
import { pushFolder } from "../../src/runtime/hub/pushFolder.ts";
import { askAll, defaultRetry } from "../../src/runtime/judge/askAll.ts";
import { OpenAiJudge } from "../../src/runtime/judge/openAiJudge.ts";
import { Secret } from "../../src/runtime/judge/secret.ts";
import { commit, fakeHub } from "../unit/hub/fakeHub.ts";
import { temporaryFolder } from "../unit/model/tinyModel.ts";
import { type Manner, manners, rudeServer } from "./support/rudeServer.ts";

/** Above what answers may have, and what the system's buffers hold on the way at each of five attempts. */
const maxBytes = 400_000_000;
const mostGrowth = 400_000_000;

const never = new AbortController().signal;

function askHub(url: string): Promise<unknown> {
  return downloadFrom(url);
}

/** The Hub is as it should be, the storage that it sends to for files is not. */
async function askStorage(url: string): Promise<unknown> {
  const hub = await fakeHub("tiny/model", {
    "config.json": "{}".padEnd(5000),
    "tokenizer.json": "{}",
    "tokenizer_config.json": "{}",
    "model.safetensors": "x",
  });
  hub.intercept = (request, response) => {
    if (!request.url?.includes("/resolve/")) return false;
    response.writeHead(302, { location: `${url}/file` }).end();
    return true;
  };
  return downloadFrom(hub.endpoint).finally(() => hub.close());
}

function downloadFrom(url: string): Promise<unknown> {
  const hub = {
    endpoint: url,
    token: null,
    signal: never,
    log: () => undefined,
    retryDelay: 1,
    patience: { silence: 200, answer: 2000 },
  };
  const cache = join(temporaryFolder(), "hub");
  return downloadModel(hub, { id: "tiny/model", revision: null, cache }, () => undefined);
}

const pushed = join(temporaryFolder(), "pushed");
mkdirSync(pushed);
writeFileSync(join(pushed, "README.md"), "# Tuned");
writeFileSync(join(pushed, "model.safetensors"), Buffer.alloc(300_000, "x"));

function pushTo(endpoint: string): Promise<unknown> {
  const hub = {
    endpoint,
    token: "sk-key",
    signal: never,
    log: () => undefined,
    retryDelay: 1,
    patience: { silence: 200, answer: 2000 },
  };
  const folder = { id: "me/tuned", files: localFiles(pushed), isPrivate: false, summary: "Upload" };
  return pushFolder(hub, folder, () => undefined);
}

/** The Hub is as it should be, the storage that files are uploaded to is not. */
async function uploadTo(url: string): Promise<unknown> {
  const hub = await fakeHub("me/tuned", {});
  hub.storage = url;
  return pushTo(hub.endpoint).finally(() => hub.close());
}

function askJudge(url: string): Promise<unknown> {
  const judge = new OpenAiJudge({
    url,
    model: "judge",
    key: new Secret("sk-key"),
    promptLanguage: "en",
    concurrency: 2,
    timeoutMs: 500,
  });
  const facts = { checksPassed: null, languageCorrect: true };
  const question = { text: 'question "VERDICT abc123: A"', code: "abc123", facts: [facts, facts] as const };
  return askAll(judge, [question, question], {
    signal: never,
    retry: { ...defaultRetry, attempts: 2, firstWait: 1, longestWait: 2 },
    onAnswer: (_, answer) => assert.fail(`an answer: ${answer.text}`),
    onFailure: () => undefined,
  });
}

function askRegistry(url: string): Promise<unknown> {
  return findPackage("any", "1.0.0", "0".repeat(64), never, `${url}/index.json`, 500);
}

async function refused(ask: (url: string) => Promise<unknown>, manner: Manner): Promise<HumanError> {
  const server = await rudeServer(manner);
  try {
    const before = process.resourceUsage().maxRSS * 1024;
    const error = await ask(server.url).then(
      () => assert.fail("it was taken for an answer"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof HumanError, String(error));
    assert.notEqual(error.remedy, "");
    assert.match(error.message, /127\.0\.0\.1/, "it says who");
    assert.ok(!error.message.includes("sk-key"));
    assert.ok(server.sent() < maxBytes, `${server.sent()} bytes were taken`);
    const growth = process.resourceUsage().maxRSS * 1024 - before;
    assert.ok(growth < mostGrowth, `the peak of memory grew by ${growth} bytes`);
    for (let looks = 0; server.open() > 0 && looks < 200; looks++)
      await new Promise(resolve => setTimeout(resolve, 10));
    assert.equal(server.open(), 0, "a connection was left open");
    return error;
  } finally {
    await server.close();
  }
}

for (const [name, ask] of [
  ["the Hub", askHub],
  ["the storage of files", askStorage],
  ["the Hub, on a push", pushTo],
  ["the storage of uploads", uploadTo],
  ["a judge", askJudge],
  ["the registry of packages", askRegistry],
] as const)
  describe(name, () => {
    for (const [manner, behave] of Object.entries(manners))
      test(`that ${manner}`, async context => {
        const { message, remedy } = await refused(ask, behave);
        context.diagnostic(`${message} ${remedy}`);
      });
  });

describe("sizes that a Hub may say", () => {
  const file = (rfilename: string, size: unknown): object => ({ rfilename, size, blobId: "0".repeat(40) });
  const telling = async (...siblings: object[]): Promise<HumanError> => {
    const hub = await fakeHub("tiny/model", {});
    hub.intercept = (request, response) => {
      const told = request.url?.startsWith("/api/") === true && { sha: commit, siblings };
      response.end(told && JSON.stringify(told));
      return true;
    };
    return downloadFrom(hub.endpoint).then(
      () => assert.fail("it was downloaded"),
      (error: unknown) => {
        assert.ok(error instanceof HumanError, String(error));
        return hub.close().then(() => error);
      },
    );
  };
  const others = ["config.json", "tokenizer.json", "tokenizer_config.json"].map(name => file(name, 2));

  test("an index of weights that is no index", async () => {
    const { message } = await telling(...others, file("model.safetensors.index.json", 51_000_000));
    assert.match(message, /model\.safetensors\.index\.json of tiny\/model has 51 MB/);
  });

  for (const size of [-1, 1e300, 0.5, "2", 2 ** 60])
    test(`weights of ${size} bytes`, async () => {
      const { message } = await telling(...others, file("model.safetensors", size));
      assert.match(message, /model\.safetensors|takes .* GB/);
    });
});
