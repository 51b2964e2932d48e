// `pinch download` with a real runtime process and a Hub on 127.0.0.1.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { countingProxy } from "../unit/hub/countingProxy.ts";
import { commit, refuse } from "../unit/hub/fakeHub.ts";
import { home, pinch, withHub } from "./hubCommand.ts";

test("a download ends with the commit, the folder, and what to write into a mixture file", () =>
  withHub(async hub => {
    const done = await pinch("download", "tiny/model", "--revision", "v1");
    assert.equal(done.code, 0, done.errors);
    const folder = join(home, "hub", "models--tiny--model", "snapshots", commit);
    assert.match(done.output, new RegExp(`^tiny/model at ${commit}, \\d+ kB, in\\n`));
    assert.ok(done.output.includes(`${folder}\nIn a mixture file: model: tiny/model\n`), done.output);
    assert.ok(
      hub.tokens.every(token => token === "Bearer hf_secret"),
      "HF_TOKEN is used",
    );
    const json = await pinch("download", "tiny/model", "--json");
    const lines = json.output
      .trim()
      .split("\n")
      .map(line => JSON.parse(line) as Record<string, unknown>);
    assert.equal(lines[0]?.type, "progress");
    const { type, problem } = lines.at(-1) ?? {};
    assert.deepEqual([type, problem], ["done", null]);
  }));

test("what the Hub refuses is told with a remedy, without the token", () =>
  withHub(async hub => {
    hub.intercept = (_request, response) => refuse(response, 401);
    const refused = await pinch("download", "tiny/model");
    assert.equal(refused.code, 2);
    assert.match(refused.errors, /does not accept the token \(401\)\.\nSet a valid one.*HF_TOKEN/);
    assert.ok(!refused.errors.includes("hf_secret"));
    assert.equal((await pinch("download", "nonsense")).code, 1);
  }));

test("a dataset is downloaded by its name in a mixture file, and told as one", () =>
  withHub(async hub => {
    hub.add("datasets/made/up", { "fi.jsonl": "{}", "sw.jsonl": "{}", "raw.jsonl": "{}", "README.md": "" });
    const all = await pinch("download", "hub:made/up@v1");
    assert.equal(all.code, 0, all.errors);
    assert.match(all.output, new RegExp(`^made/up at ${commit}, 3 files, 1 kB, in\n`));
    assert.ok(
      all.output.endsWith(`train: { file: "hub:made/up@${commit}", language: COLUMN }\n`),
      all.output,
    );
    const named = await pinch("download", `hub:made/up@${commit}/{language}.jsonl`);
    assert.match(named.output, /2 files in fi, sw/);
    assert.ok(named.output.endsWith(`train: { file: "hub:made/up@${commit}/{language}.jsonl" }\n`));
    assert.match(named.errors, /Skipped, because no language has this name: raw\.jsonl\./);
    const refused = await pinch("download", "datasets/made/up", "--split", "test");
    assert.equal(refused.code, 1);
    assert.match(refused.errors, /made\/up has no split test\.\nIt has train\./);
    assert.equal((await pinch("download", "hub:made/up@v1/{language}.jsonl")).code, 1);
  }));

test("through the proxy of the environment the whole download goes, and a broken one goes on", () =>
  withHub(async hub => {
    const proxy = await countingProxy();
    const content = "x".repeat(300_000);
    hub.add("datasets/made/far", { "train.jsonl": content });
    process.env.HTTP_PROXY = proxy.url;
    let broke = false;
    hub.intercept = (request, response) => {
      if (broke || request.url?.endsWith("/train.jsonl") !== true) return false;
      broke = true;
      response.writeHead(200, { "content-length": content.length });
      response.write(content.slice(0, 100_000), () => setTimeout(() => response.destroy(), 50));
      return true;
    };
    try {
      const done = await pinch("download", "hub:made/far");
      assert.equal(done.code, 0, done.errors);
      const [, folder = ""] = done.output.split("\n");
      assert.equal(readFileSync(join(folder, "train.jsonl"), "utf8"), content);
    } finally {
      delete process.env.HTTP_PROXY;
      await proxy.close();
    }
    assert.equal(proxy.asked.length, hub.requests.length, "nothing went around it");
    assert.ok(
      hub.requests.some(request => /train\.jsonl bytes=\d+-$/.test(request)),
      hub.requests.join("\n"),
    );
  }));
