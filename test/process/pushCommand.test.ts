// `pinch push` with a real runtime process and a Hub on 127.0.0.1.
import assert from "node:assert/strict";
import { test } from "node:test";
import { refuse } from "../unit/hub/fakeHub.ts";
import { writeTinyModel } from "../unit/model/tinyModel.ts";
import { finishedRun } from "../unit/recipes/finishedRun.ts";
import { pinch, withHub } from "./hubCommand.ts";

const making = finishedRun({ written: writeTinyModel() });

test("without --yes it lists files, sizes, repository and visibility, and sends nothing", () =>
  withHub(async hub => {
    const made = await making;
    const done = await pinch("push", made.folder, "--to", "me/tuned", "--private");
    assert.equal(done.code, 0, done.errors);
    assert.ok(
      done.output.startsWith(`Would push to me/tuned at ${hub.endpoint} (new, private):\n`),
      done.output,
    );
    assert.match(done.output, /^ {2}adapter_model\.safetensors +\d+ kB +new$/m);
    assert.match(done.output, /^Note: The base model has no Hub id/m);
    assert.ok(done.output.endsWith("\nNothing was sent. Push with --yes.\n"), done.output);
    assert.ok(hub.requests.every(request => !/^(POST|PUT)/.test(request)));
    delete process.env.HF_TOKEN;
    const without = await pinch("push", made.folder, "--to", "me/tuned");
    assert.match(
      without.output,
      /\(not found without a token, public\)[\s\S]*There is no token for this server: set HF_TOKEN/,
    );
  }));

test("a push that is refused half way tells what it left, and the same command goes on", () =>
  withHub(async hub => {
    const made = await making;
    const words = ["push", made.folder, "--to", "me/tuned", "--base", "org/base", "--yes"];
    hub.intercept = (request, response) =>
      request.url?.includes("/commit/") === true && refuse(response, 403);
    const refused = await pinch(...words);
    assert.equal(refused.code, 2, refused.output);
    assert.match(
      refused.errors,
      /does not accept the commit to me\/tuned with this token \(403\)\. me\/tuned was created\./,
    );
    assert.match(refused.errors, /Already uploaded: adapter_model\.safetensors\.\n.*Push again to continue/);
    hub.intercept = () => false;
    hub.requests.length = 0;
    const done = await pinch(...words);
    assert.equal(done.code, 0, done.errors);
    const { commit = "" } = hub.repositories.get("me/tuned")?.[0] ?? {};
    assert.ok(
      done.output.startsWith(`Pushed to me/tuned at ${hub.endpoint} (exists, public):\n`),
      done.output,
    );
    assert.ok(
      done.output.endsWith(`Commit ${commit}: ${hub.endpoint}/me/tuned/tree/${commit}\n`),
      done.output,
    );
    assert.ok(!hub.requests.some(request => request.startsWith("PUT")), "the adapter is not sent again");
    assert.ok(!done.errors.includes("tmp"), done.errors);
    const json = await pinch(...words, "--json");
    const {
      type,
      commit: again,
      sentBytes,
    } = JSON.parse(json.output.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
    assert.deepEqual([type, again, sentBytes], ["done", commit, 0]);
    for (const { output, errors } of [refused, done, json])
      assert.ok(!`${output}${errors}`.includes("hf_secret"));
    assert.equal((await pinch("push", made.folder)).code, 1);
    assert.match(
      (await pinch("push", made.folder, "--to", "me/tuned", "--private")).errors,
      /me\/tuned is public\./,
    );
  }));
