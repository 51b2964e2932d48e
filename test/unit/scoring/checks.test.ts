// The rules that decide "followed the instruction", in every script of the starter's languages.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Check } from "../../../src/core/dataset/checkTypes.ts";
import { normaliseText } from "../../../src/core/language/foldText.ts";
import { passesChecks } from "../../../src/core/scoring/checks.ts";

function equal(a: string, b: string): void {
  assert.equal(normaliseText(a), normaliseText(b), `${JSON.stringify(a)} and ${JSON.stringify(b)}`);
}

function differ(a: string, b: string): void {
  assert.notEqual(normaliseText(a), normaliseText(b), `${JSON.stringify(a)} and ${JSON.stringify(b)}`);
}

function passes(response: string, check: Check, expected: boolean): void {
  assert.equal(
    passesChecks(response, [check]),
    expected,
    `${JSON.stringify(response)} ${JSON.stringify(check)}`,
  );
}

test("normalising drops sentence punctuation of every script at either end", () => {
  equal("Paris.", "paris");
  equal("¿París?", "parís");
  equal("巴黎。", "巴黎");
  equal("पेरिस।", "पेरिस");
  equal("باريس؟", "باريس");
  equal("باريس،", "باريس");
  equal("“Paris”.", "Paris");
  equal("「巴黎」", "巴黎");
  equal("  Paris \n!", "Paris");
  equal("פריז…", "פריז");
});

test("normalising keeps what carries meaning", () => {
  differ("50%", "50");
  differ("-5", "5");
  differ(".5", "5");
  differ("C#", "C");
  differ("sää", "saa");
  differ("kır", "kir");
  differ("a b", "ab");
  differ("3.5", "35");
});

test("normalising folds case, width, quotes, apostrophes, tatweel and invisible marks", () => {
  equal("STRASSE", "Straße");
  equal("ΟΔΟΣ", "οδος");
  equal("Ｐａｒｉｓ　１", "paris 1");
  equal("ℌello", "hello");
  equal("ng’ombe", "ng'ombe");
  equal("ngʼombe", "ng'ombe");
  equal("צה״ל", 'צה"ל');
  equal("كتـــاب", "كتاب");
  equal("\u200fباريس\u200e", "باريس");
  equal("cafe\u0301", "café");
  equal("one \t two", "one two");
});

test("answer compares the whole response", () => {
  const check: Check = { kind: "answer", accepts: ["Paris", "It is Paris."] };
  passes("PARIS!", check, true);
  passes("it is paris", check, true);
  passes("Paris, France", check, false);
  passes("", check, false);
  passes("", { kind: "answer", accepts: [""] }, false);
});

test("includes wants whole words where the script has word breaks", () => {
  passes("I own a cat.", { kind: "includes", all: ["cat"] }, true);
  passes("concatenate", { kind: "includes", all: ["cat"] }, false);
  passes("cats", { kind: "includes", all: ["cat"] }, false);
  passes("concat, then a cat", { kind: "includes", all: ["cat"] }, true);
  passes("Viva l’Italia", { kind: "includes", all: ["Italia"] }, true);
  passes("столица — Москва", { kind: "includes", all: ["Москва"] }, true);
  passes("Москвах", { kind: "includes", all: ["Москва"] }, false);
  passes("दिल्ली भारत की राजधानी है।", { kind: "includes", all: ["भारत", "दिल्ली"] }, true);
  passes("भारतीय", { kind: "includes", all: ["भारत"] }, false);
  passes("法国的首都是巴黎。", { kind: "includes", all: ["巴黎"] }, true);
  passes("答案是Paris。", { kind: "includes", all: ["Paris"] }, true);
  passes("A only", { kind: "includes", all: ["A", "B"] }, false);
});

test("numbers are words too", () => {
  passes("It is 1,500.", { kind: "includes", all: ["500"] }, false);
  passes("It is 3.5", { kind: "includes", all: ["3"] }, false);
  passes("第3名", { kind: "includes", all: ["3"] }, true);
  passes("13月", { kind: "includes", all: ["3"] }, false);
  passes("It is 5, or so", { kind: "includes", all: ["5"] }, true);
  passes("The answer is 3.", { kind: "includes", all: ["3"] }, true);
});

test("excludes refuses any of its words", () => {
  passes("a dog", { kind: "excludes", none: ["cat", "cow"] }, true);
  passes("a cow", { kind: "excludes", none: ["cat", "cow"] }, false);
  passes("cowboy", { kind: "excludes", none: ["cow"] }, true);
});

test("list takes commas and line breaks of every script, and and-words", () => {
  passes("One, two, three.", { kind: "list", items: ["one", "two", "three"] }, true);
  passes("one, two and three", { kind: "list", items: ["one", "two", "three"] }, true);
  passes("one, two, and three", { kind: "list", items: ["one", "two", "three"] }, true);
  passes("1. one\r\n2. two\r\n3. three", { kind: "list", items: ["one", "two", "three"] }, true);
  passes("- one\n- two", { kind: "list", items: ["one", "two"] }, true);
  passes("一月、二月和三月。", { kind: "list", items: ["一月", "二月", "三月"] }, true);
  passes("一月，二月，三月", { kind: "list", items: ["一月", "二月", "三月"] }, true);
  passes("يناير، فبراير، مارس", { kind: "list", items: ["يناير", "فبراير", "مارس"] }, true);
  passes("يناير وفبراير", { kind: "list", items: ["يناير", "فبراير"] }, true);
  passes("ינואר, פברואר ומרץ", { kind: "list", items: ["ינואר", "פברואר", "מרץ"] }, true);
  passes("जनवरी, फ़रवरी और मार्च।", { kind: "list", items: ["जनवरी", "फ़रवरी", "मार्च"] }, true);
  passes("январь; февраль и март", { kind: "list", items: ["январь", "февраль", "март"] }, true);
  passes("tammikuu ja helmikuu", { kind: "list", items: ["tammikuu", "helmikuu"] }, true);
  passes("moja, mbili na tatu", { kind: "list", items: ["moja", "mbili", "tatu"] }, true);
});

test("list is exact: order, number and nothing around", () => {
  passes("two, one", { kind: "list", items: ["one", "two"] }, false);
  passes("one, two, three", { kind: "list", items: ["one", "two"] }, false);
  passes("one", { kind: "list", items: ["one", "two"] }, false);
  passes("one two", { kind: "list", items: ["one", "two"] }, false);
  passes("Here: one, two", { kind: "list", items: ["one", "two"] }, false);
  passes("cat, cat, cat", { kind: "list", items: ["cat", "cat"] }, false);
  passes("cat, cat", { kind: "list", items: ["cat", "cat"] }, true);
  passes("onetwo", { kind: "list", items: ["one", "two"] }, false);
});

test("an item may hold a comma, an and-word or signs of regular expressions", () => {
  passes("Trinidad and Tobago and 1,500", { kind: "list", items: ["Trinidad and Tobago", "1,500"] }, true);
  passes("C++ (new), a.b", { kind: "list", items: ["C++ (new)", "a.b"] }, true);
  passes("axb, c", { kind: "list", items: ["a.b", "c"] }, false);
});

test("all checks of a row must pass", () => {
  const checks: Check[] = [
    { kind: "includes", all: ["cat"] },
    { kind: "excludes", none: ["dog"] },
  ];
  assert.equal(passesChecks("a cat", checks), true);
  assert.equal(passesChecks("a cat, a dog", checks), false);
  assert.equal(passesChecks("anything", []), true);
});
