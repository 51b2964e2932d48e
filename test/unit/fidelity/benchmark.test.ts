// The Language Confusion Benchmark's rules, one by one; values by its compute_metrics.py with the languages given here.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { judgeAsBenchmark } from "../../../src/core/fidelity/benchmark.ts";
import { isEnglishWord } from "../../../src/runtime/identification/englishWords.ts";

/** A line that holds `<xx>` in its text is in xx, others in the wanted language. */
function judge(response: string, wanted: string) {
  const seen: string[] = [];
  const { judgedLines, ...verdict } = judgeAsBenchmark(response, wanted, {
    languageOf: line => {
      seen.push(line);
      return /XX([a-z]{2})/u.exec(line)?.[1] ?? wanted;
    },
    isOwn: language => language === wanted,
    isEnglishWord,
  });
  return { ...verdict, seen, lines: judgedLines.map(({ index }) => index) };
}

describe("judgeAsBenchmark", () => {
  it("identifies lines of five tokens or more, without ASCII punctuation", () => {
    const found = judge("One, two three four.\n“One” two—three, (four)!\n\n1 2 3 4 5\n- a b c d", "en");
    assert.deepEqual(found.seen, ["1 2 3 4 5"]);
    assert.deepEqual(found.lines, [3]);
    assert.deepEqual(judge("a b c—d e، f،", "ar").seen, ["a b c d e f"]);
  });

  it("drops what follows from a line that starts with Q: on", () => {
    const found = judge("uno dos tres cuatro cinco\nQ: one two three four five XXen\nseis", "es");
    assert.deepEqual([found.lineAccuracy, found.lpr], [1, true]);
    assert.equal(judge("Q: one two three four XXen", "es").lpr, false, "the first line is no next question");
  });

  it("counts lines for acc, and one wrong line for LPR; a line that can't be told is wrong", () => {
    const right = "un deux trois quatre cinq";
    const found = judge(`${right}\n${right} XXen\n${right}\n${right} XXxx\noui`, "fr");
    assert.deepEqual([found.lineAccuracy, found.lpr, found.wpr], [0.5, false, null]);
    const none = judge("oui, bien sûr", "fr");
    assert.deepEqual([none.lineAccuracy, none.lpr, none.wpr], [null, null, null]);
  });

  it("looks for English words of more than 3 letters in lower case, in lines that all pass", () => {
    const words = (line: string): boolean | null => judge(line, "ru").wpr;
    assert.equal(words("раз два software три четыре"), false);
    assert.equal(words("раз два (software), три четыре"), false);
    assert.equal(words("раз два Software три четыре"), true);
    assert.equal(words("раз два the три четыре"), true);
    assert.equal(words("раз два softwarer три четыре"), true, "no word of the list");
    assert.equal(words("раз два café's три четыре"), false, "cafés is one");
    assert.equal(words("раз два мягкийsoftware три четыре"), true, "part of a token");
    assert.equal(words("раз два software\nраз два три четыре пять"), true, "in a line that is too short");
    assert.equal(words("раз два software три четыре\nраз два три четыре пять XXen"), null);
    assert.equal(judge("uno dos software tres cuatro", "es").wpr, null, "Latin script");
  });

  it("cuts Chinese and Japanese into words, whatever the response is in", () => {
    assert.deepEqual(judge("北京是中国的首都", "zh").lines, [0]);
    assert.deepEqual(judge("北京是", "zh").lines, []);
    assert.deepEqual(judge("1980年——abc", "zh").lines, [0], "each — is a space, and each space a token");
    assert.deepEqual(judge("北京是中国的首都", "ru").lines, [], "one token between spaces");
    assert.equal(judge("我们可以用这个method来解决", "zh").wpr, false);
    assert.deepEqual(judge("私は昨日、友だちと映画を見た", "ja").lines, [0]);
    assert.equal(judge("私は昨日methodを友だちと見た", "ja").wpr, false);
  });

  it("has the benchmark's list", () => {
    for (const word of ["weather", "éclair", "abaci"]) assert.ok(isEnglishWord(word), word);
    for (const word of ["the", "Paris", "barista", "", "barıs"]) assert.ok(!isEnglishWord(word), word);
  });
});
