// The model as a name, or as a map with how its conversations are written.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settingsOf } from "../../../src/core/experiments/runSettings.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { changeReference } from "../../../src/core/mixtureFile/reference.ts";

const fileWith = (model: string, rest = ""): string =>
  `version: 1\nmodel: ${model}\nbudget: 10\ndata: { train: "d/{language}.jsonl" }\nmixtures: { a: { monolingual: en } }\n${rest}`;

function read(model: string) {
  const { file, diagnostics } = parseMixtureFile(fileWith(model));
  return { model: file?.model, chat: file?.chat, faults: diagnostics.map(({ code }) => code) };
}

describe("model", () => {
  it("may be a map, and is then no other model", () => {
    assert.deepEqual(read("org/name"), { model: "org/name", chat: undefined, faults: [] });
    assert.deepEqual(read("{ path: org/name }"), { model: "org/name", chat: undefined, faults: [] });
    assert.deepEqual(
      read("{ path: m, template: { enable_thinking: false, lang: fi, n: 2 }, templateName: rag }"),
      {
        model: "m",
        chat: { templateName: "rag", template: { enable_thinking: false, lang: "fi", n: 2 } },
        faults: [],
      },
    );
    assert.deepEqual(read("{ path: m, specialTokens: control }").chat, { specialTokens: "control" });
    assert.equal(read("{ path: m, specialTokens: text }").chat, undefined);
  });

  it("names what is wrong with it", () => {
    assert.deepEqual(read("{ template: { a: 1 } }").faults, ["missing-key"]);
    assert.deepEqual(read("{ path: m, templates: { a: 1 } }").faults, ["unknown-key"]);
    assert.deepEqual(read("{ path: m, template: { messages: x } }").faults, ["unknown-key"]);
    assert.deepEqual(read("{ path: m, template: { a: [1] } }").faults, ["wrong-type"]);
    assert.deepEqual(read("{ path: m, specialTokens: both }").faults, ["unknown-value"]);
    assert.deepEqual(read("[m]").faults, ["wrong-type"]);
  });

  it("is written where the map has it", () => {
    const text = fileWith("\n  path: old\n  template: { enable_thinking: false }");
    const change = changeReference(text, "model", "new");
    assert.deepEqual([change?.range.start.line, change?.text], [2, "new"]);
  });

  it("runs of other variables are of other experiments", () => {
    const record = (chat?: object) =>
      ({
        mixture: "base",
        counts: {},
        lock: null,
        configuration: { model: "m", ...(chat && { chat }) },
      }) as unknown as Parameters<typeof settingsOf>[0];
    assert.deepEqual(
      [...settingsOf(record({ template: { enable_thinking: false } })).chat],
      [["template.enable_thinking", "false"]],
    );
    assert.equal(settingsOf(record()).chat.size, 0);
  });
});

describe("train.loss and train.overlong", () => {
  const train = (written: string) => {
    const { draft, diagnostics } = parseMixtureFile(fileWith("m", `train: ${written}\n`));
    return [draft.train.loss, draft.train.overlong, diagnostics.map(({ code }) => code)];
  };
  it("are left out where they are what they would be", () => {
    assert.deepEqual(train("{ loss: responses, overlong: refuse }"), [undefined, undefined, []]);
    assert.deepEqual(train("{ loss: last, overlong: drop }"), ["last", "drop", []]);
    assert.deepEqual(train("{ loss: lasst, overlong: cut }"), [
      undefined,
      undefined,
      ["unknown-value", "unknown-value"],
    ]);
  });
});
