// Files as they come: formats, languages in names and columns, and what is none of them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { root } from "../../../scripts/lib/paths.mjs";
import { parseEvaluation } from "../../../src/core/dataset/rows.ts";
import { imported, jsonl, said, shown, workspace } from "./workspace.ts";

const row = { prompt: "p", response: "r" };

test("06: arrays that follow one another are read to the last", async () => {
  const array = (from: number, to: number) =>
    JSON.stringify(Array.from({ length: to - from }, (_, i) => ({ prompt: `p${from + i}`, response: "r" })));
  const text = array(0, 1000) + array(1000, 2000) + array(2000, 2500);
  assert.deepEqual((await imported("data.json", text)).rows, { en: 2500 });
  assert.deepEqual(await said(workspace({ budget: 2500, files: { "train/en.json": text } })), []);
});

test("07: in TSV a quote is a letter like any other", async () => {
  const text = 'prompt\tresponse\n"a" first\tx\nb "second\ty\n"third\tz\nfourth"\tw\n';
  assert.deepEqual((await imported("b.tsv", text)).rows, { en: 4 });
  const prompts = (await shown(workspace({ budget: 4, files: { "train/en.tsv": text } }))).map(
    ([prompt]) => prompt,
  );
  assert.ok(
    prompts.some(prompt => prompt.includes('"third<') || prompt.includes('"third')),
    prompts.join("|"),
  );
});

test("10: names of languages are exact, and what is no name is counted", async () => {
  const known = {
    "Northern Sotho": "nso",
    Manipuri: "mni",
    Haitian: "ht",
    Dari: "prs",
    Sicilian: "scn",
    "Low German": "nds",
    Konkani: "kok",
    Tagalog: "fil",
    "Simplified Chinese": "zh-Hans",
    "Standard Arabic": "ar",
  };
  const rows = [...Object.keys(known), "code", "Frnech"].map(lang => ({ ...row, lang }));
  const done = await imported("rows.jsonl", jsonl(...rows), { language: { kind: "column", column: "lang" } });
  const expected = Object.fromEntries(Object.values(known).map(tag => [tag, 1]));
  const found = Object.fromEntries(Object.keys(done.rows).map(tag => [tag, done.rows[tag]]));
  for (const wrong of ["st", "kr", "ty", "pi", "it", "de", "ko", "cr"]) assert.ok(!(wrong in found), wrong);
  assert.equal(Object.keys(found).length, Object.keys(expected).length);
  assert.equal(done.notes.find(({ kind }) => kind === "unknownLanguage")?.count, 2);
});

test("16: IFEval's key pairs rows in any order; null arguments are none; a list as a text is named", async () => {
  const rows = (order: readonly number[], kwargs: object) =>
    jsonl(
      ...order.map(key => ({
        key,
        prompt: `${key}, no comma`,
        instruction_id_list: ["punctuation:no_comma"],
        kwargs: [kwargs],
      })),
    );
  const read = (text: string) => parseEvaluation(text, { file: "f", language: "en" });
  assert.deepEqual(
    read(rows([7, 8], { num_words: null })).rows.map(({ id }) => id),
    ["7", "8"],
  );
  assert.deepEqual(
    read(rows([8, 7], {})).rows.map(({ id }) => id),
    ["8", "7"],
  );
  const text = jsonl({ prompt: "p", instruction_id_list: '["punctuation:no_comma"]', kwargs: "[{}]" });
  const { rows: kept, diagnostics } = read(text);
  assert.ok(kept[0]?.instructions?.length === 1 || diagnostics.length > 0);
});

test("18 and 19: files are read by their languages' tags, and what is none is named once", async () => {
  const files = Object.fromEntries(
    ["en", "zh_CN", "pt_BR", "all", "raw", "._en"].map(name => [
      `train/${name}.jsonl`,
      jsonl({ ...row, id: name, prompt: name }),
    ]),
  );
  const file = workspace({ budget: 3, mixture: "{ shares: { en: 34%, zh-CN: 33%, pt-BR: 33% } }", files });
  const faults = await said(file);
  assert.deepEqual(
    faults.map(text => text.split(":")[0]),
    ["warning unread-files"],
    faults.join("|"),
  );
  assert.match(faults[0] ?? "", /all\.jsonl, raw\.jsonl/);
  const both = await said(
    workspace({ files: { "train/en.jsonl": jsonl(row), "train/english.jsonl": jsonl(row) } }),
  );
  assert.ok(both.some(text => /are both data in en/.test(text)));
});

test("40: what a file is, whatever its name says: packed and columnar ones are read, others named", async () => {
  const text = jsonl(row);
  const clean = async (content: string | Uint8Array, name = "train/en.jsonl") => {
    const file = workspace({ files: { [name]: content } });
    assert.deepEqual(await said(file), []);
    return shown(file);
  };
  const expected = await clean(text);
  assert.deepEqual(await clean(gzipSync(text)), expected);
  assert.deepEqual(await clean(`\ufeff${text.replace("\n", "\r\n")}`), expected);
  assert.deepEqual(await clean(`\ufeff{"prompt": "p", "response": "r"}\n\ufeff`), expected);
  const parquet = readFileSync(join(root, "test", "fixtures", "datasets", "none.parquet"));
  await said(workspace({ files: { "train/en.jsonl": parquet } })).then(faults =>
    assert.ok(
      faults.every(fault => !/UTF-8/.test(fault)),
      faults.join("|"),
    ),
  );
  const refused = async (content: string | Uint8Array): Promise<string> =>
    (await said(workspace({ files: { "train/en.jsonl": content } }))).join("|");
  assert.match(await refused('{"prompt": "p", "response": "r", "score": NaN}\n'), /JSON has no NaN/);
  assert.match(
    await refused("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
    /Git LFS pointer.*git lfs pull/,
  );
  assert.match(await refused(Buffer.from([0x7b, 0x22, 0xc4, 0xe3, 0x22, 0x7d])), /is not valid UTF-8/);
});

test("41: 1e-4 is a number, and a backslash in double quotes is told from a slash", async () => {
  const files = { "train/en.jsonl": jsonl(row) };
  assert.deepEqual(await said(workspace({ files, train: "{ learningRate: 1e-4 }" })), []);
  const escaped = await said(workspace({ files, model: '"models\\qwen"' }));
  assert.ok(
    escaped.some(text => /backslash in double quotes.*Use \//.test(text)),
    escaped.join("|"),
  );
  const tab = await said(workspace({ files, model: '"data\\tiny"' }));
  assert.ok(
    tab.some(text =>
      /contains \\t: in double quotes, a backslash starts an escape sequence\..*Use \//.test(text),
    ),
    tab.join("|"),
  );
});

test("42: languages that are alike are taken as what was expected, others are told apart", async () => {
  const rows = [
    "Glavni grad Srbije je Beograd, koji leži na ušću Save u Dunav, i u njemu živi mnogo ljudi.",
    "The capital lies where two rivers meet, and many people live there today.",
  ].map(text => ({ prompt: text, response: text }));
  const detect = { language: { kind: "detect" } } as const;
  const done = await imported("rows.jsonl", jsonl(...rows), detect, ["sr-Latn", "en"]);
  assert.deepEqual(done.rows, { en: 1, "sr-Latn": 1 });
});
