// A part of the evaluation prompts: a true sample, of strata and groups, that languages agree on.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { choosePrompts, promptOrder } from "../../../src/core/dataset/choosePrompts.ts";
import { parseEvaluation } from "../../../src/core/dataset/rows.ts";

interface Row {
  readonly id: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly group?: string;
}

const rows = (ids: readonly string[]): Row[] => ids.map(id => ({ id }));
const numbered = (count: number, prefix = "") => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const ids = (ofRows: readonly Row[]) => ofRows.map(({ id }) => id);

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

test("the same ids in every order of the rows, in the order of the file", () => {
  const all = numbered(200, "task-");
  const chosen = ids(choosePrompts(rows(all), 30));
  assert.equal(chosen.length, 30);
  assert.deepEqual(ids(choosePrompts(rows([...all].reverse()), 30)).reverse(), chosen);
  assert.deepEqual(
    chosen,
    all.filter(id => chosen.includes(id)),
  );
});

test("neighbouring ids are drawn independently", () => {
  for (const [all, most, decades] of [
    [numbered(617), 103, 62],
    [numbered(200, "gpt-").map((_, i) => `gpt-${i + 1}`), 33, 21],
    [numbered(617, "row-"), 103, 62],
    [numbered(617).map(id => id.padStart(6, "0")), 103, 62],
  ] as const) {
    const chosen = ids(choosePrompts(rows(all), most));
    const places = chosen.map(id => all.indexOf(id));
    const counts = Array.from(
      { length: decades },
      (_, decade) => places.filter(at => Math.floor(at / 10) === decade).length,
    );
    const mean = most / decades;
    const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (decades - 1);
    assert.ok(variance / mean < 1.3, `${all[1]}: variance/mean ${variance / mean}`);
    // Chance leaves a decade empty with probability 0.83 ** 10: 52 and 18 decades on average.
    assert.ok(counts.filter(n => n > 0).length > decades * 0.7, `${all[1]}: ${counts}`);
  }
});

test("more prompts contain fewer, with strata and groups as well", () => {
  const plain = rows(numbered(200));
  const tagged = plain.map((row, i): Row => ({ ...row, tags: { kind: i < 20 ? "rare" : `k${i % 7}` } }));
  const grouped = tagged.map((row, i): Row => ({ ...row, group: `fact ${Math.floor(i / 3)}` }));
  for (const all of [plain, tagged, grouped]) {
    let fewer: readonly string[] = [];
    for (let most = 1; most <= 200; most += 3) {
      const chosen = ids(choosePrompts(all, most));
      assert.equal(chosen.length, most);
      assert.ok(fewer.every(id => chosen.includes(id)));
      fewer = chosen;
    }
  }
});

test("each category has its share, rounded down or up", () => {
  const categories = "writing roleplay reasoning math coding extraction stem humanities".split(" ");
  const bench = numbered(80).map(
    (_, i): Row => ({
      id: String(81 + i),
      tags: { category: categories[Math.floor(i / 10)] ?? "" },
    }),
  );
  const uneven = numbered(300).map((id, i): Row => ({ id, tags: { kind: i < 200 ? "big" : `k${i % 20}` } }));
  for (const all of [bench, uneven]) {
    const kindOf = (row: Row) => Object.values(row.tags ?? {})[0] ?? "";
    const sizes = tally(all.map(kindOf));
    for (let most = 1; most < all.length; most++) {
      const counts = tally(choosePrompts(all, most).map(kindOf));
      for (const [kind, size] of sizes) {
        const quota = (size * most) / all.length;
        const count = counts.get(kind) ?? 0;
        assert.ok(count >= Math.floor(quota) && count <= Math.ceil(quota), `${kind} ${count} of ${quota}`);
      }
    }
  }
  assert.equal(tally(choosePrompts(bench, 20).map(row => row.tags?.category ?? "")).size, 8);
});

test("rows of one group are drawn apart, and every row is as likely as any other", () => {
  let groups = 0;
  let ofOne = 0;
  let ofThree = 0;
  for (let draw = 0; draw < 300; draw++) {
    // 20 facts of one row, 40 of three: 140 rows.
    const facts = numbered(60).flatMap((fact, i) =>
      numbered(i < 20 ? 1 : 3).map(
        (variant): Row => ({
          id: `${draw}/${fact}/${variant}`,
          group: `${draw}/${fact}`,
          tags: { wording: variant === "2" ? "new" : "familiar" },
        }),
      ),
    );
    const chosen = choosePrompts(facts, 40);
    groups += new Set(chosen.map(row => row.group)).size;
    for (const { group } of chosen) {
      if (Number(group?.split("/")[1]) < 20) ofOne++;
      else ofThree++;
    }
  }
  assert.ok(groups / 300 > 38, `${groups / 300} groups in a sample of 40`); // by chance 31.3
  assert.ok(Math.abs(ofOne / (ofOne + ofThree) - 20 / 140) < 0.01, `${ofOne} of ${ofOne + ofThree}`);
});

test("languages that lack rows are asked what all have", () => {
  const en = rows(numbered(80));
  const sw = en.filter((_, i) => i % 5 !== 2);
  const fi = en.filter((_, i) => i % 7 !== 3);
  const order = promptOrder([en, sw, fi], 20);
  const [first, ...others] = [en, sw, fi].map(all => ids(choosePrompts(all, 20, order)));
  for (const other of others) assert.deepEqual(other, first);
  // Where there is nothing in common each language has a sample of its own.
  const apart = [rows(numbered(80, "a")), rows(numbered(80, "b"))];
  for (const all of apart) assert.equal(choosePrompts(all, 20, promptOrder(apart, 20)).length, 20);
});

test("a sample of the example asks for as many facts as it has prompts, or nearly so", () => {
  const file = new URL("../../../examples/just-a-pinch/data/eval/en.jsonl", import.meta.url);
  const { rows: all } = parseEvaluation(readFileSync(file, "utf8"), { file: "en.jsonl", language: "en" });
  const facts = (most: number) => new Set(choosePrompts(all, most).map(({ group }) => group)).size;
  assert.equal(new Set(all.map(({ group }) => group)).size, 64);
  assert.equal(facts(20), 20);
  assert.ok(facts(40) >= 38, `${facts(40)} of 64`); // by chance 33.0
});
