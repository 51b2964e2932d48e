// One question to several models: each answer is told as it is written, and whole at the end.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { HumanError } from "../../src/common/errors.ts";
import { untunedName } from "../../src/core/mixture/mixtureFile.ts";
import type { AnswerPart, ProgressUpdate, TryPromptRequest } from "../../src/protocol/runtime.ts";
import { tryPrompt } from "../../src/runtime/recipes/tryPrompt.ts";
import { tinyMixtureFile, writeTinyWorkspace } from "../support/tinyWorkspace.ts";
import { madeUpRun } from "../unit/results/madeUp.ts";

describe("a prompt that is tried", () => {
  let root: string;
  const parts: AnswerPart[] = [];
  const progress: ProgressUpdate[] = [];

  /** A run folder of the untuned model, which has no weights of its own. */
  function runFolder(name: string, mixture = untunedName): string {
    const { record } = madeUpRun({ mixture, minute: 0, counts: { en: 1, fi: 1 } });
    const folder = join(root, name);
    const configuration = { ...record.configuration, file: join(root, tinyMixtureFile) };
    mkdirSync(folder);
    writeFileSync(join(folder, "run.json"), JSON.stringify({ ...record, configuration }));
    return folder;
  }

  const context = (signal = new AbortController().signal) => ({
    progress: (update: ProgressUpdate) => progress.push(update),
    step: () => undefined,
    log: () => undefined,
    signal,
    answerPart: (part: AnswerPart) => parts.push(part),
  });
  const ask = (folders: readonly string[], prompt: string): TryPromptRequest => ({
    ...{ folders, prompt, maxNewTokens: 6, device: "cpu", starter: "" },
  });
  const refused = (words: RegExp) => (error: HumanError) => words.test(error.message) && error.remedy !== "";

  before(() => {
    root = mkdtempSync(join(tmpdir(), "pinch-try-"));
    writeTinyWorkspace(root);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("is answered by each model in turn: in parts on the way, and the last part is the answer", async () => {
    const folders = [runFolder("first"), runFolder("second")];
    const { answers } = await tryPrompt(ask(folders, "yksi kaksi"), context());
    assert.deepEqual(
      answers.map(({ folder }) => folder),
      folders,
    );
    assert.deepEqual(
      progress.map(({ done, total }) => [done, total]),
      [
        [0, 2],
        [1, 2],
      ],
    );
    for (const { folder, text, tokens } of answers) {
      assert.ok(tokens > 0 && tokens <= 6);
      assert.deepEqual(
        parts.findLast(part => part.folder === folder),
        { folder, text, tokens },
      );
    }
    const [first, second] = answers;
    assert.equal(first?.text, second?.text, "the same model, asked the same");
  });

  it("says of an answer that reached the limit that it was cut off", async () => {
    const request = { ...ask([runFolder("cut")], "yksi"), maxNewTokens: 1 };
    const { answers } = await tryPrompt(request, context());
    assert.deepEqual([answers[0]?.tokens, answers[0]?.stopped], [1, false]);
  });

  it("is refused where it is empty, where a folder holds no run, and where training left no weights", async () => {
    await assert.rejects(tryPrompt(ask([runFolder("empty")], " \n"), context()), refused(/nothing to ask/));
    await assert.rejects(tryPrompt(ask([join(root, "model")], "yksi"), context()), refused(/run\.json/));
    const untrained = runFolder("untrained", "pinch");
    await assert.rejects(tryPrompt(ask([untrained], "yksi"), context()), refused(/did not finish/));
  });

  it("that is stopped asks no further model", async () => {
    const abort = new AbortController();
    abort.abort();
    parts.length = 0;
    progress.length = 0;
    await assert.rejects(tryPrompt(ask([runFolder("stopped")], "yksi"), context(abort.signal)));
    assert.deepEqual([parts, progress], [[], []]);
  });

  it("is refused where the base model is not the one that the run was made with", async () => {
    const folder = runFolder("foreign");
    const path = join(folder, "run.json");
    const record = JSON.parse(readFileSync(path, "utf8")) as object;
    const lock = { model: "0".repeat(64), data: {}, examples: [], versions: {}, device: "cpu" };
    writeFileSync(path, JSON.stringify({ ...record, lock }));
    await assert.rejects(tryPrompt(ask([folder], "yksi"), context()), refused(/other files of the model/));
  });

  it("does not need the data of its mixture file", async () => {
    rmSync(join(root, "data"), { recursive: true });
    const { answers } = await tryPrompt(ask([runFolder("apart")], "yksi"), context());
    assert.ok((answers[0]?.tokens ?? 0) > 0);
  });
});
