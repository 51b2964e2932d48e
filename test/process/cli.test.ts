// The command line from its arguments to its exit code, with real runtime processes around fake recipes.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { runCli } from "../../src/cli/cli.ts";
import { Progress } from "../../src/cli/progress.ts";
import { type RuntimeProcess, startRuntime } from "../../src/cli/startRuntime.ts";
import type { MetricsRecord } from "../../src/core/records/records.ts";
import { listRunFolders, readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { bundled } from "../support/bundled.ts";
import {
  rows,
  type TinyExperiment,
  tinyExperiment,
  tinyMixture,
  write,
} from "../unit/experiment/tinyExperiment.ts";
import { completion, judgeServer, verdict } from "../unit/judge/judgeServer.ts";
import { madeUpRun } from "../unit/judge/madeUpRuns.ts";
import { temporaryFolder } from "../unit/model/tinyModel.ts";

const fakeRuntime = bundled(join(import.meta.dirname, "fakeRuntime.ts"));

interface Told {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

interface Wishes {
  readonly starter?: string;
  readonly signal?: AbortSignal;
  /** Called with all that was written to standard error so far. */
  readonly onErrors?: (text: string) => void;
}

async function pinch(words: readonly string[], wishes: Wishes = {}): Promise<Told> {
  let output = "";
  let errors = "";
  const errorStream = {
    write(text: string): void {
      errors += text;
      wishes.onErrors?.(errors);
    },
  };
  const code = await runCli(words, {
    output: { write: (text: string) => (output += text) },
    errors: errorStream,
    progress: new Progress(errorStream),
    starter: wishes.starter ?? "nowhere",
    signal: wishes.signal ?? new AbortController().signal,
    start: (): RuntimeProcess => startRuntime(fakeRuntime, { nodeArguments: [] }),
  });
  return { code, output, errors };
}

function withMixtures(...names: readonly string[]): TinyExperiment {
  const lines = names.map(name => `  ${name}: { monolingual: en }\n`).join("");
  return tinyExperiment(tinyMixture.replace(/mixtures:\n( .*\n)+/, `mixtures:\n${lines}`));
}

function statuses(out: string): Record<string, string> {
  return Object.fromEntries(
    listRunFolders(out).map(folder => {
      const { mixture, status } = readRunRecord(folder);
      return [mixture, status];
    }),
  );
}

test("help goes to standard output, and what can't be understood is bad input with a way on", async () => {
  const help = await pinch(["--help"]);
  assert.equal(help.code, 0);
  assert.match(help.output, /pinch validate FILE/);
  const ofRun = await pinch(["run", "--help"]);
  assert.equal(ofRun.code, 0);
  assert.match(ofRun.output, /--mixture NAME/);
  assert.match((await pinch(["--version"])).output, /^\d+\.\d+\.\d+\n$/);
  for (const [words, expected] of [
    [[], /Usage:/],
    [["pln"], /Unknown command "pln".\nDid you mean plan\?/],
    [["compare"], /takes at least 1 files?, found 0/],
    [["compare", "a", "--judge", "me"], /Unknown judge "me".\nChoose one of rule, openai, local/],
    [["compare", "a", "--judge", "openai", "--judge-model", "m"], /needs an address/],
    [["compare", "a", "--judge-url", "http://x"], /needs a model/],
    [["compare", "a", "--limit", "0"], /--limit 0 is not a whole number of 1 or more/],
    [["compare", "a", "--price-input", "cheap"], /cheap is not a price/],
    [["compare", "a", "--judge", "local", "--judge-model", "m", "--judge-prompt", "fr"], /asked in fr/],
    [["run"], /takes 1 file, found 0/],
    [["run", "a", "b"], /takes at most 1 file, found 2/],
    [["run", "a", "--nope"], /Unknown option '--nope'/],
    [["plan", "a", "--device", "tpu"], /Unknown device "tpu".\nChoose one of auto, cpu/],
    [["devices", "--mixture", "x"], /Unknown option/],
    [["export", "a"], /needs a folder to write to.\nName a new or an empty one with --out/],
    [
      ["export", "a", "--out", "b", "--format", "onnx"],
      /Unknown format "onnx".\nChoose one of adapter, merged, gguf, gguf-adapter/,
    ],
    [["export", "a", "--out", "b", "--dtype", "int8"], /Unknown dtype "int8".\nChoose one of float16/],
    [["export", "a", "--out", "b", "--max-shard-size", "5"], /5 is not a size.\nWrite it as 500MB/],
  ] as const) {
    const told = await pinch(words);
    assert.equal(told.code, 1, words.join(" "));
    assert.match(told.errors, expected);
    assert.equal(told.output, "");
  }
});

test("validate prints diagnostics as file:line:column: severity: message, and exits 1 on an error", async () => {
  const good = tinyExperiment();
  const fine = await pinch(["validate", good.file], good);
  assert.deepEqual([fine.code, fine.errors], [0, ""]);
  assert.match(fine.output, /no faults/);
  const bad = tinyExperiment(tinyMixture.replace("budget: 8", "budgte: 8"));
  const told = await pinch(["validate", bad.file], bad);
  assert.equal(told.code, 1);
  assert.ok(told.errors.includes(`${bad.file}:4:1: error: `), told.errors);
  assert.match(told.errors, /Did you mean/i);
  const json = await pinch(["validate", bad.file, "--json"], bad);
  assert.deepEqual([json.code, json.errors], [1, ""]);
  const { files } = JSON.parse(json.output) as { files: { diagnostics: { code: string }[] }[] };
  assert.ok((files[0]?.diagnostics.length ?? 0) > 0);
});

test("run refuses what every run would end with before the base is scored", async () => {
  const { file, starter, folder } = tinyExperiment(`${tinyMixture}train: { maxTokens: 3 }\n`);
  const out = join(folder, "runs");
  const told = await pinch(["run", file, "--out", out], { starter });
  assert.equal(told.code, 1);
  assert.match(told.errors, /longer than train\.maxTokens \(3\).*which takes all/);
  assert.equal(existsSync(out), false);
  const base = await pinch(["run", file, "--out", out, "--mixture", "base"], { starter });
  assert.equal(base.code, 0, base.errors);
});

test("run scores the base once, then every mixture and seed, and reports", async () => {
  const { file, starter, folder } = tinyExperiment(tinyMixture.replace("seed: 7", "seeds: [7, 8]"));
  const out = join(folder, "runs");
  const told = await pinch(["run", file, "--out", out, "--mixture", "pinch", "--mixture", "curve@50%"], {
    starter,
  });
  assert.equal(told.code, 0, told.errors);
  assert.deepEqual(
    [...told.errors.matchAll(/^\[(\d\/\d)\] (\S+ \S+) done in/gm)].map(
      ([, count, name]) => `${count} ${name}`,
    ),
    ["1/5 base s7", "2/5 pinch s7", "3/5 pinch s8", "4/5 curve@50% s7", "5/5 curve@50% s8"],
  );
  assert.match(told.errors, /pinch s7 training 50 %.*1 min 1 s left/);
  assert.match(told.output, /^base/m);
  assert.match(told.output, /^curve@50%/m);
  assert.ok(told.output.includes(join(out, "report.html")));
  assert.match(readFileSync(join(out, "report.md"), "utf8"), /pinch/);
  assert.match(readFileSync(join(out, "report.html"), "utf8"), /<html/);
  const again = await pinch(["report", out], { starter });
  assert.equal(again.code, 0);
  assert.match(again.output, /^pinch/m);
});

test("a learning rate that was chosen is said, and stands in the report", async () => {
  const { file, starter, folder } = withMixtures("english");
  write(folder, "data/dev/sw.jsonl", rows("sw", 3, "dev"));
  const text = readFileSync(file, "utf8").replace("mixtures:", "  dev: data/dev/{language}.jsonl\nmixtures:");
  writeFileSync(file, `${text}train: { learningRate: [0.5, 0.25] }\n`);
  const out = join(folder, "runs");
  const told = await pinch(["run", file, "--out", out], { starter });
  assert.equal(told.code, 0, told.errors);
  assert.match(
    told.errors,
    /english s7 done .*\n {2}Learning rate 0\.5 chosen by the loss on the development data: 0\.5 2\.000, 0\.25 4\.000\. It is the largest tried: widen the list\./,
  );
  const report = readFileSync(join(out, "report.md"), "utf8");
  assert.match(report, /\| english \| 7 \| 0\.5 \| 4\.000 \| 2\.000 \|/);
  assert.match(report, /the chosen learning rate is the largest of those tried \(english seed 7\)/);
});

test("with --json standard output is JSON Lines and nothing else", async () => {
  const { file, starter, folder } = withMixtures("english");
  const told = await pinch(["run", file, "--out", join(folder, "runs"), "--json"], { starter });
  assert.equal(told.code, 0);
  const lines = told.output.trimEnd().split("\n");
  const types = lines.map(line => (JSON.parse(line) as { type: string }).type);
  assert.deepEqual(types, ["progress", "step", "run", "progress", "step", "run", "results"]);
});

test("a run that fails says why, the others go on, and the exit code is 2", async () => {
  const { file, starter, folder } = withMixtures("fails", "english");
  const out = join(folder, "runs");
  const told = await pinch(["run", file, "--out", out], { starter });
  assert.equal(told.code, 2);
  assert.match(told.errors, /fails s7 failed in .*\n {2}The loss became NaN\. Lower the rate\./);
  assert.deepEqual(statuses(out), { base: "done", fails: "failed", english: "done" });
  const failed = listRunFolders(out)
    .map(readRunRecord)
    .find(record => record.status === "failed");
  assert.deepEqual(failed?.error, { message: "The loss became NaN.", remedy: "Lower the rate." });
});

test("a runtime that is killed or crashes marks its run failed, and the next run works", async () => {
  const { file, starter, folder } = withMixtures("dies", "crashes", "english");
  const out = join(folder, "runs");
  const told = await pinch(["run", file, "--out", out], { starter });
  assert.equal(told.code, 2);
  const [died] = listRunFolders(out).filter(folder => readRunRecord(folder).mixture === "dies");
  assert.ok(died !== undefined && told.errors.includes(died), "names the folder that the killed run left");
  assert.match(told.errors, /dies s7 failed.*\n.*ended before it answered \(signal SIGKILL\)/);
  assert.match(told.errors, /crashes s7 failed.*\n.*a fault deep inside/);
  assert.deepEqual(statuses(out), { base: "done", dies: "failed", crashes: "failed", english: "done" });
});

test("run --resume asks every run to go on where it was stopped", async () => {
  const { file, starter, folder } = withMixtures("english");
  const out = join(folder, "runs");
  const asked = (errors: string): number => [...errors.matchAll(/asked to resume/g)].length;
  assert.equal(asked((await pinch(["run", file, "--out", out], { starter })).errors), 0);
  assert.equal(asked((await pinch(["run", file, "--out", out, "--resume"], { starter })).errors), 2);
});

test("export asks for what the options say, and lists what was written", async () => {
  const plain = await pinch(["export", "run", "--out", "home"]);
  assert.equal(plain.code, 0, plain.errors);
  assert.equal(
    plain.output,
    `${resolve("home")}\n  {"format":"adapter","dtype":null,"maxShardBytes":5000000000}  2 kB\n`,
  );
  const options = ["--format", "merged", "--dtype", "bfloat16", "--max-shard-size", "2GiB", "--json"];
  const merged = await pinch(["export", "run", "--out", "home", ...options]);
  const { files } = JSON.parse(merged.output) as { files: { name: string }[] };
  assert.equal(files[0]?.name, '{"format":"merged","dtype":"bfloat16","maxShardBytes":2147483648}');
});

test("Ctrl+C cancels the run under way, starts no other, and exits 130", async () => {
  const { file, starter, folder } = withMixtures("slow", "english");
  const out = join(folder, "runs");
  const stop = new AbortController();
  const told = await pinch(["run", file, "--out", out], {
    starter,
    signal: stop.signal,
    onErrors: text => {
      if (text.includes("waiting")) stop.abort();
    },
  });
  assert.equal(told.code, 130);
  assert.deepEqual(statuses(out), { base: "done", slow: "cancelled" });
  assert.match(told.output, /^base/m, "what was done before is still reported");
});

test("a mixture file with faults runs nothing and exits 1", async () => {
  const { file, starter, folder } = tinyExperiment(tinyMixture.replace("budget: 8", "budget: 800"));
  const out = join(folder, "runs");
  const told = await pinch(["run", file, "--out", out], { starter });
  assert.equal(told.code, 1);
  assert.match(told.errors, /:\d+:\d+: error: english needs 800/);
  assert.equal(existsSync(out), false);
  const unknown = await pinch(["run", tinyExperiment().file, "--mixture", "pinhc"], { starter });
  assert.equal(unknown.code, 1);
  assert.match(unknown.errors, /Did you mean pinch\?/);
});

test("devices installs CUDA, and nothing else", async () => {
  const done = await pinch(["devices", "--install", "cuda"]);
  assert.equal(done.code, 0, done.errors);
  assert.match(done.output, /^Installed in data\n.*CUDA 13 and cuDNN 9/);
  const json = await pinch(["devices", "--install", "cuda", "--json"]);
  assert.deepEqual(JSON.parse(json.output), { type: "done", folder: "data" });
  const other = await pinch(["devices", "--install", "tpu"]);
  assert.deepEqual([other.code, other.output], [1, ""]);
  assert.match(other.errors, /Unknown runtime "tpu".\nOnly cuda/);
});

test("eval --samples scores what is there again, in as many processes as there are cores", async () => {
  const { folder, file, starter } = withMixtures("one", "two", "three");
  const out = join(folder, "runs");
  assert.equal((await pinch(["run", file, "--out", out], { starter })).code, 0);
  const runs = listRunFolders(out).filter(run => !run.includes("base"));
  const sample = {
    language: "en",
    id: "e0",
    prompt: "en ask 0",
    response: "This is a response in plain English.",
    tags: {},
    tokens: 8,
    stopped: true,
    nll: null,
    nllTokens: 0,
  };
  const followed = { value: 0.5, n: 1, interval: [0, 1] };
  for (const run of runs) {
    writeFileSync(join(run, "samples.jsonl"), `${JSON.stringify(sample)}\n`);
    writeFileSync(join(run, "metrics.json"), JSON.stringify({ version: 1, languages: { en: { followed } } }));
  }
  const told = await pinch(["eval", ...runs, "--samples", "--json"], { starter });
  assert.equal(told.code, 0, told.errors);
  const lines = told.output.split("\n").filter(line => line.includes('"type":"run"'));
  assert.equal(lines.length, 3);
  for (const run of runs) {
    const metrics = JSON.parse(readFileSync(join(run, "metrics.json"), "utf8")) as MetricsRecord;
    assert.equal(metrics.languages.en?.lpr?.value, 1, run);
    assert.equal(metrics.languages.en.followed, undefined, "what the fake run wrote is gone");
  }
  const without = await pinch(
    ["eval", join(out, readdirSync(out).find(name => name.includes("base")) ?? ""), "--samples"],
    { starter },
  );
  assert.equal(without.code, 2);
  assert.match(without.errors, /holds no samples. Evaluate the run/);
});

test("an internal fault is told with its place, and eval refuses what is no run", async () => {
  const devices = await pinch(["devices"]);
  assert.equal(devices.code, 2);
  assert.match(devices.errors, /broken device/);
  const { folder } = tinyExperiment();
  const evaluated = await pinch(["eval", folder]);
  assert.equal(evaluated.code, 1);
  assert.match(evaluated.errors, /run\.json can't be read/);
  const report = await pinch(["report", folder]);
  assert.equal(report.code, 1);
  assert.match(report.errors, /No runs found in/);
  assert.deepEqual(readdirSync(folder).sort(), ["a.mixture.yaml", "data"], "nothing was written");
});

test("compare prints a table, counts beforehand, and gives one JSON document", async () => {
  const runs = temporaryFolder();
  const run = madeUpRun(runs, {
    mixture: "pinch",
    responses: { en: ["good", "b", "same"], fi: ["c"], sw: ["d"] },
  });
  madeUpRun(runs, { mixture: "en", counts: { en: 8 }, responses: { en: ["w", "x", "same"] } });
  madeUpRun(runs, { mixture: "fi", counts: { fi: 8 }, responses: { fi: ["z"] } });
  const server = await judgeServer(question => {
    if (question.prompt.startsWith("fi")) return completion("Well.");
    return verdict(question, question.a === "good" || question.b !== "good" ? "A" : "B");
  });
  const words = [
    "compare",
    run,
    "--judge-url",
    server.url,
    "--judge-model",
    "judge",
    "--price-output",
    "1000",
  ];
  const dry = await pinch([...words, "--dry-run"]);
  assert.equal(dry.code, 0);
  assert.match(
    dry.output,
    /^pinch-s7: 6 questions to ask, 0 answered already; about \d+ tokens in and 480 out, price 0.4800\./,
  );
  assert.match(dry.output, /note: Swahili \(sw\) is left out/);
  const told = await pinch([...words, "--concurrency", "1"]);
  assert.equal(told.code, 0);
  const table = told.output.split("\n").map(line => line.split(/ {2,}/));
  assert.deepEqual(table.find(([name]) => name === "English (en)")?.slice(1), [
    "66.7",
    "26-94",
    "1",
    "2",
    "0",
    "1",
    "100 (5-100)",
    "0",
    "en-s7",
  ]);
  assert.deepEqual(table.find(([name]) => name === "Finnish (fi)")?.slice(1), [
    "-",
    "-",
    "0",
    "0",
    "0",
    "0",
    "-",
    "1",
    "fi-s7",
  ]);
  assert.match(
    told.output,
    /Asked 6, of them again 0; from the cache 0; tokens in 600, out 60, price 0.0600\./,
  );
  const [compared = ""] = told.output.match(/\S+comparisons\S+/) ?? [];
  const line = {
    rater: "Ada",
    language: "en",
    id: "p0",
    left: "run",
    picked: "run",
    time: "2026-01-01T00:00:00Z",
  };
  writeFileSync(join(compared, "ratings-ada.jsonl"), `${JSON.stringify(line)}\n`);
  const rated = await pinch(words);
  assert.match(
    rated.output,
    /English \(en\) +100 % \(5–100\).*none: 1 pair is rated, 30 are needed +too few rated/,
  );
  assert.match(
    rated.output,
    /not to be trusted in a language where Cohen's kappa .* below 0\.4, on at least 10 pairs/,
  );
  const json = await pinch([...words, "--json"]);
  const { comparisons } = JSON.parse(json.output) as {
    comparisons: { comparison: { cost: { cached: number } } }[];
  };
  assert.equal(comparisons[0]?.comparison.cost.cached, 6);
  const panel = await pinch([...words.slice(0, 4), "--judge-model", "judge,other", "--judge", "openai"]);
  assert.match(panel.output, /judged by a panel of judge \+ other\n/);
  assert.match(panel.output, /The judges disagreed about 0 pairs; the majority counts\./);
  const odd = await pinch([...words.slice(0, 4), "--judge", "openai,rule", "--judge-model", "a,b,c"]);
  assert.deepEqual([odd.code, /--judge names 2 of 3 judges/.test(odd.errors)], [1, true]);
  assert.equal((await pinch(["compare", join(runs, "fi-s7"), "--baseline", "none"])).code, 1);
  const unreadable = madeUpRun(runs, { mixture: "other", responses: { fi: ["c2"] } });
  assert.equal((await pinch(["compare", unreadable, ...words.slice(2)])).code, 2, "no score at all");
  assert.equal(
    (await pinch([...words.slice(0, 3), "http://127.0.0.1:1", ...words.slice(4), "--limit", "1"])).code,
    2,
  );
});

test("import makes a run of what was generated elsewhere, and export gives its samples to other tools", async () => {
  const { folder, file } = withMixtures("quick");
  const given = join(folder, "model_outputs.json");
  const known = { instruction: "en ask 0", output: "en answer 0", generator: "theirs" };
  writeFileSync(given, JSON.stringify([known, { ...known, instruction: "unknown" }]));
  const out = join(folder, "runs");
  const told = await pinch(["import", given, "--run", "theirs", "--file", file, "--out", out]);
  assert.equal(told.code, 0, told.errors);
  assert.match(told.output, /theirs-s7-[0-9a-f]{8}\n1 responses of theirs scored\.\n$/);
  assert.match(told.errors, /model_outputs\.json:1: no evaluation row has its id or prompt, left out\n/);
  assert.match(told.errors, /2 prompts in en have no response: they are in no score\n/);
  const [run = ""] = listRunFolders(out);
  assert.equal(readRunRecord(run).status, "done");

  const exported = join(folder, "exported");
  const gone = await pinch(["export", run, "--out", exported, "--format", "alpaca-eval", "--json"]);
  assert.equal(gone.code, 0, gone.errors);
  assert.deepEqual(
    JSON.parse(gone.output).files.map(({ name }: { name: string }) => name),
    ["model_outputs.json"],
  );
  const adapter = await pinch(["export", run, "--out", exported, "--format", "lm-eval"]);
  assert.equal(adapter.code, 1);
  assert.match(adapter.errors, /exists already/);

  const annotations = join(folder, "annotations.json");
  const annotation = { instruction: "p", output_1: "a", output_2: "b", preference: 2, annotator: "m" };
  writeFileSync(annotations, JSON.stringify([{ ...annotation, generator_1: "gpt" }]));
  const taken = await pinch(["import", annotations, "--into", run]);
  assert.equal(taken.code, 0, taken.errors);
  assert.match(taken.output, /1 pairs, 1 of them without a verdict in both orders/);
});

test("import says what it misses", async () => {
  for (const [words, expected] of [
    [["import"], /takes at least 1 files, found 0/],
    [["import", "a"], /needs a name for the run and a mixture file/],
    [["import", "a", "b", "--into", "c"], /takes one file of annotations/],
    [
      ["import", "a", "--into", "c", "--language", "finnish"],
      /"finnish" is not a language tag\.\nDid you mean fi\?/,
    ],
    [["import", "a", "--into", "nowhere"], /nowhere.run\.json can't be read/],
  ] as const) {
    const { code, errors } = await pinch(words);
    assert.equal(code, 1, words.join(" "));
    assert.match(errors, expected);
  }
});

test("preview shows a mixture's examples with their tokens and loss, as text and as JSON", async () => {
  const tiny = tinyExperiment();
  const told = await pinch(["preview", tiny.file, "--mixture", "pinch", "--language", "fi"], tiny);
  assert.deepEqual([told.code, told.errors], [0, ""]);
  assert.match(told.output, /^pinch, seed 7: en 6, fi 1, sw 1\.$/m);
  assert.match(told.output, /^fi\/r\d \(Finnish\): \d+ tokens, \d+ with loss$/m);
  assert.match(told.output, /⟦.+⟧/s);
  const json = await pinch(["preview", tiny.file, "--mixture", "english", "--count", "2", "--json"], tiny);
  const { examples } = JSON.parse(json.output) as { examples: { tokens: { loss: boolean }[] }[] };
  assert.equal(examples.length, 2);
  assert.ok(examples.every(({ tokens }) => tokens.some(({ loss }) => loss)));
  for (const [words, expected] of [
    [[], /shows one mixture/],
    [["--mixture", "englsh"], /no valid mixture englsh/],
    [["--mixture", "english", "--language", "xx-"], /not a language tag/],
    [["--mixture", "english", "--count", "0"], /--count 0 is not a whole number/],
  ] as const) {
    const refused = await pinch(["preview", tiny.file, ...words], tiny);
    assert.equal(refused.code, 1);
    assert.match(refused.errors, expected);
  }
});
