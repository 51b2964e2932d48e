// Where prompts, responses and keys go: named with who says so, asked once for each server, and no key in the clear.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isLoopback, mayCarryKey } from "../../../src/common/loopback.ts";
import { questionOf } from "../../../src/features/compare/comparisonText.ts";
import type * as consent from "../../../src/features/compare/judgeConsent.ts";
import type * as origin from "../../../src/node/hubOrigin.ts";
import { webFetch } from "../../../src/node/webFetch.ts";
import type { JudgeSettings } from "../../../src/protocol/comparison.ts";
import { totalPlan } from "../../../src/protocol/comparison.ts";
import { withHub } from "../../../src/runtime/hub/withHub.ts";
import { OpenAiJudge } from "../../../src/runtime/judge/openAiJudge.ts";
import { Secret } from "../../../src/runtime/judge/secret.ts";
import { importWithVscode } from "../../support/vscodeStandIn.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const asked: string[] = [];
let answer: "Send" | undefined = "Send";
Object.assign(globalThis, {
  standInWindow: {
    showWarningMessage: (text: string, { detail }: { detail: string }) => {
      asked.push(`${text}\n${detail}`);
      return Promise.resolve(answer);
    },
  },
});

const judge = (url: string): JudgeSettings => ({
  kind: "openai",
  url,
  model: "m",
  promptLanguage: "en",
  concurrency: 1,
  key: null,
});

function memory() {
  const kept = new Map<string, unknown>();
  return {
    get: (name: string, otherwise?: unknown) => kept.get(name) ?? otherwise,
    update: (name: string, value: unknown) => Promise.resolve(void kept.set(name, value)),
  };
}

describe("prompts and responses", async () => {
  const { mayBeSent } = (await importWithVscode(
    "src/features/compare/judgeConsent.ts",
    temporaryFolder(),
  )) as typeof consent;
  const ask = (urls: readonly string[], byWorkspace: boolean, kept: ReturnType<typeof memory>) => {
    asked.length = 0;
    return mayBeSent(urls.map(judge), byWorkspace, kept as never);
  };

  it("go to a server that a workspace names once a person has read which, and who says so", async () => {
    const kept = memory();
    answer = "Send";
    assert.ok(await ask(["https://evil.example/v1"], true, kept));
    assert.equal(asked.length, 1);
    assert.match(asked[0] ?? "", /to https:\/\/evil\.example\?\n.*set by this workspace/);
    assert.ok(await ask(["https://evil.example/other"], true, kept));
    assert.deepEqual(asked, [], "once for each server");
    assert.ok(await ask(["https://evil.example:8443/v1", "http://other.example/v1"], false, kept));
    assert.equal(asked.length, 2);
    assert.match(asked[1] ?? "", /http:\/\/other\.example\?\n.*set by you.*\n.*not encrypted/s);
  });

  it("stay here when the person says no, who is asked again the next time", async () => {
    const kept = memory();
    answer = undefined;
    assert.equal(await ask(["https://evil.example/v1"], true, kept), false);
    assert.equal(await ask(["https://evil.example/v1"], true, kept), false);
    assert.equal(asked.length, 1);
  });

  it("to a server on this machine: nobody is asked", async () => {
    answer = undefined;
    assert.ok(await ask(["http://127.0.0.1:8000/v1", "http://localhost:1/v1"], true, memory()));
    assert.deepEqual(asked, []);
  });

  it("the dialog before paid questions names the place, too", () => {
    const { detail } = questionOf(totalPlan([]), "m", "Prompts and responses go to https://a, set by you.");
    assert.match(detail, /^Prompts and responses go to https:\/\/a, set by you\.$/m);
  });
});

describe("keys", () => {
  const remote = "http://judge.example/v1";
  const open = (url: string, key: string | null) =>
    new OpenAiJudge({ url, model: "m", key: new Secret(key), promptLanguage: "en", concurrency: 1 });

  it("of a judge go by https, or stay on this machine", () => {
    assert.throws(() => open(remote, "sk-1"), /key would go to http:\/\/judge\.example\/v1 in the clear/);
    open(remote, null);
    open("https://judge.example/v1", "sk-1");
    open("http://127.0.0.1:1/v1", "sk-1");
    open("http://[::1]:1/v1", "sk-1");
  });

  it("whatever asks: no request carries one by http to another machine", async () => {
    const headers = { authorization: "Bearer secret" };
    await assert.rejects(
      webFetch("http://hub.invalid/x", { headers }),
      /no key is sent to http:\/\/hub\.invalid/,
    );
    for (const url of [
      "http://localhost.example",
      "http://127.0.0.1.example",
      "http://1270.0.0.1",
      "http://[::2]",
    ])
      assert.ok(!isLoopback(url) && !mayCarryKey(url), url);
  });

  it("of the Hub are not sent to a mirror by http, which is told", async () => {
    const before = process.env.HF_ENDPOINT;
    process.env.HF_ENDPOINT = "http://mirror.example";
    const told: string[] = [];
    const context = {
      signal: new AbortController().signal,
      log: (_level: string, message: string) => told.push(message),
      progress: () => undefined,
    };
    try {
      const token = await withHub("hf_secret", context as never, hub => Promise.resolve(hub.token));
      assert.equal(token, null);
      assert.match(told.join(), /not sent to http:\/\/mirror\.example/);
      assert.doesNotMatch(told.join(), /hf_secret/);
    } finally {
      if (before === undefined) delete process.env.HF_ENDPOINT;
      else process.env.HF_ENDPOINT = before;
    }
  });

  it("of the Hub belong to the server that HF_ENDPOINT names when they are given", async () => {
    const { hubToken } = (await importWithVscode("src/platform/hubToken.ts", temporaryFolder())) as {
      hubToken: (secrets: unknown) => Promise<string | null>;
    };
    const { defaultHubOrigin } = (await importWithVscode(
      "src/node/hubOrigin.ts",
      temporaryFolder(),
    )) as typeof origin;
    const secrets = {
      get: (name: string) => Promise.resolve(name === "pinch.hubToken" ? "hf_secret" : undefined),
    };
    const before = process.env.HF_ENDPOINT;
    try {
      process.env.HF_ENDPOINT = "https://mirror.example/path";
      assert.equal(await hubToken(secrets), null);
      process.env.HF_ENDPOINT = `${defaultHubOrigin}/`;
      assert.equal(await hubToken(secrets), "hf_secret");
      delete process.env.HF_ENDPOINT;
      assert.equal(await hubToken(secrets), "hf_secret");
    } finally {
      if (before !== undefined) process.env.HF_ENDPOINT = before;
    }
  });
});
