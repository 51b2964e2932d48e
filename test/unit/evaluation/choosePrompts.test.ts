// A part of the evaluation prompts: which, and that languages agree on it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choosePrompts } from "../../../src/core/evaluation/choosePrompts.ts";

const rows = (ids: readonly string[]) => ids.map(id => ({ id }));
const all = Array.from({ length: 200 }, (_, i) => `task-${i + 1}`);
const ids = (ofRows: readonly { id: string }[]) => ofRows.map(({ id }) => id);

test("the same ids in every order and language, in the order of the file", () => {
  const chosen = ids(choosePrompts(rows(all), 30));
  assert.equal(chosen.length, 30);
  assert.deepEqual(ids(choosePrompts(rows([...all].reverse()), 30)).reverse(), chosen);
  const gaps = all.filter((_, i) => i % 7 !== 3);
  const ofGaps = ids(choosePrompts(rows(gaps), 30));
  assert.ok(chosen.filter(id => gaps.includes(id)).every(id => ofGaps.includes(id)));
});

test("more prompts contain fewer, and are not the first ones", () => {
  const ten = ids(choosePrompts(rows(all), 10));
  const forty = ids(choosePrompts(rows(all), 40));
  assert.ok(ten.every(id => forty.includes(id)));
  assert.notDeepEqual(ten, all.slice(0, 10));
  assert.equal(choosePrompts(rows(all), 200).length, 200);
});
