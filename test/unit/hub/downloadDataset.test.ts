// Datasets from a Hub on 127.0.0.1: what is fetched, what is found without the Hub, and what is refused in words.
import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import type { HubChoice } from "../../../src/core/sources/chooseHubFiles.ts";
import { type DownloadedDataset, downloadDataset } from "../../../src/runtime/hub/fetchDataset.ts";
import { type CachedDataset, type CacheFault, findDataset } from "../../../src/runtime/hub/findDataset.ts";
import type { Hub } from "../../../src/runtime/hub/hub.ts";
import { temporaryFolder } from "../model/tinyModel.ts";
import { commit, type FakeHub, fakeHub, refuse } from "./fakeHub.ts";

const id = "made/up";
const place = `datasets/${id}`;
const made = "f".repeat(40);
const opened: FakeHub[] = [];
after(() => Promise.all(opened.map(hub => hub.close())));

interface Setting {
  readonly server: FakeHub;
  readonly cache: string;
  fetch(choice?: HubChoice, asked?: { revision?: string; signal?: AbortSignal }): Promise<DownloadedDataset>;
  find(choice?: HubChoice, at?: string): CachedDataset | CacheFault;
}

async function setting(files: Record<string, string>): Promise<Setting> {
  const server = await fakeHub(place, files);
  opened.push(server);
  const cache = join(temporaryFolder(), "hub");
  return {
    server,
    cache,
    fetch(choice = {}, { revision, signal = new AbortController().signal } = {}) {
      const hub: Hub = {
        endpoint: server.endpoint,
        token: null,
        signal,
        log: () => undefined,
        retryDelay: 1,
      };
      const asked = { id, revision: revision ?? null, cache, ...choice };
      return downloadDataset(hub, asked, () => undefined);
    },
    find: (choice = {}, at = commit) => findDataset({ id, commit: at, ...choice }, cache),
  };
}

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => assert.fail("was downloaded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HumanError, String(error));
  return `${error.message} ${error.remedy}`;
}

function paths(found: CachedDataset | CacheFault): string[] {
  if ("code" in found) assert.fail(`${found.message} ${found.remedy}`);
  return found.files.map(({ path }) => path);
}

function faultOf(found: CachedDataset | CacheFault): string {
  if ("code" in found) return `${found.code}: ${found.message} ${found.remedy}`;
  return assert.fail("was found");
}

const fetched = ({ server }: Setting): string[] =>
  server.requests.flatMap(path => /\/resolve\/[0-9a-f]+\/(\S+)/.exec(path)?.[1] ?? []);

describe("a dataset of the Hub", () => {
  const files = {
    "README.md":
      "---\nconfigs:\n- config_name: fi\n  data_files: fi/*\n- config_name: sw\n  data_files: sw/*\n---\n",
    "fi/one part.jsonl": "1\n",
    "fi/b.jsonl": "2\n",
    "sw/a.jsonl": "3\n",
    "big.bin": "x",
  };

  test("only the files of the config are fetched, and found again without the Hub", async () => {
    const made = await setting(files);
    const { cache, fetch, find } = made;
    const found = await fetch({ config: "fi" });
    assert.deepEqual(fetched(made), ["README.md", "fi/b.jsonl", "fi/one%20part.jsonl"]);
    assert.equal(found.folder, join(cache, "datasets--made--up", "snapshots", commit));
    assert.equal(readFileSync(join(cache, "datasets--made--up", "refs", "main"), "utf8"), commit);
    await made.server.close();
    const read = paths(find({ config: "fi" })).map(path => readFileSync(path, "utf8"));
    assert.deepEqual(read, ["2\n", "1\n"]);
    assert.match(
      faultOf(find({ config: "sw" })),
      /^hub-not-downloaded: .*at 0123456 lacks sw\/a\.jsonl.*`pinch download hub:made\/up@0123456789abcdef0123456789abcdef01234567 --config sw`/,
    );
    assert.match(faultOf(find({ config: "sv" })), /^hub-choice: .*no config sv\. It has fi, sw\./);
    assert.match(faultOf(find({ config: "fi" }, made.cache)), /^hub-not-downloaded: .*is not in the Hugging/);
  });

  test("one config of each language; what is here already is not fetched again", async () => {
    const made = await setting(files);
    await made.fetch({ config: "sw" });
    made.server.requests.length = 0;
    const { files: all, bytes } = await made.fetch({ config: "{language}", split: "train" });
    assert.deepEqual(
      all.map(({ language }) => language),
      ["fi", "fi", "sw"],
    );
    assert.equal(bytes, 6);
    assert.deepEqual(fetched(made), ["fi/b.jsonl", "fi/one%20part.jsonl"]);
  });

  test("a file that was changed or lost is not taken for whole", async () => {
    const { fetch, find, cache } = await setting(files);
    await fetch({ config: "fi" });
    const [one = "", other = ""] = paths(find({ config: "fi" }));
    appendFileSync(one, "more");
    assert.match(faultOf(find({ config: "fi" })), /lacks fi\/b\.jsonl/);
    rmSync(other);
    assert.match(faultOf(find({ config: "fi" })), /lacks fi\/b\.jsonl, fi\/one part\.jsonl/);
    const listing = join(cache, "datasets--made--up", "listings", `${commit}.json`);
    for (const damaged of ["{", "[]", '{"files": [null], "card": null}', '{"files": [], "card": 3}']) {
      writeFileSync(listing, damaged);
      assert.match(faultOf(find({ config: "fi" })), /is not in the Hugging Face cache/, damaged);
    }
  });

  test("what was stopped is found as not downloaded, and goes on", async () => {
    const { server, fetch, find } = await setting({ "train.jsonl": "rows\n" });
    const abort = new AbortController();
    server.intercept = (request, response) => {
      if (request.url?.endsWith("/train.jsonl") !== true) return false;
      response.writeHead(200, { "content-length": 5 });
      response.write("ro", () => setTimeout(() => abort.abort(), 50));
      return true;
    };
    await assert.rejects(fetch({}, { signal: abort.signal }));
    assert.match(faultOf(find()), /^hub-not-downloaded/);
    server.intercept = () => false;
    await fetch();
    assert.ok(server.requests.some(request => request.endsWith("bytes=2-")));
    assert.deepEqual(
      paths(find()).map(path => readFileSync(path, "utf8")),
      ["rows\n"],
    );
  });

  test("whose files have names that lead out of the cache is refused, none of them fetched", async () => {
    for (const name of ["../evil.jsonl", "a/../../b.jsonl", "c:/d.jsonl", "e\\..\\f.jsonl", "g./h.jsonl"]) {
      const made = await setting({ [name]: "1\n", "ok.jsonl": "2\n" });
      const asked = name.includes("../") ? { path: name } : {};
      assert.match(await failure(made.fetch(asked)), /has a file that can't be kept under its name/, name);
      assert.deepEqual(fetched(made), []);
    }
  });

  test("by a mirror that lists names only", async () => {
    const { server, fetch, find } = await setting(files);
    server.tells = "headers";
    await fetch({ config: "fi" });
    assert.equal(paths(find({ config: "fi" })).length, 2);
  });

  test("without a choice, with another, and with nothing to read: before anything is fetched", async () => {
    const made = await setting(files);
    assert.match(await failure(made.fetch()), /has 2 configs, but none is selected/);
    assert.match(
      await failure(made.fetch({ config: "fi", split: "test" })),
      /no split test\. It has train\./,
    );
    assert.match(await failure(made.fetch({ path: "x.jsonl" })), /no file x\.jsonl\. It has README\.md/);
    assert.deepEqual(new Set(fetched(made)), new Set(["README.md"]));
    assert.ok(!existsSync(join(made.cache, "datasets--made--up", "listings")));
  });
});

describe("a dataset that a script makes", () => {
  const script = { "up.py": "raise SystemExit", "README.md": "# no head" };

  test("is read from what the Hub made with it, pinned to the commit of that", async () => {
    const { server, cache, fetch, find } = await setting(script);
    const parquet = { "fi/train/0000.parquet": "1", "sw/train/0000.parquet": "2" };
    server.add(place, parquet, { commit: made, branches: ["refs/convert/parquet"] });
    const found = await fetch({ config: "{language}" });
    assert.equal(found.commit, made);
    assert.deepEqual(
      found.files.map(({ language }) => language),
      ["fi", "sw"],
    );
    assert.equal(paths(find({ config: "{language}" }, made)).length, 2);
    const refs = join(cache, "datasets--made--up", "refs");
    assert.equal(readFileSync(join(refs, "refs", "convert", "parquet"), "utf8"), made);
    assert.ok(!existsSync(join(refs, "main")), "main is another commit");
    assert.equal((await fetch({ config: "fi" }, { revision: made })).commit, made);
  });

  test("is refused where the Hub made nothing of it", async () => {
    const { fetch } = await setting(script);
    assert.match(await failure(fetch()), /is made by a script \(up\.py\).*Choose another dataset/);
  });
});

describe("a Hub that refuses a dataset", () => {
  const cases: readonly [string, number, Record<string, string>, RegExp][] = [
    ["401", 401, { "x-error-code": "RepoNotFound" }, /the dataset made\/up at revision main is private/],
    ["403", 403, { "x-error-code": "GatedRepo" }, /open only to people who accepted its terms \(403\)/],
    ["404", 404, { "x-error-code": "RevisionNotFound" }, /can't find the dataset made\/up.*\(404\)/],
  ];
  for (const [name, status, headers, expected] of cases)
    test(name, async () => {
      const { server, fetch } = await setting({ "train.jsonl": "1" });
      server.intercept = (_request, response) => refuse(response, status, headers);
      assert.match(await failure(fetch()), expected);
    });

  test("a gated one lists its files, and refuses each", async () => {
    const { server, fetch } = await setting({ "train.jsonl": "1" });
    server.intercept = (request, response) =>
      request.url?.includes("/resolve/") === true && refuse(response, 403, { "x-error-code": "GatedRepo" });
    assert.match(await failure(fetch()), /the file train\.jsonl is open only to people who accepted/);
  });
});
