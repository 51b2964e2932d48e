// Samples that hold a text: of one run, of several beside each other, and only as long as anybody waits for it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SampleRecord } from "../../../src/core/records/records.ts";
import { type SampleIndex, SampleIndexer } from "../../../src/core/samples/sampleIndex.ts";
import { parseSampleLine } from "../../../src/core/samples/sampleLine.ts";
import { candidatePattern, matchingLines } from "../../../src/core/samples/textSearch.ts";
import { SampleSearch } from "../../../src/features/results/sampleSearch.ts";
import type { SamplesQuery } from "../../../src/protocol/resultsView.ts";

const sample = (id: string, response: string, more: Partial<SampleRecord> = {}): Partial<SampleRecord> => ({
  ...{ id, language: "fi", prompt: `prompt ${id}`, response, reference: null, outcome: "followed" },
  ...{ responseLanguage: "fi", languageCorrect: true, ...more },
});

/** A file in memory, read as the library reads one. */
function fileOf(samples: readonly Partial<SampleRecord>[]) {
  const text = samples.map(each => `${JSON.stringify(each)}\n`).join("");
  const bytes = Buffer.from(text, "utf8");
  const indexer = new SampleIndexer();
  indexer.push(bytes);
  return { bytes, index: indexer.index };
}

class Files {
  readonly #files: Readonly<Record<string, { bytes: Buffer; index: SampleIndex }>>;
  /** Lines that were read as samples. */
  parsed = 0;
  beforeScan: () => void = () => undefined;

  constructor(files: Readonly<Record<string, readonly Partial<SampleRecord>[]>>) {
    this.#files = Object.fromEntries(Object.entries(files).map(([name, samples]) => [name, fileOf(samples)]));
  }

  #of(uri: unknown) {
    const file = this.#files[String(uri)];
    assert.ok(file);
    return file;
  }

  #row(uri: unknown, row: number): SampleRecord | null {
    const { bytes, index } = this.#of(uri);
    const { start, length } = index.span(row);
    this.parsed++;
    return parseSampleLine(bytes.subarray(start, start + length).toString("utf8"));
  }

  async index(uri: unknown): Promise<SampleIndex> {
    return this.#of(uri).index;
  }

  async read(uri: unknown, rows: readonly (number | undefined)[]): Promise<(SampleRecord | null)[]> {
    return rows.map(row => (row === undefined ? null : this.#row(uri, row)));
  }

  async scan(
    uri: unknown,
    rows: readonly number[],
    visit: (row: number, sample: SampleRecord) => void,
    options: { readonly wanted: () => boolean; readonly pattern: RegExp | null },
  ): Promise<void> {
    this.beforeScan();
    await Promise.resolve();
    const { bytes, index } = this.#of(uri);
    const lines = rows.map(row => index.span(row));
    const places =
      options.pattern === null
        ? rows.map((_, i) => i)
        : matchingLines(bytes.toString("latin1"), lines, options.pattern);
    for (const place of options.wanted() ? places : []) {
      const row = rows[place] ?? 0;
      const found = this.#row(uri, row);
      if (found !== null) visit(row, found);
    }
  }
}

let number = 0;
const query = (text: string, more: Partial<SamplesQuery> = {}): SamplesQuery => ({
  ...{ number: ++number, folders: ["a"], language: "fi", outcome: "all" as const, responseLanguage: null },
  ...{ text, ...more },
});
const runs = (...names: string[]) => names.map(folder => ({ folder, uri: folder as never }));

const own = [
  sample("1", "Sää on KAUNIS"),
  sample("2", "sa\u0308a\u0308 on ruma", { reference: "Kaunis" }),
  sample("3", "sade"),
  sample("kaunis-4", "tuuli"),
  sample("5", "kaunis", { language: "en" }),
  sample("6", "lumi", { prompt: "Mikä on kaunista?" }),
];

async function found(
  files: Files,
  wanted: SamplesQuery,
  ...names: string[]
): Promise<(string | undefined)[]> {
  const search = new SampleSearch(files);
  await search.find(wanted, runs(...names));
  return (await search.window(0, 99)).map(row => row.sample?.id);
}

describe("a search in samples", () => {
  it("finds prompt, response, reference and id, whatever the case and the encoding of accents", async () => {
    const files = new Files({ a: own });
    assert.deepEqual(await found(files, query("kaunis"), "a"), ["1", "2", "kaunis-4", "6"]);
    assert.deepEqual(await found(files, query("SÄÄ"), "a"), ["1", "2"]);
    assert.deepEqual(await found(files, query("kaunis", { language: null }), "a"), [
      "1",
      "2",
      "kaunis-4",
      "5",
      "6",
    ]);
    assert.deepEqual(await found(files, query("  "), "a"), ["1", "2", "3", "kaunis-4", "6"]);
  });

  it("reads only lines that may hold the text", async () => {
    const files = new Files({ a: own });
    await new SampleSearch(files).find(query("tuuli"), runs("a"));
    assert.equal(files.parsed, 1);
  });

  it("with others beside a row counts where any of the responses holds the text", async () => {
    const files = new Files({ a: own, b: [sample("3", "Kaunis sade"), sample("1", "tuuli")] });
    const wanted = query("kaunis", { folders: ["a", "b"] });
    assert.deepEqual(await found(files, wanted, "a", "b"), ["1", "2", "3", "kaunis-4", "6"]);
  });

  it("a newer search ends the one before, which then has found nothing", async () => {
    const files = new Files({ a: own });
    const search = new SampleSearch(files);
    let newer: Promise<unknown> | undefined;
    files.beforeScan = () => {
      files.beforeScan = () => undefined;
      newer = search.find(query("sade"), runs("a"));
    };
    assert.equal(await search.find(query("kaunis"), runs("a")), null);
    await newer;
    assert.deepEqual(
      (await search.window(0, 9)).map(row => row.sample?.id),
      ["3"],
    );
    assert.equal(files.parsed, 2, "one line for the newer search, one for its row; none for the older");
  });
});

describe("lines that a pattern matches in", () => {
  const text = "one ab\ntwo\nab ab\nthree ab\n";
  const spans = [
    { start: 0, length: 6 },
    { start: 7, length: 3 },
    { start: 11, length: 5 },
    { start: 17, length: 8 },
  ];
  const matching = (lines: readonly (typeof spans)[number][], pattern = /ab/g) =>
    matchingLines(text, lines, pattern);

  it("count once each, and lines that were not asked for count for nothing", () => {
    assert.deepEqual(matching(spans), [0, 2, 3]);
    assert.deepEqual(matching(spans.slice(1, 2)), []);
    assert.deepEqual(matching([spans[1], spans[3]].filter(span => span !== undefined)), [1]);
    assert.deepEqual(matching([]), []);
  });

  it("a match across the end of a line is none of either", () => {
    assert.deepEqual(matching(spans, /ab\ntwo/g), []);
    assert.deepEqual(matching(spans.slice(1), /two\nab|ab/g), [1, 2]);
    assert.deepEqual(matchingLines("xa\nab", [{ start: 3, length: 2 }], candidatePattern("ab") ?? /$/g), [0]);
  });
});
