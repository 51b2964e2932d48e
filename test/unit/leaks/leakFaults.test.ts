// What a person is told of leaks: one sentence for each kind, with counts and the first ids.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startOfFile } from "../../../src/common/diagnostic.ts";
import type { EvaluationRow, Example } from "../../../src/core/dataset/example.ts";
import { developmentCodes, findingCodes, leakFaults } from "../../../src/core/leaks/leakFaults.ts";

const ranges = { training: startOfFile, evaluation: startOfFile, development: startOfFile };
const development = new Map<string, never>();
const tags = ["ar", "cs", "en", "es", "et", "fi"];

function rowsOf(
  language: string,
  count: number,
  textOf: (i: number) => string,
  prefix = "e",
): EvaluationRow[] {
  return Array.from({ length: count }, (_, i) => ({ language, id: `${prefix}${i}`, prompt: textOf(i) }));
}
function train(languages: Readonly<Record<string, readonly Omit<EvaluationRow, "language">[]>>) {
  return new Map(
    Object.entries(languages).map(([language, rows]): [string, Example[]] => [
      language,
      rows.map(({ id, prompt }, i) => ({ language, id, prompt, response: `${language} ${i}` })),
    ]),
  );
}
const messages = (faults: ReturnType<typeof leakFaults>) =>
  faults.map(({ code, message }) => [code, message]);

describe("leaks are told", () => {
  it("by language, with the first ids", () => {
    const trained = train({
      en: [
        { id: "1", prompt: "What is  two?\n" },
        { id: "2", prompt: "Name a river." },
      ],
    });
    const rows = ["WHAT is two?", "Name a lake.", "Name a river."];
    const faults = leakFaults(
      { train: trained, evaluation: new Map([["en", rowsOf("en", 3, i => rows[i] ?? "")]]), development },
      ranges,
    );
    assert.deepEqual(messages(faults), [
      [
        "evaluation-in-training",
        "2 of 3 evaluation prompts also occur in the training data, ignoring case, punctuation and spacing: English 2 (e0 = 1, e2 = 2).",
      ],
    ]);
    assert.equal(faults[0]?.severity, "warning");
  });

  it("in one sentence, however many languages there are", () => {
    const ids = (language: string) => rowsOf(language, 1200, i => `${language} question ${i}`, "same-");
    const english = ids("en").map(({ id }) => ({ id, prompt: `answer ${id}` }));
    const evaluation = new Map(tags.map(language => [language, ids(language)]));
    assert.deepEqual(
      messages(leakFaults({ train: train({ en: english }), evaluation, development }, ranges)),
      [
        [
          "evaluation-ids-in-training",
          "7,200 of 7,200 evaluation prompts share their id with a training row: " +
            "Arabic 1,200 in the data of English (same-0, same-1, same-2, …); Czech 1,200 in the data of English (same-0, same-1, same-2, …); " +
            "English 1,200 (same-0, same-1, same-2, …); Spanish 1,200 in the data of English (same-0, same-1, same-2, …); and 2 more languages.",
        ],
      ],
    );
  });

  it("with the share that counts as near, and where both rows stand", () => {
    const prompt = "Tell a short story of a fox that lost its way in the snow and was led home by an owl.";
    const evaluation = new Map([["en", rowsOf("en", 1, () => `Now: ${prompt}`)]]);
    const [fault, ...more] = leakFaults(
      { train: train({ en: [{ id: "t", prompt }] }), evaluation, development },
      ranges,
      (purpose, language, id) => ({
        file: `/${purpose}/${language}/${id}`,
        range: startOfFile,
      }),
    );
    assert.deepEqual(more, []);
    assert.match(fault?.message ?? "", /nearly occur .*at least 80 % .*: English 1 \(e0 = t\)\.$/);
    assert.deepEqual(
      fault?.related?.map(({ file }) => file),
      ["/evaluation/en/e0", "/training/en/t"],
    );
  });

  it("of one text in two languages, for prompts and responses of both splits", () => {
    const prompt = "Tell a short story of a fox that lost its way.";
    const rows = (language: string) => [
      { language, id: `${language}1`, prompt, response: "The fox and the owl went home again." },
    ];
    const both = new Map(["en", "fi"].map(language => [language, rows(language)]));
    const evaluation = new Map(
      ["en", "fi"].map(language => [language, rowsOf(language, 1, () => "Who led the fox home again?")]),
    );
    assert.deepEqual(messages(leakFaults({ train: both, evaluation, development }, ranges)), [
      [
        "same-text",
        "1 training prompts are the same text in two languages: English and Finnish 1 (en1 = fi1).",
      ],
      [
        "same-text",
        "1 training responses are the same text in two languages: English and Finnish 1 (en1 = fi1).",
      ],
      ["same-text", "1 evaluation prompts are the same text in two languages: English and Finnish 1 (e0)."],
    ]);
  });

  it("ids of strangers are shortened, and their control characters shown", () => {
    const id = `\u001b[31m${"x".repeat(100)}`;
    const evaluation = new Map([["en", [{ language: "en", id, prompt: "Sing." }]]]);
    const [fault] = leakFaults(
      { train: train({ en: [{ id, prompt: "Dance." }] }), evaluation, development },
      ranges,
    );
    assert.match(fault?.message ?? "", /\(\ufffd\[31mx{35}…\)\.$/);
  });

  it("nothing where nothing leaks", () => {
    const evaluation = new Map(
      tags.map(language => [language, rowsOf(language, 3, i => `${language} question ${i}`)]),
    );
    const trained = train({ en: [{ id: "t", prompt: "Sing." }] });
    assert.deepEqual(leakFaults({ train: trained, evaluation, development }, ranges), []);
    assert.deepEqual(leakFaults({ train: new Map(), evaluation, development }, ranges), []);
  });

  it("of development data too: evaluated prompts in them, and they in what is trained on", () => {
    const prompt = "Tell a short story of a fox that lost its way in the snow and was led home by an owl.";
    const held = (id: string, text: string, reference: string): EvaluationRow => ({
      language: "en",
      id,
      prompt: text,
      reference,
    });
    const faults = leakFaults(
      {
        train: train({ en: [{ id: "t", prompt: "Name a river." }] }),
        evaluation: new Map([
          [
            "en",
            [
              held("e1", "Name a LAKE.", "Saimaa"),
              held("e2", `Now: ${prompt}`, "Once."),
              held("d3", "Sing.", "La."),
            ],
          ],
        ]),
        development: new Map([
          [
            "en",
            [
              held("d1", "name a lake", "Inari"),
              held("d2", prompt, "Once."),
              held("d3", "Hum.", "Mm."),
              held("d4", "Name a river!", "Tana"),
            ],
          ],
        ]),
      },
      ranges,
      (purpose, language, id) => ({ file: `/${purpose}/${language}/${id}`, range: startOfFile }),
    );
    assert.deepEqual(
      faults.map(({ code, message }) => [code, message.replace(/ prompts.*: /, ": ")]),
      [
        ["evaluation-in-development", "1 of 3 evaluation: English 1 (e1 = d1)."],
        ["evaluation-near-development", "1 of 3 evaluation: English 1 (e2 = d2)."],
        ["evaluation-ids-in-development", "1 of 3 evaluation: English 1 (d3)."],
        ["development-in-training", "1 of 4 development: English 1 (d4 = t)."],
      ],
    );
    assert.deepEqual(
      faults[0]?.related?.map(({ file, message }) => [file, message]),
      [
        ["/evaluation/en/e1", "the first such prompt in the evaluation data: e1"],
        ["/development/en/d1", "the first such prompt in the development data: d1"],
      ],
    );
    for (const { code } of faults) assert.ok(developmentCodes.includes(code), code);
  });
});

it("every code of a leak is kept with a run", () => {
  for (const code of [
    "evaluation-in-training",
    "evaluation-near-training",
    "evaluation-ids-in-training",
    "same-text",
    "evaluation-in-development",
    "development-near-training",
  ])
    assert.ok(findingCodes.includes(code), code);
  assert.deepEqual(
    ["evaluation-in-training", "same-text", "wrong-language"].filter(code => developmentCodes.includes(code)),
    [],
  );
});
