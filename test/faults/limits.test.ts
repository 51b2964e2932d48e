// Limits that batch systems and shells set: work goes on under them, or the limit is named.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { listRunFolders, readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { tinyMixture } from "../support/tinyWorkspace.ts";
import {
  builtCli,
  type Ended,
  type Place,
  requireBuild,
  type Started,
  start,
  tinyPlace,
  workFolder,
} from "./support/pinch.ts";

before(requireBuild);

const work = workFolder("limits");
const skip = process.platform !== "linux" && "limits of the address space hold on Linux only";

/** `pinch run` of one mixture in a shell that has set a limit, as `-v 4000000`. */
function startUnder(place: Place, limit: string, out: string, mixture = "english"): Started {
  const words = ["run", place.mixture, "--mixture", mixture, "--device", "cpu", "--out", out];
  const line = [process.execPath, builtCli, ...words].map(word => `'${word}'`).join(" ");
  return start("sh", ["-c", `ulimit ${limit} && exec ${line}`], { cwd: place.folder, env: place.env });
}

function runUnder(place: Place, limit: string, out: string, mixture?: string): Promise<Ended> {
  return startUnder(place, limit, out, mixture).ended;
}

const helps = process.allowedNodeEnvironmentFlags.has("--disable-wasm-trap-handler");

describe("a limited address space", { skip }, () => {
  const place = tinyPlace(join(work, "space"));
  // Less than one memory of WebAssembly takes by default, and less than two.
  for (const [kilobytes, mixture] of [
    [4_000_000, "english"],
    [12_000_000, "base"],
  ] as const) {
    it(`of ${kilobytes / 1e6} GB: trained and scored, or refused before anything is trained`, async () => {
      const out = join(work, `space-${kilobytes}`);
      const { code, errors, output } = await runUnder(place, `-v ${kilobytes}`, out, mixture);
      if (helps) {
        assert.equal(code, 0, errors);
        for (const folder of listRunFolders(out)) assert.equal(readRunRecord(folder).status, "done");
        assert.match(output, /report\.html/);
      } else {
        assert.equal(code, 2);
        assert.match(errors, /address space of this process is limited \(ulimit -v\)/);
        assert.deepEqual(listRunFolders(out), []);
      }
    });
  }

  it("and a signal arrives where the command was started again for it", { skip: !helps }, async () => {
    const long = tinyPlace(join(work, "long"));
    writeFileSync(long.mixture, tinyMixture({ epochs: 400 }));
    const { child, ended, shown } = startUnder(long, "-v 4000000", join(work, "long-runs"));
    await shown(/english s7 training/);
    child.kill("SIGTERM");
    assert.equal((await ended).code, 143);
    const statuses = listRunFolders(join(work, "long-runs")).map(folder => readRunRecord(folder).status);
    assert.deepEqual(statuses.sort(), ["cancelled", "done"]);
  });
});

describe("a limit of files", { skip }, () => {
  it("on their size is named", async () => {
    const place = tinyPlace(join(work, "size"));
    const { code, errors } = await runUnder(place, "-f 20", join(work, "size-runs"), "base");
    assert.equal(code, 2);
    assert.match(
      errors,
      /can't be (?:written|created|laid out).*: it exceeds the maximum size of a file\. Raise the limit \(ulimit -f/,
    );
    assert.doesNotMatch(errors, /EFBIG|bug in Pinch|\n\s+at /);
  });

  it("on how many are open is named", async () => {
    const place = tinyPlace(join(work, "open"));
    // Enough for the command, too few for a process beside it.
    const { code, errors } = await runUnder(place, "-n 22", join(work, "open-runs"), "base");
    assert.equal(code, 2);
    assert.match(errors, /The runtime process can't be started: this process has too many open files\./);
  });
});
