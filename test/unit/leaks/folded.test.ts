// Which texts count as the same: those that differ in case, punctuation, spacing and Unicode form only.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Folded } from "../../../src/core/leaks/folded.ts";

const key = (text: string): string => {
  const { units, length } = new Folded().fold(text);
  return String.fromCharCode(...units.subarray(0, length));
};

describe("the same text", () => {
  const pairs: readonly (readonly [string, string])[] = [
    ["What is two plus three ?", "what is Two plus three."],
    ["Count to 3 !", "Count to 3."],
    ["Mikä on  Suomen\npääkaupunki?", "MIKÄ ON SUOMEN PÄÄKAUPUNKI"],
    ["cafe\u0301", "CAFÉ"],
    ["芬兰的首都是哪里？", "芬兰的首都 是哪里"],
    ["１２ apples", "12 apples"],
    ["well-known", "well known"],
    ["“Quoted”, he said", '"quoted" he said'],
    ["می\u200cخواهم", "میخواهم"],
    ["कौन सा शहर?", "कौन सा शहर ?"],
  ];
  for (const [a, b] of pairs)
    it(`${a} | ${b}`, () => {
      assert.equal(key(a), key(b));
      assert.equal(new Folded().fold(a).hash(), new Folded().fold(b).hash());
    });
});

describe("another text", () => {
  const pairs: readonly (readonly [string, string])[] = [
    ["What is 3 4?", "What is 34?"],
    ["What is 3 + 4?", "What is 3 - 4?"],
    ["What is 12*3?", "What is 12/3?"],
    ["Round 3.5", "Round 35"],
    ["At 12:30", "At 1230"],
    ["The absolute value of -5", "The absolute value of 5"],
    ["Write it in C++", "Write it in C"],
    ["Write it in C#", "Write it in C"],
    ["कि", "की"],
    ["resume", "résumé"],
  ];
  for (const [a, b] of pairs)
    it(`${a} | ${b}`, () => {
      assert.notEqual(key(a), key(b));
      assert.notEqual(new Folded().fold(a).hash(), new Folded().fold(b).hash());
    });
});

it("a sign that joins is none of a number", () => assert.equal(key("Covid-19"), key("covid 19")));

it("marks alone are no text", () => {
  for (const text of ["", " … ", "?!", "\u200b"]) assert.equal(new Folded().fold(text).length, 0);
});

it("one instance holds the text that came last", () => {
  const folded = new Folded().fold("a much longer text, 12 and 34, than the one that comes after it");
  assert.deepEqual({ ...folded.fold("ab 1"), units: null }, { ...new Folded().fold("ab 1"), units: null });
  assert.equal(folded.hash(), new Folded().fold("ab 1").hash());
});
