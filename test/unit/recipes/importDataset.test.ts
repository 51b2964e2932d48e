// Somebody's dataset to Pinch's layout: every format, columns, languages, ids, and files that are damaged.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  guessColumn,
  guessLanguageColumn,
  previewOf,
  textOf,
} from "../../../src/core/dataset/guessColumns.ts";
import { type NoteKind, notesText } from "../../../src/core/dataset/importNotes.ts";
import type { ColumnMapping, DatasetImport } from "../../../src/protocol/data.ts";
import { datasetColumns, importDataset } from "../../../src/runtime/recipes/importDataset.ts";
import { gzipSync, zstdOf } from "../../support/packed.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const fixtures = "test/fixtures/datasets";
const plain: ColumnMapping = {
  prompt: "prompt",
  input: null,
  response: "response",
  id: null,
  language: { kind: "fixed", tag: "en" },
};
const { signal } = new AbortController();

function place(name: string, content: string | Uint8Array): string {
  const source = join(temporaryFolder(), name);
  writeFileSync(source, content);
  return source;
}

async function imported(
  source: string,
  mapping: ColumnMapping = plain,
  options: { readonly signal?: AbortSignal; readonly out?: string } = {},
): Promise<DatasetImport> {
  const out = options.out ?? join(temporaryFolder(), "out");
  const context = { signal: options.signal ?? signal, progress: () => undefined };
  return importDataset({ source, mapping, out, expected: ["en", "fi", "sw"] }, context);
}

function rowsOf({ out }: DatasetImport, language: string): Record<string, string>[] {
  const lines = readFileSync(join(out, `${language}.jsonl`), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map(line => JSON.parse(line) as Record<string, string>);
}

function counted({ notes }: DatasetImport, kind: NoteKind): number {
  return notes.find(note => note.kind === kind)?.count ?? 0;
}

/** Of the first kind that is told. */
function firstOf({ notes }: DatasetImport): string {
  return notes[0]?.first ?? "";
}

async function refused(source: string, mapping: ColumnMapping = plain): Promise<string> {
  const error = await imported(source, mapping).then(
    () => assert.fail("was imported"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error && "remedy" in error, String(error));
  assert.notEqual(error.remedy, "");
  return `${error.message} ${error.remedy}`;
}

describe("columns", () => {
  test("are guessed from the names that datasets use", () => {
    const alpaca = ["instruction", "input", "output", "text"];
    assert.equal(guessColumn("prompt", alpaca), "instruction");
    assert.equal(guessColumn("input", alpaca), "input");
    assert.equal(guessColumn("response", alpaca), "output");
  });

  test("of languages: codes before names, names before other words", () => {
    const guess = (columns: Record<string, string[]>) =>
      guessLanguageColumn(Object.entries(columns).map(([name, values]) => ({ name, values })));
    assert.equal(guess({ text: ["en"] }), null);
    assert.equal(guess({ "Language Code": ["en"] }), "Language Code");
    assert.equal(guess({ language: ["Northern Sotho"], language_code: ["nso"] }), "language_code");
    assert.equal(guess({ language_code: ["12"], language: ["Finnish", "English"] }), "language");
    assert.equal(guess({ locale: ["web"], lang: ["en", "fi"], language: ["English", "Finnish"] }), "lang");
    assert.equal(guess({ lang: [] }), "lang");
  });

  test("values become text as a person means them", () => {
    assert.equal(textOf(["first", "second"]), "first");
    assert.equal(textOf(12n), "12");
    assert.equal(textOf("  "), null);
    assert.equal(textOf("e\u0301"), "é");
    assert.equal(previewOf("a\n\n b"), "a b");
    assert.equal([...previewOf("😀".repeat(100), 10)].length, 10);
  });
});

describe("formats", () => {
  for (const compression of ["none", "snappy", "gzip", "brotli", "zstd", "lz4"])
    test(`Parquet, ${compression}`, async () => {
      const source = join(fixtures, `${compression}.parquet`);
      const { format, columns } = await datasetColumns({ source });
      assert.equal(format, "parquet");
      assert.deepEqual(
        columns.map(({ name }) => name),
        ["instruction", "output", "lang", "number"],
      );
      const mapping: ColumnMapping = {
        ...plain,
        prompt: "instruction",
        response: "output",
        id: "number",
        language: { kind: "column", column: "lang" },
      };
      const done = await imported(source, mapping);
      assert.deepEqual(done.rows, { en: 20, fi: 20 });
      assert.deepEqual(rowsOf(done, "fi")[1], {
        id: "3",
        prompt: "Question 3?",
        response: "Answer 3: ääni, صوت, 声音.",
      });
    });

  test("Parquet with chats", async () => {
    const mapping: ColumnMapping = { ...plain, prompt: "messages", response: null, id: "prompt_id" };
    const done = await imported(join(fixtures, "chats.parquet"), mapping);
    assert.deepEqual(rowsOf(done, "en"), [
      { id: "a", system: "Be brief.", prompt: "Hi?", response: "Hello." },
    ]);
    assert.equal(counted(done, "empty"), 1);
  });

  test("CSV with quotes, line breaks, a byte order mark and semicolons", async () => {
    const text = '\ufeffprompt;response\r\n"a ""b""\nc";"1,5; 2"\r\n\r\nd;e\r\n';
    const done = await imported(place("x.csv", text));
    assert.deepEqual(rowsOf(done, "en"), [
      { id: "x-1", prompt: 'a "b"\nc', response: "1,5; 2" },
      { id: "x-2", prompt: "d", response: "e" },
    ]);
    const tabs = await imported(place("x.tsv", "prompt\tresponse\na, b; c\td\n"));
    assert.equal(rowsOf(tabs, "en")[0]?.prompt, "a, b; c");
  });

  test("what is packed, by its content where the name is wrong", async () => {
    const text = '{"prompt": "a", "response": "b"}\n{"prompt": "c", "response": "d"}\n';
    for (const [name, content, first] of [
      ["x.jsonl.gz", gzipSync(text), "x-1"],
      ["x.csv.zst", await zstdOf(Buffer.from("prompt;response\na;b\nc;d\n")), "x-1"],
      ["x.csv", text, "x-1"],
      ["x.bin", gzipSync(text), "x.bin-1"],
    ] as const) {
      const done = await imported(place(name, content));
      assert.deepEqual(done.rows, { en: 2 }, name);
      assert.equal(rowsOf(done, "en")[0]?.id, first);
    }
    assert.match(
      await refused(place("x.parquet.gz", gzipSync("PAR1 and more"))),
      /Parquet file, within what is/,
    );
  });

  test("JSON and JSON Lines, with an input after the prompt", async () => {
    const rows = [
      { instruction: "Add.", input: "1 2", output: "3" },
      { instruction: "Hi.", input: "", output: "Ho." },
    ];
    const mapping: ColumnMapping = { ...plain, prompt: "instruction", input: "input", response: "output" };
    for (const [name, text] of [
      ["x.json", JSON.stringify(rows, null, 2)],
      ["x.jsonl", rows.map(row => JSON.stringify(row)).join("\n")],
    ] as const) {
      const done = await imported(place(name, text), mapping);
      assert.deepEqual(
        rowsOf(done, "en").map(row => row.prompt),
        ["Add.\n\n1 2", "Hi."],
        name,
      );
    }
  });
});

describe("languages and ids", () => {
  test("are detected row by row where no column names them", async () => {
    const texts = [
      "Kirjoita lyhyt runo syksyn sateesta ja kaupungin valoista.",
      "Write a short poem about autumn rain and the lights of the city.",
      "Andika shairi fupi kuhusu mvua ya vuli na taa za mji mkubwa.",
      "12345",
    ];
    const text = texts.map(prompt => JSON.stringify({ prompt, response: prompt })).join("\n");
    const done = await imported(place("x.jsonl", text), { ...plain, language: { kind: "detect" } });
    assert.deepEqual(done.rows, { en: 1, fi: 1, sw: 1 });
    assert.equal(counted(done, "unknownLanguage"), 1);
  });

  test("of a column are read as people write them", async () => {
    const written = [
      "English",
      "eng_Latn",
      "zh-Hant",
      "sr-Latn",
      "EN",
      "Haitian",
      "Northern Sotho",
      "code",
      "",
    ];
    const text = written.map(lang => JSON.stringify({ prompt: "p", response: "r", lang })).join("\n");
    const done = await imported(place("x.jsonl", text), {
      ...plain,
      language: { kind: "column", column: "lang" },
    });
    assert.deepEqual(done.rows, { en: 3, ht: 1, nso: 1, "sr-Latn": 1, "zh-Hant": 1 });
    assert.equal(counted(done, "unknownLanguage"), 2);
    assert.equal(firstOf(done), 'Row 8: "code" is not a known language. Did you mean cr?');
  });

  test("a near name is told and not taken", async () => {
    const rows = ["fi", "Finish", "jp"].map(lang => ({ prompt: "p", response: "r", lang }));
    const done = await imported(place("x.json", JSON.stringify(rows)), {
      ...plain,
      language: { kind: "column", column: "lang" },
    });
    assert.deepEqual([done.rows, counted(done, "unknownLanguage")], [{ fi: 1 }, 2]);
    assert.match(firstOf(done), /"Finish" is not a known language. Did you mean fi\?/);
  });

  test("an id is taken once in each language", async () => {
    const rows = [
      { id: 1, prompt: "a", response: "b", lang: "en" },
      { id: 1, prompt: "a", response: "b", lang: "fi" },
      { id: 1, prompt: "c", response: "d", lang: "en" },
    ];
    const mapping: ColumnMapping = { ...plain, id: "id", language: { kind: "column", column: "lang" } };
    const done = await imported(place("x.json", JSON.stringify(rows)), mapping);
    assert.deepEqual([done.rows, counted(done, "duplicate")], [{ en: 1, fi: 1 }, 1]);
    assert.match(firstOf(done), /Row 3: the id 1 occurs twice in en/);
  });
});

describe("everything that is read is written or counted", () => {
  const prompts = (done: DatasetImport) => rowsOf(done, "en").map(({ prompt }) => prompt);

  test("arrays one after the other", async () => {
    const batch = (from: number) =>
      JSON.stringify(Array.from({ length: 1000 }, (_, i) => ({ prompt: `p${from + i}`, response: "r" })));
    const done = await imported(place("x.json", `${batch(0)}${batch(1000)}\n${batch(2000)}\n`));
    assert.deepEqual([done.rows, done.notes], [{ en: 3000 }, []]);
    const cut = await imported(place("x.json", `${batch(0)}\n{"prompt": "a", "response": "b"}`));
    assert.deepEqual([cut.rows, counted(cut, "broken")], [{ en: 1000 }, 1]);
    assert.match(firstOf(cut), /more text after the end of the JSON array/);
  });

  test("a list within an object", async () => {
    const rows = ["a", "b"].map(prompt => ({ prompt, response: "r" }));
    const done = await imported(place("x.json", JSON.stringify({ version: 1, data: rows }, null, 1)));
    assert.deepEqual([prompts(done), done.notes], [["a", "b"], []]);
    const two = await imported(place("x.json", JSON.stringify({ train: rows, test: rows })));
    assert.deepEqual([prompts(two), counted(two, "broken")], [["a", "b"], 1]);
  });

  test("TSV, in which a quote is a letter like any other", async () => {
    const open = '"Opened and never closed\tone\nNormal\ttwo\nAnother one"\tthree\nLast\tfour\n';
    const done = await imported(place("x.tsv", `prompt\tresponse\n${open}`));
    assert.deepEqual(prompts(done), ['"Opened and never closed', "Normal", 'Another one"', "Last"]);
    assert.deepEqual(done.notes, []);
    const within = await imported(
      place(
        "x.tsv",
        'prompt\tresponse\n"Ahoy" is a greeting. True?\tYes.\nName a "red" fruit\tApple.\n"say ""no"""\t"no"\n',
      ),
    );
    assert.deepEqual(prompts(within), ['"Ahoy" is a greeting. True?', 'Name a "red" fruit', 'say "no"']);
    const ragged = await imported(place("x.tsv", "prompt\tresponse\na\tb\nc\td\te\nf\n"));
    assert.deepEqual([prompts(ragged), counted(ragged, "broken")], [["a"], 2]);
    assert.match(firstOf(ragged), /line 3.*In TSV, quotes have no special meaning/);
  });

  test("columns of one name, headers among the rows, and Excel's first line", async () => {
    const done = await imported(
      place("x.csv", "prompt,response,response,\na,b,c,1\nprompt,response,response,\nd,e,f,2\n"),
    );
    assert.deepEqual(
      rowsOf(done, "en").map(({ response }) => response),
      ["b", "e"],
    );
    assert.deepEqual([counted(done, "header"), counted(done, "columns")], [1, 2]);
    const { columns } = await datasetColumns({ source: place("y.csv", "text,text,\na,b,c\n") });
    assert.deepEqual(
      columns.map(({ name }) => name),
      ["text", "text (2)", "column 3"],
    );
    const excel = await imported(place("x.csv", "\ufeffsep=|\r\nprompt|response\r\na;b|c,d\r\n"));
    assert.deepEqual(prompts(excel), ["a;b"]);
    const old = await imported(place("x.csv", "prompt,response\ra,b\rc,d\r"));
    assert.deepEqual(prompts(old), ["a", "c"]);
  });

  test("letters that no file of UTF-8 can hold, and letters that were lost", async () => {
    const lines = [
      '{"prompt": "a\\u0000", "response": "b"}',
      '{"prompt": "a", "response": "\\ud83d"}',
      '{"prompt": "\ufffd", "response": "b"}',
    ];
    const done = await imported(place("x.jsonl", lines.join("\n")));
    assert.deepEqual([done.rows, counted(done, "broken"), counted(done, "replaced")], [{ en: 1 }, 2, 1]);
    assert.match(firstOf(done), /Row 1: The text has a zero character/);
    assert.match(
      await refused(place("x.csv", Buffer.from("prompt,response\na,caf\xe9\n", "latin1"))),
      /x\.csv is not UTF-8.*CSV UTF-8/,
    );
    const nan = await imported(
      place("x.jsonl", '{"prompt": "a", "response": "b"}\n{"prompt": "a", "response": "b", "x": NaN}\n'),
    );
    assert.match(firstOf(nan), /Line 2: This line is not JSON.*JSON has no NaN/);
  });

  test("every turn of a chat, its system message, and why a row is left out", async () => {
    const chat = (id: string, ...turns: (readonly [string, string])[]) => ({
      id,
      conversations: turns.map(([from, value]) => ({ from, value })),
    });
    const rows = [
      chat("several", ["human", "a"], ["gpt", "b"], ["human", "c"], ["gpt", "d"], ["human", "e"]),
      chat(
        "later",
        ["system", "s"],
        ["human", "a"],
        ["gpt", "b"],
        ["system", "t"],
        ["human", "c"],
        ["gpt", "d"],
      ),
      chat("two", ["human", "a"], ["human", "b"], ["gpt", "c"]),
      chat("tool", ["human", "a"], ["function_call", "{}"], ["observation", "3"], ["gpt", "b"]),
      chat("open", ["human", "a"]),
      chat("who", ["human", "a"], ["narrator", "b"]),
      { id: "null", conversations: null },
    ];
    const mapping: ColumnMapping = { ...plain, prompt: "conversations", response: null, id: "id" };
    const done = await imported(place("x.jsonl", rows.map(row => JSON.stringify(row)).join("\n")), mapping);
    const turns = (...contents: string[]) =>
      contents.map((content, i) => ({ role: i % 2 === 0 ? "user" : "assistant", content }));
    assert.deepEqual(rowsOf(done, "en") as unknown, [
      { id: "several", messages: turns("a", "b", "c", "d") },
      { id: "later", messages: [{ role: "system", content: "s" }, ...turns("a", "b", "t\n\nc", "d")] },
      { id: "two", prompt: "a\n\nb", response: "c" },
    ]);
    assert.deepEqual(
      done.notes.map(({ kind, count, first }) => [kind, count, first]),
      [
        ["empty", 2, "Row 5: it has no prompt, or no response."],
        ["broken", 1, 'Row 6: Turn 2 of "conversations" has the unknown role "narrator".'],
        [
          "tools",
          1,
          "Row 4: The answer depends on a tool (turn 3), which not every model's chat template supports.",
        ],
        ["joinedTurns", 1, "Row 3: one side speaks twice in a row."],
        ["laterSystem", 1, "Row 2: the system speaks again later."],
        ["unanswered", 1, "Row 1: its last turn has no answer."],
      ],
    );
  });

  test("Alpaca's system and history, in tables as text too", async () => {
    const history = [["Which?", "French."]];
    const mapping: ColumnMapping = { ...plain, system: "system", history: "history" };
    const want = { id: "x-1", system: "s", history, prompt: "p", response: "r" };
    const row = { prompt: "p", response: "r", system: "s", history };
    assert.deepEqual(rowsOf(await imported(place("x.json", JSON.stringify([row])), mapping), "en")[0], want);
    const table = place("x.csv", 'prompt,response,system,history\np,r,s,"[[""Which?"", ""French.""]]"\n');
    assert.deepEqual(rowsOf(await imported(table, mapping), "en")[0], want);
    const empty = place("x.json", JSON.stringify([{ ...row, system: null, history: [] }]));
    assert.deepEqual(rowsOf(await imported(empty, mapping), "en")[0], {
      id: "x-1",
      prompt: "p",
      response: "r",
    });
  });

  test("ids that are numbers, fields that hold nothing, and several answers", async () => {
    const text = [
      '{"id": 9007199254740993, "prompt": "a", "input": null, "response": ["b", "c"]}',
      '{"id": 9007199254740992, "prompt": "d", "input": " ", "response": "e"}',
      '{"id": null, "prompt": "f", "input": "", "response": "g"}',
    ].join("\n");
    const done = await imported(place("x.jsonl", text), { ...plain, id: "id", input: "input" });
    assert.deepEqual(
      rowsOf(done, "en").map(({ id, prompt }) => [id, prompt]),
      [
        ["9007199254740993", "a"],
        ["9007199254740992", "d"],
        ["x-3", "f"],
      ],
    );
    assert.deepEqual(done.notes, [
      { kind: "moreAnswers", count: 1, first: "Row 1: it has 2 answers.", names: [] },
    ]);
  });

  test("is told in words, with the names of unknown languages", async () => {
    const rows = ["en", "code", "code", "Klingonish", "", "en"].map((lang, i) => ({
      prompt: i === 5 ? " " : `p${i}`,
      response: "r",
      lang,
    }));
    const done = await imported(place("x.json", JSON.stringify(rows)), {
      ...plain,
      language: { kind: "column", column: "lang" },
    });
    assert.equal(
      notesText(done.notes),
      'Left out: 1 row without a prompt or response (Row 6: it has no prompt, or no response); 4 rows in unknown languages: code 2, Klingonish 1 (Row 2: "code" is not a known language. Did you mean cr?).',
    );
    assert.equal(notesText([]), "");
  });
});

describe("damaged and wrong files", () => {
  test("a Parquet file cut short, at its end and in its middle, or that is something else", async () => {
    const whole = readFileSync(join(fixtures, "snappy.parquet"));
    const mapping: ColumnMapping = { ...plain, prompt: "instruction", response: "output" };
    for (const bytes of [whole.length - 1, whole.length - 500, 200, 10])
      assert.match(
        await refused(place("x.parquet", whole.subarray(0, bytes)), mapping),
        /cut short.*again in full/,
        `${bytes}`,
      );
    assert.match(await refused(place("x.parquet", "<html>"), mapping), /x\.parquet is a web page/);
    assert.match(await refused(place("x.parquet", "Not it"), mapping), /x\.parquet is not a Parquet file/);
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 10, 400);
    assert.match(
      await refused(place("x.parquet", damaged), mapping),
      /can't be read from row 1 on.*Download or copy it again/,
    );
  });

  test("CSV whose quote is not closed, and rows of another width", async () => {
    const open = await refused(place("x.csv", 'prompt,response\na,b\n"c,d\n'));
    assert.match(open, /can't be read as CSV.*line 3.*An unclosed quote/);
    const done = await imported(place("x.csv", "prompt,response\na,b\nc\nd,e,f\ng,h\n"));
    assert.deepEqual([done.rows.en, counted(done, "broken")], [2, 2]);
    assert.match(firstOf(done), /line 3/);
  });

  test("lines that are no JSON are counted and the first is told", async () => {
    const done = await imported(
      place("x.jsonl", '{"prompt": "a", "response": "b"}\nnot\n[1]\n{"prompt": "c"}\n'),
    );
    assert.deepEqual([done.rows.en, counted(done, "broken"), counted(done, "empty")], [1, 2, 1]);
    assert.match(
      notesText(done.notes),
      /2 rows that can't be read \(Line 2: This line is not JSON.* end in \.csv or \.tsv\)/,
    );
  });

  test("UTF-16, an empty file, one that is gone, and an unknown format", async () => {
    assert.match(
      await refused(place("x.csv", Buffer.from("\ufeffprompt,response\na,b", "utf16le"))),
      /UTF-16.*CSV UTF-8/,
    );
    assert.match(await refused(place("x.csv", "PK\x03\x04rest")), /x\.csv is a zip archive or a spreadsheet/);
    assert.match(
      await refused(place("x.jsonl", "version https://git-lfs.github.com/spec/v1\n")),
      /x\.jsonl is a Git LFS pointer.*git lfs pull/,
    );
    assert.match(await refused(place("x.csv", "")), /is empty/);
    assert.match(await refused(join(temporaryFolder(), "x.csv")), /does not exist/);
    assert.match(await refused(place("x.xlsx", "x")), /a format that can't be imported.*JSON Lines/);
    assert.match(await refused(place("x.jsonl", "{}\n")), /No row of x\.jsonl could be imported/);
    await assert.rejects(
      datasetColumns({ source: place("x.jsonl", "no\n") }),
      /no row that can be read. Line 1/,
    );
  });
});

test("message trees are imported as conversations, and what is not used is counted", async () => {
  const message = (id: string, parent: string | null, role: string, more = {}) =>
    JSON.stringify({ message_id: id, parent_id: parent, text: `${id}.`, role, lang: "fi", ...more });
  const source = place(
    "x.jsonl",
    [
      message("q", null, "prompter"),
      message("worse", "q", "assistant", { rank: 1 }),
      message("best", "q", "assistant", { rank: 0 }),
      message("gone", "best", "prompter", { deleted: true }),
    ].join("\n"),
  );
  const { columns } = await datasetColumns({ source });
  assert.deepEqual(
    columns.map(({ name }) => name),
    ["id", "lang", "messages"],
  );
  const chat = { ...plain, prompt: "messages", response: null, id: "id" };
  const done = await imported(source, { ...chat, language: { kind: "column", column: "lang" } });
  const [row] = rowsOf(done, "fi");
  assert.equal(row?.id, "q");
  assert.match(JSON.stringify(row), /"q\."/);
  assert.match(JSON.stringify(row), /"best\."/);
  assert.deepEqual([counted(done, "deleted"), counted(done, "otherBranch")], [1, 1]);
  assert.match(notesText(done.notes), /Left out: 1 message that was deleted \(.*from line 1 on\)/);
});

describe("what is written", () => {
  test("nothing is overwritten, and nothing is left of an import that failed or was cancelled", async () => {
    const rows = Array.from({ length: 2000 }, (_, i) => JSON.stringify({ prompt: `p${i}`, response: "r" }));
    const source = place("x.jsonl", rows.join("\n"));
    const first = await imported(source);
    assert.equal(first.rows.en, 2000);
    await assert.rejects(imported(source, plain, { out: first.out }), /en\.jsonl already exists/);
    assert.deepEqual(readdirSync(first.out), ["en.jsonl"]);
    const out = join(temporaryFolder(), "out");
    await assert.rejects(imported(source, plain, { out, signal: AbortSignal.abort() }), /cancelled/);
    assert.ok(existsSync(out));
    assert.deepEqual(readdirSync(out), []);
  });
});
