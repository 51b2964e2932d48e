// Installing the CUDA provider: everything but the real download, against a registry on 127.0.0.1.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { seededRandom } from "../../../src/common/random.ts";
import { onnxruntimeVersion } from "../../../src/runtime/context/versions.ts";
import { installCuda, writeRefused } from "../../../src/runtime/devices/cudaInstall.ts";
import { type CudaPins, cudaPins } from "../../../src/runtime/devices/cudaPins.ts";
import { cudaFolder, installedCuda } from "../../../src/runtime/devices/cudaRecord.ts";
import { cudaPackage, cudaSystems, packagedRuntime } from "../../../src/runtime/devices/cudaRuntime.ts";
import { openZip } from "../../../src/runtime/devices/zip.ts";
import { type Registry, startRegistry, zipOf } from "./installServer.ts";

const system = "linux-x64";
const wanted = cudaPackage(system);
assert.ok(wanted !== null);
const random = seededRandom("package");
/** Noise does not shrink, so that a half of the package is a half of it. */
const noise = Buffer.from(Uint8Array.from({ length: 300_000 }, () => random() * 256));
const contents = wanted.files.map((name, i) => ({ name, data: noise.subarray(i), stored: i === 1 }));
const file = zipOf([{ name: "readme.txt", data: Buffer.from("not wanted") }, ...contents]);

const sha512 = (data: Buffer): string => createHash("sha512").update(data).digest("base64");
const pins = { [onnxruntimeVersion]: { [system]: sha512(file) } };

let root: string;
let registry: Registry;
before(() => {
  root = mkdtempSync(join(tmpdir(), "pinch-cuda-"));
});
after(() => rmSync(root, { recursive: true, force: true }));
beforeEach(async () => {
  registry = await startRegistry(wanted.id, onnxruntimeVersion, file);
  process.env.PINCH_NUGET_INDEX = registry.index;
  process.env.PINCH_DATA = mkdtempSync(join(root, "data-"));
});
afterEach(async () => {
  await registry.close();
  delete process.env.PINCH_NUGET_INDEX;
  delete process.env.PINCH_DATA;
});

const part = (): string => `${cudaFolder()}.nupkg.part`;

interface Seen {
  readonly folder: string;
  readonly shares: number[];
}

async function install(known: CudaPins = pins): Promise<Seen> {
  const shares: number[] = [];
  const folder = await installCuda({
    signal: new AbortController().signal,
    system,
    pins: known,
    retryDelay: 1,
    onProgress: (done, total) => shares.push(done / total),
    log: () => undefined,
  });
  return { folder, shares };
}

async function refused(work: Promise<unknown>): Promise<HumanError> {
  const error = await work.then(
    () => assert.fail("it was installed"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HumanError, String(error));
  return error;
}

function assertInstalled(folder: string): void {
  assert.equal(folder, cudaFolder());
  assert.equal(installedCuda(), folder);
  for (const { name, data } of contents)
    assert.ok(readFileSync(join(folder, name.split("/").at(-1) ?? "")).equals(data), name);
  for (const name of readdirSync(packagedRuntime())) assert.ok(existsSync(join(folder, name)), name);
  assert.equal(existsSync(part()), false, "the package is not kept");
  assert.deepEqual(
    readdirSync(join(folder, "..")).filter(name => name.endsWith(".tmp")),
    [],
  );
}

test("fetches, checks, unpacks and records; again, nothing is fetched", async () => {
  const { folder, shares } = await install();
  assertInstalled(folder);
  assert.ok(shares.length > 2 && Math.max(...shares) === 1);
  assert.equal(registry.asked.at(-1), "/package");
  const count = registry.asked.length;
  await install();
  assert.equal(registry.asked.length, count);
});

test("a process uses the installed library, and onnxruntime-node works with it", {
  skip: process.platform === "win32",
}, async () => {
  const { folder } = await install();
  const script = `
    const { useInstalledCuda } = require(${JSON.stringify(join(import.meta.dirname, "../../../src/runtime/devices/cudaRuntime.ts"))});
    const used = useInstalledCuda();
    const { InferenceSession } = require("onnxruntime-node");
    const [native] = Object.keys(require.cache).filter(path => path.endsWith("onnxruntime_binding.node"));
    InferenceSession.create(new Uint8Array([1, 2])).catch(error =>
      console.log(JSON.stringify({ used, again: useInstalledCuda(), error: error.message, native })));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "-e", script], {
    encoding: "utf8",
    env: process.env,
  });
  assert.notEqual(stdout, "", stderr);
  const { native: _, ...told } = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual(told, {
    used: folder,
    again: null,
    error: "Failed to load model because protobuf parsing failed.",
  });
});

test("a broken connection goes on where it stopped, also after a restart", async () => {
  registry.fault = "breaks once";
  assertInstalled((await install()).folder);
  const [first, again] = registry.asked.slice(-2);
  assert.equal(first, "/package");
  // What was still on its way when the connection broke may be lost.
  const from = Number(/^\/package bytes=(\d+)-$/.exec(again ?? "")?.[1]);
  assert.ok(from > 0 && from <= Math.floor(file.length / 2), again);
});

test("half a file of an earlier process is completed", async () => {
  mkdirSync(join(cudaFolder(), ".."), { recursive: true });
  writeFileSync(part(), file.subarray(0, 1000));
  assertInstalled((await install()).folder);
  assert.equal(registry.asked.at(-1), "/package bytes=1000-");
});

test("a server without ranges, and one that refuses them, are asked from the beginning", async () => {
  for (const fault of ["no ranges", "refuses ranges"] as const) {
    process.env.PINCH_DATA = mkdtempSync(join(root, "data-"));
    registry.fault = fault;
    mkdirSync(join(cudaFolder(), ".."), { recursive: true });
    writeFileSync(part(), Buffer.alloc(1000)); // wrong bytes, which must not survive
    assertInstalled((await install()).folder);
  }
  assert.equal(registry.asked.at(-1), "/package");
});

test("a connection that always breaks is given up, and what is there is kept", async () => {
  registry.fault = "breaks always";
  const error = await refused(install());
  assert.match(error.message, /^127\.0\.0\.1:\d+ could not be reached: .+\.$/);
  assert.match(error.remedy, /run it again/);
  assert.ok(existsSync(part()));
  assert.equal(installedCuda(), null);
  registry.fault = "none";
  assertInstalled((await install()).folder);
});

test("wrong content is deleted, and so is a file that is too long", async () => {
  registry.fault = "other content";
  const error = await refused(install());
  assert.match(error.message, /does not match the checksum/);
  assert.equal(existsSync(part()), false);
  registry.fault = "too long";
  await refused(install());
  assert.equal(installedCuda(), null);
  mkdirSync(join(cudaFolder(), ".."), { recursive: true });
  writeFileSync(part(), Buffer.alloc(file.length + 5));
  registry.fault = "none";
  assertInstalled((await install()).folder);
});

test("what the registry does not have is said, with what to do", async () => {
  registry.fault = "no such version";
  assert.match((await refused(install())).message, new RegExp(`The registry has no .*${onnxruntimeVersion}`));
  registry.fault = "gone";
  assert.match((await refused(install())).message, /has no .*package any more/);
  registry.fault = "other checksum";
  assert.match((await refused(install())).message, /checksum is MD5, not SHA512/);
  await registry.close();
  assert.match((await refused(install())).message, /^127\.0\.0\.1:\d+ could not be reached: /);
});

test("a package without the provider is not installed", async () => {
  await registry.close();
  const other = zipOf([{ name: "readme.txt", data: noise }]);
  registry = await startRegistry(wanted.id, onnxruntimeVersion, other);
  process.env.PINCH_NUGET_INDEX = registry.index;
  const known = { [onnxruntimeVersion]: { [system]: sha512(other) } };
  assert.match((await refused(install(known))).message, /^The package has no runtimes\/linux-x64/);
  assert.equal(existsSync(cudaFolder()), false);
});

test("a cancel stops it at once and keeps what is there", async () => {
  registry.fault = "breaks always";
  const controller = new AbortController();
  const work = installCuda({
    signal: controller.signal,
    system,
    pins,
    retryDelay: 60_000, // were it not cancelled, the test would time out here
    onProgress: done => {
      if (done > 1) setTimeout(() => controller.abort(), 50);
    },
    log: () => undefined,
  });
  await assert.rejects(work, { kind: "cancelled" });
  assert.ok(existsSync(part()));
});

test("a disk without the room is told before anything is fetched", async () => {
  registry.fault = "huge";
  const error = await refused(install());
  assert.match(error.message, /has [\d,]+ MB free; the CUDA provider needs 4,000,000,000 MB/);
  assert.equal(registry.asked.includes("/package"), false);
});

test("a package is taken for what the source says it is, whatever its registry says", async () => {
  const another = { [onnxruntimeVersion]: { [system]: sha512(noise) } };
  const error = await refused(install(another));
  assert.match(
    error.message,
    /^127\.0\.0\.1:\d+ has another Microsoft\.ML\.OnnxRuntime\.Gpu\.Linux .* than this version of Pinch/,
  );
  assert.equal(registry.asked.includes("/package"), false);
});

test("without a checksum in the source, no registry but nuget.org is asked", async () => {
  const error = await refused(install({}));
  assert.match(error.message, /^127\.0\.0\.1:\d+ is not trusted with Microsoft.* no checksum for it\.$/);
  assert.deepEqual(registry.asked, []);
});

test("checksums in the source are of the locked onnxruntime, one for each system or none", () => {
  assert.deepEqual(Object.keys(cudaPins), [onnxruntimeVersion]);
  const known = cudaPins[onnxruntimeVersion] ?? {};
  if (Object.keys(known).length > 0) assert.deepEqual(Object.keys(known).sort(), [...cudaSystems].sort());
  for (const hash of Object.values(known)) assert.match(hash, /^[A-Za-z0-9+/]{86}==$/);
});

test("nothing that is loaded comes over plain HTTP from elsewhere, by address or by redirect", async () => {
  // TEST-NET-1: nothing is there, and nothing may be asked of it.
  process.env.PINCH_NUGET_INDEX = "http://192.0.2.1/index.json";
  assert.match((await refused(install())).message, /192\.0\.2\.1 is reached without encryption/);
  process.env.PINCH_NUGET_INDEX = registry.index;
  registry.fault = "leaves TLS";
  assert.match((await refused(install())).message, /192\.0\.2\.1 is reached without encryption/);
});

const useCuda = `
  const { useInstalledCuda } = require(${JSON.stringify(join(import.meta.dirname, "../../../src/runtime/devices/cudaRuntime.ts"))});
  try { console.log(JSON.stringify({ used: useInstalledCuda() })); }
  catch (error) { console.log(JSON.stringify({ refused: error.message })); }
`;

test("files that are not those that were installed are not loaded, and are replaced", {
  skip: process.platform === "win32",
}, async () => {
  const provider = join(cudaFolder(), wanted.files[0]?.split("/").at(-1) ?? "");
  const cases: readonly (readonly [RegExp, () => void])[] = [
    [
      /libonnxruntime_providers_cuda\.so has changed since/,
      () => writeFileSync(provider, "\x7fELF other code"),
    ],
    [/libonnxruntime_providers_cuda\.so is missing or not a file/, () => rmSync(provider)],
    [/libcudart\.so\.12 was not installed/, () => writeFileSync(join(cudaFolder(), "libcudart.so.12"), "x")],
    [/others may write into the folder/, () => chmodSync(cudaFolder(), 0o777)],
    [/holds no checksums/, () => writeFileSync(join(cudaFolder(), "installed.json"), '{"version":"1"}')],
  ];
  await install();
  for (const [expected, damage] of cases) {
    damage();
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "-e", useCuda], {
      encoding: "utf8",
      env: process.env,
    });
    assert.match(stdout, expected, stderr);
    assert.match(stdout, /is not loaded/);
    assertInstalled((await install()).folder);
  }
});

test("other systems, and disks that are full or locked, get a sentence", async () => {
  const options = { signal: new AbortController().signal, onProgress: () => undefined, log: () => undefined };
  const error = await refused(installCuda({ ...options, system: "darwin-arm64" }));
  assert.equal(error.message, "onnxruntime has no CUDA provider for darwin-arm64.");
  const full = writeRefused(Object.assign(new Error("write"), { code: "ENOSPC" }), "/data/x");
  assert.ok(
    full instanceof HumanError && /^\/data\/x can't be written: the disk is full\.$/.test(full.message),
  );
  const locked = writeRefused(Object.assign(new Error("open"), { code: "EACCES" }), "/data/x");
  assert.ok(locked instanceof HumanError && /can't be written: permission is denied/.test(locked.message));
  const other = new Error("other");
  assert.equal(writeRefused(other, "/data/x"), other);
});

test("an entry that is larger than its directory says stops there", async () => {
  const path = join(root, "larger.zip");
  const bytes = Buffer.from(zipOf([{ name: "large", data: Buffer.alloc(2 << 20) }]));
  const directory = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  bytes.writeUInt32LE(100, directory + 24);
  writeFileSync(path, bytes);
  const archive = await openZip(path);
  const out = join(root, "large.out");
  const work = archive.extract("large", out, new AbortController().signal);
  assert.match((await refused(work)).message, /not a complete zip archive: large: too many bytes/);
  archive.close();
  assert.ok(statSync(out).size <= 100);
});

test("a damaged archive is named, never unpacked in part without a word", async () => {
  const path = join(root, "damaged.zip");
  for (const bytes of [file.subarray(0, file.length - 200), Buffer.alloc(10), Buffer.alloc(0)]) {
    writeFileSync(path, bytes);
    assert.match((await refused(openZip(path))).message, /not a complete zip archive: .+central directory/i);
  }
  const damaged = zipOf([{ name: "library", data: Buffer.alloc(1 << 20, "some words ") }]);
  damaged.fill(0xff, 60, 80);
  writeFileSync(path, damaged);
  const archive = await openZip(path);
  const work = archive.extract("library", join(root, "out"), new AbortController().signal);
  assert.match((await refused(work)).message, /not a complete zip archive: library: invalid/);
  archive.close();
});
