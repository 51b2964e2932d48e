// What the extension host opens of a folder that may be a stranger's: regular files of it, of the size they should have.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { isNamedInside, isReallyInside, leadsTo } from "../../../src/node/insideFolder.ts";
import { LineTail } from "../../../src/node/lineTail.ts";
import { openOwnFile, openRegularFile, readOwnText, readOwnTextSync } from "../../../src/node/ownFile.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const skip = process.platform === "win32" && "links and pipes are made otherwise";
const follow = (path: string) =>
  new LineTail(path).read({ restart: () => undefined, line: () => undefined }, 1_000_000);

describe("a file of a strange folder", { skip }, () => {
  const folder = temporaryFolder();
  const places = {
    "a link": join(folder, "link"),
    "a link to a device": join(folder, "device"),
    "a link to nothing": join(folder, "nothing"),
    "a pipe": join(folder, "pipe"),
    "a folder": join(folder, "inner"),
  };
  writeFileSync(join(folder, "text"), "text");
  symlinkSync(join(folder, "text"), places["a link"]);
  symlinkSync("/dev/zero", places["a link to a device"]);
  symlinkSync(join(folder, "none"), places["a link to nothing"]);
  execFileSync("mkfifo", [places["a pipe"]]);
  mkdirSync(places["a folder"]);

  for (const [what, path] of Object.entries(places))
    it(`that is ${what} is refused at once`, async () => {
      const said = /is (?:a link|not a regular file)/;
      await assert.rejects(openOwnFile(path), said);
      await assert.rejects(readOwnText(path, 100), said);
      assert.throws(() => readOwnTextSync(path, { maxBytes: 100 }), said);
      await assert.rejects(follow(path), said);
      if (what !== "a link") assert.throws(() => openRegularFile(path), /not a regular file|ENOENT/);
    });

  it("is read where it is one, is missing, or too large", async () => {
    assert.equal(await readOwnText(join(folder, "text"), 4), "text");
    assert.equal(readOwnTextSync(join(folder, "text"), { maxBytes: 4 }), "text");
    assert.equal(await readOwnText(join(folder, "none"), 4), null);
    assert.deepEqual(await follow(join(folder, "none")), { state: "gone", bytes: 0 });
    await assert.rejects(readOwnText(join(folder, "text"), 3), /at most 3 are read/);
    assert.throws(() => readOwnTextSync(join(folder, "text"), { maxBytes: 3 }), /at most 3 are read/);
  });
});

describe("a place in a folder", { skip }, () => {
  it("is inside by its name, and by where it leads, also before it is there", () => {
    const folder = temporaryFolder();
    const outside = temporaryFolder();
    symlinkSync(outside, join(folder, "out"));
    mkdirSync(join(folder, "in"));
    symlinkSync(join(folder, "in"), join(folder, "within"));
    const of = (...parts: string[]) => {
      const path = join(folder, ...parts);
      return [isNamedInside(folder, path), isReallyInside(folder, path)];
    };
    assert.deepEqual(of("in", "new", "runs"), [true, true]);
    assert.deepEqual(of("within", "runs"), [true, true]);
    assert.deepEqual(of("out", "runs"), [true, false]);
    assert.deepEqual(of("..", "x"), [false, false]);
    assert.deepEqual(of("..x"), [true, true], "a name that begins so");
    assert.equal(leadsTo(join(folder, "out", "runs", "a")), join(leadsTo(outside), "runs", "a"));
  });
});
