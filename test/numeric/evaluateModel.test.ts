// What an evaluation holds at a time: each phase's graph is given back before the next phase takes memory.
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import type { EvaluationRow } from "../../src/core/dataset/example.ts";
import type { EvaluationSpec } from "../../src/core/mixture/mixtureFile.ts";
import { Pace } from "../../src/runtime/context/pace.ts";
import { Evaluator } from "../../src/runtime/evaluation/evaluateModel.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { loadTokenizer } from "../../src/runtime/model/tokenizer.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { Session } from "../../src/runtime/ort/session.ts";

const folder = join(import.meta.dirname, "fixtures", "models", "tied");
const spec: EvaluationSpec = {
  languages: "all",
  maxNewTokens: 4,
  metrics: ["language", "checks", "likelihood"],
  temperature: 0,
  topP: 1,
};

/** Says when its languages are asked for, which is what loading the language identification begins with. */
class Rows extends Map<string, readonly EvaluationRow[]> {
  onLanguages: () => void = () => undefined;
  override keys(): MapIterator<string> {
    this.onLanguages();
    return super.keys();
  }
}

/** Evaluates the tiny model as often as told; gives what was loaded, released and judged, in order. */
async function events(t: TestContext, last: readonly boolean[]): Promise<string[]> {
  const seen: string[] = [];
  const names = new Map<Session, string>();
  const { create } = Session;
  const { release } = Session.prototype;
  t.mock.method(Session, "create", async (...from: Parameters<typeof create>) => {
    const session = await create(...from);
    const name = typeof from[0] === "string" ? basename(from[0], ".onnx") : "bytes";
    names.set(session, name);
    seen.push(`load ${name}`);
    return session;
  });
  t.mock.method(Session.prototype, "release", async function (this: Session) {
    await release.call(this);
    seen.push(`release ${names.get(this)}`);
  });
  const model = openModel(folder);
  const graphs = new GraphFolder(model);
  t.after(() => graphs.remove());
  const row = { id: "a", language: "en", prompt: "one", reference: "two three" };
  const rows = new Rows([
    ["en", [row]],
    ["fi", [{ ...row, language: "fi", prompt: "yksi", reference: "kaksi" }]],
  ]);
  rows.onLanguages = () => seen.push("judge");
  const tuned = {
    config: model.config.decoder,
    plan: graphs.frozen(),
    parameters: {},
    tokenizer: loadTokenizer(model),
    folder: graphs,
    device: "cpu" as const,
    maxPositions: model.config.maxPositions,
  };
  const signal = new AbortController().signal;
  const context = { progress: () => undefined, step: () => undefined, log: () => undefined, signal };
  const evaluator = new Evaluator(tuned, rows, spec, context, null);
  for (const each of last) {
    const pace = new Pace({}, () => undefined);
    const samples = await evaluator.evaluate({ parameters: {}, seed: 1, pace, last: each });
    assert.ok(samples.length === 2 && samples.every(({ nll }) => nll !== null));
  }
  await evaluator.release();
  return seen;
}

test("of the last model nothing is held: not generation while scoring, nor scoring while judging", async t => {
  assert.deepEqual(await events(t, [true]), [
    "load generation",
    "release generation",
    "load scoring",
    "release scoring",
    "judge",
  ]);
});

test("graphs are loaded once for several models, and held until the last is through with them", async t => {
  assert.deepEqual(await events(t, [false, true]), [
    "load generation",
    "load scoring",
    "judge",
    "release generation",
    "release scoring",
    "judge",
  ]);
});
