// The index of data files: what is counted, what is kept between sessions, and every kind of bad file.
import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { countParallel, IdCollector } from "../../../src/core/dataset/idHashes.ts";
import type { IndexedData } from "../../../src/protocol/data.ts";
import { indexLimits } from "../../../src/runtime/dataFiles/rowLimits.ts";
import { RowSplitter } from "../../../src/runtime/dataFiles/rowSplitter.ts";
import { indexFile } from "../../../src/runtime/dataIndex/indexFile.ts";
import type { LanguageIndex } from "../../../src/runtime/dataIndex/indexLanguage.ts";
import { indexData } from "../../../src/runtime/recipes/indexData.ts";
import { gzipSync, parquetOf } from "../../support/packed.ts";
import { rows, tinyExperiment, tinyMixture, write } from "../experiment/tinyExperiment.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const { signal } = new AbortController();
const row = (id: string, more = ""): string =>
  JSON.stringify({ id, prompt: `Question ${id}?${more}`, response: "Answer." });

type FileIndex = LanguageIndex & Pick<Awaited<ReturnType<typeof indexFile>>, "stamp" | "whole">;

async function index(path: string, onRead?: (bytes: number) => void): Promise<FileIndex> {
  const file = { path, language: "en" };
  const source = { file, source: { file: path }, purpose: "training", prefix: "", first: 0 } as const;
  const { stamp, whole, languages } = await indexFile(
    source,
    onRead === undefined ? { signal } : { signal, onRead },
  );
  const found = languages.get("en");
  assert.ok(found);
  return { ...found, stamp, whole };
}

/** Index of a file with this content. */
function indexOf(content: string | Uint8Array, onRead?: (bytes: number) => void): Promise<FileIndex> {
  const path = join(temporaryFolder(), "en.jsonl");
  writeFileSync(path, content);
  return index(path, onRead);
}

function split(text: string, piece: number): { rows: (string | null)[]; lines: number[]; closed: boolean } {
  const found: (string | null)[] = [];
  const lines: number[] = [];
  const splitter = new RowSplitter(40, ({ bytes, line }) => {
    found.push(bytes === null ? null : Buffer.from(bytes).toString());
    lines.push(line);
  });
  const bytes = Buffer.from(text);
  const buffer = Buffer.alloc(piece);
  for (let at = 0; at < bytes.length; at += piece)
    splitter.push(buffer.subarray(0, bytes.copy(buffer, 0, at, at + piece)));
  return { rows: found, lines, ...splitter.end() };
}

describe("rows of a file that comes in pieces", () => {
  test("JSON Lines and arrays are cut at the same places whatever the pieces", () => {
    const lines = `\ufeff\n{"a": 1}\n\n{"b": "x"}\r\n{"long": "${"x".repeat(50)}"}\n{"c": 2}`;
    const array = `\n[ {"a": "], [\\" {"},\n {"b": [1, {"c": 2}]} , 3 ]\n`;
    for (const piece of [1, 2, 3, 7, 1000]) {
      const first = split(lines, piece);
      assert.deepEqual(first.rows, ['{"a": 1}', '{"b": "x"}\r', null, '{"c": 2}'], `pieces of ${piece}`);
      assert.deepEqual(first.lines, [2, 4, 5, 6]);
      const second = split(array, piece);
      assert.deepEqual(
        second.rows.map(text => text?.trim()),
        ['{"a": "], [\\" {"}', '{"b": [1, {"c": 2}]}', "3"],
      );
      assert.deepEqual(second.lines, [2, 3, 3]);
      assert.equal(second.closed, true);
      assert.equal(split('[{"a": 1}, {"b"', piece).closed, false);
    }
  });
});

describe("ids", () => {
  test("duplicates, ids that all have, and ids that some lack", () => {
    const collect = (ids: readonly string[]) => {
      const collector = new IdCollector();
      for (const id of ids) collector.add(id);
      return collector.finish();
    };
    assert.equal(collect(["a", "b", "a", "a"]).duplicates, 2);
    const many = collect(Array.from({ length: 200_000 }, (_, i) => `example-${i}`));
    assert.deepEqual([many.duplicates, many.ids.length], [0, 200_000]);
    const counts = countParallel(
      new Map([
        ["en", collect(["a", "b", "c"]).ids],
        ["fi", collect(["b", "c", "d"]).ids],
        ["sw", collect(["c"]).ids],
      ]),
    );
    assert.deepEqual(counts, { shared: 1, missing: { en: 1, fi: 1, sw: 3 } });
    assert.deepEqual(countParallel(new Map()), { shared: 0, missing: {} });
  });
});

describe("a data file", () => {
  test("is counted as a run reads it, in either layout", async () => {
    const found = await indexOf(`${row("a")}\n${row("b", " 😀")}\n{"prompt": "x", "response": "y"}\n`);
    assert.equal(found.rows, 3);
    assert.equal(found.problem, null);
    assert.equal(found.characters, 11 + 7 + 13 + 7 + 2);
    assert.equal(found.ids.length, 3);
    assert.equal(found.sample.length, 3);
    const array = await indexOf(`[${row("a")},\n${row("b")}]`);
    assert.deepEqual([array.rows, array.problem], [2, null]);
  });

  test("rows without ids count by their place, so that they stand for translations", async () => {
    const plain = await indexOf('{"prompt": "x", "response": "y"}\n{"prompt": "z", "response": "y"}');
    const named = await indexOf(`${row("row-1")}\n${row("row-2")}`);
    assert.deepEqual(plain.ids, named.ids);
  });

  test("faults are counted and the first is told by line", async () => {
    const found = await indexOf(`${row("a")}\nnot json\n${row("a")}\n{"id": "c", "prompt": "x"}\n`);
    assert.deepEqual([found.rows, found.faults], [1, 3]);
    assert.match(found.problem?.message ?? "", /^Line 2: This line is not JSON/);
    assert.notEqual(found.problem?.remedy, "");
  });

  test("the sample is the same every time, and of all of the file", async () => {
    const text = Array.from({ length: 1000 }, (_, i) => row(`n${i}`)).join("\n");
    const [one, two] = [await indexOf(text), await indexOf(text)];
    assert.equal(one.sample.length, indexLimits.sampled);
    assert.deepEqual(one.sample, two.sample);
    const places = one.sample.map(({ prompt }) => Number(/n(\d+)/.exec(prompt)?.[1]));
    assert.ok(places.some(place => place > 800) && places.some(place => place < 200));
    const [long] = (await indexOf(row("a", "x".repeat(100_000)))).sample;
    assert.ok((long?.prompt.length ?? 0) <= indexLimits.sampledText);
    assert.ok((long?.scale ?? 0) > 6);
  });
});

describe("bad data files", () => {
  const problem = (found: FileIndex) => `${found.problem?.message} ${found.problem?.remedy}`;

  test("of 2 GB are read in pieces", async () => {
    const path = join(temporaryFolder(), "en.jsonl");
    writeFileSync(path, `${row("a")}\n`);
    truncateSync(path, 2 ** 31 + 10); // a hole, which reads as zeros: one line of 2 GB
    const file = openSync(path, "r+");
    writeSync(file, `\n${row("b")}`, 2 ** 31 - 100);
    const before = process.memoryUsage.rss();
    let most = 0;
    const found = await index(path, () => {
      most = Math.max(most, process.memoryUsage.rss() - before);
    });
    rmSync(path);
    assert.deepEqual([found.rows, found.stamp.size], [1, 2 ** 31 + 10]);
    assert.match(problem(found), /^Line 2 is longer than 8 MB/);
    assert.ok(most < 200 * 2 ** 20, `${most} bytes`);
  });

  test("with a line of 50 MB lose that line only", async () => {
    const found = await indexOf(`${row("a")}\n${row("b", "x".repeat(50e6))}\n${row("c")}\n`);
    assert.deepEqual([found.rows, found.faults], [2, 1]);
    assert.match(problem(found), /^Line 2 is longer than 8 MB.*Put each row on a line of its own/);
  });

  test("with zero bytes", async () => {
    const found = await indexOf(`${row("a")}\n${row("b").replace("A", "\0")}\n`);
    assert.deepEqual([found.rows, found.faults], [1, 1]);
    assert.match(problem(found), /^Line 2 has a zero byte.*Create the file again/);
  });

  test("in UTF-16 or not in UTF-8", async () => {
    const wide = await indexOf(Buffer.from(`\ufeff${row("a")}`, "utf16le"));
    assert.deepEqual([wide.rows, wide.faults], [0, 1]);
    assert.match(problem(await indexOf("<html><body>no</body></html>")), /a web page. Download/);
    assert.match(problem(wide), /encoded in UTF-16, not in UTF-8. Save the file as UTF-8/);
    const latin = await indexOf(Buffer.from(`${row("a")}\n${row("b", "ä")}`, "latin1"));
    assert.match(problem(latin), /^Line 2 is not UTF-8/);
  });

  test("that change while they are read are read again, and told if they go on changing", async () => {
    const folder = temporaryFolder();
    const path = write(folder, "en.jsonl", `${row("a")}\n`);
    let times = 0;
    const once = await index(path, () => {
      if (times++ === 0) appendFileSync(path, `${row("b")}\n`);
    });
    assert.deepEqual([once.rows, once.problem, once.whole], [2, null, true]);
    let more = 0;
    const always = await index(path, () => appendFileSync(path, `${row(`c${more++}`)}\n`.repeat(1)));
    assert.match(problem(always), /changes while it is read.*Wait until it is written/);
    assert.equal(always.whole, false);
    let cut = 0;
    const shrunk = await index(path, () => truncateSync(path, 10 + (cut++ % 2)));
    assert.match(problem(shrunk), /changes while it is read/);
  });

  test("that go in the middle, or can't be read", async () => {
    const path = write(temporaryFolder(), "en.jsonl", `${row("a")}\n`);
    const found = await index(path, () => rmSync(path));
    assert.match(problem(found), /deleted or moved while it was read. Put it back/);
    assert.equal(found.whole, false);
    const folder = join(temporaryFolder(), "x.jsonl");
    mkdirSync(folder);
    assert.match(problem(await index(folder)), /can't be read: it is a folder, not a file/);
  });

  test("that are empty, or whose array is not closed", async () => {
    assert.match(problem(await indexOf("\n \n")), /has no rows/);
    const open = await indexOf(`[${row("a")},\n${row("b")}`);
    assert.deepEqual([open.rows, open.faults], [2, 1]);
    assert.match(problem(open), /not closed/);
    assert.match(problem(await indexOf(`[${row("a")}]\n{`)), /more text after the end/);
  });

  test("rows in a list within an object, wherever the file is cut", () => {
    const form = ['{"version": [1],\n "data": [\n', "{}, \n", "{}", ']\n, "n": "[{"}\n'].join("");
    for (const [text, want] of [
      [form, [3, 4]],
      ['{"id": 1, "data": [{}]}\n{"id": 2}\n', [1, 2]],
      ['{"data": []}\n{"data": 3}', [1, 2]],
      ["{", [1]],
    ] as const)
      for (let at = 1; at <= text.length; at++) {
        const lines: number[] = [];
        const splitter = new RowSplitter(1_000, ({ line }) => lines.push(line));
        for (const part of [text.slice(0, at), text.slice(at)]) splitter.push(new TextEncoder().encode(part));
        assert.deepEqual(splitter.end(), { closed: true, more: false }, text);
        assert.deepEqual(lines, want, `${text} at ${at}`);
      }
  });

  test("none of several arrays is lost, wherever the file is cut", async () => {
    const text = `[${row("a")},\n${row("b")}]\n \n[${row("c")}][${row("d")}]`;
    const index = await indexOf(text);
    assert.deepEqual([index.rows, index.problem], [4, null]);
    for (let at = 1; at < text.length; at++) {
      const lines: number[] = [];
      const splitter = new RowSplitter(1_000, ({ line }) => lines.push(line));
      for (const part of [text.slice(0, at), text.slice(at)]) splitter.push(new TextEncoder().encode(part));
      assert.deepEqual(splitter.end(), { closed: true, more: false });
      assert.deepEqual(lines, [1, 2, 4, 4]);
    }
  });
});

describe("the index of a mixture file", () => {
  const quiet = { log: () => undefined, progress: () => undefined, signal };

  test("has every language, tokens under the model, and what is parallel", async () => {
    const { file, folder, starter } = tinyExperiment();
    write(folder, "data/train/fi.jsonl", rows("fi", 8));
    const cache = join(folder, "cache");
    const data = await indexData({ file, cache, starter }, quiet);
    assert.deepEqual(
      data.train.map(({ language, rows: count, faults }) => [language, count, faults]),
      [
        ["en", 10, 0],
        ["fi", 8, 0],
        ["sw", 10, 0],
      ],
    );
    assert.deepEqual(data.parallel, { shared: 8, missing: { en: 0, fi: 2, sw: 0 } });
    assert.equal(data.eval.length, 3);
    const [en] = data.train;
    assert.equal(en?.tokens?.sampled, 10);
    assert.ok((en?.tokens?.perExample ?? 0) > 5);
    const [evaluated] = data.eval;
    assert.ok((evaluated?.tokens?.perExample ?? 0) > 2, "of prompts alone");
    assert.equal(en?.bytes, statSync(join(folder, "data/train/en.jsonl")).size);
    assert.deepEqual(await indexData({ file, cache, starter }, quiet), data, "from the index");
  });

  test("has development data apart from what is evaluated, with the rows that a run would refuse", async () => {
    const text = tinyMixture.replace("mixtures:", "  dev: data/dev/{language}.jsonl\nmixtures:");
    const { file, folder, starter } = tinyExperiment(text);
    write(folder, "data/dev/sw.jsonl", `${rows("sw", 2, "dev")}\n{"id": "x", "prompt": "Habari?"}`);
    const { dev, eval: evaluated } = await indexData({ file, cache: join(folder, "cache"), starter }, quiet);
    assert.deepEqual(
      dev.map(({ language, rows: count, faults }) => [language, count, faults]),
      [["sw", 2, 1]],
    );
    assert.match(dev[0]?.problem?.message ?? "", /"reference" is missing/);
    assert.equal(evaluated.length, 3);
  });

  test("unchanged files are not read again; changed ones are, and models keep their counts", async () => {
    const { file, folder, starter } = tinyExperiment();
    const cache = join(folder, "cache");
    const ask = (text = tinyMixture): Promise<IndexedData> =>
      indexData({ file, cache, starter, text }, quiet);
    const path = join(folder, "data/train/en.jsonl");
    const time = new Date(1_700_000_000_000);
    utimesSync(path, time, time);
    await ask();
    const { size } = statSync(path);
    // Other content of the same size and time: whoever reads it again finds no row.
    writeFileSync(path, "x".repeat(size));
    utimesSync(path, time, time);
    assert.equal((await ask()).train[0]?.rows, 10);
    const unusable = await ask(tinyMixture.replace("pinch/starter", "no/model"));
    assert.equal(unusable.train[0]?.tokens, null);
    assert.equal(unusable.train[0]?.rows, 10);
    write(folder, "data/train/en.jsonl", rows("en", 4));
    assert.equal((await ask()).train[0]?.rows, 4);
    assert.equal(readdirSync(cache).length, 12, "an entry and its ids for each of six files");
  });

  test("keeps counts and no text, and removes what an older version kept", async () => {
    const { file, folder, starter } = tinyExperiment();
    const cache = join(folder, "cache");
    mkdirSync(cache);
    for (const name of ["0123.json", "0123-a.ids"]) writeFileSync(join(cache, name), "secret prompt");
    const path = join(folder, "data/train/en.jsonl");
    writeFileSync(path, '{"id":"1","prompt":"secret prompt","response":"secret answer"}\n');
    const time = new Date(1_700_000_000_000);
    utimesSync(path, time, time);
    assert.equal((await indexData({ file, cache, starter }, quiet)).train[0]?.tokens?.sampled, 1);
    for (const name of readdirSync(cache))
      assert.ok(!readFileSync(join(cache, name)).includes("secret"), name);
    // Of the same size and time: counted again for another model only.
    writeFileSync(path, "x".repeat(statSync(path).size));
    utimesSync(path, time, time);
    assert.equal((await indexData({ file, cache, starter }, quiet)).train[0]?.tokens?.sampled, 1);
  });

  test("a damaged index is made again, and one that can't be kept costs nothing else", async () => {
    const { file, folder, starter } = tinyExperiment();
    const cache = join(folder, "cache");
    await indexData({ file, cache, starter }, quiet);
    for (const name of readdirSync(cache)) {
      const path = join(cache, name);
      writeFileSync(path, readFileSync(path).subarray(0, 11));
    }
    assert.equal((await indexData({ file, cache, starter }, quiet)).parallel.shared, 10);
    const warnings: string[] = [];
    const context = { ...quiet, log: (_: string, text: string) => warnings.push(text) };
    const data = await indexData({ file, cache: file, starter }, context);
    assert.equal(data.train.length, 3);
    assert.match(warnings[0] ?? "", /could not be stored/);
  });

  test("one file of several languages, packed or not, has what files of each would have", async () => {
    const { file, folder, starter } = tinyExperiment();
    const cache = join(folder, "cache");
    const ask = (train: string): Promise<IndexedData> => {
      const text = tinyMixture.replace("train: data/train/{language}.jsonl", `train: ${train}`);
      return indexData({ file, cache, starter, text }, quiet);
    };
    const plain = await ask('"data/train/{language}.jsonl"');
    const all = ["en", "fi", "sw"].flatMap(language =>
      rows(language, 10)
        .split("\n")
        .map(line => ({ ...(JSON.parse(line) as Record<string, unknown>), lang: language })),
    );
    write(folder, "all.jsonl", all.map(each => JSON.stringify(each)).join("\n"));
    write(folder, "all.parquet", parquetOf(all));
    write(folder, "all.jsonl.gz", gzipSync(all.map(each => JSON.stringify(each)).join("\n")));
    const counts = ({ train }: IndexedData) =>
      train.map(({ language, rows: count, characters, tokens, faults, problem }) => [
        language,
        count,
        characters,
        tokens,
        faults,
        problem,
      ]);
    for (const name of ["all.jsonl", "all.parquet", "all.jsonl.gz"]) {
      const read = await ask(`{ file: ${name}, language: lang }`);
      assert.deepEqual(counts(read), counts(plain), name);
      assert.deepEqual(read.parallel, plain.parallel, name);
      assert.deepEqual(await ask(`{ file: ${name}, language: lang }`), read, "from the index");
    }
    const few = await ask("{ file: all.jsonl, language: lang, cap: 4 }");
    assert.deepEqual(
      few.train.map(({ rows: count }) => count),
      [4, 4, 4],
    );
    assert.deepEqual(few.parallel, { shared: 4, missing: { en: 0, fi: 0, sw: 0 } });
    const both = await ask('[{ file: all.parquet, language: lang, cap: 2 }, "data/train/{language}.jsonl"]');
    assert.deepEqual(
      both.train.map(({ rows: count }) => count),
      [12, 12, 12],
    );
    assert.equal(both.parallel.shared, 12);
  });

  test("rows in no language, and rows that are none, are faults that are told once", async () => {
    const { file, folder, starter } = tinyExperiment();
    const text = tinyMixture.replace(
      "train: data/train/{language}.jsonl",
      "train: { file: all.jsonl, language: lang }",
    );
    const all = ["en", "xx-none", null, "fi"].map((lang, i) => ({
      id: `${i}`,
      prompt: "a",
      response: "b",
      lang,
    }));
    write(folder, "all.jsonl", `${all.map(each => JSON.stringify(each)).join("\n")}\nno row`);
    const { train } = await indexData({ file, cache: join(folder, "cache"), starter, text }, quiet);
    assert.deepEqual(
      train.map(({ language, rows: count, faults, problem }) => [language, count, faults, problem?.message]),
      [
        ["en", 1, 3, 'Line 5: This line is not JSON; expected {"id": …, "prompt": …, "response": …}.'],
        ["fi", 1, 0, undefined],
      ],
    );
  });

  test("stops when asked", async () => {
    const { file, folder, starter } = tinyExperiment();
    const stopped = { ...quiet, signal: AbortSignal.abort() };
    await assert.rejects(indexData({ file, cache: join(folder, "cache"), starter }, stopped), /cancelled/);
  });

  test("a mixture file without data, or that is gone", async () => {
    const { file, folder, starter } = tinyExperiment("version: 1\n");
    const cache = join(folder, "cache");
    const empty = { train: [], eval: [], dev: [], parallel: { shared: 0, missing: {} } };
    assert.deepEqual(await indexData({ file, cache, starter }, quiet), empty);
    rmSync(file);
    await assert.rejects(indexData({ file, cache, starter }, quiet), /can't be read/);
  });
});
