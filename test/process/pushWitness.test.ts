// huggingface_hub and PEFT, which are not ours, read what was pushed; and the small Hub takes their uploads as ours.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { exportRun } from "../../src/runtime/recipes/export.ts";
import { runPython, withoutPython } from "../support/python.ts";
import type { FakeHub } from "../unit/hub/fakeHub.ts";
import { temporaryFolder, writeTinyModel } from "../unit/model/tinyModel.ts";
import { context, finishedRun } from "../unit/recipes/finishedRun.ts";
import { pinch, withHub } from "./hubCommand.ts";

const skip = withoutPython("huggingface_hub");
const base = writeTinyModel();
const making = finishedRun({ written: base });
const witness = join(import.meta.dirname, "witness");

function hubWitness(hub: FakeHub, ...words: readonly string[]): Promise<unknown> {
  const home = temporaryFolder();
  return runPython(join(witness, "hub.py"), words, {
    HF_ENDPOINT: hub.endpoint,
    HF_HOME: home,
    HF_HUB_CACHE: join(home, "hub"),
    HF_HUB_DISABLE_XET: "1",
    HF_HUB_DISABLE_TELEMETRY: "1",
    HF_HUB_DISABLE_PROGRESS_BARS: "1",
  });
}

test("huggingface_hub reads back what was pushed, and PEFT computes the same with it", { skip }, () =>
  withHub(async hub => {
    const { folder: run, request } = await making;
    const pushed = await pinch("push", run, "--to", "me/tuned", "--yes");
    assert.equal(pushed.code, 0, pushed.errors);
    const { readme, folder } = (await hubWitness(hub, "download", "me/tuned")) as Record<string, string>;
    const files = hub.repositories.get("me/tuned")?.[0]?.files ?? new Map<string, Uint8Array>();
    assert.deepEqual(readdirSync(folder ?? "").sort(), [...files.keys()].sort());
    for (const [name, bytes] of files)
      assert.deepEqual(readFileSync(join(folder ?? "", name)), Buffer.from(bytes), name);
    assert.match(readFileSync(readme ?? "", "utf8"), /^---\n/);
    if (withoutPython("peft", "transformers", "torch") !== false) return;
    const local = await exportRun(request({ format: "adapter", dtype: null }), context());
    const [untuned = [], ours = [], theirs] = (await runPython(
      join(witness, "peftLogits.py"),
      [base, local.folder, folder ?? ""],
      {},
    )) as number[][];
    assert.ok(ours.length > 0 && ours.some((value, i) => Math.abs(value - (untuned[i] ?? 0)) > 1e-3));
    assert.deepEqual(theirs, ours);
  }),
);

test("the small Hub takes what huggingface_hub uploads, in the form that Pinch sends", { skip }, () =>
  withHub(async hub => {
    const { folder: run, request } = await making;
    const pushed = await pinch("push", run, "--to", "me/ours", "--private", "--yes");
    assert.equal(pushed.code, 0, pushed.errors);
    const asked = hub.requests.map(request => request.replaceAll("me/ours", "ID"));
    const out = join(temporaryFolder(), "out");
    mkdirSync(out);
    await exportRun(request({ format: "adapter", dtype: null, out, repository: "me/ours" }), context());
    hub.objects.clear();
    hub.requests.length = 0;
    await hubWitness(hub, "upload", out, "me/theirs");
    const [ours = [], theirs = []] = hub.commits.map(lines =>
      lines.map(({ key, value }) => ({ key, value: { ...(value as object), parentCommit: undefined } })),
    );
    const sorted = (lines: typeof ours) =>
      lines
        .slice(1)
        .map(line => JSON.stringify(line))
        .sort();
    assert.deepEqual(sorted(theirs), sorted(ours));
    assert.deepEqual(Object.keys(theirs[0]?.value ?? {}), Object.keys(ours[0]?.value ?? {}));
    const theirRequests = hub.requests.map(request => request.replaceAll("me/theirs", "ID"));
    const writes = (requests: readonly string[]) =>
      requests.filter(line => /^(POST|PUT)/.test(line) && !line.includes("validate-yaml"));
    assert.deepEqual(writes(theirRequests), writes(asked));
    const [a, b] = ["me/ours", "me/theirs"].map(id => hub.repositories.get(id)?.[0]);
    assert.deepEqual(a?.files, b?.files);
    assert.deepEqual([a?.isPrivate, b?.isPrivate], [true, true]);
  }),
);
