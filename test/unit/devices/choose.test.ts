// What `auto` takes, what it says, and how it comes to know: probes that answer, crash and hang.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { cacheFolder, dataFolder } from "../../../src/node/userFolders.ts";
import { chooseFastest } from "../../../src/runtime/devices/choose.ts";
import {
  forgetDevice,
  machineKey,
  rememberDevice,
  rememberedDevice,
} from "../../../src/runtime/devices/deviceCache.ts";
import { type DeviceTrial, tryDevice } from "../../../src/runtime/devices/tryDevice.ts";
import type { Device } from "../../../src/runtime/ort/session.ts";

const folder = mkdtempSync(join(tmpdir(), "pinch-devices-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Known {
  readonly rate: number;
  readonly passes: boolean;
}

/** Chooses among made-up devices; tells also which ones were checked. */
async function choose(known: Partial<Record<Device, Known | string>>) {
  const checked: Device[] = [];
  const choice = await chooseFastest(
    ["cuda", "webgpu"],
    300e9,
    async (device, worthChecking): Promise<DeviceTrial> => {
      const found = known[device] ?? "no driver";
      if (typeof found === "string") return { kind: "unusable", reason: found };
      const { rate, passes } = found;
      if (!worthChecking(rate)) return { kind: "measured", rate, check: null };
      checked.push(device);
      return { kind: "measured", rate, check: { passed: passes, detail: "gradients differ by 0.3" } };
    },
  );
  const said = choice.notes.map(({ level, message }) => `${level}: ${message}`);
  return { device: choice.device, said, checked };
}

test("auto takes the fastest device that passes, and checks only what would win", async () => {
  const both = await choose({ cuda: { rate: 9e12, passes: true }, webgpu: { rate: 3e12, passes: true } });
  assert.deepEqual([both.device, both.checked], ["cuda", ["cuda"]]);
  assert.deepEqual(both.said.slice(1), [
    "info: webgpu is not faster: 3000 GFLOP/s against 9000 GFLOP/s of cuda.",
    "info: Computing on cuda: 9000 GFLOP/s against 300 GFLOP/s of the CPU in matrix products.",
  ]);
  const slower = await choose({ cuda: { rate: 1e12, passes: true }, webgpu: { rate: 3e12, passes: true } });
  assert.deepEqual([slower.device, slower.checked], ["webgpu", ["cuda", "webgpu"]]);
});

test("auto falls back to the CPU and says why", async () => {
  const software = await choose({ webgpu: { rate: 0.06e9, passes: true } });
  assert.deepEqual([software.device, software.checked], ["cpu", []]);
  assert.deepEqual(software.said, [
    "info: cuda can't be used: no driver.",
    "info: webgpu is not faster: 0.06 GFLOP/s against 300 GFLOP/s of cpu.",
    "info: Computing on cpu: 300 GFLOP/s in matrix products.",
  ]);
  const wrong = await choose({ webgpu: { rate: 3e12, passes: false } });
  assert.equal(wrong.device, "cpu");
  assert.equal(
    wrong.said[1],
    "warn: webgpu is faster, but its results differ from the CPU's: gradients differ by 0.3.",
  );
  assert.equal((await choose({})).device, "cpu");
});

/** Milliseconds that a busy machine may take to start a process. */
const patience = 60_000;

/** Probes with a script that stands in for the runtime process. */
async function probeWith(script: string, worthChecking = true, check = patience): Promise<DeviceTrial> {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.cjs`);
  writeFileSync(path, script);
  const entry = { script: path, nodeArguments: [], limits: { rate: patience, check } };
  return tryDevice("webgpu", () => worthChecking, entry);
}

const rate = 'process.send({ kind: "rate", rate: 5e12 });';
const hang = "setInterval(() => {}, 1000);";

test("a probe that answers, one that fails, one that crashes, one that hangs", async () => {
  const outcome = { passed: true, detail: "loss differs by 0" };
  const good = await probeWith(
    `${rate} process.send({ kind: "check", outcome: ${JSON.stringify(outcome)} }); ${hang}`,
  );
  assert.deepEqual(good, { kind: "measured", rate: 5e12, check: outcome });
  assert.deepEqual(await probeWith(`${rate} ${hang}`, false), { kind: "measured", rate: 5e12, check: null });
  assert.deepEqual(await probeWith('process.send({ kind: "error", reason: "no adapter" });'), {
    kind: "unusable",
    reason: "no adapter",
  });
  assert.deepEqual(await probeWith("process.exit(134);"), {
    kind: "unusable",
    reason: "the driver crashed (exit code 134)",
  });
  const failedCheck = (detail: string) => ({
    kind: "measured",
    rate: 5e12,
    check: { passed: false, detail },
  });
  assert.deepEqual(
    await probeWith(`${rate} ${hang}`, true, 300),
    failedCheck("the driver did not answer within 0.3 seconds"),
  );
  assert.deepEqual(
    await probeWith(`${rate} setTimeout(() => process.exit(9), 50);`),
    failedCheck("the driver crashed (exit code 9)"),
  );
});

test("a library that CUDA misses is named", async () => {
  const said =
    "E:onnxruntime Failed to load library /a/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory";
  const script = `process.stderr.write(${JSON.stringify(`${said}\n`)}, () => setTimeout(() => process.send({ kind: "error", reason: "Failed to load shared library" }), 100));`;
  assert.deepEqual(await probeWith(script), {
    kind: "unusable",
    reason: "libcudnn.so.9: cannot open shared object file: No such file or directory",
  });
});

test("a process that does not answer probes starts none", async () => {
  const probe = await tryDevice("webgpu", () => true);
  assert.equal(probe.kind, "unusable");
});

test("a choice is remembered for a day, for the same machine, and a damaged file is no choice", () => {
  process.env.PINCH_CACHE = join(folder, "cache");
  try {
    const key = machineKey(null);
    assert.notEqual(key, machineKey("/cuda"));
    assert.equal(rememberedDevice(key), null);
    const monday = Date.parse("2026-01-05T12:00:00Z");
    rememberDevice(key, "webgpu", monday);
    const hour = 3_600_000;
    assert.equal(rememberedDevice(key, monday + 23 * hour), "webgpu");
    assert.equal(rememberedDevice(key, monday + 25 * hour), null);
    assert.equal(rememberedDevice(key, monday - hour), null, "a clock that was set back");
    forgetDevice(key);
    assert.equal(rememberedDevice(key, monday), null);
    writeFileSync(join(folder, "cache", `device-${key}.json`), '{"device": "tpu", "time": 1}');
    assert.equal(rememberedDevice(key, 2), null);
  } finally {
    delete process.env.PINCH_CACHE;
  }
});

test("folders of a person follow the system's customs", () => {
  assert.match(cacheFolder({ XDG_CACHE_HOME: "/c" }, "linux"), /^[\\/]c[\\/]pinch$/);
  assert.match(dataFolder({}, "linux"), /\.local[\\/]share[\\/]pinch$/);
  assert.match(cacheFolder({}, "darwin"), /Library[\\/]Caches[\\/]pinch$/);
  assert.match(dataFolder({ LOCALAPPDATA: "L" }, "win32"), /^L[\\/]pinch[\\/]Data$/);
  assert.equal(dataFolder({ PINCH_DATA: "/elsewhere" }), "/elsewhere");
});
