// What a cap keeps, as properties over many sizes: the first in one order of ids, in the order of the file.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom, shuffled } from "../../../src/common/random.ts";
import { capKey, capped } from "../../../src/core/dataset/cap.ts";
import { Lowest } from "../../../src/core/dataset/lowest.ts";

describe("the lowest of many", () => {
  it("are those that sorting gives, ties by who came first, whatever the keys", () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom("lowest", seed);
      const keys = Array.from({ length: 1 + Math.floor(80 * random()) }, () => Math.floor(20 * random()));
      const most = 1 + Math.floor(40 * random());
      const lowest = new Lowest<number>(most);
      const left: number[] = [];
      for (const [place, key] of keys.entries()) {
        const out = lowest.add(key, place);
        if (out !== null) left.push(out.left);
      }
      const sorted = keys
        .map((key, place) => ({ key, place }))
        .sort((a, b) => a.key - b.key || a.place - b.place);
      const expected = sorted.slice(0, most).map(({ place }) => place);
      assert.deepEqual(
        lowest.items(),
        expected.sort((a, b) => a - b),
      );
      assert.deepEqual(
        left.sort((a, b) => a - b),
        sorted
          .slice(most)
          .map(({ place }) => place)
          .sort((a, b) => a - b),
      );
    }
  });
});

describe("a cap", () => {
  const rows = Array.from({ length: 300 }, (_, i) => ({ id: `row-${i}` }));

  it("keeps the same ids in whatever order the rows stand, and more where it is larger", () => {
    let before = new Set<string>();
    for (const cap of [1, 10, 150, 299]) {
      const kept = capped(rows, cap).map(({ id }) => id);
      assert.equal(kept.length, cap);
      assert.deepEqual(
        kept,
        rows.map(({ id }) => id).filter(id => kept.includes(id)),
        "in the order of the file",
      );
      const other = capped(shuffled(rows, seededRandom("cap", cap)), cap).map(({ id }) => id);
      assert.deepEqual(new Set(other), new Set(kept));
      assert.ok([...before].every(id => kept.includes(id)));
      before = new Set(kept);
    }
    assert.equal(capped(rows, undefined), rows);
    assert.equal(capped(rows, 300), rows);
  });

  it("has no liking for rows at the beginning of a file", () => {
    const places = capped(rows, 100).map(({ id }) => Number(id.slice(4)));
    const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
    // Of 100 places drawn from 300 the mean is within 27 of 149.5 in 999 of 1,000 draws.
    assert.ok(Math.abs(mean - 149.5) < 27, `${mean}`);
    assert.notEqual(capKey("row-1"), capKey("row-2"));
  });
});
