// Run folders that a disk, a copy or an editor damaged: whoever reads them gives the same result, or names the damage.
import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { HumanError } from "../../src/common/errors.ts";
import { type Random, randomInt } from "../../src/common/random.ts";
import { runFiles } from "../../src/core/records/records.ts";
import type { RecipeContext } from "../../src/runtime/context/context.ts";
import { exportSamples } from "../../src/runtime/files/exportSamples.ts";
import { findEqualRun } from "../../src/runtime/files/readRun.ts";
import { listRunFolders, readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { importVerdicts } from "../../src/runtime/files/verdictFiles.ts";
import { analyse } from "../../src/runtime/recipes/analyse.ts";
import { exportRun } from "../../src/runtime/recipes/export.ts";
import { rescore } from "../../src/runtime/recipes/rescore.ts";
import { run } from "../../src/runtime/recipes/run.ts";
import { tinyMixture, tinyMixtureFile, writeTinyWorkspace } from "../support/tinyWorkspace.ts";
import { workFolder } from "./support/pinch.ts";
import { eachTrial, trialCount } from "./support/trials.ts";

const root = workFolder("damaged");
const sound = join(root, "sound");
const mixtures = ["base", "english", "pinch"];
/** The run that is damaged. */
let victim = "";

function context(warnings: string[] = []): RecipeContext {
  return {
    progress: () => undefined,
    step: () => undefined,
    log: (level, message) => level === "warn" && warnings.push(message),
    signal: new AbortController().signal,
  };
}

before(async () => {
  writeTinyWorkspace(root, { mixture: false });
  writeFileSync(join(root, tinyMixtureFile), tinyMixture());
  for (const mixture of mixtures) {
    const file = join(root, tinyMixtureFile);
    const start = { kind: "new" } as const;
    const request = { file, mixture, seed: 7, out: sound, device: "cpu", starter: "", start } as const;
    const outcome = await run(request, context());
    assert.equal(outcome.status, "done", JSON.stringify(outcome.error));
    if (mixture === "pinch") victim = basename(outcome.folder);
  }
  const order = (id: string, preference: number) => ({
    ...{ instruction: id, output_1: "one", output_2: "two", generator_1: "english", generator_2: "pinch" },
    ...{ annotator: "me", preference, language: "en", id },
  });
  const annotations = ["a", "b", "c", "d"].flatMap((id, i) => [order(id, 1 + (i % 2))]);
  writeFileSync(join(root, "annotations.json"), JSON.stringify(annotations));
  importVerdicts(join(root, "annotations.json"), join(sound, victim), "en");
});

type Use = (runs: string, at: string) => Promise<unknown>;

/** `at` is an empty place for what a use writes. */
const uses: Readonly<Record<string, Use>> = {
  report: async runs => {
    const { files, leftOut } = analyse({
      wanted: "report",
      folders: listRunFolders(runs),
      languages: null,
      against: null,
      metric: "followed",
    });
    if (leftOut.length > 0) throw new HumanError(leftOut.join("\n"), { remedy: "" });
    return files.map(({ name, text }) => [name, text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "NOW")]);
  },
  reuse: async runs => {
    const told: string[] = [];
    const identity = readRunRecord(join(sound, victim));
    const found = findEqualRun(runs, identity, message => told.push(message));
    if (found === null && told.length > 0) throw new HumanError(told.join("\n"), { remedy: "" });
    return found === null ? null : basename(found);
  },
  adapter: async (runs, at) => {
    const request = { format: "adapter", dtype: null, maxShardBytes: 1e9, starter: "" } as const;
    const { folder, files } = await exportRun({ ...request, folder: join(runs, victim), out: at }, context());
    return files.map(({ name }) => [name, readFileSync(join(folder, name), "base64")]);
  },
  outputs: async (runs, at) => {
    const files = await exportSamples(join(runs, victim), "alpaca-eval", at);
    return files.map(({ name }) => [name, readFileSync(join(at, name), "utf8")]);
  },
  rescore: async runs => {
    const folder = join(runs, victim);
    const request = { folders: [folder], device: "cpu", starter: "", samples: true } as const;
    const warnings: string[] = [];
    const [outcome] = await rescore(request, context(warnings));
    if (outcome?.error) throw new HumanError(outcome.error.message, { remedy: outcome.error.remedy });
    return [readFileSync(join(folder, runFiles.metrics), "utf8"), warnings];
  },
};

/** Files of a run, by path within it. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

type Damage = (path: string, bytes: Buffer, random: Random) => void;

const damages: Readonly<Record<string, Damage>> = {
  bit: (path, bytes, random) => {
    const at = randomInt(random, bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << randomInt(random, 8)), at);
    writeFileSync(path, bytes);
  },
  digit: (path, bytes, random) => {
    const text = bytes.toString("latin1");
    const digits = [...text.matchAll(/\d/g)].map(({ index }) => index);
    const at = digits[randomInt(random, digits.length)];
    if (at === undefined) return;
    const other = String((Number(text[at]) + 1 + randomInt(random, 8)) % 10);
    writeFileSync(path, text.slice(0, at) + other + text.slice(at + 1), "latin1");
  },
  truncated: (path, bytes, random) => writeFileSync(path, bytes.subarray(0, randomInt(random, bytes.length))),
  cutAtLine: (path, bytes) => {
    const text = bytes.toString("latin1");
    writeFileSync(path, text.slice(0, text.trimEnd().lastIndexOf("\n") + 1), "latin1");
  },
  lineTwice: (path, bytes) => {
    const [line = ""] = bytes.toString("latin1").split("\n");
    appendFileSync(path, `${line}\n`, "latin1");
  },
  empty: path => writeFileSync(path, ""),
  zeros: (path, bytes, random) => {
    const from = randomInt(random, bytes.length);
    writeFileSync(path, bytes.fill(0, from, Math.min(bytes.length, from + 512)));
  },
  garbage: (path, bytes, random) => {
    const from = randomInt(random, bytes.length);
    for (let at = from; at < Math.min(bytes.length, from + 64); at++)
      bytes.writeUInt8(randomInt(random, 256), at);
    writeFileSync(path, bytes);
  },
  deleted: path => rmSync(path),
};

test("of a damaged run folder comes what came before, or the name of what is wrong: nothing else, and no crash", async context_ => {
  const expected = new Map<string, unknown>();
  for (const [name, use] of Object.entries(uses)) {
    const runs = join(root, `expected-${name}`);
    cpSync(sound, runs, { recursive: true });
    expected.set(name, await use(runs, join(root, `expected-at-${name}`)));
  }
  const counts = { "no effect": 0, named: 0 };
  await eachTrial("damaged runs", trialCount(60), async (random, trial) => {
    const place = join(root, `trial-${trial}`);
    const runs = join(place, "runs");
    mkdirSync(place);
    cpSync(sound, runs, { recursive: true });
    const folder = join(runs, victim);
    const files = filesOf(folder);
    const file = files[randomInt(random, files.length)] ?? "";
    const kinds = Object.keys(damages);
    const kind = kinds[randomInt(random, kinds.length)] ?? "";
    damages[kind]?.(join(folder, file), readFileSync(join(folder, file)), random);
    for (const [name, use] of Object.entries(uses)) {
      const what = `${name} after ${kind} of ${file}`;
      try {
        const found = await use(runs, join(place, name));
        if (isDeepStrictEqual(found, expected.get(name))) counts["no effect"]++;
        else {
          // A report says in its own text what it had to leave out.
          assert.ok(JSON.stringify(found).includes(basename(file)), `${what} is silently another`);
          counts.named++;
        }
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assert.ok(error instanceof HumanError, `${what}: ${error instanceof Error ? error.stack : error}`);
        assert.ok(
          error.message.includes(victim) || error.message.includes(file),
          `${what} does not say what is wrong: ${error.message}`,
        );
        counts.named++;
      }
    }
    rmSync(place, { recursive: true });
  });
  context_.diagnostic(
    `${counts.named} uses named the damage, ${counts["no effect"]} gave what they gave before.`,
  );
  assert.ok(counts.named > 0 && counts["no effect"] > 0);
});
