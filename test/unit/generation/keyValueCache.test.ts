// The cache's memory: rows keep their contents when they are moved, widened, or begun with a shared prefix.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DecoderConfig } from "../../../src/graph/nn/decoderConfig.ts";
import { bytesPerPlace, KeyValueCache } from "../../../src/runtime/generation/keyValueCache.ts";
import { type Feeds, tensor } from "../../../src/runtime/ort/session.ts";

const sizes = { layers: 2, kvHeads: 2, headSize: 3 };
const everywhere = { window: null, rotary: null };
const config = { ...sizes, attention: [everywhere, everywhere] } as unknown as DecoderConfig;
const parts = ["0.keys", "0.values", "1.keys", "1.values"];

/** What a step yields for these rows: each number says row, place, part, head and component. */
function output(rows: readonly { row: number; from: number }[], length: number): Feeds {
  return Object.fromEntries(
    parts.map((name, part) => {
      const values = rows.flatMap(({ row, from }) =>
        [0, 1].flatMap(head => Array.from({ length }, (_, i) => valuesAt(row, from + i, part, head)).flat()),
      );
      return [
        `fresh.${name}`,
        tensor(Float32Array.from(values), [rows.length, sizes.kvHeads, length, sizes.headSize]),
      ];
    }),
  );
}

const valuesAt = (row: number, place: number, part: number, head: number): number[] =>
  [0, 1, 2].map(component => row * 10000 + place * 100 + part * 20 + head * 10 + component);

/** Holds the first places of each slot to what was stored for a row. */
function holds(cache: KeyValueCache, slots: readonly { row: number; filled: number }[]): void {
  const feeds = cache.feeds(0, slots.length);
  for (const [part, name] of parts.entries()) {
    const found = feeds[`cache.${name}`];
    assert.deepEqual(found?.dims, [slots.length, sizes.kvHeads, 1, cache.places, sizes.headSize]);
    const data = found.data as Float32Array;
    for (const [slot, { row, filled }] of slots.entries()) {
      for (const head of [0, 1]) {
        for (let place = 0; place < filled; place++) {
          const at = ((slot * 2 + head) * cache.places + place) * 3;
          assert.deepEqual(Array.from(data.subarray(at, at + 3)), valuesAt(row, place, part, head));
        }
      }
    }
  }
}

test("a place takes keys and values of all layers and heads in float32", () => {
  assert.equal(bytesPerPlace(config), 2 * 2 * 2 * 3 * 4);
});

test("rows of different lengths are stored, widened, moved, and go on", () => {
  const cache = new KeyValueCache(config, 200);
  cache.reserve(4, 5, []);
  assert.equal(cache.places, 5, "as many as the rows will ever need, not a whole step");
  cache.append(
    output(
      [
        { row: 1, from: 0 },
        { row: 2, from: 0 },
        { row: 3, from: 0 },
      ],
      4,
    ),
    0,
    [0, 0, 0],
    [4, 2, 3],
    4,
  );
  holds(cache, [
    { row: 1, filled: 4 },
    { row: 2, filled: 2 },
    { row: 3, filled: 3 },
  ]);
  cache.reserve(6, 60, [4, 2, 3]);
  assert.equal(cache.places, 32);
  holds(cache, [
    { row: 1, filled: 4 },
    { row: 2, filled: 2 },
    { row: 3, filled: 3 },
  ]);
  cache.append(
    output(
      [
        { row: 1, from: 4 },
        { row: 2, from: 2 },
        { row: 3, from: 3 },
      ],
      1,
    ),
    0,
    [4, 2, 3],
    [1, 1, 1],
    1,
  );
  cache.move(2, 0, 4);
  holds(cache, [
    { row: 3, filled: 4 },
    { row: 2, filled: 3 },
  ]);
  cache.append(output([{ row: 9, from: 0 }], 7), 2, [0], [7], 7);
  holds(cache, [
    { row: 3, filled: 4 },
    { row: 2, filled: 3 },
    { row: 9, filled: 7 },
  ]);
});

test("a prefix is put in front of any row", () => {
  const cache = new KeyValueCache(config, 30);
  cache.reserve(3, 3, []);
  cache.append(output([{ row: 5, from: 0 }], 3), 0, [0], [3], 3);
  const prefix = cache.copy(0, 2);
  cache.reserve(10, 10, []);
  cache.paste(2, prefix);
  cache.append(output([{ row: 5, from: 2 }], 4), 2, [2], [4], 4);
  cache.move(2, 0, 6);
  holds(cache, [{ row: 5, filled: 6 }]);
});
