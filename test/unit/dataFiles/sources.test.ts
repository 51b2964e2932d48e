// What a run takes from several sources, and what it says of those that it can't read.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sha256OfFile } from "../../../src/node/sha256.ts";
import { placeOfRow } from "../../../src/runtime/dataFiles/loadData.ts";
import { errorsOf, loadExperiment, requireValid } from "../../../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../../../src/runtime/experiment/prepareRun.ts";
import { gzipSync, parquetOf, zstdOf } from "../../support/packed.ts";
import { rows, tinyExperiment, tinyMixture, write } from "../experiment/tinyExperiment.ts";

const written = "data/train/{language}.jsonl";
const from = (train: string) => tinyMixture.replace(`train: ${written}`, `train: ${train}`);

test("ids of several sources are apart, and each language's data are of all of them", async () => {
  const { file, starter, folder } = tinyExperiment(
    from(`[${JSON.stringify(written)}, "more/{language}.jsonl"]`),
  );
  for (const language of ["en", "sw"]) write(folder, `more/${language}.jsonl`, rows(language, 4));
  const experiment = requireValid(await loadExperiment({ file, starter }));
  const english = experiment.train.languages.get("en");
  assert.ok(english);
  const ids = experiment.available.get("en") ?? [];
  assert.deepEqual([ids.length, new Set(ids).size], [14, 14]);
  assert.ok(ids.every(id => /^(train|more):/.test(id)));
  const place = placeOfRow(english, ids.at(-1) ?? "");
  assert.deepEqual([place?.file, place?.range.start.line], [join(folder, "more", "en.jsonl"), 3]);
  const { lock } = prepareRun(experiment, "english", 7, "cpu").run;
  assert.deepEqual(Object.keys(lock?.data ?? {}).slice(0, 2), ["data/train/en.jsonl", "more/en.jsonl"]);
  const alone = sha256OfFile(join(folder, "data", "train", "en.jsonl"));
  assert.equal(lock?.data?.["data/train/en.jsonl"], alone);
  assert.notEqual(lock?.languageData?.train?.en, alone);
});

test("one source is what it was: ids, hashes and places of a path written alone", async () => {
  const { file, starter, folder } = tinyExperiment();
  const plain = prepareRun(requireValid(await loadExperiment({ file, starter })), "pinch", 7, "cpu").run;
  const text = from(`{ file: ${JSON.stringify(written)} }`);
  const map = prepareRun(requireValid(await loadExperiment({ file, starter, text })), "pinch", 7, "cpu").run;
  assert.deepEqual(map.lock, plain.lock);
  assert.equal(plain.lock?.languageData?.train?.en, sha256OfFile(join(folder, "data", "train", "en.jsonl")));
  assert.ok(readFileSync(file, "utf8").includes(written));
});

const languages = ["en", "fi", "sw"];
const objects = (language: string, count = 10) =>
  rows(language, count)
    .trim()
    .split("\n")
    .map(line => JSON.parse(line) as Record<string, unknown>);
const csvOf = (all: readonly Record<string, unknown>[], separator: string) => {
  const names = Object.keys(all[0] ?? {});
  const quoted = (value: unknown) =>
    separator === "\t" ? String(value) : `"${String(value).replaceAll('"', '""')}"`;
  return [
    names.join(separator),
    ...all.map(row => names.map(name => quoted(row[name])).join(separator)),
  ].join("\n");
};

type Made = string | Uint8Array;

/** What each ending holds of these rows. */
const formats: Readonly<Record<string, (all: readonly Record<string, unknown>[]) => Made | Promise<Made>>> = {
  "jsonl.gz": all => gzipSync(all.map(row => JSON.stringify(row)).join("\n")),
  "jsonl.zst": all => zstdOf(Buffer.from(all.map(row => JSON.stringify(row)).join("\n"))),
  json: all => JSON.stringify(all),
  "json.gz": all => gzipSync(JSON.stringify({ data: all })),
  csv: all => csvOf(all, ";"),
  "csv.zst": all => zstdOf(Buffer.from(csvOf(all, ","))),
  tsv: all => csvOf(all, "\t"),
  parquet: all => parquetOf(all),
  // Endings that lie: what is in the file counts.
  "is-parquet.jsonl": all => parquetOf(all),
  "is-gzip.jsonl": all => gzipSync(all.map(row => JSON.stringify(row)).join("\n")),
  "is-json.csv": all => all.map(row => JSON.stringify(row)).join("\n"),
};

for (const [ending, made] of Object.entries(formats))
  test(`files in ${ending} have the rows that JSON Lines have, one for each language or one for all`, async () => {
    const { file, starter, folder } = tinyExperiment();
    const plain = requireValid(await loadExperiment({ file, starter }));
    for (const language of languages) write(folder, `d/${language}.${ending}`, await made(objects(language)));
    const all = languages.flatMap(language =>
      objects(language).map(({ language: _, ...row }) => ({ ...row, lang: language })),
    );
    write(folder, `all.${ending}`, await made(all));
    for (const train of [`"d/{language}.${ending}"`, `{ file: all.${ending}, language: lang }`]) {
      const read = requireValid(await loadExperiment({ file, starter, text: from(train) }));
      assert.deepEqual([...read.train.languages.keys()], languages, train);
      for (const language of languages)
        assert.deepEqual(
          read.train.languages.get(language)?.rows,
          plain.train.languages.get(language)?.rows,
          train,
        );
      const [prepared, other] = [read, plain].map(each => prepareRun(each, "pinch", 7, "cpu"));
      assert.deepEqual(prepared?.examples, other?.examples);
    }
  });

const ids = (read: { readonly rows: readonly { readonly id: string }[] } | undefined) =>
  (read?.rows ?? []).map(({ id }) => id);

test("a file of one language is read as that, whatever it is called", async () => {
  const { file, starter, folder } = tinyExperiment();
  write(folder, "alpaca.parquet", parquetOf(objects("en")));
  const text = from(`[${JSON.stringify(written)}, { file: alpaca.parquet, in: fi }]`);
  const { train, diagnostics } = await loadExperiment({ file, starter, text });
  const counts = [...train.languages].map(([language, { rows: read }]) => [language, read.length]);
  assert.deepEqual(counts, [
    ["en", 10],
    ["fi", 20],
    ["sw", 10],
  ]);
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === "error"),
    [],
  );
});

test("columns of other names are read as the fields that the mixture file says", async () => {
  const { file, starter, folder } = tinyExperiment();
  const all = languages.flatMap(language =>
    objects(language, 3).map(({ id, prompt, response }) => ({
      key: id,
      question: prompt,
      answer: response,
      // Of other layouts: what is named comes before them.
      messages: [{ role: "user", content: "no" }],
      instruction: "no",
      lang: language,
    })),
  );
  const columns = "columns: { id: key, prompt: question, response: answer }";
  for (const [name, content] of [
    ["all.parquet", parquetOf(all)],
    ["all.jsonl", all.map(row => JSON.stringify(row)).join("\n")],
  ] as const) {
    write(folder, name, content);
    const text = from(`{ file: ${name}, language: lang, ${columns} }`).replace("budget: 8", "budget: 3");
    const { train } = requireValid(await loadExperiment({ file, starter, text }));
    const [first] = train.languages.get("fi")?.rows ?? [];
    assert.deepEqual(first, { id: "r0", language: "fi", prompt: "fi prompt 0", response: "fi answer 0" });
  }
  write(folder, "en.jsonl", '{"q": "A?", "more": "B", "a": "C", "id": 1}');
  const text = from('{ file: "{language}.jsonl", columns: { prompt: q, input: more, response: a } }');
  const { train } = await loadExperiment({ file, starter, text });
  assert.deepEqual(train.languages.get("en")?.rows, [
    { id: "1", language: "en", prompt: "A?\n\nB", response: "C" },
  ]);
});

test("a column that is not there is a fault with the nearest name", async () => {
  const { file, starter, folder } = tinyExperiment();
  const all = objects("en", 3).map(row => ({ ...row, lang: "en" }));
  write(folder, "all.csv", csvOf(all, ","));
  write(folder, "all.parquet", parquetOf(all));
  for (const name of ["all.csv", "all.parquet"]) {
    const told = async (rest: string) => {
      const { train } = await loadExperiment({ file, starter, text: from(`{ file: ${name}, ${rest} }`) });
      return train.diagnostics
        .filter(({ code }) => code === "missing-column")
        .map(({ message, remedy, range, file: of }) => {
          const text = from(`{ file: ${name}, ${rest} }`).split("\n")[range.start.line] ?? "";
          const written = text.slice(range.start.column, range.end.column);
          return `${of ?? "mixture file"}: ${written}: ${message} ${remedy}`;
        });
    };
    assert.deepEqual(await told("language: lanng"), [
      'mixture file: lanng: No row has the column "lanng", which names the language. Did you mean "lang"?',
    ]);
    assert.deepEqual(await told("language: lang, columns: { prompt: promt, response: zzz }"), [
      'mixture file: promt: No row has the column "promt", which is read as prompt. Did you mean "prompt"?',
      'mixture file: zzz: No row has the column "zzz", which is read as response. The columns are "id", "prompt", "response", "lang".',
    ]);
  }
});

test("rows in unknown languagess, and of none, are counted and named once", async () => {
  const { file, starter, folder } = tinyExperiment(from("{ file: all.jsonl, language: lang }"));
  const names = ["English", "eng_Latn", "EN", "code", "code", "Finish", null, "", "fi", "swa"];
  const all = names.map((lang, i) => ({ id: `i${i}`, prompt: `p${i}`, response: "r", lang }));
  write(folder, "all.jsonl", all.map(row => JSON.stringify(row)).join("\n"));
  const { train } = await loadExperiment({ file, starter });
  assert.deepEqual(
    [...train.languages].map(([language, { rows: read }]) => [language, read.length]),
    [
      ["en", 3],
      ["fi", 1],
      ["sw", 1],
    ],
  );
  assert.deepEqual(
    train.diagnostics.map(({ severity, message, range }) => `${severity} ${range.start.line} ${message}`),
    [
      "warning 3 3 rows name unknown languages and are skipped: code 2, Finish 1.",
      'warning 6 2 rows have no value in "lang" and are skipped.',
    ],
  );
  const place = placeOfRow(train.languages.get("sw") ?? { files: [] }, "i9");
  assert.deepEqual([place?.file, place?.range.start.line], [join(folder, "all.jsonl"), 9]);
});

test("equal ids are translations within a file, and twice in one language a fault of its row", async () => {
  const { file, starter, folder } = tinyExperiment(from("{ file: all.parquet, language: lang }"));
  const row = (id: string, lang: string) => ({ id, prompt: `${lang} ${id}`, response: "r", lang });
  const all = [row("a", "en"), row("a", "fi"), row("b", "en"), row("a", "en")];
  write(folder, "all.parquet", parquetOf(all));
  const { train } = await loadExperiment({ file, starter });
  assert.deepEqual([ids(train.languages.get("en")), ids(train.languages.get("fi"))], [["a", "b"], ["a"]]);
  assert.deepEqual(
    train.diagnostics.map(({ message }) => message),
    ['Row 4: The id "a" is also in row 1, in en.'],
  );
});

test("a cap keeps the same ids in every language and format, and more of them where it is larger", async () => {
  const { file, starter, folder } = tinyExperiment();
  const all = languages.flatMap(language => objects(language).map(row => ({ ...row, lang: language })));
  write(folder, "all.jsonl", all.map(row => JSON.stringify(row)).join("\n"));
  const kept = async (source: string, cap: number) => {
    const text = from(`{ ${source}, cap: ${cap} }`);
    const { train } = await loadExperiment({ file, starter, text });
    const [english = [], ...others] = languages.map(language => ids(train.languages.get(language)));
    for (const other of others) assert.deepEqual(other, english);
    assert.equal(english.length, Math.min(cap, 10));
    return english;
  };
  for (const cap of [1, 4, 9, 12]) {
    const few = await kept("file: all.jsonl, language: lang", cap);
    assert.deepEqual(await kept(`file: "${written}"`, cap), few);
    const more = await kept("file: all.jsonl, language: lang", cap + 1);
    assert.ok(few.every(id => more.includes(id)));
  }
});

test("messages of trees become the same conversations whatever the format", async () => {
  const { file, starter, folder } = tinyExperiment(from("{ file: all.jsonl, language: lang }"));
  const message = (id: string, parent: string | null, role: string, lang = "en") => ({
    message_id: id,
    parent_id: parent,
    message_tree_id: id[0],
    role,
    text: `${role} ${id}`,
    lang,
  });
  const all = [
    message("a", null, "prompter"),
    message("f", null, "prompter", "fi"),
    message("a1", "a", "assistant"),
    message("f1", "f", "assistant", "fi"),
    message("a2", "a1", "prompter"),
    message("x1", "x", "assistant"),
  ];
  write(folder, "all.jsonl", all.map(row => JSON.stringify(row)).join("\n"));
  write(folder, "all.parquet", parquetOf(all));
  const read = async (name: string) => {
    const text = from(`{ file: ${name}, language: lang }`);
    const { train } = await loadExperiment({ file, starter, text });
    return [
      [...train.languages.values()].flatMap(({ rows: each }) => each),
      train.diagnostics.map(({ message: words }) => words),
    ];
  };
  const [lines, notes] = await read("all.jsonl");
  assert.deepEqual(lines, [
    { id: "a", language: "en", prompt: "prompter a", response: "assistant a1" },
    { id: "f", language: "fi", prompt: "prompter f", response: "assistant f1" },
  ]);
  assert.equal(notes?.length, 2);
  assert.deepEqual(await read("all.parquet"), [lines, notes]);
});

test("rows that stand in two sources are counted, and the first is named", async () => {
  const train = '[{ file: all.jsonl, language: lang }, "data/train/{language}.jsonl"]';
  const { file, starter, folder } = tinyExperiment(from(train));
  const all = [...objects("en", 4), { id: "own", prompt: "Own?", response: "Own." }].map(row => ({
    ...row,
    lang: "en",
  }));
  const finnish = objects("fi", 1).map(row => ({ ...row, id: "other", lang: "fi" }));
  write(folder, "all.jsonl", [...all, ...finnish].map(row => JSON.stringify(row)).join("\n"));
  const { train: read } = requireValid(await loadExperiment({ file, starter }));
  assert.deepEqual(
    read.diagnostics.map(({ severity, code, message }) => `${severity} ${code} ${message}`),
    [
      "warning repeated-rows 5 rows occur in two sources and count twice: en 4, fi 1 (the first is all:r0 and train:r0).",
    ],
  );
});

test("a file that is not there, or that no row of can be read, is one fault", async () => {
  const { file, starter, folder } = tinyExperiment();
  write(
    folder,
    "all.jsonl",
    objects("en", 3)
      .map(row => JSON.stringify(row))
      .join("\n"),
  );
  write(folder, "cut.jsonl.gz", gzipSync("{}").subarray(0, 15));
  for (const [source, fault] of [
    ["{ file: al.jsonl, language: lang }", "There is no file al.jsonl. Did you mean all.jsonl?"],
    ["{ file: cut.jsonl.gz, language: lang }", "cut.jsonl.gz is truncated"],
    ["{ file: all.jsonl, language: lang }", 'No row has the column "lang"'],
  ] as const) {
    const faults = errorsOf(await loadExperiment({ file, starter, text: from(source) }));
    const told = faults.map(({ message, remedy }) => `${message} ${remedy}`);
    assert.equal(told.length, 1, told.join("\n"));
    assert.ok(told[0]?.startsWith(fault), told[0]);
  }
});
