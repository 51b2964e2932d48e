// Data rows: each layout read, each fault by file and line.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Diagnostic } from "../../../src/common/diagnostic.ts";
import { exchangesOf } from "../../../src/core/dataset/example.ts";
import { findRow, parseDataset, parseEvaluation } from "../../../src/core/dataset/rows.ts";

const options = { file: "train/fi.jsonl", language: "fi" };

function train(text: string) {
  return parseDataset(text, options);
}

function line(row: object): string {
  return `${JSON.stringify(row)}\n`;
}

const good = line({ id: "a", prompt: "Moi", response: "Terve" });
const goodExample = { id: "a", language: "fi", prompt: "Moi", response: "Terve" };

function brief(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(d => `${d.severity} ${d.code} ${d.range.start.line + 1}`);
}

describe("layouts", () => {
  it("Pinch's own, other fields ignored", () => {
    const text = line({ id: "a", language: "fi", prompt: "Moi", response: "Terve", domain: "x" });
    assert.deepEqual(train(text), { examples: [goodExample], diagnostics: [] });
  });

  it("Alpaca: the input follows after a blank line", () => {
    const text =
      line({ instruction: "Add", input: "1, 2", output: "3" }) +
      line({ instruction: "Hi", input: "", output: "Yo" });
    assert.deepEqual(
      train(text).examples.map(e => [e.id, e.prompt, e.response]),
      [
        ["row-1", "Add\n\n1, 2", "3"],
        ["row-2", "Hi", "Yo"],
      ],
    );
  });

  it("Alpaca: an input that says there is none is none, and counted", () => {
    const row = { instruction: "Moi", input: "<noinput>", output: "Terve" };
    const { examples, diagnostics } = train(line(row) + line({ ...row, input: "<noinput> x" }));
    assert.deepEqual(
      examples.map(({ prompt }) => prompt),
      ["Moi", "Moi\n\n<noinput> x"],
    );
    assert.deepEqual(brief(diagnostics), ["warning no-input 1"]);
    assert.match(diagnostics[0]?.message ?? "", /^1 row has <noinput>/);
  });

  it("Aya: inputs and targets", () => {
    const row = { inputs: "Mikä?", targets: "Tämä.", language: "Finnish", annotation_type: "original" };
    const { examples, diagnostics } = train(line(row));
    assert.deepEqual(examples, [{ id: "row-1", language: "fi", prompt: "Mikä?", response: "Tämä." }]);
    assert.deepEqual(diagnostics, []);
    const { rows } = parseEvaluation(line(row), options);
    assert.deepEqual(rows, [{ id: "row-1", language: "fi", prompt: "Mikä?", reference: "Tämä." }]);
  });

  it("OpenAssistant: messages of a tree, and trees, as one conversation along the best-ranked answers", () => {
    const message = (id: string, parent: string | null, role: string, more = {}) => ({
      message_id: id,
      parent_id: parent,
      message_tree_id: "t",
      text: `${id}.`,
      role,
      lang: "fi",
      ...more,
    });
    const messages = [
      message("q", null, "prompter"),
      message("worse", "q", "assistant", { rank: 1 }),
      message("best", "q", "assistant", { rank: 0 }),
      message("gone", "best", "prompter", { deleted: true }),
    ];
    const { examples, diagnostics } = train(messages.map(line).join(""));
    assert.deepEqual(examples, [{ id: "t", language: "fi", prompt: "q.", response: "best." }]);
    assert.deepEqual(brief(diagnostics), ["warning otherBranch 1", "warning deleted 1"]);
    assert.match(diagnostics[0]?.message ?? "", /^1 message outside the best-ranked branch/);
    const answer = { text: "best.", role: "assistant", replies: [] };
    const prompt = { message_id: "q", text: "q.", role: "prompter", lang: "fi", replies: [answer] };
    assert.deepEqual(train(line({ message_tree_id: "t", prompt })).examples, examples);
  });

  it("chat: the system message is kept apart from the prompt", () => {
    const messages = [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "Mo" },
          { type: "text", text: "i" },
        ],
      },
      { role: "assistant", content: "Terve" },
    ];
    const { examples, diagnostics } = train(line({ id: 7, messages }));
    assert.deepEqual(examples, [
      { id: "7", language: "fi", prompt: "Moi", response: "Terve", system: "Be brief." },
    ]);
    assert.deepEqual(diagnostics, []);
  });

  it("chat: all exchanges, of which an evaluation asks the last after the others", () => {
    const messages = ["user", "assistant", "user", "assistant"].map((role, i) => ({
      role,
      content: `t${i}`,
    }));
    const text = line({ messages }).repeat(3);
    assert.deepEqual(train(text), {
      examples: [1, 2, 3].map(n => ({
        id: `row-${n}`,
        language: "fi",
        earlier: [{ prompt: "t0", response: "t1" }],
        prompt: "t2",
        response: "t3",
      })),
      diagnostics: [],
    });
    const { rows, diagnostics } = parseEvaluation(text, options);
    assert.deepEqual(
      rows.map(({ prompt, reference, earlier }) => [prompt, reference, earlier]),
      Array.from({ length: 3 }, () => ["t2", "t3", [{ prompt: "t0", response: "t1" }]]),
    );
    assert.deepEqual(diagnostics, []);
    const open = parseEvaluation(line({ messages: messages.slice(0, 3), reference: "r" }), options).rows;
    assert.deepEqual(
      open.map(({ prompt, reference, earlier }) => [prompt, reference, earlier]),
      [["t2", "r", [{ prompt: "t0", response: "t1" }]]],
    );
  });

  it("ShareGPT, WildChat, parts of content, and turns as a text of JSON", () => {
    const turns = [
      { from: "human", value: "p" },
      { from: "gpt", value: "r" },
    ];
    const rows = [
      { conversations: turns },
      {
        conversation: [
          { role: "user", content: "p" },
          { role: "Assistant", content: "r" },
        ],
      },
      { messages: null, conversations: JSON.stringify(turns) },
      {
        messages: [
          { role: "user", content: [{ type: "text", text: "p" }] },
          { role: "assistant", content: ["r"] },
        ],
      },
      { prompt: [{ role: "user", content: "p" }], completion: [{ role: "assistant", content: "r" }] },
      { prompt: [{ role: "user", content: "p" }], completion: "r" },
      { prompt: "p", completion: "r" },
    ];
    const { examples, diagnostics } = train(rows.map(line).join(""));
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      examples.map(({ prompt, response }) => prompt + response),
      rows.map(() => "pr"),
    );
  });

  it("what a conversation has between its pairs is joined to what it belongs to, and counted", () => {
    const chat = (...turns: (readonly [string, string])[]) =>
      line({ messages: turns.map(([role, content]) => ({ role, content })) });
    const { examples, diagnostics } = train(
      chat(
        ["system", "s"],
        ["user", "a"],
        ["assistant", "b"],
        ["system", "t"],
        ["user", "c"],
        ["assistant", "d"],
      ) +
        chat(["user", "a"], ["user", "b"], ["assistant", "c"], ["assistant", "d"]) +
        chat(["assistant", "Hi!"], ["developer", "s"], ["user", "a"], ["assistant", "b"], ["user", "c"]),
    );
    assert.deepEqual(
      examples.map(each => exchangesOf(each).map(({ prompt, response }) => [prompt, response])),
      [
        [
          ["a", "b"],
          ["t\n\nc", "d"],
        ],
        [["a\n\nb", "c\n\nd"]],
        [["a", "b"]],
      ],
    );
    assert.deepEqual(brief(diagnostics), [
      "warning laterSystem 1",
      "warning joinedTurns 2",
      "warning openingTurn 3",
      "warning unanswered-turn 3",
    ]);
  });

  it("Alpaca's system and history come before, in training and in evaluation", () => {
    const row = { instruction: "Translate.", input: "Good day", output: "Bonjour", system: "Into French." };
    const history = [
      ["Which?", "French."],
      ["Politely?", "Yes."],
    ];
    const text = line({ ...row, history }) + line({ ...row, history: [] });
    const earlier = history.map(([prompt, response]) => ({ prompt, response }));
    const asked = { language: "fi", prompt: "Translate.\n\nGood day", system: "Into French." };
    assert.deepEqual(train(text), {
      examples: [
        { id: "row-1", ...asked, response: "Bonjour", earlier },
        { id: "row-2", ...asked, response: "Bonjour" },
      ],
      diagnostics: [],
    });
    assert.deepEqual(parseEvaluation(text, options), {
      rows: [
        { id: "row-1", ...asked, earlier, reference: "Bonjour" },
        { id: "row-2", ...asked, reference: "Bonjour" },
      ],
      diagnostics: [],
    });
    assert.deepEqual(brief(train(line({ ...row, history: [["a"]] })).diagnostics), ["error wrong-type 1"]);
  });

  it("a JSON array, on many lines or on one", () => {
    const rows = [
      { instruction: 'Say "],[" \\', input: "", output: "{" },
      { instruction: "Two", input: "", output: "[}" },
    ];
    for (const text of [
      JSON.stringify(rows, null, 2),
      JSON.stringify(rows),
      `\n ${JSON.stringify(rows)} \n`,
    ]) {
      const { examples, diagnostics } = train(text);
      assert.deepEqual(diagnostics, []);
      assert.deepEqual(
        examples.map(e => [e.prompt, e.response]),
        rows.map(r => [r.instruction, r.output]),
      );
    }
  });

  it("Windows line breaks, blank lines and no line break at the end", () => {
    const text = `${good.trim()}\r\n\r\n${good.trim().replace('"a"', '"b"')}`;
    assert.deepEqual(
      train(text).examples.map(e => e.id),
      ["a", "b"],
    );
  });

  it("files that were joined, with a byte order mark in each", () => {
    const text = `\ufeff${line({ id: "a", prompt: "p", response: "r" })}\ufeff${line({ id: "b", prompt: "p", response: "r" })}`;
    const { examples, diagnostics } = train(text);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      examples.map(({ id }) => id),
      ["a", "b"],
    );
  });

  it("texts are kept as they are", () => {
    const { examples } = train(line({ id: "a", prompt: " Moi\n", response: "\tTerve " }));
    assert.deepEqual([examples[0]?.prompt, examples[0]?.response], [" Moi\n", "\tTerve "]);
  });

  it("an id is derived from the place among rows, faulty ones counted", () => {
    const row = line({ prompt: "p", response: "r" });
    assert.deepEqual(
      train(`${row}\n{oops}\n${row}`).examples.map(e => e.id),
      ["row-1", "row-3"],
    );
  });
});

describe("what is as good as not written", () => {
  for (const nothing of [null, "", "  \n"])
    it(`${JSON.stringify(nothing)} in an optional field`, () => {
      const rows = [
        { id: nothing, language: nothing, instruction: "Name a fruit", input: nothing, output: "Apple" },
        { id: nothing, language: nothing, prompt: "p", response: "r" },
      ];
      const { examples, diagnostics } = train(rows.map(line).join(""));
      assert.deepEqual(diagnostics, []);
      assert.deepEqual(
        examples.map(({ id, prompt }) => [id, prompt]),
        [
          ["row-1", "Name a fruit"],
          ["row-2", "p"],
        ],
      );
      const fields = [
        "reference",
        "checks",
        "tags",
        "group",
        "instruction_id_list",
        "kwargs",
        "input",
        "output",
      ];
      const empty = Object.fromEntries(fields.map(field => [field, nothing]));
      const read = parseEvaluation(
        line({ prompt: "p", ...empty }) + line({ instruction: "p", ...empty, tags: { task: nothing, n: 1 } }),
        options,
      );
      assert.deepEqual(read.diagnostics, []);
      assert.deepEqual(read.rows, [
        { id: "row-1", language: "fi", prompt: "p" },
        { id: "row-2", language: "fi", prompt: "p", tags: { n: "1" } },
      ]);
    });
});

describe("ids", () => {
  it("are exact as numbers of any size, and no text is taken for one", () => {
    const prompt = '"id": 12345678901234567890, said the list [12345678901234567890]';
    const ids = ["9007199254740993", "9007199254740992", "-12345678901234567890", "7"];
    const text = ids
      .map(id => `{"id": ${id}, "prompt": ${JSON.stringify(prompt)}, "response": "r"}\n`)
      .join("");
    const { examples, diagnostics } = train(text);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      examples.map(({ id }) => id),
      ids,
    );
    assert.deepEqual(new Set(examples.map(row => row.prompt)), new Set([prompt]));
    assert.equal(findRow(text, "9007199254740992")?.start.line, 1);
  });

  it("of IFEval's rows are their keys, which pair translations in any order", () => {
    const ask = (key: number, prompt: string) =>
      line({ key, prompt, instruction_id_list: ["punctuation:no_comma"], kwargs: [{}] });
    const text = ask(1002, "b") + ask(1001, "a");
    const { rows } = parseEvaluation(text, options);
    assert.deepEqual(
      rows.map(({ id, prompt }) => [id, prompt]),
      [
        ["1002", "b"],
        ["1001", "a"],
      ],
    );
    assert.equal(findRow(text, "1001")?.start.line, 1);
    assert.equal(train(line({ key: "colours", prompt: "a", response: "b" })).examples[0]?.id, "row-1");
  });
});

describe("faults of a training file", () => {
  const cases: readonly (readonly [string, string, string, RegExp, RegExp])[] = [
    ["not JSON", "{oops}\n", "not-json", /expected \{"id": …, "prompt": …, "response": …\}/, /Correct/],
    ["comma at the end", `${good.trim()},\n`, "not-json", /not JSON/, /comma at the end/],
    [
      "comma before the brace",
      '{"prompt": "a", "response": "b",}\n',
      "not-json",
      /not JSON/,
      /before the last brace/,
    ],
    ["single quotes", "{'prompt': 'a'}\n", "not-json", /not JSON/, /double quotes/],
    ["row that breaks off", '{"prompt": "a", "respo\n', "not-json", /not JSON/, /incomplete/],
    ["CSV", "prompt,response\n", "not-json", /not JSON/, /csv/],
    ["an array on a line", `"text"\n`, "wrong-type", /object, not a string/, /^$/],
    ["null", "null\n", "wrong-type", /object, not null/, /^$/],
    [
      "missing response",
      line({ prompt: "a" }),
      "missing-field",
      /"response" is missing/,
      /The row has "prompt"/,
    ],
    ["mistyped field", line({ promt: "a", response: "b" }), "missing-field", /"prompt"/, /Rename "promt"/],
    [
      "another tool's name",
      line({ prompt: "a", answer: "b" }),
      "missing-field",
      /"response"/,
      /Rename "answer"/,
    ],
    ["a chat without turns", line({ conversations: [] }), "missing-field", /no user turn/, /"user"/],
    [
      "one text",
      line({ text: "Question? Answer." }),
      "missing-field",
      /only a "text"/,
      /"prompt" and "response"/,
    ],
    [
      "empty response",
      line({ prompt: "a", response: "" }),
      "empty-text",
      /"response" is empty/,
      /remove the row/,
    ],
    [
      "white space for a prompt",
      line({ prompt: " \n", response: "b" }),
      "empty-text",
      /"prompt" is empty/,
      /remove/,
    ],
    [
      "number for a response",
      line({ prompt: "a", response: 4 }),
      "wrong-type",
      /text in quotes, not a number/,
      /^$/,
    ],
    [
      "texts for a prompt",
      line({ prompt: ["a"], response: "b" }),
      "wrong-type",
      /Turn 1 of "prompt"/,
      /role/,
    ],
    [
      "an unknown role",
      line({ messages: [{ role: "narrator", content: "x" }] }),
      "wrong-type",
      /unknown role "narrator"/,
      /Roles are/,
    ],
    [
      "a picture",
      line({ messages: [{ role: "user", content: [{ type: "image_url", image_url: {} }] }] }),
      "wrong-type",
      /part of type "image_url"/,
      /Remove/,
    ],
    [
      "an empty turn",
      line({ conversations: [{ from: "human", value: "  " }] }),
      "empty-text",
      /Turn 1 of "conversations" is empty/,
      /Write/,
    ],
    ...(
      [
        { role: "tool", content: "3" },
        { role: "assistant", content: null, tool_calls: [{ function: { name: "f" } }] },
        { from: "observation", value: "3" },
      ] as const
    ).map(
      turn =>
        [
          `an answer after ${JSON.stringify(turn)}`,
          line({ messages: [{ role: "user", content: "x" }, turn, { role: "assistant", content: "y" }] }),
          "tool-turns",
          /depends on a tool \(turn 2\)/,
          /Remove the row/,
        ] as const,
    ),
    [
      "Alpaca without output",
      line({ instruction: "a", input: "" }),
      "missing-field",
      /"output"/,
      /"instruction"/,
    ],
    ["Alpaca with empty output", line({ instruction: "a", output: "" }), "empty-text", /"output"/, /remove/],
    [
      "Alpaca with a bad input",
      line({ instruction: "a", input: 3, output: "b" }),
      "wrong-type",
      /"input"/,
      /^$/,
    ],
    ["messages of text", line({ messages: "hi" }), "wrong-type", /list of turns, not text/, /role/],
    ["a turn without content", line({ messages: [{ role: "user" }] }), "wrong-type", /Turn 1/, /role/],
    ["no user", line({ messages: [{ role: "assistant", content: "x" }] }), "missing-field", /user/, /"user"/],
    [
      "no answer",
      line({ messages: [{ role: "user", content: "x" }] }),
      "missing-field",
      /assistant/,
      /"assistant"/,
    ],
    [
      "another language",
      line({ language: "sv", prompt: "a", response: "b" }),
      "wrong-language",
      /"sv".*read as fi/,
      /Move/,
    ],
    [
      "language that is no tag",
      line({ language: 4, prompt: "a", response: "b" }),
      "wrong-language",
      /4/,
      /Move/,
    ],
    ["NaN", '{"prompt": "a", "response": "b", "score": NaN}\n', "not-json", /not JSON/, /no NaN.*write null/],
    [
      "list for an id",
      line({ id: [1], prompt: "a", response: "b" }),
      "wrong-type",
      /"id".*a list/,
      /leave it out/,
    ],
    [
      "half a surrogate pair",
      '{"prompt": "a\\ud83d", "response": "b"}\n',
      "broken-character",
      /surrogate/,
      /whole/,
    ],
    ["zero character", '{"prompt": "a\\u0000", "response": "b"}\n', "broken-character", /zero/, /Remove/],
  ];
  for (const [name, row, code, message, remedy] of cases) {
    it(name, () => {
      const { examples, diagnostics } = train(`${good}\n${row}${good.replace('"a"', '"z"')}`);
      assert.deepEqual(brief(diagnostics), [`error ${code} 3`]);
      assert.equal(diagnostics[0]?.file, options.file);
      assert.match(diagnostics[0]?.message ?? "", message);
      assert.match(diagnostics[0]?.remedy ?? "", remedy);
      assert.deepEqual(
        examples.map(e => e.id),
        ["a", "z"],
      );
    });
  }

  it("a duplicate id names the line of the first", () => {
    const { examples, diagnostics } = train(good + good.replace('"a"', '"b"') + good);
    assert.deepEqual(brief(diagnostics), ["error duplicate-id 3"]);
    assert.match(diagnostics[0]?.message ?? "", /"a" is also on line 1/);
    assert.equal(examples.length, 2);
  });

  it("a derived id that a row has written itself", () => {
    const text = line({ id: "row-2", prompt: "a", response: "b" }) + line({ prompt: "a", response: "b" });
    assert.deepEqual(brief(train(text).diagnostics), ["error duplicate-id 2"]);
  });

  it("several faults of one row are all reported", () => {
    const { diagnostics } = train(line({ id: 3, language: "sv", prompt: "" }));
    assert.deepEqual(
      diagnostics.map(d => d.code),
      ["wrong-language", "empty-text", "missing-field"],
    );
  });

  it("a more specific language is none", () => {
    const text = line({ language: "fi-FI", prompt: "a", response: "b" });
    assert.deepEqual(brief(train(text).diagnostics), []);
    assert.equal(train(text).examples[0]?.language, "fi");
  });

  it("twenty are listed, then how many more", () => {
    const { diagnostics, examples } = train(`${good}${"{oops}\n".repeat(57)}`);
    assert.equal(diagnostics.length, 21);
    assert.deepEqual(brief(diagnostics).at(-1), "error more-faults 22");
    assert.match(diagnostics.at(-1)?.message ?? "", /^37 more/);
    assert.equal(examples.length, 1);
  });

  it("exactly twenty are listed without more", () => {
    assert.equal(train("{oops}\n".repeat(20)).diagnostics.length, 20);
  });

  it("an empty file", () => {
    for (const text of ["", "\n \r\n", "[]"])
      assert.deepEqual(brief(train(text).diagnostics), ["error empty-file 1"]);
  });

  it("lost letters are a warning, and the row counts", () => {
    const { examples, diagnostics } = train(line({ prompt: "p\ufffdiv\ufffd", response: "b" }));
    assert.equal(examples.length, 1);
    assert.deepEqual(brief(diagnostics), ["warning replacement-character 1"]);
  });

  it("a mistyped optional field is a warning", () => {
    const { examples, diagnostics } = train(line({ prompt: "a", response: "b", langauge: "sv" }));
    assert.equal(examples.length, 1);
    assert.deepEqual(brief(diagnostics), ["warning mistyped-language 1"]);
  });
});

describe("faults of a JSON array", () => {
  it("one broken element is one fault at its line", () => {
    const text =
      '[\n  {"prompt": "a", "response": "b"},\n  {"prompt": "a" "response": "b"},\n  {"prompt": "c"}\n]';
    assert.deepEqual(brief(train(text).diagnostics), ["error not-json 3", "error missing-field 4"]);
  });
  it("a file that breaks off", () => {
    const { examples, diagnostics } = train('[\n{"prompt": "a", "response": "b"},\n{"prompt": "a", "resp');
    assert.equal(examples.length, 1);
    assert.deepEqual(brief(diagnostics), ["error not-json 3"]);
  });
  it("arrays one after the other are one file", () => {
    const row = (id: string) => JSON.stringify({ id, prompt: "p", response: "r" });
    const text = `[${row("a")},\n${row("b")}]\n[${row("c")}] [\n${row("d")}]\n`;
    const { examples, diagnostics } = train(text);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      examples.map(({ id }) => id),
      ["a", "b", "c", "d"],
    );
    assert.equal(findRow(text, "d")?.start.line, 3);
  });
  it("a list within an object is the file's rows, and more than one is named", () => {
    const row = (id: string) => JSON.stringify({ id, prompt: "p", response: "r" });
    const text = `\n{"version": 1, "about": {"data": [1]},\n "data": [\n${row("a")},\n${row("b")}\n], "n": "[2]"}\n`;
    const { examples, diagnostics } = train(text);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      examples.map(({ id }) => id),
      ["a", "b"],
    );
    assert.equal(findRow(text, "b")?.start.line, 4);
    const two = train(`{"train": [${row("a")}], "test": [${row("b")}]}`);
    assert.deepEqual([two.examples.length, brief(two.diagnostics)], [1, ["error not-json 1"]]);
    assert.equal(train(line({ id: "a", prompt: "p", response: "r", data: [{}] })).examples.length, 1);
  });
  it("the column of an element", () => {
    const { range } = train('[{"prompt": "a", "response": "b"}, 7]').diagnostics[0] ?? {};
    assert.deepEqual(range, { start: { line: 0, column: 35 }, end: { line: 0, column: 36 } });
  });
  it("rows after the array's end are not lost in silence", () => {
    const { diagnostics } = train(`[${good.trim()}]\n${good}`);
    assert.deepEqual(brief(diagnostics), ["error not-json 2"]);
  });
  it("an array that is never closed", () => {
    assert.deepEqual(brief(train(`[\n${good.trim()}\n`).diagnostics), ["error not-json 2"]);
  });
});

describe("development rows", () => {
  const read = (...rows: object[]) =>
    parseEvaluation(
      rows.map(row => JSON.stringify(row)).join("\n"),
      { file: "dev.jsonl", language: "en" },
      "development",
    );

  it("are evaluation rows of every layout that have a reference", () => {
    const { rows, diagnostics } = read(
      { id: "a", prompt: "p", reference: "r", tags: { task: "x" } },
      { id: "b", prompt: "p2", response: "r" },
      { id: "c", instruction: "i", output: "r" },
    );
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      rows.map(({ id, reference }) => [id, reference]),
      [
        ["a", "r"],
        ["b", "r"],
        ["c", "r"],
      ],
    );
  });

  it("without one are faults, each once", () => {
    const { rows, diagnostics } = read(
      { id: "a", prompt: "p" },
      { id: "b", instruction: "i", output: "" },
      { id: "c", prompt: "p", reference: "" },
    );
    assert.deepEqual(rows, []);
    assert.deepEqual(
      diagnostics.map(({ code, range }) => [code, range.start.line]),
      [
        ["missing-field", 0],
        ["missing-field", 1],
        ["missing-field", 2],
      ],
    );
  });
});

describe("evaluation rows", () => {
  const evaluate = (row: object) => parseEvaluation(line(row), { file: "eval/fi.jsonl", language: "fi" });

  it("reads everything a row can have", () => {
    const checks = [
      { kind: "answer", accepts: ["Pariisi"] },
      { kind: "includes", all: ["a", "b"] },
      { kind: "excludes", none: ["c"] },
      { kind: "list", items: ["d"] },
    ];
    const row = {
      id: "a",
      prompt: "p",
      reference: "r",
      checks,
      tags: { task: "capital", level: 2, hard: true },
    };
    assert.deepEqual(evaluate(row), {
      rows: [
        {
          id: "a",
          language: "fi",
          prompt: "p",
          reference: "r",
          checks,
          tags: { task: "capital", level: "2", hard: "true" },
        },
      ],
      diagnostics: [],
    });
  });

  it("needs a prompt only", () => {
    assert.deepEqual(evaluate({ id: "a", prompt: "p", domain: "x" }).rows, [
      { id: "a", language: "fi", prompt: "p" },
    ]);
  });

  it("takes a response as the reference, in each layout", () => {
    const messages = [{ role: "user", content: "p" }];
    assert.equal(evaluate({ prompt: "p", response: "r" }).rows[0]?.reference, "r");
    assert.equal(evaluate({ instruction: "p", input: "", output: "r" }).rows[0]?.reference, "r");
    assert.deepEqual(evaluate({ instruction: "p", input: "", output: "" }).rows, [
      { id: "row-1", language: "fi", prompt: "p" },
    ]);
    assert.equal(
      evaluate({ messages: [...messages, { role: "assistant", content: "r" }] }).rows[0]?.reference,
      "r",
    );
    assert.deepEqual(evaluate({ messages }).rows, [{ id: "row-1", language: "fi", prompt: "p" }]);
  });

  it("reads a group in each layout", () => {
    for (const sides of [
      { prompt: "p" },
      { instruction: "p", input: "" },
      { messages: [{ role: "user", content: "p" }] },
    ]) {
      assert.equal(evaluate({ ...sides, group: "fact 1" }).rows[0]?.group, "fact 1");
      assert.equal(evaluate({ ...sides, group: 7 }).rows[0]?.group, "7");
      assert.equal(evaluate({ ...sides, group: null }).rows[0]?.group, undefined);
    }
  });

  const cases: readonly (readonly [string, object, string, RegExp, RegExp])[] = [
    ["no prompt", { reference: "r" }, "missing-field", /"prompt"/, /The row has/],
    ["checks that are no list", { prompt: "p", checks: {} }, "wrong-type", /list, not an object/, /"kind"/],
    ["a check that is no object", { prompt: "p", checks: ["Paris"] }, "bad-check", /Check 1/, /"kind"/],
    [
      "unknown kind",
      { prompt: "p", checks: [{ kind: "awnser", accepts: ["x"] }] },
      "bad-check",
      /"awnser"/,
      /"answer"/,
    ],
    ["no kind", { prompt: "p", checks: [{ accepts: ["x"] }] }, "bad-check", /no "kind"/, /answer, includes/],
    [
      "wrong list",
      { prompt: "p", checks: [{ kind: "answer", all: ["x"] }] },
      "bad-check",
      /unknown field "all"/,
      /"accepts"/,
    ],
    ["empty list", { prompt: "p", checks: [{ kind: "list", items: [] }] }, "bad-check", /"items"/, /^$/],
    ["empty text", { prompt: "p", checks: [{ kind: "list", items: [" "] }] }, "bad-check", /"items"/, /^$/],
    [
      "number in a list",
      { prompt: "p", checks: [{ kind: "answer", accepts: [3] }] },
      "bad-check",
      /list of texts/,
      /^$/,
    ],
    ["group of a list", { prompt: "p", group: ["x"] }, "wrong-type", /"group".*a list/, /one name/],
    ["tags of text", { prompt: "p", tags: "x" }, "wrong-type", /"tags"/, /task/],
    ["tag of a list", { prompt: "p", tags: { a: [] } }, "wrong-type", /Tag "a"/, /^$/],
    ["tag with a sign of metrics", { prompt: "p", tags: { "a=b": "c" } }, "bad-tag", /"a=b"/, /Rename/],
  ];
  for (const [name, row, code, message, remedy] of cases) {
    it(name, () => {
      const { rows, diagnostics } = evaluate(row);
      assert.deepEqual(rows, []);
      assert.deepEqual(brief(diagnostics), [`error ${code} 1`]);
      assert.match(diagnostics[0]?.message ?? "", message);
      assert.match(diagnostics[0]?.remedy ?? "", remedy);
    });
  }

  it("a mistyped field that would be lost is a warning", () => {
    const { diagnostics } = evaluate({ prompt: "p", refrence: "r", check: [] });
    assert.deepEqual(brief(diagnostics), ["warning mistyped-reference 1", "warning mistyped-checks 1"]);
  });
});

describe("a text of several languages", () => {
  const mixed = { file: "all.jsonl", language: null, languageColumn: "lang", columns: { prompt: "q" } };
  const row = (id: string, lang: unknown, q: string | undefined = "Moi") =>
    line({ id, lang, q, response: "Terve" });

  it("has the language of each row by its column, and ids by language", () => {
    const { examples, diagnostics } = parseDataset(
      row("a", "fi") + row("a", "English") + row("a", "fin"),
      mixed,
    );
    assert.deepEqual(
      examples.map(({ id, language, prompt }) => [id, language, prompt]),
      [
        ["a", "fi", "Moi"],
        ["a", "en", "Moi"],
      ],
    );
    assert.deepEqual(brief(diagnostics), ["error duplicate-id 3"]);
    assert.match(diagnostics[0]?.message ?? "", /"a" is also on line 1/);
  });

  it("has rows in no known language counted, and columns that are not there named", () => {
    const { examples, diagnostics } = parseDataset(
      row("a", "fi") + row("b", "xx-what") + row("c", null),
      mixed,
    );
    assert.equal(examples.length, 1);
    assert.deepEqual(brief(diagnostics), ["warning unknown-languages 2", "warning no-language 3"]);
    const { diagnostics: missing } = parseDataset(good, mixed);
    assert.deepEqual(brief(missing), [
      "error missing-column 1",
      "error missing-column 1",
      "warning no-language 1",
    ]);
  });

  it("finds a row by its own id, and of translations the one that is asked for", () => {
    const text = row("a", "en") + row("a", "fi");
    assert.equal(findRow(text, "a", {}, ({ lang }) => lang === "fi")?.start.line, 1);
    assert.equal(findRow(line({ key: "x" }), "x", { id: "key" })?.start.line, 0);
  });
});
