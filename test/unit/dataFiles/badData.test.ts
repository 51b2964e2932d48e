// Data files that are damaged, cut short, or made to fill memory: each is refused by name, with what to do.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { root } from "../../../scripts/lib/paths.mjs";
import { HumanError } from "../../../src/common/errors.ts";
import { openDataset } from "../../../src/runtime/dataFiles/datasetRows.ts";
import { loadTrainingData } from "../../../src/runtime/dataFiles/loadData.ts";
import { boundedCompressors } from "../../../src/runtime/dataFiles/parquetCompressors.ts";
import { largestPage, pagesOf } from "../../../src/runtime/dataFiles/parquetPages.ts";
import type { DatasetRow } from "../../../src/runtime/dataFiles/readRow.ts";
import { gzipSync, parquetOf, zstdBomb, zstdOf } from "../../support/packed.ts";
import { parquetWith, type ThriftStruct, varint } from "../../support/thrift.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const fixtures = join(root, "test", "fixtures", "datasets");
const lines = Array.from({ length: 2_000 }, (_, i) =>
  JSON.stringify({ id: `r${i}`, prompt: `Question ${i}?`, response: "Answer." }),
).join("\n");

async function read(name: string, content: string | Uint8Array): Promise<DatasetRow[]> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  const rows: DatasetRow[] = [];
  const { batches } = await openDataset(path);
  for await (const batch of batches()) for (const each of batch) if ("row" in each) rows.push(each.row);
  return rows;
}

async function refused(name: string, content: string | Uint8Array): Promise<string> {
  try {
    await read(name, content);
  } catch (error) {
    assert.ok(error instanceof HumanError && error.remedy !== "", String(error));
    return `${error.message} ${error.remedy}`;
  }
  return assert.fail(`${name} was read`);
}

/** The diagnostics of a file as training data. */
async function faultsOf(name: string, content: string | Uint8Array): Promise<string[]> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), content);
  const source = { file: name, language: "lang" };
  const { diagnostics } = await loadTrainingData([source], join(folder, "a.mixture.yaml"));
  return diagnostics.map(({ code, message, range }) => `${code} ${range.start.line} ${message}`);
}

describe("archives", () => {
  test("cut short, wherever, are refused as such", async () => {
    const packed = gzipSync(lines);
    for (const bytes of [packed.length - 1, packed.length - 9, 1000])
      assert.match(
        await refused("en.jsonl.gz", packed.subarray(0, bytes)),
        /^en\.jsonl\.gz is truncated: .*gzip/,
      );
    const framed = readFileSync(join(fixtures, "rows.jsonl.zst"));
    for (const bytes of [framed.length - 1, framed.length - 5, 300, 12])
      assert.match(
        await refused("en.jsonl.zst", framed.subarray(0, bytes)),
        /^en\.jsonl\.zst is truncated: .*Zstandard.*again in full/,
        `${bytes}`,
      );
  });

  test("that are damaged within are refused, by what they declare of themselves", async () => {
    const framed = Buffer.from(readFileSync(join(fixtures, "rows.jsonl.zst")));
    assert.equal((await read("a.jsonl.zst", framed)).length, 180);
    const plain = await zstdOf(Buffer.from(lines));
    const changed = Buffer.from(plain);
    changed[500] = (changed[500] ?? 0) ^ 1; // in a block that is stored as it is: only the checksum tells
    assert.match(
      await refused("a.jsonl.zst", changed),
      /can't be decompressed: its checksum is of other data/,
    );
    assert.match(
      await refused("a.jsonl.zst", await zstdOf(Buffer.from(lines), 10)),
      /holds more than it says/,
    );
    assert.match(
      await refused("a.jsonl.zst", await zstdOf(Buffer.from(lines), 1_000_000)),
      /holds less than it says/,
    );
    assert.match(
      await refused("a.jsonl.zst", Buffer.concat([plain, Buffer.from("more of it")])),
      /what follows in it is no Zstandard/,
    );
    const packed = gzipSync(lines);
    packed[packed.length - 6] = (packed[packed.length - 6] ?? 0) ^ 1;
    assert.match(await refused("a.jsonl.gz", packed), /compressed with gzip and can't be decompressed/);
    assert.match(await refused("a.jsonl.gz", gzipSync(gzipSync(lines))), /compressed by gzip, within/);
  });

  test("of several frames, and of frames to skip, are read whole", async () => {
    const skipped = Buffer.from([0x52, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const [first, second] = [lines.slice(0, 80_000), lines.slice(80_000)];
    const frames = [
      skipped,
      await zstdOf(Buffer.from(first), null),
      skipped,
      await zstdOf(Buffer.from(second)),
    ];
    assert.equal((await read("a.jsonl.zst", Buffer.concat(frames))).length, 2_000);
    assert.equal(
      (await read("a.jsonl.gz", Buffer.concat([gzipSync(first), gzipSync(second)]))).length,
      2_000,
    );
  });

  test("that are made to fill memory or disk are not unpacked", async () => {
    const bomb = /unpacks to more than 1,000 times its size, which no real data does/;
    assert.match(await refused("a.jsonl.gz", gzipSync(Buffer.alloc(300 * 2 ** 20))), bomb);
    assert.match(await refused("a.jsonl.zst", zstdBomb(3_000)), bomb);
    const window = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 20 << 3, 1, 0, 0]);
    assert.match(await refused("a.jsonl.zst", window), /takes 1024 MB at once, and at most 128 are given/);
    const block = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3, 0xfb, 0xff, 0xff, 0]);
    assert.match(await refused("a.jsonl.zst", block), /a block of it is damaged/);
  });
});

/** A page header as Thrift's compact protocol has it. */
function pageHeader(unpacked: number, packed: number, values: number): Uint8Array {
  const number = (value: number): number[] => {
    const bytes: number[] = [];
    let rest = value * 2;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    return [0x15, ...bytes, rest];
  };
  const page = [...number(0), ...number(unpacked), ...number(packed), 0x2c];
  return Uint8Array.from([...page, ...number(values), ...number(0), ...number(3), ...number(3), 0, 0]);
}

describe("Parquet files", () => {
  const pages = (header: Uint8Array, rows: number, size = header.length + 100) => {
    const file = Buffer.concat([header, Buffer.alloc(size)]);
    const column = { data_page_offset: 0n, total_compressed_size: BigInt(size), path_in_schema: ["a"] };
    const read = (from: number, to: number) => Promise.resolve(new Uint8Array(file.subarray(from, to)));
    return pagesOf(column as Parameters<typeof pagesOf>[0], true, rows, read);
  };

  test("with pages that unpack to more than a page holds are refused before one is unpacked", async () => {
    assert.equal((await pages(pageHeader(1_000, 100, 50), 50)).bytes, 1_000);
    await assert.rejects(pages(pageHeader(largestPage + 1, 100, 50), 50), /unpacks to 257 MB/);
    await assert.rejects(pages(pageHeader(8, 8, 2 ** 30), 2 ** 30), /holds 1,073,741,824 values/);
    await assert.rejects(pages(pageHeader(8, 2 ** 20, 50), 50), /damaged/);
    await assert.rejects(pages(pageHeader(8, 100, 50), 60), /holds 50 rows of 60/);
  });

  test("with pages that hold more than they say are refused", async () => {
    const page = Buffer.alloc(10_000, "a");
    const { GZIP, BROTLI, ZSTD } = boundedCompressors;
    assert.throws(() => GZIP?.(gzipSync(page), 100));
    assert.throws(() => BROTLI?.(brotliCompressSync(page), 100));
    const framed = await zstdOf(page);
    assert.throws(() => ZSTD?.(framed, 100), /damaged/);
    assert.equal(ZSTD?.(framed, page.length).length, page.length);
  });

  test("whose groups of rows are larger than what is read at once have every row, in order", async () => {
    const count = 60_000;
    const text = (i: number) => `${i} ${"x".repeat(400 + (i % 200))}`;
    const columnData = [
      { name: "id", data: Array.from({ length: count }, (_, i) => BigInt(i)) },
      { name: "prompt", data: Array.from({ length: count }, (_, i) => text(i)) },
      { name: "lang", data: Array.from({ length: count }, (_, i) => (i % 7 === 0 ? null : `l${i % 3}`)) },
    ];
    for (const options of [{}, { pageSize: 100_000 }]) {
      const file = parquetWriteBuffer({ columnData, rowGroupSize: count, codec: "UNCOMPRESSED", ...options });
      const rows = await read("a.parquet", new Uint8Array(file));
      assert.equal(rows.length, count);
      for (const [i, row] of rows.entries())
        assert.ok(row.id === i && row.prompt === text(i) && row.lang === columnData[2]?.data[i], `row ${i}`);
    }
  });

  test("cut short in the middle, or with fewer values than rows, are refused from that row on", async () => {
    const all = Array.from({ length: 3_000 }, (_, i) => ({
      id: `r${i}`,
      prompt: `p${i} ${i * 7919}`,
      lang: "en",
    }));
    const file = Buffer.from(parquetOf(all, { rowGroupSize: 1_000 }));
    file.fill(0xff, 20_000, 21_000);
    assert.match(await refused("a.parquet", file), /^a\.parquet can't be read from row [\d,]+ on: /);
    assert.match(await refused("a.parquet", file.subarray(0, file.length - 1)), /cut short/);
  });
});

describe("Parquet files whose table of contents says what can't be", () => {
  const peak = (): number => process.resourceUsage().maxRSS * 1024;
  const leaf = (name: string) => ({ 1: 6, 3: 0, 4: name });
  const column = (...path: string[]) => ({
    2: 0n,
    3: { 1: 6, 2: [0], 3: path, 4: 0, 5: 1n, 6: 100n, 7: 100n, 9: 4n },
  });
  const contents = (schema: readonly ThriftStruct[], groups: readonly ThriftStruct[], rows = 1n) => ({
    1: 1,
    2: schema,
    3: rows,
    4: groups,
  });
  const group = (columns: readonly ThriftStruct[], rows = 1n) => ({ 1: columns, 2: 100n, 3: rows });
  const table = [{ 4: "schema", 5: 1 }, leaf("prompt")];

  test("lists of thirty million, within each other", async () => {
    const nested = Array.from({ length: 30 }, () => [0xf9, ...varint(30_000_000)]).flat();
    const before = peak();
    const file = parquetWith(Uint8Array.from([0x19, ...nested]));
    assert.match(await refused("a.parquet", file), /table of contents.*again/);
    assert.ok(peak() - before < 100e6, `the peak of memory grew by ${peak() - before} bytes`);
  });

  test("structures and columns nested a thousand deep", async () => {
    const deep = Uint8Array.from([...Array<number>(50_000).fill(0x1c), ...Array<number>(50_000).fill(0), 0]);
    assert.match(await refused("a.parquet", parquetWith(deep)), /nested more than 32 deep/);
    const chain = Array.from({ length: 3_000 }, (_, i) => ({ 3: 0, 4: `c${i}`, 5: 1 }));
    const file = parquetWith(contents([...chain, leaf("prompt")], [], 0n));
    assert.match(await refused("a.parquet", file), /nested more than 64 deep/);
  });

  test("more rows than the groups have, or fewer than none", async () => {
    const file = (rows: bigint, own: bigint) =>
      parquetWith(contents(table, [group([column("prompt")], own)], rows));
    assert.match(
      await refused("a.parquet", file(10n ** 12n, 1n)),
      /1,000,000,000,000 rows, and its groups have 1\./,
    );
    assert.match(await refused("a.parquet", file(-1n, -1n)), /says that it has -1 rows/);
  });

  test("more columns than it names, fewer, or one twice", async () => {
    const file = (schema: readonly ThriftStruct[], ...paths: string[]) =>
      parquetWith(contents(schema, [group(paths.map(path => column(path)))]));
    const root = (children: number) => ({ 4: "schema", 5: children });
    assert.match(
      await refused("a.parquet", file([root(2 ** 30), leaf("prompt")], "prompt")),
      /columns breaks off/,
    );
    assert.match(await refused("a.parquet", file([root(2), leaf("prompt")], "prompt")), /columns breaks off/);
    assert.match(
      await refused("a.parquet", file([root(1), leaf("a"), leaf("b")], "a")),
      /continues past its end/,
    );
    assert.match(
      await refused("a.parquet", file(table, "prompt", "prompt")),
      /a column of it is there twice/,
    );
  });
});

describe("what tables hold", () => {
  test("lists within lists, by the hundred thousand, are faults of their rows", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const row = `{"id": 1, "lang": "en", "prompt": ${deep}, "response": "b"}`;
    const [fault = ""] = await faultsOf("a.jsonl", `${row}\n`);
    assert.match(
      fault,
      /^not-a-row 0 Line 1: This line can't be read: lists and maps are nested more than 64 deep\./,
    );
    assert.match((await faultsOf("a.json", `[${row}]`))[0] ?? "", /This element of the array can't be read/);
    const told = await faultsOf("a.csv", `id,lang,messages\n1,en,"${deep}"\n`);
    assert.match(told[0] ?? "", /^wrong-type/);
    const bitDeep = `{"id": 1, "lang": "en", "prompt": "a", "response": "b", "meta": ${"[".repeat(60)}${"]".repeat(60)}}`;
    assert.deepEqual(await faultsOf("a.jsonl", `${bitDeep}\n`), []);
  });

  test("ten thousand columns", async () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
    const row = Object.fromEntries(names.map(name => [name, "x"]));
    const wide = /has 10,000 columns, and at most 2,000 are read.*Keep the columns of prompt/;
    assert.match(await refused("a.parquet", parquetOf([row])), wide);
    assert.match(await refused("a.csv", `${names.join(",")}\n${names.join(",")}\n`), wide);
    assert.match(await refused("a.tsv", `${names.join("\t")}\n`), wide);
    const found = await faultsOf("a.jsonl", JSON.stringify({ ...row, lang: "en" }));
    assert.match(found[0] ?? "", /^missing-field 0 "prompt" is missing/);
  });

  test("a column of several types, and NaN, are faults of their rows", async () => {
    const good = { id: 1, prompt: "a", response: "b", lang: "en" };
    const mixed = [
      good,
      { ...good, id: 2, prompt: 3 },
      { ...good, id: 3, response: ["b"] },
      { ...good, id: [4] },
    ];
    assert.deepEqual(await faultsOf("a.jsonl", mixed.map(row => JSON.stringify(row)).join("\n")), [
      'wrong-type 1 "prompt" must be text in quotes, not a number.',
      'wrong-type 2 "response" must be text in quotes, not a list.',
      'wrong-type 3 "id" must be text, not a list.',
    ]);
    const numbers = [1, Number.NaN, 3].map(id => ({ ...good, id }));
    assert.deepEqual(await faultsOf("a.parquet", parquetOf(numbers)), [
      'wrong-type 0 Row 2: "id" is NaN, which is not an id.',
    ]);
    assert.match(
      (await faultsOf("a.jsonl", '{"id": NaN, "lang": "en"}'))[0] ?? "",
      /^not-a-row 0 Line 1: .*not JSON/,
    );
  });

  test("whole numbers of any size as ids, and lists that a table spells out", async () => {
    const [first] = await read("a.parquet", parquetOf([{ id: 2n ** 60n, n: 5n }]));
    assert.deepEqual(first, { id: String(2n ** 60n), n: 5 });
    const folder = temporaryFolder();
    const chat = JSON.stringify([
      { role: "user", content: "Hi?" },
      { role: "assistant", content: "Hello." },
    ]);
    writeFileSync(join(folder, "en.tsv"), `id\tmessages\n1\t${chat}\n`);
    const { languages } = await loadTrainingData([{ file: "{language}.tsv" }], join(folder, "a.yaml"));
    assert.deepEqual(languages.get("en")?.rows, [
      { id: "1", language: "en", prompt: "Hi?", response: "Hello." },
    ]);
  });
});
