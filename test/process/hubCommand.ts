// Runs commands of Pinch with a real runtime process and a Hub on 127.0.0.1.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCli } from "../../src/cli/cli.ts";
import { Progress } from "../../src/cli/progress.ts";
import { startRuntime } from "../../src/cli/startRuntime.ts";
import { bundled } from "../support/bundled.ts";
import { type FakeHub, fakeHub } from "../unit/hub/fakeHub.ts";
import { temporaryFolder, writeTinyModel } from "../unit/model/tinyModel.ts";

const fakeRuntime = bundled(join(import.meta.dirname, "fakeRuntime.ts"));

const source = writeTinyModel();
export const home = temporaryFolder();
const names = ["HF_ENDPOINT", "HF_HOME", "HF_HUB_CACHE", "HF_TOKEN"];
const inherited = names.map(name => [name, process.env[name]] as const);

/** The forked process gets this environment. */
export async function withHub(work: (hub: FakeHub) => Promise<void>): Promise<void> {
  const files = readdirSync(source).map(name => [name, readFileSync(join(source, name))] as const);
  const hub = await fakeHub("tiny/model", Object.fromEntries(files));
  const environment = { HF_ENDPOINT: hub.endpoint, HF_HOME: home, HF_HUB_CACHE: "", HF_TOKEN: "hf_secret" };
  Object.assign(process.env, environment);
  try {
    await work(hub);
  } finally {
    await hub.close();
    for (const [name, value] of inherited) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

export async function pinch(...words: string[]): Promise<{ code: number; output: string; errors: string }> {
  const told = { output: "", errors: "" };
  const errors = { write: (text: string) => (told.errors += text) };
  const code = await runCli(words, {
    output: { write: (text: string) => (told.output += text) },
    errors,
    progress: new Progress(errors),
    starter: "nowhere",
    signal: new AbortController().signal,
    start: () => startRuntime(fakeRuntime, { nodeArguments: [] }),
  });
  return { code, ...told };
}
