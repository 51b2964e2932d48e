// Downloads from a Hub on 127.0.0.1: the cache's layout, what is fetched, and every way in which it can fail.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { downloadModel } from "../../../src/runtime/hub/fetchModel.ts";
import { environmentToken, type Hub, hubEndpoint } from "../../../src/runtime/hub/hub.ts";
import { neededFiles, parseModelId } from "../../../src/runtime/hub/modelNeeds.ts";
import { openModel } from "../../../src/runtime/model/openModel.ts";
import { findInHubCache } from "../../../src/runtime/model/resolveModel.ts";
import { temporaryFolder, writeTinyModel } from "../model/tinyModel.ts";
import { commit, type FakeHub, fakeHub, refuse } from "./fakeHub.ts";

const id = "tiny/model";
const source = writeTinyModel();
const files: Record<string, Uint8Array> = Object.fromEntries(
  readdirSync(source).map(name => [name, readFileSync(join(source, name))]),
);
const weights = "model.safetensors";
const opened: FakeHub[] = [];
after(() => Promise.all(opened.map(hub => hub.close())));

interface Setting {
  readonly server: FakeHub;
  readonly cache: string;
  readonly log: string[];
  fetch(asked?: {
    id?: string;
    revision?: string;
    token?: string;
    signal?: AbortSignal;
  }): ReturnType<typeof downloadModel>;
}

async function setting(content: Record<string, string | Uint8Array> = files): Promise<Setting> {
  const server = await fakeHub(id, content);
  opened.push(server);
  const cache = join(temporaryFolder(), "hub");
  const log: string[] = [];
  return {
    server,
    cache,
    log,
    fetch(asked = {}) {
      const hub: Hub = {
        endpoint: server.endpoint,
        token: asked.token ?? null,
        signal: asked.signal ?? new AbortController().signal,
        log: message => log.push(message),
        retryDelay: 1,
      };
      return downloadModel(
        hub,
        { id: asked.id ?? id, revision: asked.revision ?? null, cache },
        () => undefined,
      );
    },
  };
}

async function failure(promise: Promise<unknown>): Promise<HumanError> {
  const error = await promise.then(
    () => assert.fail("was downloaded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HumanError, String(error));
  assert.notEqual(error.remedy, "");
  return error;
}

const isFor = (request: IncomingMessage, name: string): boolean => request.url?.endsWith(`/${name}`) === true;
/** Intercepts the first `times` requests for a file. */
function firstTimes(
  times: number,
  name: string,
  answer: (request: IncomingMessage, response: ServerResponse) => boolean,
) {
  let count = 0;
  return (request: IncomingMessage, response: ServerResponse): boolean =>
    isFor(request, name) && count++ < times && answer(request, response);
}

describe("a model of the Hub", () => {
  test("lies in the cache as huggingface_hub lays it out, opens, and is found by its id", async () => {
    const { cache, fetch } = await setting();
    const found = await fetch();
    const folder = join(cache, "models--tiny--model");
    assert.equal(found.folder, join(folder, "snapshots", commit));
    assert.equal(readFileSync(join(folder, "refs", "main"), "utf8"), commit);
    if (process.platform !== "win32") {
      const target = readlinkSync(join(found.folder, weights));
      assert.match(target, /^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
      assert.ok(lstatSync(join(found.folder, "config.json")).isSymbolicLink());
    }
    assert.equal(findInHubCache(id, cache), found.folder);
    assert.ok(openModel(found.folder).parameterCount > 0);
    assert.deepEqual(
      readdirSync(join(folder, "blobs")).filter(name => name.includes("incomplete")),
      [],
    );
  });

  test("only what a model needs is fetched, and nothing that is here already", async () => {
    const more = {
      "pytorch_model.bin": "x",
      "README.md": "x",
      "onnx.safetensors": "x",
      ".gitattributes": "x",
    };
    const { server, fetch } = await setting({ ...files, ...more });
    await fetch();
    const fetched = server.requests
      .filter(path => path.includes("/resolve/"))
      .map(path => path.split("/").at(-1));
    assert.deepEqual(fetched.sort(), Object.keys(files).sort());
    server.requests.length = 0;
    await fetch();
    assert.equal(server.requests.length, 1, "the revision is asked for, no file");
  });

  test("a revision is pinned to its commit", async () => {
    const { server, cache, fetch } = await setting();
    await fetch({ revision: "refs/pr/3" });
    assert.equal(readFileSync(join(cache, "models--tiny--model", "refs", "refs", "pr", "3"), "utf8"), commit);
    assert.match(server.requests[0] ?? "", /revision\/refs%2Fpr%2F3/);
    assert.ok(server.requests.slice(1).every(path => path.includes(`/resolve/${commit}/`)));
    assert.match((await failure(fetch({ revision: "../../x" }))).message, /is not a revision/);
  });

  test("one GGUF file is fetched by its name, and offered where there is nothing else", async () => {
    const { fetch } = await setting({ "a.Q4.gguf": "x", "b.gguf": "y", "README.md": "" });
    const found = await fetch({ id: `${id}/a.Q4.gguf` });
    assert.deepEqual(readdirSync(found.folder), ["a.Q4.gguf"]);
    assert.match((await failure(fetch())).remedy, /tiny\/model\/a\.Q4\.gguf, tiny\/model\/b\.gguf/);
    assert.match((await failure(fetch({ id: `${id}/c.gguf` }))).remedy, /It has a\.Q4\.gguf, b\.gguf/);
  });
});

describe("a Hub that refuses", () => {
  const cases: readonly [string, number, Record<string, string>, RegExp][] = [
    ["401 without a token", 401, {}, /requires a login \(401\).*set a token/],
    [
      "401 for an unknown name",
      401,
      { "x-error-code": "RepoNotFound" },
      /private, or does not exist.*Check the name/,
    ],
    ["403 of a gated model", 403, { "x-error-code": "GatedRepo" }, /accepted its terms \(403\).*Accept them/],
    [
      "404",
      404,
      { "x-error-code": "RevisionNotFound" },
      /can't find the model tiny\/model at revision main \(404\).*Check the name/,
    ],
    [
      "429 for an hour",
      429,
      { "retry-after": "3600" },
      /asks to wait 60 minutes.*continues where it stopped/,
    ],
  ];
  for (const [name, status, headers, expected] of cases)
    test(name, async () => {
      const { server, fetch } = await setting();
      server.intercept = (_request, response) => refuse(response, status, headers);
      const { message, remedy } = await failure(fetch());
      assert.match(`${message} ${remedy}`, expected);
      assert.equal(server.requests.length, 1);
    });

  test("a token that is not accepted; it is in no message, log or file", async () => {
    const { server, cache, log, fetch } = await setting();
    await fetch({ token: "hf_secret" });
    assert.ok(server.tokens.every(token => token === "Bearer hf_secret"));
    server.intercept = (_request, response) => refuse(response, 401);
    const error = await failure(fetch({ token: "hf_secret" }));
    assert.match(error.message, /does not accept the token/);
    const written = readdirSync(cache, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), "latin1"));
    assert.ok(written.length > 3);
    assert.ok(![error.message, error.remedy, ...log, ...written].some(text => text.includes("hf_secret")));
  });

  test("429 with Retry-After is obeyed and then goes on", async () => {
    const { server, log, fetch } = await setting();
    server.intercept = firstTimes(2, weights, (_request, response) =>
      refuse(response, 429, { "retry-after": "0.05" }),
    );
    await fetch();
    assert.equal(log.length, 2);
    assert.match(log[0] ?? "", /too many requests \(429\); trying again/);
  });

  test("no server at all, and one that is no Hub", async () => {
    const { server, fetch } = await setting();
    server.intercept = (_request, response) => {
      response.writeHead(200).end('{"hello": 1}');
      return true;
    };
    assert.match((await failure(fetch())).message, /does not answer like the Hub/);
    await server.close();
    const { message, remedy } = await failure(fetch());
    assert.match(message, /could not be fetched/);
    assert.match(remedy, /Check the connection/);
  });
});

describe("half a file", () => {
  const whole = files[weights] ?? new Uint8Array();
  const half = Math.floor(whole.length / 2);
  const breakOff = (_request: IncomingMessage, response: ServerResponse): true => {
    response.writeHead(200, { "content-length": whole.length });
    response.write(whole.subarray(0, half), () => setTimeout(() => response.destroy(), 20));
    return true;
  };

  test("goes on where the connection broke", async () => {
    const { server, fetch } = await setting();
    server.intercept = firstTimes(1, weights, breakOff);
    const found = await fetch();
    assert.deepEqual(readFileSync(join(found.folder, weights)), Buffer.from(whole));
    assert.ok(
      server.requests.some(request => request.endsWith(`bytes=${half}-`)),
      server.requests.join("\n"),
    );
  });

  test("is kept when the server stays away, is no model, and the next time goes on from it", async () => {
    const { server, cache, fetch } = await setting();
    let broke = false;
    server.intercept = (request, response) => {
      if (!isFor(request, weights)) return false;
      if (broke) return refuse(response, 503);
      broke = true;
      return breakOff(request, response);
    };
    assert.match((await failure(fetch())).remedy, /kept, and the next attempt continues from there/);
    assert.equal(findInHubCache(id, cache), null);
    server.intercept = () => false;
    server.requests.length = 0;
    await fetch();
    assert.ok(server.requests.some(request => request.endsWith(`bytes=${half}-`)));
  });

  test("after a cancel likewise", async () => {
    const { server, cache, fetch } = await setting();
    const abort = new AbortController();
    server.intercept = (request, response) => {
      if (!isFor(request, weights)) return false;
      response.writeHead(200, { "content-length": whole.length });
      response.write(whole.subarray(0, half), () => setTimeout(() => abort.abort(), 50));
      return true;
    };
    await assert.rejects(fetch({ signal: abort.signal }));
    assert.equal(findInHubCache(id, cache), null);
    server.intercept = () => false;
    const found = await fetch();
    assert.deepEqual(readFileSync(join(found.folder, weights)), Buffer.from(whole));
  });

  test("a server without ranges sends it from the beginning", async () => {
    const { server, cache } = await setting();
    const sha = createHash("sha256").update(whole).digest("hex");
    const second = join(cache, "..", "second");
    mkdirSync(join(second, "models--tiny--model", "blobs"), { recursive: true });
    writeFileSync(join(second, "models--tiny--model", "blobs", `${sha}.incomplete`), whole.subarray(0, half));
    server.intercept = (request, response) => {
      if (!isFor(request, weights)) return false;
      response.writeHead(200).end(whole);
      return true;
    };
    const hub: Hub = {
      endpoint: server.endpoint,
      token: null,
      signal: new AbortController().signal,
      log: () => undefined,
      retryDelay: 1,
    };
    const found = await downloadModel(hub, { id, revision: null, cache: second }, () => undefined);
    assert.deepEqual(readFileSync(join(found.folder, weights)), Buffer.from(whole));
  });
});

describe("a wrong hash", () => {
  for (const name of [weights, "config.json"])
    test(`of ${name} is found, the file deleted, and no model is there`, async () => {
      const { server, cache, fetch } = await setting();
      const wrong = Buffer.from(files[name] ?? []);
      wrong[wrong.length - 1] = 7;
      server.intercept = (request, response) => {
        if (!isFor(request, name)) return false;
        response.writeHead(200).end(wrong);
        return true;
      };
      const { message, remedy } = await failure(fetch());
      assert.match(message, new RegExp(`${name} does not match the checksum given by the Hub`));
      assert.match(remedy, /It was deleted/);
      assert.equal(findInHubCache(id, cache), null);
      const blobs = join(cache, "models--tiny--model", "blobs");
      assert.ok(!existsSync(blobs) || !readdirSync(blobs).some(blob => blob.includes("incomplete")));
    });
});

describe("names and places", () => {
  test("ids are read as people paste them, and others are refused", () => {
    assert.deepEqual(parseModelId("https://huggingface.co/org/name/"), {
      repository: "org/name",
      file: null,
    });
    assert.deepEqual(parseModelId("org/name/x.gguf"), { repository: "org/name", file: "x.gguf" });
    for (const wrong of ["name", "../x", "org/..", "org/name/tree/main", "org/na me", ""])
      assert.throws(() => parseModelId(wrong), /is not the id of a model/, wrong);
  });

  test("a repository without weights, tokenizer or safe names", () => {
    const file = (name: string) => ({ name, bytes: 1, hash: { kind: "git", value: commit } as const });
    const needed =
      (index: unknown, ...names: string[]) =>
      () =>
        neededFiles({ id, files: names.map(file) }, null, index);
    assert.throws(needed(null, "pytorch_model.bin", "config.json"), /no safetensors weights/);
    assert.throws(needed(null, weights, "config.json"), /no tokenizer\.json/);
    const index = { weight_map: { a: "part one.safetensors", b: "consolidated.safetensors" } };
    const indexed = [`${weights}.index.json`, "part one.safetensors", "consolidated.safetensors"];
    const beside = ["config.json", "tokenizer.json", "x.safetensors"];
    assert.deepEqual(
      needed(index, ...indexed, ...beside)().map(({ name }) => name),
      [...indexed, "config.json", "tokenizer.json"],
    );
    assert.throws(needed(index, ...indexed.slice(0, 2), ...beside), /has no consolidated\.safetensors/);
    assert.throws(needed({}, ...indexed, ...beside), /no weight_map/);
    assert.throws(needed({ weight_map: { a: "../x" } }, ...indexed, ...beside), /not a file next to it/);
  });

  test("a name that leads out of the cache is left out", async () => {
    const { fetch } = await setting({ ...files, "../../../evil.safetensors": "x", "a/config.json": "x" });
    assert.equal(readdirSync((await fetch()).folder).length, Object.keys(files).length);
  });

  test("HF_ENDPOINT, and tokens where huggingface_hub keeps them", () => {
    assert.equal(hubEndpoint({}), "https://huggingface.co");
    assert.equal(hubEndpoint({ HF_ENDPOINT: "http://mirror:8/" }), "http://mirror:8");
    assert.throws(() => hubEndpoint({ HF_ENDPOINT: "mirror" }), /not a web address/);
    assert.equal(environmentToken({ HF_TOKEN: " a " }), "a");
    const home = temporaryFolder();
    assert.equal(environmentToken({ HF_HOME: home }), null);
    writeFileSync(join(home, "token"), "b\n");
    assert.equal(environmentToken({ HF_HOME: home }), "b");
    const mirror = "https://mirror.example";
    assert.equal(environmentToken({ HF_HOME: home, HF_ENDPOINT: mirror }), null, "the login is the Hub's");
    assert.equal(environmentToken({ HF_TOKEN: "a", HF_ENDPOINT: mirror }), "a", "given for this server");
  });
});
