// What travels with a package: licences of all that is in it, a bill of materials, and the same bytes twice.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { noticesText, shippedWork } from "../../../scripts/lib/shipped.mjs";
import { zipEntries, zipText } from "../../support/zip.ts";

const folder = mkdtempSync(join(tmpdir(), "pinch-shipped-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const here = `${process.platform}-${process.arch}`;
const { version, dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  version: string;
  dependencies: Record<string, string>;
};
const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  packages: Record<string, { version?: string; integrity?: string; link?: boolean }>;
};
const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

describe("licences", () => {
  it("of a package that comes without a text end the build, by name", () => {
    const checkout = join(folder, "checkout");
    for (const [name, files] of [
      ["with", { LICENSE: "may be used" }],
      ["without", { "README.md": "License: MIT", NOTICE: "by somebody" }],
    ] as const) {
      mkdirSync(join(checkout, "node_modules", name), { recursive: true });
      const described = JSON.stringify({ name, version: "1.2.3", license: "MIT" });
      writeFileSync(join(checkout, "node_modules", name, "package.json"), described);
      for (const [file, text] of Object.entries(files))
        writeFileSync(join(checkout, "node_modules", name, file), text);
    }
    mkdirSync(join(checkout, "scripts", "notices"), { recursive: true });
    writeFileSync(join(checkout, "scripts", "notices", "unicode-cldr.txt"), "of letters");
    writeFileSync(join(checkout, "package-lock.json"), "{}");
    assert.throws(
      () => shippedWork(checkout, ["node_modules/with", "node_modules/without"], "linux"),
      /^Error: No licence text came with without 1\.2\.3\./,
    );
    assert.match(
      noticesText(shippedWork(checkout, ["node_modules/with"], "linux")),
      /with 1\.2\.3 \(MIT\)\n\nmay be/,
    );
  });

  it("of the native runtime are those of the locked version", () => {
    const text = readFileSync(join(root, "scripts", "notices", "onnxruntime-third-party.txt"), "utf8");
    const [first] = text.split("\n");
    assert.equal(first, `ThirdPartyNotices.txt of onnxruntime ${dependencies["onnxruntime-node"]}`);
  });

  it("of what other systems' packages hold besides are in those only", () => {
    const names = (platform: string) =>
      shippedWork(root, ["node_modules/onnxruntime-node"], platform).map(({ name }) => name);
    assert.ok(names("win32").includes("DirectML"));
    assert.ok(!names("linux").includes("DirectML"));
  });
});

describe("the lock file", () => {
  it("has a checksum of every package", () => {
    const without = Object.entries(lock.packages).filter(
      ([path, { integrity, link }]) => path !== "" && link !== true && !/^sha512-/.test(integrity ?? ""),
    );
    assert.deepEqual(without, []);
  });
});

interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly version?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly { readonly license: { readonly id?: string; readonly name?: string } }[];
  readonly components?: readonly Component[];
}

interface Bom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly components: readonly Component[];
}

function bomOf(archive: Buffer): Bom {
  return JSON.parse(zipText(archive, "extension/sbom.cdx.json")) as Bom;
}

describe("a package that is built twice", () => {
  const script = join(root, "scripts", "package.mjs");
  const built = (name: string, env: NodeJS.ProcessEnv, umask: string | null): Buffer => {
    const out = join(folder, name);
    const node = [process.execPath, script, "--out", out];
    const [command = "", ...args] =
      umask === null ? node : ["sh", "-c", `umask ${umask}; exec "$@"`, "sh", ...node];
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, ...env },
    });
    assert.equal(status, 0, stdout + stderr);
    return readFileSync(join(out, `pinch-${here}-${version}.vsix`));
  };
  const windows = process.platform === "win32";
  const first = built("first", { TZ: "America/New_York" }, windows ? null : "022");
  const beside = (ending: string): string =>
    readFileSync(join(folder, "first", `pinch-${here}-${version}${ending}`), "utf8");

  it("has the same bytes, whatever the clock, the language and the umask are", () => {
    const second = built("second", { TZ: "Asia/Tokyo", LC_ALL: "tr_TR.UTF-8" }, windows ? null : "077");
    assert.equal(sha256(second), sha256(first));
  });

  it("has its SHA-256 beside it, as sha256sum reads it", () => {
    assert.equal(beside(".vsix.sha256"), `${sha256(first)}  pinch-${here}-${version}.vsix\n`);
  });

  it("has the notices of onnxruntime and CLD3, and a licence for each of its packages", () => {
    const notices = zipText(first, "extension/THIRD-PARTY-NOTICES.txt");
    assert.match(notices, /^dawn$/m);
    assert.match(notices, /^CLD3 \(Apache-2\.0\), part of cld3-asm\n\nCopyright 2016 Google Inc/m);
    for (const { name, version: own } of bomOf(first).components)
      assert.ok(notices.includes(`\n${name}${own === undefined ? "" : ` ${own}`} (`), name);
  });

  it("has a bill of materials that names each part once, with licence and checksum", () => {
    const text = zipText(first, "extension/sbom.cdx.json");
    assert.equal(text, beside(".cdx.json"));
    const bom = bomOf(first);
    assert.equal(bom.bomFormat, "CycloneDX");
    assert.equal(bom.specVersion, "1.6");
    const all = bom.components.flatMap(component => [component, ...(component.components ?? [])]);
    const references = all.map(component => component["bom-ref"]);
    assert.equal(new Set(references).size, references.length);
    for (const { name, licenses, hashes, version: own } of bom.components) {
      assert.ok(licenses?.[0]?.license.id ?? licenses?.[0]?.license.name, name);
      if (own !== undefined) assert.match(hashes?.[0]?.content ?? "", /^[0-9a-f]{128}$/, name);
    }
    const native = all.find(({ name }) => name.endsWith("onnxruntime_binding.node"));
    const path = `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`;
    assert.equal(native?.hashes?.[0]?.content, sha256(readFileSync(join(root, path))));
    const libraries = zipEntries(first).filter(({ name }) => /\.(node|so|dll|dylib)(\.|$)/.test(name));
    for (const { name } of libraries)
      assert.ok(references.includes(`file:${name.replace("extension/", "")}`), name);
  });
});
