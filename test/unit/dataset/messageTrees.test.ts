// Message trees become one conversation each, by the ranks of answers; whatever is not used is counted by its reason.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "../../../src/common/json.ts";
import { MessageTrees, unusedText } from "../../../src/core/dataset/messageTrees.ts";

interface Made {
  readonly text: string;
  readonly replies?: readonly Made[];
  readonly [field: string]: unknown;
}

/** Odd levels ask, even ones answer. */
function treeOf(made: Made, role = "prompter"): JsonObject {
  const { replies = [], ...fields } = made;
  const other = role === "prompter" ? "assistant" : "prompter";
  return {
    message_id: made.text,
    role,
    lang: "fi",
    deleted: false,
    review_result: true,
    ...fields,
    replies: replies.map(reply => treeOf(reply, other)),
  };
}

function flat({ replies, ...message }: JsonObject, parent: unknown = null): JsonObject[] {
  const below = (replies as readonly JsonObject[]).flatMap(reply => flat(reply, message.message_id));
  return [{ ...message, parent_id: parent, message_tree_id: "tree" }, ...below];
}

interface Read {
  readonly rows: readonly (readonly unknown[])[];
  readonly unused: Record<string, number>;
}

function read(rows: readonly JsonObject[]): Read {
  const trees = new MessageTrees<number>();
  const found = [...rows.flatMap((row, place) => trees.push(row, place)), ...trees.end()];
  return {
    rows: found.map(({ row, place }) => [
      place,
      row.id,
      row.lang,
      ...(row.messages as readonly { role: string; content: string }[]).map(
        ({ role, content }) => `${role[0]}:${content}`,
      ),
    ]),
    unused: Object.fromEntries([...trees.unused].map(([reason, { count }]) => [reason, count])),
  };
}

const tree = treeOf({
  text: "Q",
  replies: [
    { text: "second", rank: 1, replies: [{ text: "lost", replies: [{ text: "lost too" }] }] },
    {
      text: "best",
      rank: 0,
      replies: [
        { text: "no answer" },
        { text: "more", replies: [{ text: "unranked" }, { text: "ranked", rank: 3 }] },
      ],
    },
    { text: "third" },
  ],
});
const wanted = ["p:Q", "a:best", "p:more", "a:ranked"];
const beside = { otherBranch: 6 };

describe("one conversation of a tree", () => {
  test("goes along the best-ranked answers, and prompts that have one", () => {
    const row = { message_tree_id: "tree", tree_state: "ready_for_export", prompt: tree };
    assert.deepEqual(read([row]), { rows: [[0, "tree", "fi", ...wanted]], unused: beside });
  });

  test("is the same from a row for each message, in any order", () => {
    const rows = flat(tree);
    assert.deepEqual(read(rows), { rows: [[0, "tree", "fi", ...wanted]], unused: beside });
    const [row] = read(rows.toReversed()).rows;
    assert.deepEqual(row?.slice(1), ["tree", "fi", ...wanted]);
  });

  test("without ranks takes the first answer", () => {
    const plain = treeOf({ text: "Q", replies: [{ text: "one", rank: null }, { text: "two" }] });
    assert.deepEqual(read(flat(plain)).rows, [[0, "tree", "fi", "p:Q", "a:one"]]);
  });
});

describe("what is left out has a reason", () => {
  test("deleted, rejected, empty, in another language", () => {
    const made = treeOf({
      text: "Q",
      replies: [
        { text: "deleted", rank: 0, deleted: true, replies: [{ text: "below" }] },
        { text: "rejected", rank: 1, review_result: false },
        { text: " ", message_id: "blank", rank: 2 },
        { text: "Swedish", rank: 3, lang: "sv" },
        { text: "used", rank: 4, review_result: null, lang: null },
      ],
    });
    assert.deepEqual(read(flat(made)), {
      rows: [[0, "tree", "fi", "p:Q", "a:used"]],
      unused: { deleted: 1, rejected: 1, noText: 1, otherLanguage: 1, otherBranch: 1 },
    });
  });

  test("prompts without an answer, and trees whose first message can't be used", () => {
    const bad = treeOf({ text: "B", review_result: false, replies: [{ text: "answer" }] });
    const open = treeOf({ text: "Q" });
    const reversed = treeOf({ text: "A", role: "assistant", replies: [{ text: "Q2", role: "prompter" }] });
    assert.deepEqual(read([bad, open, reversed].map(prompt => ({ prompt }))), {
      rows: [],
      unused: { rejected: 1, otherBranch: 2, noAnswer: 2 },
    });
  });

  test("messages without their beginning, in circles, and twice", () => {
    const [, ...orphans] = flat(treeOf({ text: "Q", replies: [{ text: "A", replies: [{ text: "B" }] }] }));
    const circle = [
      { message_id: "x", parent_id: "y", role: "prompter", text: "x" },
      { message_id: "y", parent_id: "x", role: "assistant", text: "y" },
    ];
    assert.deepEqual(read([...orphans, ...circle]), { rows: [], unused: { noParent: 4 } });
    assert.deepEqual(read([...flat(tree), ...flat(tree)]).unused, { otherBranch: 6, repeated: 10 });
  });

  test("every message is used or counted, of a thousand random trees", () => {
    let state = 1;
    const random = (below: number): number => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    const grow = (depth: number): Made => ({
      text: `m${random(1_000_000)}-${random(1_000_000)}`,
      ...(random(3) > 0 && { rank: random(4) }),
      ...(random(8) === 0 && { deleted: true }),
      ...(random(8) === 0 && { review_result: false }),
      ...(random(8) === 0 && { lang: "sv" }),
      replies: depth === 0 ? [] : Array.from({ length: random(4) }, () => grow(depth - 1)),
    });
    for (let times = 0; times < 1000; times++) {
      const rows = flat(treeOf(grow(4)));
      const { rows: made, unused } = read(rows);
      const turns = made.reduce((sum, row) => sum + row.length - 3, 0);
      const counted = Object.values(unused).reduce((sum, count) => sum + count, 0);
      assert.equal(turns + counted, rows.length);
      assert.equal(turns % 2, 0);
    }
  });

  test("is told in words", () => {
    assert.equal(unusedText("deleted", 1), "1 message that was deleted is not used.");
    assert.equal(
      unusedText("otherLanguage", 2),
      "2 messages in other languages than their first prompts are not used.",
    );
  });
});

test("rows of other kinds go through, and no depth is too deep", () => {
  const plain = { prompt: "a", response: "b" };
  const trees = new MessageTrees<number>();
  assert.deepEqual(trees.push(plain, 7), [{ row: plain, place: 7 }]);
  const chain = Array.from({ length: 50_000 }, (_, number) => ({
    message_id: String(number),
    parent_id: number === 0 ? null : String(number - 1),
    role: number % 2 === 0 ? "prompter" : "assistant",
    text: "x",
  }));
  assert.equal(read(chain).rows[0]?.length, 50_003);
});
