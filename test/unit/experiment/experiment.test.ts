// Experiments from files: language patterns, all faults at once, and what a run takes and locks.
import assert from "node:assert/strict";
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { formatDiagnostic } from "../../../src/common/diagnostic.ts";
import { HumanError } from "../../../src/common/errors.ts";
import { actionsFor } from "../../../src/core/mixtureEditor/faultActions.ts";
import { findLanguageFiles } from "../../../src/runtime/dataFiles/languageFiles.ts";
import { errorsOf, loadExperiment, requireValid } from "../../../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../../../src/runtime/experiment/prepareRun.ts";
import { temporaryFolder } from "../model/tinyModel.ts";
import { rows, tinyExperiment, tinyMixture, write } from "./tinyExperiment.ts";

test("patterns find a file per language, in file names and in folders, and nothing else", () => {
  const folder = temporaryFolder();
  const file = join(folder, "a.mixture.yaml");
  for (const path of [
    "d/alpaca_en_demo.json",
    "d/alpaca_zh_demo.json",
    "d/alpaca_notalanguage_demo.json",
    "d/en.txt",
  ])
    write(folder, path, "x");
  write(folder, "e/fi/train.jsonl", "x");
  write(folder, "e/sw/other.jsonl", "x");
  assert.deepEqual([...findLanguageFiles("d/alpaca_{language}_demo.json", file).files.keys()], ["en", "zh"]);
  const nested = findLanguageFiles("./e/{language}/train.jsonl", file).files;
  assert.deepEqual([...nested], [["fi", join(folder, "e", "fi", "train.jsonl")]]);
  assert.equal(findLanguageFiles("nowhere/{language}.jsonl", file).files.size, 0);
  assert.equal(
    findLanguageFiles(`${folder}/d/alpaca_{language}_demo.json`, "/elsewhere/m.yaml").files.size,
    2,
  );
});

test("prompts that are evaluated and trained on are found in both files", async () => {
  const { file, starter, folder } = tinyExperiment();
  const place = (name: string) => join(folder, "data", name, "sw.jsonl");
  appendFileSync(place("train"), `\n{"id": "same", "prompt": "Habari ya\\tleo?", "response": "Nzuri."}\n`);
  appendFileSync(place("eval"), `\n{"id": "asked", "prompt": "HABARI ya leo?"}\n`);
  const found = (await loadExperiment({ file, starter })).diagnostics.filter(
    ({ code }) => code === "evaluation-in-training",
  );
  assert.equal(found.length, 1);
  const lines = found[0]?.related?.map(({ file: path, range, message }) => [
    path,
    (readFileSync(path, "utf8").split("\n")[range.start.line] ?? "").slice(0, 14),
    message,
  ]);
  assert.deepEqual(lines, [
    [place("eval"), '{"id": "asked"', "the first such prompt in the evaluation data: asked"],
    [place("train"), '{"id": "same",', "the first such prompt in the training data: same"],
  ]);
  const [fault] = found;
  assert.ok(fault);
  assert.deepEqual(
    actionsFor(fault).map(action => action.kind === "open" && [action.file, action.title]),
    lines?.map(([path, , message]) => [path, `Open ${message}`]),
  );
});

test("data that are missing can be added", async () => {
  const { file, starter, folder } = tinyExperiment();
  rmSync(join(folder, "data", "train", "sw.jsonl"));
  const faults = (await loadExperiment({ file, starter })).diagnostics;
  const missing = faults.filter(({ code }) => code === "language-without-data");
  assert.ok(missing.length > 0);
  for (const fault of missing) {
    assert.deepEqual(actionsFor(fault), [{ kind: "addDataset", title: "Add Dataset…" }]);
  }
  for (const fault of faults.filter(each => !missing.includes(each))) assert.deepEqual(actionsFor(fault), []);
});

test("two files of one language are a fault", () => {
  const folder = temporaryFolder();
  for (const name of ["he", "iw"]) write(folder, `${name}.jsonl`, rows("he", 1));
  const { files, duplicates } = findLanguageFiles("{language}.jsonl", join(folder, "a.yaml"));
  assert.equal(files.size, 1);
  assert.equal(duplicates[0]?.language, "he");
});

test("files whose names are no language are named once, and not read", async () => {
  const { file, starter, folder } = tinyExperiment();
  for (const name of ["all", "raw", "._en"]) write(folder, `data/train/${name}.jsonl`, rows("en", 1));
  const unread = async () =>
    (await loadExperiment({ file, starter })).diagnostics.filter(each => each.code === "unread-files");
  assert.deepEqual(
    (await unread()).map(({ severity, message }) => [severity, message]),
    [
      [
        "warning",
        `all.jsonl, raw.jsonl in ${join(folder, "data", "train")} are skipped: no language has this name.`,
      ],
    ],
  );
  for (const name of ["all", "raw"]) rmSync(join(folder, `data/train/${name}.jsonl`));
  write(folder, "data/train/finish.jsonl", rows("fi", 1));
  assert.equal((await unread())[0]?.remedy, "Name it fi.jsonl if it is in Finnish, or move it away.");
});

test("a mixture's tag finds its file, however that is written", async () => {
  const text = tinyMixture.replaceAll("sw", "pt-BR");
  const { file, starter, folder } = tinyExperiment(text);
  for (const side of ["train", "eval"])
    renameSync(join(folder, `data/${side}/sw.jsonl`), join(folder, `data/${side}/pt_BR.jsonl`));
  const { available, diagnostics } = await loadExperiment({ file, starter });
  assert.deepEqual([...available.keys()], ["en", "fi", "pt-BR"]);
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === "error"),
    [],
  );
});

test("a run takes the realised examples and locks what it depends on", async () => {
  const { file, starter, folder } = tinyExperiment();
  const experiment = requireValid(await loadExperiment({ file, starter }));
  const prepared = prepareRun(experiment, "pinch", 7, "cpu");
  assert.deepEqual(prepared.run.counts, { en: 6, fi: 1, sw: 1 });
  assert.equal(prepared.examples.length, 8);
  assert.equal(new Set(prepared.examples.map(example => example.id)).size, 8, "each id once");
  assert.deepEqual([...prepared.evaluation.keys()], ["en", "sw"]);
  const { lock } = prepared.run;
  assert.ok(lock);
  assert.deepEqual(Object.keys(lock.data).sort(), [
    "data/eval/en.jsonl",
    "data/eval/sw.jsonl",
    "data/train/en.jsonl",
    "data/train/fi.jsonl",
    "data/train/sw.jsonl",
  ]);
  assert.deepEqual(
    lock.examples,
    prepared.examples.map(({ language, id }) => `${language}/${id}`),
  );
  assert.equal(lock.device, "cpu");
  assert.equal(JSON.stringify(lock).includes(folder), false, "no folder of this machine");
  assert.deepEqual(prepareRun(experiment, "curve@50%", 7, "cpu").run.counts, { en: 6, fi: 1, sw: 1 });
});

test("development data are a part of a run that looks at them, in the languages that are evaluated", async () => {
  const text = tinyMixture.replace("mixtures:", "  dev: data/dev/{language}.jsonl\nmixtures:");
  const { file, starter, folder } = tinyExperiment(text);
  for (const language of ["fi", "sw"]) write(folder, `data/dev/${language}.jsonl`, rows(language, 4, "dev"));
  const prepared = async (mixture: string) =>
    prepareRun(requireValid(await loadExperiment({ file, starter })), mixture, 7, "cpu");
  const blind = await prepared("pinch");
  assert.equal(blind.development.size, 0);
  assert.deepEqual(Object.keys(blind.run.lock?.languageData ?? {}), ["train", "eval"]);

  writeFileSync(file, text.replace("evaluate:", "evaluate:\n  during: 5\n  prompts: 2"));
  const looking = await prepared("pinch");
  assert.deepEqual(
    [...looking.development].map(([language, { length }]) => [language, length]),
    [["sw", 4]],
  );
  const { data = {}, languageData } = looking.run.lock ?? {};
  const added = Object.keys(data).filter(place => !(place in (blind.run.lock?.data ?? {})));
  assert.deepEqual(added, ["data/dev/sw.jsonl"]);
  assert.deepEqual(languageData?.dev, { sw: data["data/dev/sw.jsonl"] });
  assert.equal((await prepared("base")).development.size, 0, "nothing is trained");

  write(folder, "data/dev/sw.jsonl", `{"id": "d", "prompt": "Habari?"}`);
  const [fault] = errorsOf(await loadExperiment({ file, starter }));
  assert.match(fault?.message ?? "", /"reference" is missing/);
});

test("the example has no fault: what is trained on, evaluated and for development share nothing", async () => {
  const file = join(root, "examples", "just-a-pinch", "just-a-pinch.mixture.yaml");
  const { diagnostics, development } = await loadExperiment({
    file,
    starter: join(root, "media", "starter"),
  });
  assert.deepEqual(diagnostics, []);
  assert.equal(development.languages.size, 12);
});

test("the base takes no examples but answers the same rows", async () => {
  const { file, starter } = tinyExperiment();
  const prepared = prepareRun(requireValid(await loadExperiment({ file, starter })), "base", 7, "cpu");
  assert.deepEqual(prepared.run.counts, {});
  assert.equal(prepared.spec, null);
  assert.equal(prepared.run.configuration.train, null);
  assert.deepEqual(Object.keys(prepared.run.lock?.data ?? {}), ["data/eval/en.jsonl", "data/eval/sw.jsonl"]);
  assert.deepEqual([...prepared.evaluation.keys()], ["en", "sw"]);
});

test("faults of file, data and model are all reported at once, each with its place", async () => {
  const { file, folder } = tinyExperiment(
    tinyMixture.replace("budget: 8", "budget: 80").replace("pinch/starter", "./missing"),
  );
  appendFileSync(join(folder, "data/train/fi.jsonl"), '\n{"id": "x", "prompt": \n');
  writeFileSync(join(folder, "data/eval/sw.jsonl"), Buffer.from([0x7b, 0xff, 0x7d]));
  const experiment = await loadExperiment({ file, starter: folder });
  const lines = errorsOf(experiment).map(fault => formatDiagnostic(fault, "FILE"));
  const has = (pattern: RegExp) =>
    assert.ok(
      lines.some(line => pattern.test(line)),
      `${pattern} is not in\n${lines.join("\n")}`,
    );
  has(/^FILE:2:8: error: Model .*missing does not exist/);
  has(/^FILE:9:\d+: error: english needs 80 in en/);
  has(/fi\.jsonl:11:\d+: error/);
  has(/sw\.jsonl:1:\d+: error: The byte FF is not valid UTF-8/);
  assert.throws(
    () => requireValid(experiment),
    (error: unknown) =>
      error instanceof HumanError && error.kind === "input" && error.message.includes("fi.jsonl:11:"),
  );
});

test("unsaved text comes before the file, and a missing file is a diagnostic", async () => {
  const { file, starter } = tinyExperiment();
  const typed = await loadExperiment({ file, starter, text: tinyMixture.replace("english:", "englishh:") });
  assert.equal(typed.config?.mixtures[0]?.name, "englishh");
  rmSync(file);
  const gone = await loadExperiment({ file, starter });
  assert.match(gone.diagnostics[0]?.message ?? "", /does not exist/);
  assert.throws(() => requireValid(gone), HumanError);
});

test("an unknown mixture is refused with what was probably meant", async () => {
  const { file, starter } = tinyExperiment();
  const experiment = requireValid(await loadExperiment({ file, starter }));
  assert.throws(
    () => prepareRun(experiment, "pinhc", 7, "cpu"),
    (error: unknown) => error instanceof HumanError && error.remedy.includes("Did you mean pinch?"),
  );
});
