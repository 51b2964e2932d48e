// Pushing a run to a Hub on 127.0.0.1: what is listed, what is sent, and what stays on this machine.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { writeReport } from "../../../src/cli/reports.ts";
import { HumanError } from "../../../src/common/errors.ts";
import type { PushRequest } from "../../../src/protocol/push.ts";
import { readRunRecord, writeRunRecord } from "../../../src/runtime/files/runFolder.ts";
import { exportRun } from "../../../src/runtime/recipes/export.ts";
import { pushRun } from "../../../src/runtime/recipes/push.ts";
import { type FakeHub, fakeHub } from "../hub/fakeHub.ts";
import { madeUpSample } from "../judge/madeUpRuns.ts";
import { temporaryFolder, writeTinyModel } from "../model/tinyModel.ts";
import { context, finishedRun } from "./finishedRun.ts";

const to = "me/tuned";
const token = "hf_secret";
let hub: FakeHub;
const endpoint = process.env.HF_ENDPOINT;
before(async () => {
  hub = await fakeHub("someone/else", {});
  process.env.HF_ENDPOINT = hub.endpoint;
});
after(async () => {
  if (endpoint === undefined) delete process.env.HF_ENDPOINT;
  else process.env.HF_ENDPOINT = endpoint;
  await hub.close();
});

type Run = Awaited<ReturnType<typeof finishedRun>>;

function asked(run: Run, extra: Partial<PushRequest> = {}): PushRequest {
  const { out: _out, ...request } = run.request({ format: "adapter", dtype: null });
  return { ...request, to, token, isPrivate: false, samples: false, report: false, send: true, ...extra };
}

function pushed(): Map<string, Uint8Array> {
  return hub.repositories.get(to)?.[0]?.files ?? new Map();
}

function forget(): void {
  hub.repositories.delete(to);
  hub.requests.length = 0;
  hub.tokens.length = 0;
}

/** Three of four responses in the right language, as the run's metrics say. */
const samples = ["en", "sw"].flatMap(language =>
  [0, 1, 2, 3].map(i =>
    madeUpSample(language, i, {
      prompt: `a private prompt ${i}`,
      response: "a private response",
      languageCorrect: i > 0,
    }),
  ),
);

function writeSamples({ folder }: Run, all: readonly object[]): void {
  writeFileSync(join(folder, "samples.jsonl"), all.map(each => `${JSON.stringify(each)}\n`).join(""));
}

/** Gives the run samples. */
async function sampledRun(options: Parameters<typeof finishedRun>[0] = {}): Promise<Run> {
  const run = await finishedRun(options);
  writeSamples(run, samples);
  return run;
}

test("a list of what would be sent is all that a push makes unless it is told to send", async () => {
  forget();
  const run = await finishedRun();
  const told: string[] = [];
  const listed = await pushRun(asked(run, { send: false }), context({ log: (_, line) => told.push(line) }));
  const { folder } = await exportRun(run.request({ format: "adapter", dtype: null }), context());
  assert.deepEqual(
    listed.files.map(({ name, state }) => ({ name, state })),
    readdirSync(folder)
      .sort()
      .map(name => ({ name, state: "new" })),
  );
  const { repository, existed, isPrivate, hasToken, commit, otherFiles } = listed;
  assert.deepEqual(
    { repository, existed, isPrivate, hasToken, commit, otherFiles },
    { repository: to, existed: false, isPrivate: false, hasToken: true, commit: null, otherFiles: 0 },
  );
  assert.equal(listed.endpoint, hub.endpoint);
  assert.ok(hub.requests.every(request => request.startsWith("/api/models/")));
  assert.ok(!JSON.stringify([listed, told]).includes(token));
  assert.match(listed.notes.join(" "), /no Hub id/);
  assert.equal(listed.namesBase, false);
  const left = readdirSync(dirname(run.folder)).filter(name => name.includes("tmp"));
  assert.deepEqual(left, [], "what was written for it is gone");
});

test("what is sent is the export, file by file, and pushing again sends nothing", async () => {
  forget();
  const run = await finishedRun();
  for (const format of ["adapter", "merged", "gguf", "gguf-adapter"] as const) {
    hub.repositories.delete(to);
    const request = asked(run, { format });
    const { commit, sentBytes } = await pushRun(request, context());
    assert.equal(hub.repositories.get(to)?.[0]?.commit, commit);
    const { folder } = await exportRun(
      run.request({ format, dtype: null, out: join(temporaryFolder(), format) }),
      context(),
    );
    assert.match(
      Buffer.from(pushed().get("README.md") ?? []).toString(),
      /(?:folder = "|hf download )me\/tuned/,
    );
    for (const name of readdirSync(folder).filter(each => each !== "README.md"))
      assert.deepEqual(Buffer.from(pushed().get(name) ?? []), readFileSync(join(folder, name)), name);
    assert.ok(sentBytes > 0);
    const again = await pushRun(request, context());
    assert.deepEqual([again.commit, again.sentBytes], [commit, 0]);
    assert.ok(again.files.every(({ state }) => state === "same"));
    assert.equal(again.otherFiles, 1, ".gitattributes");
  }
});

test("no path of this machine is in what is sent", async () => {
  forget();
  const model = writeTinyModel();
  const settings = join(model, "tokenizer_config.json");
  const own = {
    ...(JSON.parse(readFileSync(settings, "utf8")) as object),
    name_or_path: "/home/someone/models/x",
  };
  writeFileSync(settings, JSON.stringify(own));
  const run = await sampledRun({ written: model });
  const record = readRunRecord(run.folder);
  assert.ok(record.lock);
  const outside = { "../../someone/en.jsonl": "a", "D:/someone/fi.jsonl": "b", "data/sw.jsonl": "c" };
  writeRunRecord(run.folder, {
    ...record,
    lock: {
      ...record.lock,
      data: { ...record.lock.data, ...outside },
      languageData: { eval: {}, ...record.lock.languageData, trainDatasets: ["org/data"] },
    },
  });
  const { notes } = await pushRun(asked(run, { samples: true, report: true }), context());
  assert.match(notes.join(" "), /name_or_path was removed from tokenizer_config\.json/);
  assert.ok([...pushed().keys()].includes("report.html"));
  const card = Buffer.from(pushed().get("README.md") ?? []).toString();
  assert.match(card, /^datasets:\n- org\/data$/m);
  assert.match(card, /`en\.jsonl`.*\n.*`fi\.jsonl`.*\n.*`data\/sw\.jsonl`/);
  for (const [name, bytes] of pushed())
    for (const path of [model, run.folder, dirname(run.folder), homedir(), "someone"])
      assert.ok(path.length < 6 || !Buffer.from(bytes).includes(path), `${name} contains ${path}`);
  for (const format of ["merged", "gguf", "gguf-adapter"] as const) {
    hub.repositories.delete(to);
    await pushRun(asked(run, { format }), context());
    for (const [name, bytes] of pushed())
      for (const path of [dirname(model), dirname(run.folder), "someone"])
        assert.ok(!Buffer.from(bytes).includes(path), `${name} contains ${path}`);
  }
  await pushRun(asked(run), context());
  const config = JSON.parse(Buffer.from(pushed().get("adapter_config.json") ?? []).toString()) as Record<
    string,
    unknown
  >;
  assert.equal(config.base_model_name_or_path, null);
  writeSamples(run, [{ ...samples[0], response: `in ${run.folder}` }]);
  await assert.rejects(
    pushRun(asked(run, { samples: true }), context()),
    (error: unknown) =>
      error instanceof HumanError && /samples\.jsonl contains .*, a path of this machine/.test(error.message),
  );
});

test("a base that others can load is named where the user gives it", async () => {
  forget();
  const run = await finishedRun({ written: writeTinyModel() });
  const { notes } = await pushRun(asked(run, { base: "org/base" }), context());
  assert.deepEqual(notes, []);
  const text = (name: string): string => Buffer.from(pushed().get(name) ?? []).toString();
  assert.match(text("README.md"), /^base_model: org\/base\nbase_model_relation: adapter$/m);
  assert.match(text("README.md"), /base = "org\/base"/);
  assert.match(text("adapter_config.json"), /"base_model_name_or_path": "org\/base"/);
  await assert.rejects(pushRun(asked(run, { base: "../base" }), context()), /not the id of a model/);
});

test("samples and report go only where they are asked for, and the list says what they hold", async () => {
  forget();
  const run = await sampledRun();
  await pushRun(asked(run), context());
  for (const [name, bytes] of pushed()) assert.ok(!Buffer.from(bytes).includes("private"), name);
  assert.deepEqual(
    [...pushed().keys()].filter(name => /sample|report/.test(name)),
    [],
  );
  const { notes } = await pushRun(asked(run, { samples: true, report: true }), context());
  assert.match(notes.join(" "), /prompts, references and responses.*quotes some samples/);
  assert.equal(
    String(Buffer.from(pushed().get("samples.jsonl") ?? [])),
    readFileSync(join(run.folder, "samples.jsonl"), "utf8"),
  );
  const written = temporaryFolder();
  writeReport(dirname(run.folder), written);
  const reported = readdirSync(written, { recursive: true }).map(name => String(name).replaceAll("\\", "/"));
  assert.ok(reported.length >= 3 && reported.every(name => pushed().has(name)), reported.join());
  rmSync(join(run.folder, "samples.jsonl"));
  await assert.rejects(pushRun(asked(run, { samples: true }), context()), /has no samples/);
});

test("a name that is none, and a server that the token is not for, are refused before anything is asked", async () => {
  forget();
  const run = await finishedRun();
  await assert.rejects(pushRun(asked(run, { to: "tuned" }), context()), /not the name of a repository/);
  process.env.HF_ENDPOINT = "http://mirror.example";
  try {
    await assert.rejects(pushRun(asked(run), context()), /needs a token, and there is none for it/);
  } finally {
    process.env.HF_ENDPOINT = hub.endpoint;
  }
  assert.deepEqual(hub.requests, []);
});
