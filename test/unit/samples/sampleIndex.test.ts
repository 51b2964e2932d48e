// The index of a samples file: which lines are samples, where they lie, and what they are filtered by.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Outcome, SampleRecord } from "../../../src/core/records/records.ts";
import { type SampleIndex, SampleIndexer } from "../../../src/core/samples/sampleIndex.ts";
import { parseSampleLine } from "../../../src/core/samples/sampleLine.ts";

const encoder = new TextEncoder();

function sample(
  id: number,
  outcome: Outcome,
  language = "fi",
  responseLanguage = language,
): Partial<SampleRecord> {
  return { id: String(id), language, prompt: "p", response: "ä ع 中", outcome, responseLanguage };
}

/** Pushed in pieces of `size` bytes through one buffer, as a file is read. */
function indexed(text: string, size = 7): { index: SampleIndex; bytes: Uint8Array } {
  const bytes = encoder.encode(text);
  const indexer = new SampleIndexer();
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    buffer.set(piece);
    indexer.push(buffer.subarray(0, piece.length));
  }
  return { index: indexer.index, bytes };
}

function text(samples: readonly Partial<SampleRecord>[], end = "\n"): string {
  return samples.map(each => `${JSON.stringify(each)}${end}`).join("");
}

describe("an index of samples", () => {
  it("finds whole lines wherever pieces are cut, and leaves out half a line and what is no sample", () => {
    const half = JSON.stringify(sample(3, "followed")).slice(0, -9);
    const all = `${text([sample(1, "followed")], "\r\n")}\n{"language":"fi","outcome":"splendid"}\nnull\n[]\n${text([sample(2, "wrongAnswer")])}${half}`;
    for (const size of [1, 7, 64, 10_000]) {
      const { index, bytes } = indexed(all, size);
      assert.equal(index.size, 2);
      assert.deepEqual(index.unreadable, { count: 3, first: 3 });
      const lines = [0, 1].map(row => {
        const { start, length } = index.span(row);
        return parseSampleLine(new TextDecoder().decode(bytes.subarray(start, start + length)));
      });
      assert.deepEqual(
        lines.map(each => [each?.id, each?.response]),
        [
          ["1", "ä ع 中"],
          ["2", "ä ع 中"],
        ],
      );
    }
  });

  it("passes over a line of 100 MB without holding it, and reads what stands around it", () => {
    const indexer = new SampleIndexer();
    const held = process.memoryUsage().arrayBuffers;
    indexer.push(encoder.encode(text([sample(1, "followed")])));
    const piece = encoder.encode("x".repeat(1 << 18));
    let most = 0;
    for (let bytes = 0; bytes < 100e6; bytes += piece.length) {
      indexer.push(piece);
      most = Math.max(most, process.memoryUsage().arrayBuffers - held);
    }
    const before = 100e6 / piece.length;
    indexer.push(encoder.encode(`\n${text([sample(2, "followed")])}`));
    const { index } = indexer;
    assert.deepEqual([index.size, index.unreadable], [2, { count: 1, first: 2 }]);
    const first = encoder.encode(text([sample(1, "followed")])).length;
    assert.equal(index.span(1).start, first + Math.ceil(before) * piece.length + 1);
    assert.ok(most < 50e6, `${most} bytes were held`);
  });

  const many = [
    ...Array.from({ length: 120 }, (_, i) =>
      sample(i, i % 3 === 0 ? "followed" : "wrongLanguage", "fi", i % 3 === 0 ? "fi" : "en"),
    ),
    sample(999, "followed", "sw"),
  ];
  const filter = { language: "fi", outcome: "all", responseLanguage: null } as const;

  it("filters by language and outcome, and counts every outcome whatever that filter", () => {
    const { index } = indexed(text(many), 1000);
    const found = index.find({ ...filter, outcome: "followed" });
    assert.equal(found.rows.length, 40);
    assert.deepEqual(
      found.rows.map(row => [index.at(row).language, Number(index.at(row).id) % 3]),
      Array.from({ length: 40 }, () => ["fi", 0]),
    );
    assert.deepEqual(found.outcomes, {
      followed: 40,
      wrongLanguage: 80,
      wrongAnswer: 0,
      unchecked: 0,
      noLanguage: 0,
      unscored: 0,
    });
    assert.equal(index.find({ ...filter, language: null }).rows.length, 121);
    assert.equal(index.find({ ...filter, language: "cs" }).rows.length, 0);
  });

  it("filters by the language of the response, the most frequent first", () => {
    const { index } = indexed(text(many), 1000);
    const found = index.find({ ...filter, responseLanguage: "en" });
    assert.equal(found.rows.length, 80);
    assert.deepEqual(found.responseLanguages, [
      { tag: "en", count: 80 },
      { tag: "fi", count: 40 },
    ]);
  });

  it("has room for as many as there are, and knows each where it lies", () => {
    const lines = Array.from({ length: 2_500 }, (_, i) => `${JSON.stringify(sample(i, "unchecked"))}\n`);
    const { index, bytes } = indexed(lines.join(""), 100_000);
    assert.equal(index.size, 2_500);
    for (const row of [0, 1_023, 1_024, 2_499]) {
      const { start, length } = index.span(row);
      const line = new TextDecoder().decode(bytes.subarray(start, start + length));
      assert.equal(parseSampleLine(line)?.id, String(row));
      assert.deepEqual(index.at(row), { id: String(row), language: "fi" });
    }
    assert.equal(index.find({ ...filter, outcome: "unchecked" }).rows.length, 2_500);
  });

  it("tells the row of a prompt in its language", () => {
    const { index } = indexed(text(many), 1000);
    assert.equal(index.rowOf("sw", "999"), 120);
    assert.equal(index.rowOf("fi", "999"), undefined);
    assert.deepEqual(index.languages(), ["fi", "sw"]);
  });
});

describe("one line of samples", () => {
  it("of a line that was edited by hand what can't be shown is left out, and the rest is shown", () => {
    const edited = {
      ...sample(1, "followed"),
      tags: "new",
      reference: 7,
      answeredIn: ["en"],
      responseLanguage: null,
      instructions: [null, { id: 5 }, { id: "punctuation:no_comma", strict: true, loose: true }],
      foreign: [null, { start: 0, end: 1, language: "en" }],
    };
    const shown = parseSampleLine(JSON.stringify(edited));
    assert.deepEqual(
      [shown?.tags, shown?.reference, shown?.answeredIn, shown?.responseLanguage],
      [{}, null, null, "und"],
    );
    assert.deepEqual(
      shown?.instructions?.map(({ id }) => id),
      ["punctuation:no_comma"],
    );
    assert.deepEqual(shown?.foreign?.length, 1);
    const nonsense = parseSampleLine(JSON.stringify({ ...edited, instructions: "all", foreign: 3 }));
    assert.deepEqual([nonsense?.instructions, nonsense?.foreign], [undefined, undefined]);
  });
});
