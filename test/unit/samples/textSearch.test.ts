// The pattern that finds candidates in a file's bytes: it may find too much, and never too little.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { candidatePattern, folded } from "../../../src/core/samples/textSearch.ts";

/** Characters whose case, decomposition or order of marks is a trap, with plain ones between them. */
const traps = [
  ..."aAeEiIıİoOsSkKåÅÅKéÉêếẹữňςσΣßẞǅ ",
  ..."нНиИйЙαΆάἄᾼᾳ한하한中神नमसतक़ड़ोौொோெ้ที่กאבשׁשּׁ",
  ..."\u0300\u0301\u0302\u0307\u0308\u0323\u0334\u0338\u0345\u093c\u094d\u093e\u05c1\u05bc\u0e49\u20d0",
  ...'≠=/"\\\n\u0001',
  ..."\u0dd9\u0dcf\u0dca\u0ddc\u0ddd\u0334",
  "\u{10400}",
  "\u{1d15e}",
];

const bytesOf = (line: string): string => Buffer.from(line, "utf8").toString("latin1");
const finds = (wanted: string, text: string): boolean => {
  const pattern = candidatePattern(folded(wanted));
  return pattern === null || pattern.test(bytesOf(JSON.stringify({ text })));
};

describe("candidates of a search", () => {
  it("hold every text in which what is looked for stands, however it is encoded", () => {
    const random = seededRandom("traps");
    const pick = (): string => traps[Math.floor(random() * traps.length)] ?? "";
    const some = (most: number): string =>
      Array.from({ length: 1 + Math.floor(random() * most) }, pick).join("");
    let held = 0;
    for (let i = 0; i < 20_000; i++) {
      const text = some(9);
      const pieces = [...folded(text)];
      const from = Math.floor(random() * pieces.length);
      // A piece of the text itself, in one encoding or another, or something that is there by chance.
      const piece = pieces.slice(from, from + 1 + Math.floor(random() * 4)).join("");
      const wanted = random() < 0.8 ? piece.normalize(random() < 0.5 ? "NFC" : "NFD") : some(2);
      const written = random() < 0.5 ? text : text.normalize(random() < 0.5 ? "NFC" : "NFD").toUpperCase();
      if (folded(wanted) === "" || !folded(written).includes(folded(wanted))) continue;
      held++;
      assert.ok(finds(wanted, written), JSON.stringify([wanted, written]));
    }
    assert.ok(held > 5_000, String(held));
  });

  it("leave out what has neither the letters nor their accents", () => {
    const pairs = [
      ["ab", "ba a b"],
      ["é", "a u o"],
      ["한", "하나"],
      ["नमस्ते", "नमक"],
      ["q1", "q2"],
      ['"', "a"],
    ] as const;
    for (const [wanted, text] of pairs) {
      const pattern = candidatePattern(folded(wanted));
      assert.equal(pattern?.test(bytesOf(JSON.stringify(text).slice(1, -1))), false, wanted);
    }
  });

  it("are all lines with characters escaped by number, and all lines where only marks are looked for", () => {
    assert.ok(candidatePattern("ж")?.test('{"response":"\\u0416"}'));
    assert.equal(candidatePattern("\u0301"), null);
  });

  it("the ranges hold every character that has a case or a decomposition", () => {
    for (let code = 0; code < 0x110000; code++) {
      if (code >= 0xac00 && code < 0xe000) continue; // Hangul and surrogates
      const character = String.fromCodePoint(code);
      const plain = character.normalize("NFD");
      if (plain === character && character.toLowerCase() === character) continue;
      const wanted = [...folded(plain)][0] ?? "";
      assert.ok(finds(wanted === "" ? plain : folded(character), character), `U+${code.toString(16)}`);
    }
  });

  it("read no text of accented letters to its end from each of them", () => {
    const wanted = candidatePattern(folded("äö"));
    assert.ok(wanted !== null);
    assert.match(wanted.source, /\{0,4\}\?/);
    assert.equal(wanted.test(bytesOf("ä".repeat(2_000_000))), false);
    assert.ok(finds("a\u0323\u0308\u0301ö", "xa\u0308\u0323\u0301o\u0308"));
  });
});
