// The bundle of the extension: chunks are loaded when they are asked for, and nothing is there twice.
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { build } from "esbuild";
import { chunksFolder, hostBundle } from "../../../scripts/lib/hostBundle.mjs";

const sources: Readonly<Record<string, string>> = {
  "extension.ts": `
import * as vscode from "vscode";
import { count } from "./counter.ts";
export const version = vscode.version;
export const here = (): number => count();
export const first = async () => (await import("./first.ts")).first();
export const second = async () => (await import("./second.ts")).second();
`,
  "counter.ts": `
import * as vscode from "vscode";
let counted = vscode.version.length - 4;
export const count = (): number => ++counted;
`,
  "first.ts": `
import * as vscode from "vscode";
import { count } from "./counter.ts";
import { between } from "./between.ts";
export const first = () => [count(), between(), vscode.version, "only in the first chunk"];
`,
  "second.ts": `
import { count } from "./counter.ts";
import { between } from "./between.ts";
export const second = () => [count(), between()];
`,
  "between.ts": "let asked = 0;\nexport const between = (): number => ++asked;\n",
};

interface Built {
  version: string;
  here(): number;
  first(): Promise<unknown>;
  second(): Promise<unknown>;
}

describe("the bundle of the extension", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "pinch-bundle-")));
  const dist = join(folder, "dist");
  const inChunks = (name: string) => join(dist, chunksFolder, name);
  let loaded: string[] = [];
  let built: Built;

  before(async () => {
    mkdirSync(join(folder, "src"));
    for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, "src", name), text);
    // In place of VS Code's, which is there only inside of it.
    mkdirSync(join(folder, "node_modules", "vscode"), { recursive: true });
    writeFileSync(join(folder, "node_modules", "vscode", "index.js"), "exports.version = 'stub';");
    const options = { absWorkingDir: folder, outdir: dist, bundle: true, external: ["vscode"] };
    await build(hostBundle("src/extension.ts", { ...options, platform: "node", format: "cjs" }));
    const require = createRequire(join(folder, "any.js"));
    built = require(join(dist, "extension.js")) as Built;
    loaded = Object.keys(require.cache).filter(path => path.startsWith(join(dist, chunksFolder)));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("loads no chunk before it is asked for", () => {
    assert.deepEqual(loaded, []);
    assert.ok(!readFileSync(join(dist, "extension.js"), "utf8").includes("only in the first chunk"));
  });

  it("has one instance of each module, whoever asks for it", async () => {
    assert.equal(built.here(), 1);
    assert.deepEqual(await built.first(), [2, 1, "stub", "only in the first chunk"]);
    assert.deepEqual(await built.second(), [3, 2]);
    assert.equal(built.here(), 4);
  });

  it("asks VS Code for its interface once, and copies it never", () => {
    const texts = [join(dist, "extension.js"), ...readdirSync(join(dist, chunksFolder)).map(inChunks)];
    const all = texts.map(path => readFileSync(path, "utf8")).join("\n");
    assert.equal(all.match(/require\("vscode"\)/g)?.length, 1);
    assert.doesNotMatch(all, /__toESM\([^;]*vscode/);
  });

  it("leaves a file for each chunk and for what only chunks share, and nothing that the first file has", () => {
    const names = readdirSync(join(dist, chunksFolder)).map(name => name.replace(/-[^-]*$/, ""));
    assert.deepEqual(names.sort(), ["chunk", "first", "second"]);
    assert.equal(built.version, "stub");
  });
});
