// What the operating system refuses is told as what it is: a sentence with the path, never a stack, never our fault.
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { type Ended, pinch, requireBuild, tinyPlace, workFolder } from "./support/pinch.ts";

before(requireBuild);

const work = workFolder("refusals");
const posix = process.platform !== "win32";

/** Every refusal reads so, whatever it is of. */
function assertTold(ended: Ended, reason: RegExp, code?: number): void {
  const text = `${ended.errors}${ended.output}`;
  assert.match(text, reason);
  assert.doesNotMatch(text, /\n\s+at .*:\d+:\d+|fault of Pinch|\b(?:E[A-Z]{4,}|ERR_[A-Z_]+)\b/);
  assert.ok(ended.code !== 0 && ended.code !== null, `exit code ${ended.code}`);
  if (code !== undefined) assert.equal(ended.code, code);
}

describe("a place for runs that can't be one", () => {
  const place = tinyPlace(join(work, "places"));
  const run = (out: string) => pinch(place, ["run", place.mixture, "--mixture", "english", "--out", out]);
  writeFileSync(join(place.folder, "file"), "");

  it("a file", async () => assertTold(await run("file"), /file.*it exists already|a file, not a folder/));
  it("below a file", async () => assertTold(await run(join("file", "runs")), /a file, not a folder/));
  it("a name that is too long", async () =>
    assertTold(await run("n".repeat(300)), /longer than the system allows/));
  it("links in a circle", { skip: !posix }, async () => {
    symlinkSync("circle", join(place.folder, "circle"));
    assertTold(await run(join("circle", "runs")), /links lead round in a circle/);
  });
  it("a mixture file that is a folder", async () => {
    mkdirSync(join(place.folder, "x.mixture.yaml"));
    assertTold(await pinch(place, ["run", "x.mixture.yaml"]), /it is a folder, not a file/);
  });
});
