// Pushes to a Hub on 127.0.0.1: what is sent, broken off at every request, refused, and continued.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import type { Hub } from "../../../src/runtime/hub/hub.ts";
import { localFiles } from "../../../src/runtime/hub/localFiles.ts";
import { findTarget, type PushResult, pushFolder } from "../../../src/runtime/hub/pushFolder.ts";
import { temporaryFolder } from "../model/tinyModel.ts";
import { type FakeHub, fakeHub, refuse } from "./fakeHub.ts";

const id = "me/tuned";
const token = "hf_secret";
const weights = Buffer.from(Array.from({ length: 300_001 }, (_, i) => (i * 31) % 256));
const content: Readonly<Record<string, Uint8Array>> = {
  "README.md": Buffer.from("# Tuned\n"),
  "adapter.safetensors": weights,
  "more.safetensors": weights.subarray(1, 100_000),
  "templates/rag.jinja": Buffer.from("{{ messages }}"),
  "empty.txt": Buffer.alloc(0),
};
const folder = temporaryFolder();
mkdirSync(join(folder, "templates"));
for (const [name, bytes] of Object.entries(content)) writeFileSync(join(folder, name), bytes);
const opened: FakeHub[] = [];
after(() => Promise.all(opened.map(hub => hub.close())));

async function openHub(): Promise<FakeHub> {
  const hub = await fakeHub("someone/else", {});
  opened.push(hub);
  return hub;
}

interface Pushing {
  readonly isPrivate?: boolean;
  readonly log?: string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

function pushTo(server: FakeHub, { isPrivate = false, ...more }: Pushing = {}): Promise<PushResult> {
  const hub: Hub = {
    endpoint: server.endpoint,
    token,
    signal: more.signal ?? new AbortController().signal,
    log: message => more.log?.push(message),
    retryDelay: 1,
  };
  const files = localFiles(folder);
  const report = more.onProgress ?? (() => undefined);
  return pushFolder(hub, { id, files, isPrivate, summary: "Upload" }, report);
}

async function failure(promise: Promise<unknown>): Promise<HumanError> {
  const error = await promise.then(
    () => assert.fail("was pushed"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HumanError, String(error));
  assert.ok(!`${error.message} ${error.remedy}`.includes(token));
  return error;
}

function assertPushed({ repositories }: FakeHub): void {
  const [{ files } = { files: new Map<string, Uint8Array>() }] = repositories.get(id) ?? [];
  for (const [name, bytes] of Object.entries(content))
    assert.deepEqual(Buffer.from(files.get(name) ?? "none"), Buffer.from(bytes), name);
}

const isUpload = ({ url = "" }: IncomingMessage): boolean => url.startsWith("/storage/");
const uploads = (hub: FakeHub): string[] => hub.requests.filter(request => request.startsWith("PUT "));

describe("a push", () => {
  test("creates the repository, uploads large files and commits all at once, with the bytes announced", async () => {
    const hub = await openHub();
    const progress: number[] = [];
    const { commit: made, sentBytes } = await pushTo(hub, {
      onProgress: (done, total) => progress.push(done / total),
    });
    assertPushed(hub);
    assert.equal(hub.repositories.get(id)?.[0]?.commit, made);
    assert.equal(hub.repositories.get(id)?.[0]?.isPrivate, false);
    assert.equal(sentBytes, weights.length + 99_999);
    assert.equal(hub.commits.length, 1);
    for (const { url, announced, bytes } of hub.received) assert.equal(bytes, announced, url);
    assert.deepEqual([...progress].sort(), progress, "progress only grows");
    assert.equal(progress.at(-1), 1);
    const keys = hub.commits[0]?.map(({ key }) => key);
    assert.deepEqual(keys?.sort(), ["file", "file", "file", "header", "lfsFile", "lfsFile"]);
  });

  test("of the same files sends nothing again", async () => {
    const hub = await openHub();
    const first = await pushTo(hub);
    hub.requests.length = 0;
    assert.deepEqual(await pushTo(hub), { commit: first.commit, sentBytes: 0 });
    assert.equal(hub.requests.length, 1, "the repository is read");
    hub.repositories.get(id)?.[0]?.files.set("README.md", Buffer.from("edited"));
    await pushTo(hub);
    assert.deepEqual(uploads(hub), []);
    assert.deepEqual(
      hub.commits.at(-1)?.map(({ value }) => (value as { path?: string }).path),
      [undefined, "README.md"],
    );
    assertPushed(hub);
  });

  test("sends a large file in parts where the Hub asks for it", async () => {
    const hub = await openHub();
    hub.partBytes = 90_000;
    await pushTo(hub);
    assertPushed(hub);
    const parts = [...hub.parts.keys()].map(key => Number(key.split("/")[1]));
    assert.deepEqual(parts, [1, 2, 3, 4, 1, 2]);
  });

  test("has the token on requests to the Hub alone", async () => {
    const [hub, storage] = await Promise.all([openHub(), openHub()]);
    Object.assign(storage, { objects: hub.objects });
    hub.storage = storage.endpoint;
    await pushTo(hub);
    assertPushed(hub);
    assert.equal(storage.requests.length, 2);
    assert.deepEqual(storage.tokens, [undefined, undefined]);
    assert.ok(hub.tokens.every(each => each === `Bearer ${token}`));
  });

  test("is private from the start, and stops before any upload where it would not be", async () => {
    const hub = await openHub();
    await pushTo(hub, { isPrivate: true });
    assert.equal(hub.repositories.get(id)?.[0]?.isPrivate, true);
    const open = await openHub();
    open.add(id, { "README.md": "" });
    assert.match((await failure(pushTo(open, { isPrivate: true }))).message, /me\/tuned is public/);
    assert.equal(open.received.length, 0);
  });

  test("leaves other files of the repository alone", async () => {
    const hub = await openHub();
    hub.add(id, { "other.txt": "mine" });
    await pushTo(hub);
    assert.equal(String(hub.repositories.get(id)?.[0]?.files.get("other.txt")), "mine");
  });
});

/** Requests of a whole push, one by one: method and first parts of the path. */
const steps = [
  "GET the repository",
  "create",
  "GET it again",
  "preupload",
  "batch",
  "upload 1",
  "verify 1",
  "upload 2",
  "verify 2",
  "commit",
];

describe("a push that breaks off", () => {
  for (const [at, step] of steps.entries()) {
    for (const way of ["before it is done", "after it is done"])
      test(`at ${step}, ${way}, is tried again and ends the same`, async () => {
        const hub = await openHub();
        let count = 0;
        if (way === "before it is done")
          hub.intercept = request => {
            if (count++ !== at) return false;
            request.socket.destroy();
            return true;
          };
        else {
          hub.intercept = () => {
            count++;
            return false;
          };
          hub.loses = () => count === at + 1;
        }
        await pushTo(hub);
        assertPushed(hub);
        assert.equal(hub.commits.length, 1, "one commit, though its answer was lost");
        const sent = hub.received.filter(({ url }) => url.startsWith("/storage/"));
        assert.ok(sent.length <= 3 && (step.startsWith("upload") || sent.length === 2));
      });

    test(`at ${step} for good says what is there, and continues`, async () => {
      const hub = await openHub();
      let count = 0;
      hub.intercept = (_request, response) => count++ >= at && refuse(response, 507);
      const { message, remedy } = await failure(pushTo(hub));
      assert.match(remedy, /Push again to continue: files that were uploaded are not sent again/);
      assert.match(
        message,
        step === "commit" ? /not known whether the commit/ : /has none of the new files yet/,
      );
      assert.equal(message.includes("was created"), at > 1, message);
      const done = Math.max(0, Math.floor((at - 5) / 2));
      const uploaded = /Already uploaded: (.*)\.$/.exec(message)?.[1]?.split(", ") ?? [];
      assert.equal(uploaded.length, done, message);
      assert.equal(hub.commits.length, 0);
      const there = hub.objects.size;
      assert.ok(there >= done);
      hub.intercept = () => false;
      hub.requests.length = 0;
      await pushTo(hub);
      assertPushed(hub);
      assert.equal(uploads(hub).length, 2 - there, "what was uploaded is not sent again");
    });
  }

  test("in the middle of a file is tried again from its beginning", async () => {
    const hub = await openHub();
    let broke = false;
    hub.intercept = request => {
      if (broke || !isUpload(request)) return false;
      broke = true;
      request.once("data", () => request.destroy());
      return true;
    };
    const log: string[] = [];
    await pushTo(hub, { log });
    assertPushed(hub);
    assert.match(log.join("\n"), /adapter\.safetensors: .*trying again/);
  });

  test("by its user sends no more, and commits nothing", async () => {
    const hub = await openHub();
    const stop = new AbortController();
    const pushing = pushTo(hub, { signal: stop.signal, onProgress: () => stop.abort() });
    await assert.rejects(pushing);
    assert.equal(hub.commits.length, 0);
  });
});

describe("a Hub that refuses a push", () => {
  const cases: readonly [number, Record<string, string>, string, RegExp][] = [
    [401, {}, "", /does not accept the token \(401\).*Set a valid one/],
    [
      403,
      { "x-error-message": "You need write access to me" },
      "",
      /does not accept .* with this token \(403\): You need write access to me/,
    ],
    [409, {}, "", /someone else has changed the repository in the meantime \(409\)/],
    [412, {}, "", /someone else has changed the repository in the meantime \(412\)/],
    [413, {}, '{"error": "Over your\\n quota of hf_secret"}', /as too large \(413\): Over your quota of …/],
    [400, {}, '{"error": "Bad name"}', /refuses .* \(400\): Bad name/],
    [307, { location: "/elsewhere" }, "", /redirects .* to another place \(307\)/],
    [429, { "retry-after": "3600" }, "", /asks to wait 60 minutes \(429\).*\. Push again to continue/],
  ];
  for (const [status, headers, body, expected] of cases)
    for (const place of ["/preupload/", "/storage/", "/commit/"])
      test(`with ${status} at ${place} is quoted, without another try`, async () => {
        const hub = await openHub();
        let times = 0;
        hub.intercept = (request, response) => {
          if (request.url?.includes(place) !== true) return false;
          times++;
          request.resume();
          response.writeHead(status, headers).end(body);
          return true;
        };
        const { message, remedy } = await failure(pushTo(hub));
        assert.match(`${message} ${remedy}`, expected);
        assert.match(message, /me\/tuned was created\. me\/tuned has none of the new files yet/);
        assert.equal(times, 1);
        assert.equal(hub.commits.length, 0);
      });

  test("at the storage, which is another server, names that", async () => {
    const [hub, storage] = await Promise.all([openHub(), openHub()]);
    hub.storage = storage.endpoint;
    storage.intercept = (_request, response) => refuse(response, 403);
    const { message, remedy } = await failure(pushTo(hub));
    const { host } = new URL(storage.endpoint);
    assert.ok(message.startsWith(`${host} refuses the upload of adapter.safetensors (403). `), message);
    assert.match(remedy, /may have expired\. Push again to continue/);
    storage.intercept = (_request, response) => refuse(response, 500);
    const broken = await failure(pushTo(hub));
    assert.ok(broken.message.startsWith(`The upload of adapter.safetensors failed at ${storage.endpoint}: `));
  });

  test("for a moment is asked again when it says", async () => {
    const hub = await openHub();
    let times = 0;
    hub.intercept = (request, response) =>
      isUpload(request) && times++ < 2 && refuse(response, 429, { "retry-after": "0.01" });
    await pushTo(hub);
    assertPushed(hub);
  });

  test("because someone else committed meanwhile: theirs stays", async () => {
    const hub = await openHub();
    hub.intercept = request => {
      const [repository] = hub.repositories.get(id) ?? [];
      if (request.url?.includes("/commit/") === true && repository !== undefined)
        repository.commit = "f".repeat(40);
      return false;
    };
    assert.match(
      (await failure(pushTo(hub))).message,
      /someone else has changed the repository in the meantime \(412\)/,
    );
    hub.intercept = () => false;
    hub.requests.length = 0;
    await pushTo(hub);
    assertPushed(hub);
    assert.deepEqual(uploads(hub), []);
  });

  test("by a transfer that Pinch does not have names it, and the tool that has it", async () => {
    const hub = await openHub();
    hub.transfer = "xet";
    const { message, remedy } = await failure(pushTo(hub));
    assert.match(message, /takes large files of me\/tuned only by xet\./);
    assert.match(remedy, /hf upload me\/tuned DIR/);
    assert.deepEqual(uploads(hub), []);
  });

  test("files by its .gitignore is named instead of obeyed in silence", async () => {
    const hub = await openHub();
    hub.ignored = ["README.md"];
    assert.match((await failure(pushTo(hub))).message, /\.gitignore of me\/tuned excludes README\.md/);
    assert.equal(hub.commits.length, 0);
  });

  test("or wants files sent without encryption to another machine is not followed", async () => {
    const hub = await openHub();
    hub.storage = "http://storage.example";
    assert.match(
      (await failure(pushTo(hub))).message,
      /wants adapter\.safetensors sent to http:\/\/storage\.example, unencrypted/,
    );
  });
});

test("a repository of another name is not found, and a token that is not accepted is no missing repository", async () => {
  const server = await openHub();
  const signal = new AbortController().signal;
  const hub: Hub = { endpoint: server.endpoint, token, signal, log: () => undefined, retryDelay: 1 };
  assert.equal(await findTarget(hub, "no/one"), null);
  server.intercept = (_request, response) => refuse(response, 401);
  assert.match((await failure(findTarget(hub, id))).message, /does not accept the token/);
});
