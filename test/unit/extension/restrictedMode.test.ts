// Restricted Mode: no process starts, whoever asks for one, and no path outside the folder is looked at.
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";
import type * as catalog from "../../../src/features/mixtures/dataCatalog.ts";
import { bundled } from "../../../src/manifest.ts";
import type * as processes from "../../../src/platform/runtimeProcess.ts";
import { importWithVscode } from "../../support/vscodeStandIn.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const root = temporaryFolder();
const folder = join(root, "workspace");
const outside = join(root, "outside");
for (const path of [folder, outside, join(folder, "data")]) mkdirSync(path);
writeFileSync(join(outside, "en.jsonl"), '{"prompt":"secret","response":"secret"}\n');
writeFileSync(join(folder, "data", "en.jsonl"), '{"prompt":"a","response":"b"}\n');

/** Every path that the extension host asked the file system about. */
const asked: string[] = [];
const uri = (path: string) => ({ scheme: "file", path, fsPath: path, toString: () => `file://${path}` });
const workspace = {
  isTrusted: false,
  getWorkspaceFolder: ({ path }: { path: string }) =>
    path === folder || path.startsWith(`${folder}/`) ? { uri: uri(folder) } : undefined,
  fs: {
    stat: ({ path }: { path: string }) => {
      asked.push(path);
      const found = statSync(path);
      return { type: found.isDirectory() ? 2 : 1, size: found.size, mtime: found.mtimeMs };
    },
    readDirectory: ({ path }: { path: string }) => {
      asked.push(path);
      return readdirSync(path).map(name => [name, statSync(join(path, name)).isDirectory() ? 2 : 1]);
    },
    readFile: ({ path }: { path: string }) => {
      asked.push(path);
      return readFileSync(path);
    },
  },
};
const standInUri = {
  file: uri,
  joinPath: (base: { path: string }, ...parts: string[]) => uri(normalize([base.path, ...parts].join("/"))),
};
Object.assign(globalThis, { standInWorkspace: workspace, standInUri });
const load = async <Module>(path: string) => (await importWithVscode(path, temporaryFolder())) as Module;

describe("a folder that nobody trusts", () => {
  it("starts no process", async () => {
    const { runtimeLauncher } = await load<typeof processes>("src/platform/runtimeProcess.ts");
    const mark = join(root, "started");
    mkdirSync(join(root, dirname(bundled.runtime)));
    writeFileSync(
      join(root, bundled.runtime),
      `require("node:fs").writeFileSync(${JSON.stringify(mark)}, "");`,
    );
    const launch = runtimeLauncher({ fsPath: root } as never, { debug: () => undefined } as never);
    assert.throws(launch, /need a trusted workspace/);
    await new Promise(resolve => setTimeout(resolve, 500));
    assert.ok(!existsSync(mark));
  });

  it("has the data of its own files, and of no other", { skip: process.platform === "win32" }, async () => {
    const { filesOf } = await load<typeof catalog>("src/features/mixtures/dataCatalog.ts");
    const of = async (pattern: string) => [
      ...(await filesOf(uri(join(folder, "a.mixture.yaml")) as never, pattern)).keys(),
    ];
    symlinkSync(outside, join(folder, "linked"));
    mkdirSync(join(folder, "links"));
    symlinkSync(join(outside, "en.jsonl"), join(folder, "links", "en.jsonl"));
    assert.deepEqual(await of("data/{language}.jsonl"), ["en"]);
    for (const pattern of [
      "../outside/{language}.jsonl",
      `${outside}/{language}.jsonl`,
      "data/../../outside/{language}.jsonl",
      "linked/{language}.jsonl",
      "links/{language}.jsonl",
      "//host/share/{language}.jsonl",
      "\\\\host\\share\\{language}.jsonl",
    ]) {
      asked.length = 0;
      assert.deepEqual(await of(pattern), [], pattern);
      assert.deepEqual(
        asked.filter(path => !path.startsWith(folder)),
        [],
        "nor was it looked for",
      );
    }
    workspace.isTrusted = true;
    const trusted = (await load<typeof catalog>("src/features/mixtures/dataCatalog.ts")).filesOf;
    const found = await trusted(uri(join(folder, "a.mixture.yaml")) as never, "../outside/{language}.jsonl");
    assert.deepEqual([...found.keys()], ["en"], "in a trusted one a person's data are where they put them");
  });
});
