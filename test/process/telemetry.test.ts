// onnxruntime reports nothing to its maker, in whichever process it is loaded, and leaves no file of that.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "../../scripts/lib/paths.mjs";
import { setUp } from "../../scripts/lib/setUp.mjs";
import { startRuntime } from "../../src/cli/startRuntime.ts";
import { bundled } from "../../src/manifest.ts";
import { tinyMixtureFile, writeTinyWorkspace } from "../support/tinyWorkspace.ts";
import { importWithVscode } from "../support/vscodeStandIn.ts";

/** The variables whose presence keeps the library silent by itself, so that a test under them would show nothing. */
const silencing =
  /^(CI|CONTINUOUS_INTEGRATION|BUILD_\w+|TF_BUILD|GITHUB_ACTIONS|GITLAB_CI|CIRCLECI|TRAVIS|APPVEYOR|BUILDKITE|CODEBUILD_\w+|JENKINS_\w+|TEAMCITY_\w+|SYSTEM_TEAM\w+|ORT_\w+|NODE_TEST_CONTEXT)$/;
const work = mkdtempSync(join(tmpdir(), "pinch-telemetry-"));
after(() => rmSync(work, { recursive: true, force: true, maxRetries: 3 }));

/** A person's environment with an empty home, on a machine that isn't a build server. */
function freshHome(name: string): { readonly home: string; readonly env: NodeJS.ProcessEnv } {
  const home = join(work, name);
  mkdirSync(join(home, "tmp"), { recursive: true });
  const kept = Object.entries(process.env).filter(([key]) => !silencing.test(key));
  const folders = ["HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"].map(key => [key, home]);
  const xdg = ["CACHE", "CONFIG", "DATA", "STATE"].map(kind => [`XDG_${kind}_HOME`, join(home, kind)]);
  const temporary = ["TMPDIR", "TEMP", "TMP"].map(key => [key, join(home, "tmp")]);
  return { home, env: Object.fromEntries([...kept, ...folders, ...xdg, ...temporary]) };
}

/** Files below a folder that are neither Pinch's own nor tsx's. */
function foreignFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    path => !/tsx-|pinch/i.test(path) && statSync(join(folder, path)).isFile(),
  );
}

/** What a process says on standard output; its home must be as empty afterwards. */
function leavesNothing(name: string, args: readonly string[]): string {
  const { home, env } = freshHome(name);
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", env });
  assert.equal(status, 0, stderr);
  assert.deepEqual(foreignFiles(home), []);
  return stdout;
}

/** A script that tries the processor as a device, in a runtime process of its own. */
function probing(runtime: string, nodeArguments: readonly string[]): string {
  return `require("node:child_process")
    .fork(${JSON.stringify(runtime)}, ["--probe-device", "cpu"], { execArgv: ${JSON.stringify(nodeArguments)} })
    .on("message", message => console.log(message.kind));`;
}

describe("a session", { skip: process.platform === "win32" && "Windows' own tracing writes no file" }, () => {
  before(() => setUp({ say: () => undefined }));

  it("through the module that creates it", () => {
    const recipe = JSON.stringify(join(root, "src", "runtime", "devices", "gemmRate.ts"));
    const script = `require(${recipe}).gemmRate("cpu").then(() => console.log("done"));`;
    assert.equal(leavesNothing("module", ["--import", "tsx", "-e", script]), "done\n");
  });

  it("through the runtime's entry, as a device is tried", () => {
    const runtime = join(root, bundled.runtime);
    assert.equal(leavesNothing("runtime", ["-e", probing(runtime, [])]), "rate\ncheck\n");
  });

  it("through the command line, in a run from training to scores", () => {
    const folder = join(work, "tiny");
    writeTinyWorkspace(folder);
    const file = join(folder, tinyMixtureFile);
    const cli = join(root, "dist", "cli.js");
    const args = [cli, "run", file, "--mixture", "english", "--device", "cpu", "--json"];
    assert.match(leavesNothing("cli", args), /"status": ?"done"/);
  });
});

describe("a forked process is told before it loads anything", () => {
  const script = join(work, "tells.cjs");
  const told = "ORT_DISABLE_TELEMETRY is 1";
  const saysIt = `"ORT_DISABLE_TELEMETRY is " + process.env.ORT_DISABLE_TELEMETRY`;
  const { ORT_DISABLE_TELEMETRY: own } = process.env;
  before(() => {
    delete process.env.ORT_DISABLE_TELEMETRY; // what is inherited would hide that nothing is set
  });
  after(() => {
    if (own !== undefined) process.env.ORT_DISABLE_TELEMETRY = own;
  });

  it("by the command line", async () => {
    writeFileSync(script, `process.stderr.write(${saysIt}, () => process.exit(3));`);
    const runtime = startRuntime(script, { nodeArguments: [] });
    await assert.rejects(runtime.client.call("pinch/analyse", {} as never), new RegExp(told));
    await runtime.end();
  });

  it("by the extension", async () => {
    mkdirSync(join(work, "dist"), { recursive: true });
    writeFileSync(join(work, bundled.runtime), `process.send(${saysIt});`);
    const { runtimeLauncher } = (await importWithVscode(
      "src/platform/runtimeProcess.ts",
      join(work, "host"),
    )) as typeof import("../../src/platform/runtimeProcess.ts");
    const log = { debug: () => undefined, error: () => undefined } as never;
    const runtime = runtimeLauncher({ fsPath: work } as never, log)();
    const heard = await new Promise<string>(resolve => runtime.onNonsense(resolve));
    await runtime.end();
    assert.equal(heard, told);
  });
});
