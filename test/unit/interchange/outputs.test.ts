// Responses of other tools: what is read, how they find their prompts, and every fault by file and line.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EvaluationRow } from "../../../src/core/dataset/example.ts";
import { matchOutputs } from "../../../src/core/interchange/match.ts";
import { readOutputs } from "../../../src/core/interchange/outputs.ts";

const rows: readonly EvaluationRow[] = [
  { id: "1", language: "en", prompt: "Name a cat." },
  { id: "1", language: "fi", prompt: "Nimeä kissa." },
  { id: "2", language: "en", prompt: "Again?" },
  { id: "3", language: "en", prompt: "Again?" },
];

function lines(...values: readonly unknown[]): string {
  return values.map(value => (typeof value === "string" ? value : JSON.stringify(value))).join("\n");
}

function faultsOf(text: string): string[] {
  return readOutputs(text, "x.jsonl").diagnostics.map(({ file, range, message, remedy }) =>
    `${file}:${range.start.line + 1}: ${message} ${remedy}`.trim(),
  );
}

describe("what is read", () => {
  it("AlpacaEval's array, with an input after the instruction", () => {
    const text = JSON.stringify([
      { dataset: "helpful_base", instruction: "Name a cat.", output: "Tom", generator: "m" },
      { instruction: "Name", input: "it", output: "x", generator: "m" },
    ]);
    const { format, outputs, diagnostics } = readOutputs(text, "f.json");
    assert.deepEqual(diagnostics, []);
    assert.equal(format, "alpaca-eval");
    assert.deepEqual(
      outputs.map(({ response, prompts, generator, id }) => ({ response, prompts, generator, id })),
      [
        { response: "Tom", prompts: ["Name a cat."], generator: "m", id: null },
        { response: "x", prompts: ["Name\n\nit"], generator: "m", id: null },
      ],
    );
  });

  it("lm-evaluation-harness with either form of arguments, the filtered response first", () => {
    const doc = { id: 7, question: "Name a cat." };
    const { format, outputs } = readOutputs(
      lines(
        {
          doc_id: 0,
          doc,
          arguments: [["<user>Name a cat.", {}]],
          resps: [["Tom."]],
          filtered_resps: ["Tom"],
        },
        { doc_id: 1, doc, arguments: { gen_args_0: { arg_0: "y", arg_1: {} } }, resps: [["Tim"]] },
      ),
      "f.jsonl",
    );
    assert.equal(format, "lm-eval");
    assert.deepEqual(
      outputs.map(({ response, prompts, id }) => ({ response, prompts, id })),
      [
        { response: "Tom", prompts: ["Name a cat.", "<user>Name a cat."], id: "7" },
        { response: "Tim", prompts: ["Name a cat.", "y"], id: "7" },
      ],
    );
  });

  it("half a line, a missing field and an unknown language are faults with their place", () => {
    const own = { language: "fi", id: "1", prompt: "p", response: "r", languageCorrect: true };
    const { response: _, ...without } = own;
    const text = lines(own, without, { ...own, language: "finish" }, JSON.stringify(own).slice(0, 30));
    assert.equal(readOutputs(text, "x.jsonl").format, "pinch");
    const faults = faultsOf(text);
    assert.match(faults[0] ?? "", /^x\.jsonl:4: This line is not JSON; expected .* The row is incomplete/);
    assert.match(faults[1] ?? "", /^x\.jsonl:2: "response" is missing/);
    assert.equal(faults.length, 3);
    assert.match(faults[2] ?? "", /^x\.jsonl:3: "language" is "finish".* Did you mean "fi"\?/);
  });

  it("rows of another kind are refused with what was expected", () => {
    assert.match(faultsOf('{"a": 1}')[0] ?? "", /^x\.jsonl:1: "output" is missing\. The row has "a"\./);
    assert.match(
      faultsOf(lines({ doc: 3, resps: [["x"]] }))[0] ?? "",
      /"doc" must be an object, not a number/,
    );
    assert.match(faultsOf(lines({ doc: {}, resps: [] }))[0] ?? "", /contain no response/);
    assert.match(faultsOf("")[0] ?? "", /The file has no rows/);
  });
});

describe("matching", () => {
  const match = (...values: readonly object[]) => {
    const { outputs } = readOutputs(lines(...values), "x.jsonl");
    const matched = matchOutputs(outputs, rows);
    return {
      pairs: [...matched.outputs]
        .map(([row, output]) => `${row.language}/${row.id} ${output.response}`)
        .sort(),
      reasons: matched.unmatched.map(({ output, reason }) => `${output.range.start.line + 1} ${reason}`),
      unanswered: Object.fromEntries(matched.unanswered),
    };
  };

  it("is by id and language, else by the prompt; equal prompts take their rows in turn", () => {
    const { pairs, reasons, unanswered } = match(
      { instruction: "Nimeä kissa.", output: "Mirri", id: "1", language: "fi" },
      { instruction: "Name a cat.", output: "Tom" },
      { instruction: "Again?", output: "a" },
      { instruction: "Again?", output: "b" },
    );
    assert.deepEqual(pairs, ["en/1 Tom", "en/2 a", "en/3 b", "fi/1 Mirri"]);
    assert.deepEqual(reasons, []);
    assert.deepEqual(unanswered, {});
  });

  it("tells what found no place, and why", () => {
    const { pairs, reasons, unanswered } = match(
      { instruction: "Name a dog.", output: "Rex", id: "1", language: "en" },
      { instruction: "Who?", output: "x" },
      { instruction: "Nimeä kissa.", output: "Mirri" },
      { instruction: "Nimeä kissa.", output: "Mirri 2" },
    );
    assert.deepEqual(pairs, ["fi/1 Mirri"]);
    assert.deepEqual(reasons, [
      "1 the row with id 1 has another prompt",
      "2 no evaluation row has its id or prompt",
      "4 an earlier response answers the same prompt",
    ]);
    assert.deepEqual(unanswered, { en: 3 });
  });

  it("a template around the prompt does no harm where the id agrees", () => {
    const given = {
      doc: { id: "2", language: "en" },
      arguments: [["<|user|>Again?<|end|>", {}]],
      resps: [["x"]],
    };
    assert.deepEqual(match(given).pairs, ["en/2 x"]);
  });
});
