// A thread that unpacks: the same bytes and faults as here, and nothing waits for it when nobody reads on.
import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { build } from "esbuild";
import { root } from "../../../scripts/lib/paths.mjs";
import { endsEarly } from "../../../src/runtime/dataFiles/unzstd.ts";
import { unzstdInThread } from "../../../src/runtime/dataFiles/unzstdThread.ts";
import { ZstdFault } from "../../../src/runtime/dataFiles/zstdFrames.ts";
import { zstdOf } from "../../support/packed.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const folder = temporaryFolder();
const program = join(folder, "unzstdWorker.js");
const fixture = join(root, "test", "fixtures", "datasets", "rows.jsonl.zst");

async function unpacked(path: string, onRead = (_bytes: number): void => undefined): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of unzstdInThread(program, path, statSync(path).size, onRead)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe("a thread that unpacks Zstandard", () => {
  before(() =>
    build({
      entryPoints: [join(root, "src", "runtime", "dataFiles", "unzstdWorker.ts")],
      outfile: program,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
    }),
  );

  test("gives what was packed, and how much of the file is read", async () => {
    const text = Buffer.from(Array.from({ length: 500_000 }, (_, i) => `line ${i}`).join("\n"));
    const path = join(folder, "large.zst");
    writeFileSync(path, await zstdOf(text));
    let read = 0;
    const found = await unpacked(path, bytes => {
      assert.ok(bytes >= read);
      read = bytes;
    });
    assert.ok(found.equals(text));
    assert.equal(read, statSync(path).size);
    assert.equal((await unpacked(fixture)).toString().trim().split("\n").length, 180);
  });

  test("tells the same faults", async () => {
    const framed = readFileSync(fixture);
    const path = join(folder, "bad.zst");
    writeFileSync(path, framed.subarray(0, framed.length - 3));
    await assert.rejects(unpacked(path), error => error === endsEarly);
    const changed = Buffer.from(await zstdOf(Buffer.from("some text that is long enough")));
    changed[20] = (changed[20] ?? 0) ^ 1;
    writeFileSync(path, changed);
    await assert.rejects(
      unpacked(path),
      error => error instanceof ZstdFault && /checksum/.test(error.message),
    );
    const gone = unzstdInThread(program, join(folder, "gone.zst"), 10, () => undefined);
    await assert.rejects(gone.next(), { code: "ENOENT" });
  });

  test("that can't be started, or ends, is a fault of whoever reads", async () => {
    const broken = join(folder, "broken.js");
    writeFileSync(broken, "throw new Error('not today');");
    const read = () => unzstdInThread(broken, fixture, 10, () => undefined).next();
    await assert.rejects(read(), /not today/);
    const ending = join(folder, "ending.js");
    writeFileSync(ending, "process.exit(0);");
    await assert.rejects(unzstdInThread(ending, fixture, 10, () => undefined).next(), /ended/);
  });

  test("serves several readers at once", async () => {
    const [one, two] = await Promise.all([unpacked(fixture), unpacked(join(folder, "large.zst"))]);
    assert.ok(one.length > 20_000 && two.length > 5_000_000);
  });

  test("ends where its reader stops", async () => {
    const path = join(folder, "large.zst");
    const pieces = unzstdInThread(program, path, statSync(path).size, () => undefined);
    const first = await pieces.next();
    assert.ok((first.value as Uint8Array).length > 0);
    await pieces.return(undefined);
    assert.equal((await pieces.next()).done, true);
  });
});
