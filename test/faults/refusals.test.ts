// What the operating system refuses is told as what it is: a sentence with the path, never a stack, never our fault.
import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { listRunFolders } from "../../src/runtime/files/runFolder.ts";
import { tinyMixture } from "../support/tinyWorkspace.ts";
import {
  type Ended,
  leftIn,
  pinch,
  requireBuild,
  startPinch,
  tinyPlace,
  workFolder,
} from "./support/pinch.ts";

before(requireBuild);

const work = workFolder("refusals");
const posix = process.platform !== "win32";

/** Every refusal reads so, whatever it is of. */
function assertTold(ended: Ended, reason: RegExp, code?: number): void {
  const text = `${ended.errors}${ended.output}`;
  assert.match(text, reason);
  assert.doesNotMatch(text, /\n\s+at .*:\d+:\d+|bug in Pinch|\b(?:E[A-Z]{4,}|ERR_[A-Z_]+)\b/);
  assert.ok(ended.code !== 0 && ended.code !== null, `exit code ${ended.code}`);
  if (code !== undefined) assert.equal(ended.code, code);
}

describe("a place for runs that can't be one", () => {
  const place = tinyPlace(join(work, "places"));
  const run = (out: string) => pinch(place, ["run", place.mixture, "--mixture", "english", "--out", out]);
  writeFileSync(join(place.folder, "file"), "");

  it("a file", async () => assertTold(await run("file"), /file.*it already exists|a file, not a folder/));
  it("below a file", async () => assertTold(await run(join("file", "runs")), /a file, not a folder/));
  it("a name that is too long", async () =>
    assertTold(await run("n".repeat(300)), /longer than the system allows/));
  it("links in a circle", { skip: !posix }, async () => {
    symlinkSync("circle", join(place.folder, "circle"));
    assertTold(await run(join("circle", "runs")), /part of a loop of symbolic links/);
  });
  it("a mixture file that is a folder", async () => {
    mkdirSync(join(place.folder, "x.mixture.yaml"));
    assertTold(await pinch(place, ["run", "x.mixture.yaml"]), /it is a folder, not a file/);
  });
});

describe("what the person may not read or write", { skip: !posix }, () => {
  const place = tinyPlace(join(work, "permissions"));
  const nobody = 65_534;
  const isRoot = process.getuid?.() === 0;
  /** Root may do anything: it tries as somebody else. */
  const user = isRoot ? { uid: nobody, gid: nobody } : {};
  const run = (...more: string[]) =>
    pinch(place, ["run", place.mixture, "--mixture", "english", "--device", "cpu", ...more], user);
  before(() => {
    chmodSync(work, 0o755);
    if (!isRoot) return;
    chownSync(place.folder, nobody, nobody);
    for (const path of leftIn(place.folder)) chownSync(join(place.folder, path), nobody, nobody);
  });

  /** Denied for as long as `work` takes. */
  async function denying(path: string, mode: number, work: () => Promise<Ended>): Promise<Ended> {
    const { mode: before } = statSync(path);
    chmodSync(path, mode);
    try {
      return await work();
    } finally {
      chmodSync(path, before);
    }
  }

  for (const [what, path] of [
    ["the mixture file", "tiny.mixture.yaml"],
    ["a data file", join("data", "train", "en.jsonl")],
    ["the tokenizer", join("model", "tokenizer.json")],
    ["the weights", join("model", "model.safetensors")],
  ] as const)
    it(`${what}, unreadable`, async () => {
      const ended = await denying(join(place.folder, path), 0o000, () => run());
      assertTold(ended, /can't be (?:read|opened): permission is denied\./, 1);
    });

  it("a folder for runs, read-only", async () => {
    mkdirSync(place.runs, { recursive: true });
    if (isRoot) chownSync(place.runs, nobody, nobody);
    const ended = await denying(place.runs, 0o555, () => run("--out", place.runs));
    assertTold(ended, /A run folder can't be created in .*runs: permission is denied\./, 2);
  });

  it("a folder of temporary files that may not be written", async () => {
    const ended = await denying(place.temporary, 0o555, () => run("--out", "runs-elsewhere"));
    assertTold(ended, /A temporary folder can't be created in .*tmp: permission is denied\..*TMPDIR/, 2);
  });

  for (const [what, temporary] of [
    ["is missing", "nowhere"],
    ["is a file", "tiny.mixture.yaml"],
  ] as const)
    it(`a folder of temporary files that ${what}`, async () => {
      const env = { ...place.env, TMPDIR: join(place.folder, temporary) };
      const words = [
        "run",
        place.mixture,
        "--mixture",
        "english",
        "--device",
        "cpu",
        "--out",
        "runs-nowhere",
      ];
      const ended = await pinch(place, words, { ...user, env });
      assertTold(ended, /A temporary folder can't be created in .*: .*TMPDIR/, 2);
    });

  it("a folder of temporary files that may be written but not listed is enough", async () => {
    const ended = await denying(place.temporary, 0o300, () => run("--out", "runs-listless"));
    assert.equal(ended.code, 0, ended.errors);
    assert.deepEqual(leftIn(place.temporary), []);
  });

  it("a report where the runs may not be written", async () => {
    const out = join(place.folder, "runs-listless");
    const ended = await denying(out, 0o555, () => pinch(place, ["report", out], user));
    assertTold(ended, /report\S* can't be written: permission is denied\./, 1);
  });
});

describe("a run folder that is taken away under its run", () => {
  for (const [what, take] of [
    ["renamed", (out: string) => renameSync(out, `${out}-elsewhere`)],
    ["deleted", (out: string) => rmSync(out, { recursive: true, force: true })],
  ] as const)
    it(`${what}: the run ends at once, says so, and makes no folder without a record`, async () => {
      const place = tinyPlace(join(work, what));
      writeFileSync(place.mixture, tinyMixture({ epochs: 400 }));
      const words = ["run", place.mixture, "--mixture", "english", "--device", "cpu"];
      const { ended, shown } = startPinch(place, words);
      await shown(/english s7 training/);
      take(place.runs);
      const end = await ended;
      assertTold(end, /english-s7-\w+ was deleted or renamed during its run\./, 2);
      assert.ok(!existsSync(place.runs) || listRunFolders(place.runs).length === 0);
      assert.deepEqual(leftIn(place.temporary), []);
    });
});
