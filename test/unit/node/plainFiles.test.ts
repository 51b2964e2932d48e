// A run folder or a model folder of a stranger reaches no file outside it: links are refused, by name.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, it } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { JsonLinesWriter } from "../../../src/node/jsonLines.ts";
import { ownModelFiles, readTextWithin, requirePlainFolder } from "../../../src/node/plainFiles.ts";
import { trimEvents } from "../../../src/runtime/checkpoint/trimEvents.ts";
import { exportSamples } from "../../../src/runtime/files/exportSamples.ts";
import { importVerdicts } from "../../../src/runtime/files/verdictFiles.ts";
import { compare } from "../../../src/runtime/recipes/compare.ts";
import { evaluate } from "../../../src/runtime/recipes/evaluate.ts";
import { exportRun } from "../../../src/runtime/recipes/export.ts";
import { rescore } from "../../../src/runtime/recipes/rescore.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const secret = "my thesis, outside of the workspace\n";
/** Making a link to a file takes a privilege on Windows. */
const skip = process.platform === "win32" && "files can't be linked without a privilege";

function precious(): string {
  const path = join(temporaryFolder(), "precious.txt");
  writeFileSync(path, secret);
  return path;
}

describe("a file that is written in place", { skip }, () => {
  const ways: Readonly<Record<string, (path: string) => unknown>> = {
    "steps that are taken back": path => trimEvents(path, 0),
    "lines that are added": path => new JsonLinesWriter(path).append({ step: 1 }),
  };
  for (const [name, write] of Object.entries(ways)) {
    it(`${name}: not through a link`, () => {
      const outside = precious();
      const path = join(temporaryFolder(), "events.jsonl");
      symlinkSync(outside, path);
      assert.throws(() => write(path), /events\.jsonl is a link/);
      assert.equal(readFileSync(outside, "utf8"), secret);
    });

    it(`${name}: not into a file of two names`, () => {
      const outside = precious();
      const path = join(temporaryFolder(), "events.jsonl");
      linkSync(outside, path);
      assert.throws(() => write(path), /by another name/);
      assert.equal(readFileSync(outside, "utf8"), secret);
    });

    it(`${name}: not into a folder`, () => {
      const path = join(temporaryFolder(), "events.jsonl");
      mkdirSync(path);
      assert.throws(() => write(path), /not a regular file/);
    });
  }

  it("a link to nothing creates nothing", () => {
    const outside = join(temporaryFolder(), "new.txt");
    const path = join(temporaryFolder(), "events.jsonl");
    symlinkSync(outside, path);
    assert.throws(() => new JsonLinesWriter(path), /is a link/);
    assert.ok(!existsSync(outside));
  });
});

describe("a file that is read", () => {
  const limit = { maxBytes: 100 };
  const said = (error: unknown) => (error instanceof Error ? error.message : String(error));

  it("is a regular file of its folder, of the size that is expected", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "inner"));
    writeFileSync(join(folder, "inner", "a.txt"), "ä".repeat(50));
    assert.equal(readTextWithin(folder, "inner/a.txt", limit), "ä".repeat(50));
    assert.equal(readTextWithin(folder, "inner/b.txt", limit), null);
    assert.equal(readTextWithin(folder, "inner/a.txt/b.txt", limit), null);
    writeFileSync(join(folder, "inner", "a.txt"), "x".repeat(101));
    assert.throws(
      () => readTextWithin(folder, "inner/a.txt", limit),
      /a\.txt has [\d,]+ bytes; at most 100 are read/,
    );
    assert.throws(() => readTextWithin(folder, "inner", limit), /not a regular file/);
  });

  it("is not elsewhere", { skip }, () => {
    const outside = precious();
    const folder = temporaryFolder();
    symlinkSync(outside, join(folder, "a.txt"));
    assert.throws(() => readTextWithin(folder, "a.txt", limit), /a\.txt is a link/);
    symlinkSync(dirname(outside), join(folder, "inner"));
    assert.throws(() => readTextWithin(folder, "inner/precious.txt", limit), /is outside/);
    assert.throws(
      () => readTextWithin(folder, join("..", basename(dirname(outside)), "precious.txt"), limit),
      /is outside/,
    );
    const link = join(temporaryFolder(), "link");
    writeFileSync(join(folder, "b.txt"), "b");
    symlinkSync(folder, link);
    assert.equal(readTextWithin(link, "b.txt", limit), "b", "the person's own name for the folder");
  });

  it("is no pipe, which would keep its reader waiting", { skip: process.platform === "win32" }, () => {
    const folder = temporaryFolder();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    assert.throws(() => readTextWithin(folder, "pipe", limit), /not a regular file/);
  });

  it("is told by its path when the system refuses it", { skip: process.getuid?.() === 0 || skip }, () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.txt"), "a", { mode: 0 });
    assert.throws(
      () => readTextWithin(folder, "a.txt", limit),
      error => error instanceof HumanError && said(error).startsWith(join(folder, "a.txt")),
    );
  });
});

describe("a run folder", { skip }, () => {
  const record = {
    version: 1,
    status: "done",
    mixture: "pinch",
    seed: 7,
    configuration: { file: "/nowhere/a.mixture.yaml", model: "pinch/starter" },
    counts: {},
    started: "2026-01-01T00:00:00.000Z",
    ended: null,
  };

  /** A whole folder, which the given change makes a stranger's. */
  function strange(change: (folder: string) => void): string {
    const folder = join(temporaryFolder(), "run");
    for (const inner of ["adapter", "checkpoint", join("comparisons", "one")])
      mkdirSync(join(folder, inner), { recursive: true });
    writeFileSync(join(folder, "run.json"), JSON.stringify(record));
    writeFileSync(join(folder, "samples.jsonl"), "");
    writeFileSync(join(folder, "adapter", "adapter_config.json"), "{}");
    writeFileSync(join(folder, "comparisons", "one", "verdicts.jsonl"), "");
    requirePlainFolder(folder);
    change(folder);
    return folder;
  }

  /** Replaces a file or folder by a link to one outside that holds the same. */
  function linked(...parts: string[]): (folder: string) => void {
    return folder => {
      const outside = join(temporaryFolder(), "outside");
      const path = join(folder, ...parts);
      if (existsSync(path)) renameSync(path, outside);
      else writeFileSync(outside, secret);
      symlinkSync(outside, path);
    };
  }

  const context = {
    progress: () => undefined,
    step: () => undefined,
    log: () => undefined,
    signal: new AbortController().signal,
    askHost: () => Promise.reject(new Error("nobody asks")),
  } as never;
  const rule = { kind: "rule" };
  /** Everything that writes into a run folder that was there, or copies out of it; resuming has its own test. */
  const ways: Readonly<Record<string, (folder: string) => unknown>> = {
    evaluate: folder => evaluate({ folders: [folder], device: "cpu", starter: "" }, context),
    rescore: folder => rescore({ folders: [folder], device: "cpu", starter: "" }, context),
    compare: folder =>
      compare({ folders: [folder], judge: rule, baseline: null, starter: "" } as never, context),
    "import of verdicts": folder => importVerdicts(join(folder, "none.json"), folder, "en"),
    export: folder =>
      exportRun({ folder, format: "adapter", out: join(temporaryFolder(), "out") } as never, context),
    "export of samples": folder => exportSamples(folder, "alpaca-eval", join(temporaryFolder(), "out")),
  };
  const links = [["events.jsonl"], ["samples.jsonl"], ["adapter"], ["adapter", "adapter_config.json"]];
  links.push(
    ["checkpoint"],
    ["comparisons"],
    ["comparisons", "one"],
    ["comparisons", "one", "verdicts.jsonl"],
  );
  for (const [name, use] of Object.entries(ways)) {
    for (const parts of links)
      it(`${name}: refuses ${parts.join("/")} as a link`, async () => {
        const folder = strange(linked(...parts));
        const said = new RegExp(`${parts.join("[/\\\\]")} is a link`);
        await assert.rejects(async () => use(folder), said);
      });

    it(`${name}: refuses a folder that is a link itself, and names the one it leads to`, async () => {
      const folder = strange(() => undefined);
      const link = join(temporaryFolder(), "link");
      symlinkSync(folder, link);
      await assert.rejects(
        async () => use(link),
        (error: { message: string; remedy: string }) =>
          error.message === `${link} is a link.` && error.remedy.endsWith(folder),
      );
    });
  }
});

describe("files of a model that are passed on", { skip }, () => {
  const names = ["tokenizer.json", "special_tokens_map.json", "chat_template.jinja"];
  const own = (folder: string, cache = join(temporaryFolder(), "none")) =>
    ownModelFiles(folder, names, cache);

  it("are those that are there", () => {
    const folder = temporaryFolder();
    for (const name of names.slice(0, 2)) writeFileSync(join(folder, name), "{}");
    assert.deepEqual(own(folder), names.slice(0, 2));
    symlinkSync(join(folder, "tokenizer.json"), join(folder, "chat_template.jinja"));
    assert.deepEqual(own(folder), names, "a link within the folder");
    const link = join(temporaryFolder(), "model");
    symlinkSync(folder, link);
    assert.deepEqual(own(link), names, "the person's own name for the folder");
  });

  it("are not those outside, however they are reached", () => {
    const outside = precious();
    const folder = temporaryFolder();
    symlinkSync(outside, join(folder, "special_tokens_map.json"));
    assert.throws(() => own(folder), /special_tokens_map\.json leads outside the model's folder/);
    // By way of a folder that is called as the Hub's.
    const snapshot = join(temporaryFolder(), "models--a--b", "snapshots", "1");
    mkdirSync(snapshot, { recursive: true });
    const blobs = join(snapshot, "..", "..", "blobs");
    symlinkSync(join(outside, ".."), blobs);
    symlinkSync(join("..", "..", "blobs", basename(outside)), join(snapshot, "special_tokens_map.json"));
    assert.throws(() => own(snapshot), /leads outside/);
    rmSync(blobs);
    mkdirSync(blobs);
    symlinkSync(outside, join(blobs, basename(outside)));
    assert.throws(() => own(snapshot), /leads outside/);
  });

  it("are the blobs of the Hub's cache that a snapshot links to, and a download's folder of older versions", () => {
    const cache = temporaryFolder();
    const repository = join(cache, "models--a--b");
    const snapshot = join(repository, "snapshots", "1");
    mkdirSync(snapshot, { recursive: true });
    mkdirSync(join(repository, "blobs"));
    writeFileSync(join(repository, "blobs", "abc"), "{}");
    symlinkSync(join("..", "..", "blobs", "abc"), join(snapshot, "tokenizer.json"));
    assert.deepEqual(own(snapshot), ["tokenizer.json"]);
    const local = temporaryFolder();
    symlinkSync(join(repository, "blobs", "abc"), join(local, "tokenizer.json"));
    assert.deepEqual(own(local, cache), ["tokenizer.json"]);
    assert.throws(() => own(local), /leads outside/);
  });
});

it("a folder of plain files passes, at any depth", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "a", "b"), { recursive: true });
  writeFileSync(join(folder, "a", "b", "c.txt"), "");
  requirePlainFolder(folder);
  const copy = join(temporaryFolder(), "copy");
  cpSync(folder, copy, { recursive: true });
  requirePlainFolder(copy);
  appendFileSync(join(copy, "a", "b", "c.txt"), "x");
  assert.deepEqual(readdirSync(join(copy, "a", "b")), ["c.txt"]);
});
