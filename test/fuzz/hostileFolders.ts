// Folders of strangers: at one place of a run, model or data folder lies a link, a pipe, a device, a folder or a file
// without an end, and everything that reads such a folder takes it. Nothing of outside is read, written or waited for.
import { execFileSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writeReport } from "../../src/cli/reports.ts";
import { HumanError } from "../../src/common/errors.ts";
import { randomInt } from "../../src/common/random.ts";
import { systemError } from "../../src/common/systemErrors.ts";
import { aggregate } from "../../src/core/scoring/score.ts";
import { exportSamples } from "../../src/runtime/files/exportSamples.ts";
import { readMetrics, readSamples, readSteps } from "../../src/runtime/files/readRun.ts";
import { readRunRecord } from "../../src/runtime/files/runFolder.ts";
import { readComparisons } from "../../src/runtime/files/verdictFiles.ts";
import { VerdictCache } from "../../src/runtime/judge/verdictCache.ts";
import { writeConfigFiles, writeTokenizerFiles } from "../../src/runtime/model/modelFiles.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { loadTokenizer } from "../../src/runtime/model/tokenizer.ts";
import { compare } from "../../src/runtime/recipes/compare.ts";
import { evaluate } from "../../src/runtime/recipes/evaluate.ts";
import { exportRun } from "../../src/runtime/recipes/export.ts";
import { indexData } from "../../src/runtime/recipes/indexData.ts";
import { rescore } from "../../src/runtime/recipes/rescore.ts";
import { validate } from "../../src/runtime/recipes/validate.ts";
import { chatTemplate, writeTinyModel } from "../unit/model/tinyModel.ts";
import { madeUp } from "../unit/records/madeUpRecords.ts";
import { madeUpSample } from "../unit/results/madeUp.ts";
import type { Importer } from "./importers.ts";

const secret = "AWS_SECRET=hunter2, outside of every folder";
const root = mkdtempSync(join(tmpdir(), "pinch-hostile-"));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));
const outside = join(root, "outside");
/** Folder of the tiny model that each trial starts from a copy of. */
let sound: string | undefined;
const runs = join(root, "workspace", "runs");
const model = join(root, "workspace", "model");
const mixture = join(root, "workspace", "a.mixture.yaml");

const context = {
  progress: () => undefined,
  step: () => undefined,
  log: () => undefined,
  signal: new AbortController().signal,
  askHost: () => Promise.reject(new Error("nobody asks")),
} as never;

/** Runs, a model and data as they should be, and what lies beside them. */
function writeWorkspace(): void {
  rmSync(join(root, "workspace"), { recursive: true, force: true });
  rmSync(outside, { recursive: true, force: true });
  mkdirSync(outside);
  writeFileSync(join(outside, "secret.txt"), secret);
  for (const [minute, mixtureName] of ["base", "en", "pinch"].entries()) {
    const { record } = madeUp(mixtureName, { minute, model, file: mixture });
    const folder = join(runs, mixtureName);
    for (const inner of ["adapter", "checkpoint", "comparisons/one"])
      mkdirSync(join(folder, inner), { recursive: true });
    const samples = ["en", "fi"].flatMap(language =>
      ["a", "b"].map(id => madeUpSample({ language, id, checksPassed: true, outcome: "followed" })),
    );
    writeFileSync(join(folder, "run.json"), JSON.stringify(record));
    writeFileSync(join(folder, "samples.jsonl"), samples.map(each => `${JSON.stringify(each)}\n`).join(""));
    writeFileSync(join(folder, "metrics.json"), JSON.stringify(aggregate(samples)));
    writeFileSync(join(folder, "events.jsonl"), "");
    writeFileSync(join(folder, "adapter", "adapter_config.json"), "{}");
    writeFileSync(join(folder, "comparisons", "one", "verdicts.jsonl"), "");
  }
  mkdirSync(join(runs, "verdicts"));
  sound ??= writeTinyModel();
  cpSync(sound, model, { recursive: true });
  for (const name of ["special_tokens_map.json", "added_tokens.json"]) writeFileSync(join(model, name), "{}");
  writeFileSync(join(model, "chat_template.jinja"), chatTemplate);
  for (const side of ["train", "eval"]) {
    mkdirSync(join(root, "workspace", side));
    const rows = '{"id":"a","prompt":"a","response":"b","reference":"b"}\n';
    writeFileSync(join(root, "workspace", side, "en.jsonl"), rows);
  }
  writeFileSync(
    mixture,
    "model: model\ndata:\n  train: train/{language}.jsonl\n  eval: eval/{language}.jsonl\nbudget: 1\nmixtures:\n  en: { monolingual: en }\n",
  );
}

const inRun = (...names: string[]) => names.map(name => join("runs", "pinch", name));
const places = [
  ...inRun("", "run.json", "metrics.json", "samples.jsonl", "events.jsonl", "adapter", "checkpoint"),
  ...inRun("comparisons", "comparisons/one", "comparisons/one/comparison.json"),
  ...inRun("comparisons/one/verdicts.jsonl", "comparisons/one/ratings-a.jsonl"),
  ...inRun(
    "adapter/adapter_config.json",
    "adapter/adapter_model.safetensors",
    "checkpoint/state.safetensors",
  ),
  join("runs", "verdicts"),
  ...["", "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"].map(name =>
    join("model", name),
  ),
  ...["added_tokens.json", "chat_template.jinja", "generation_config.json", "model.safetensors"].map(name =>
    join("model", name),
  ),
  join("train", "en.jsonl"),
  join("eval", "en.jsonl"),
];

/** Of any size: a person may well have data that take hours to read. */
const data = /^(?:train|eval)/;

const posix = process.platform !== "win32";
const endless = "a file without an end";
/** What lies at the place instead. */
const hostilities: Readonly<Record<string, (path: string) => void>> = {
  "a folder": path => mkdirSync(path),
  [endless]: path => {
    const descriptor = openSync(path, "w");
    ftruncateSync(descriptor, 2 ** 40);
    closeSync(descriptor);
  },
  ...(posix && {
    "a link to a file outside": path => symlinkSync(join(outside, "secret.txt"), path),
    "a link to a folder outside": path => symlinkSync(outside, path),
    "a link to nothing": path => symlinkSync(join(outside, "new.txt"), path),
    "a link to itself": path => symlinkSync(path, path),
    "a link to a device": path => symlinkSync("/dev/zero", path),
    "a pipe": path => void execFileSync("mkfifo", [path]),
  }),
};

/** Everything that is done with such a folder; what it says and writes. */
const uses: Readonly<Record<string, (out: string) => unknown>> = {
  report: out => writeReport(runs, out),
  "a record": () => readRunRecord(join(runs, "pinch")),
  metrics: () => readMetrics(join(runs, "pinch")),
  samples: () => readSamples(join(runs, "pinch")),
  steps: () => readSteps(join(runs, "pinch")),
  comparisons: () => readComparisons(join(runs, "pinch")),
  answers: () => new VerdictCache(runs, { kind: "local" } as never),
  evaluation: () => evaluate({ folders: [join(runs, "pinch")], device: "cpu", starter: "" }, context),
  rescoring: () => rescore({ folders: [join(runs, "pinch")], device: "cpu", starter: "" }, context),
  comparing: () =>
    compare(
      {
        folders: [join(runs, "pinch")],
        judge: { kind: "rule" },
        ...{ baseline: null, languages: null, limit: null, prices: null, dryRun: false, starter: "" },
      },
      context,
    ),
  "export of samples": out => exportSamples(join(runs, "pinch"), "alpaca-eval", out),
  "export of an adapter": out =>
    exportRun({ folder: join(runs, "pinch"), format: "adapter", out, starter: "" } as never, context),
  "a tokenizer": () => loadTokenizer(openModel(model)).encode("the other"),
  "a model's hash": () => openModel(model).sha256(),
  "files to pass on": out => {
    const base = openModel(model);
    mkdirSync(out);
    writeConfigFiles(out, base, "float32");
    writeTokenizerFiles(out, base);
  },
  validation: () => validate({ file: mixture, starter: "" }),
  index: out => indexData({ file: mixture, cache: out, starter: "" }, context),
};

interface Trial {
  readonly place: string;
  readonly what: string;
  readonly use: string;
}

/** @throws Error for what reached or left the outside */
function requireUntouched(out: string, said: string): void {
  if (readFileSync(join(outside, "secret.txt"), "utf8") !== secret)
    throw new Error("the file outside changed");
  if (readdirSync(outside).length !== 1) throw new Error("something was written outside");
  if (said.includes("hunter2")) throw new Error(`what lies outside was told: ${said}`);
  if (!existsSync(out)) return;
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && statSync(path).size < 1e8 && readFileSync(path, "utf8").includes("hunter2"))
      throw new Error(`what lies outside was copied to ${entry.name}`);
  }
}

async function take({ place, what, use }: Trial): Promise<void> {
  writeWorkspace();
  const path = join(root, "workspace", place);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  hostilities[what]?.(path);
  const out = join(root, "workspace", "out");
  let said = "";
  try {
    said = JSON.stringify(await uses[use]?.(out)) ?? "";
  } catch (error) {
    // As the command line tells what the system refuses.
    const told = error instanceof HumanError ? error : systemError(error, "It can't be done");
    said = `${told?.message} ${told?.remedy}`;
    throw told ?? error;
  } finally {
    requireUntouched(out, said);
  }
}

const names = (table: object): readonly string[] => Object.keys(table);

export const hostileFolders: Importer = {
  name: "hostile folder",
  prepare: async () => {
    writeWorkspace();
    for (const use of Object.values(uses)) {
      await Promise.resolve()
        .then(() => use(join(root, "workspace", "out")))
        .catch(() => undefined);
      rmSync(join(root, "workspace", "out"), { recursive: true, force: true });
    }
  },
  make: random => {
    const of = <T>(items: readonly T[]): T => items[randomInt(random, items.length)] as T;
    const place = of(places);
    const whats = names(hostilities).filter(what => !data.test(place) || what !== endless);
    const trial: Trial = { place, what: of(whats), use: of(names(uses)) };
    return Buffer.from(JSON.stringify(trial));
  },
  read: file => take(JSON.parse(Buffer.from(file).toString()) as Trial),
};
