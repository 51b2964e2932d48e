// Patterns that could take forever are told from those of real tokenizers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { preTokenizerNames, preTokenizerOf } from "../../../src/runtime/model/gguf/preTokenizers.ts";
import { mayTakeForever } from "../../../src/runtime/model/patternShape.ts";
import { checkTokenizerPatterns } from "../../../src/runtime/model/tokenizerPatterns.ts";

test("a repetition within a repetition is found", () => {
  for (const pattern of [
    "(a+)+$",
    "(?:\\p{L}*)*!",
    "((a{2,})b?)*",
    "(x|[^)]*)+",
    "(a+b){3,}",
    "(?:(?:a*)){50}",
  ])
    assert.equal(mayTakeForever(pattern), true, pattern);
});

test("patterns of real tokenizers pass", () => {
  for (const pattern of [
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+",
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{M}]*[\\p{Ll}\\p{M}]+(?i:'s|'t)?|\\p{N}",
    " ?[^(\\s|[.,!?…。，、।۔،])]+",
    "\\(+\\)+[+*]?",
    "\\p{N}{1,3}(?=(?:\\p{N}{3})*\\b)",
    "(?:\\r?\\n)+|https?://[^\\s]+|(?:ab|cd)*",
    "<\\|startoftext\\|>|[\\p{L}]+|[^\\s\\p{L}\\p{N}]+",
    "[\\p{Han}]+|[^\\r\\n\\p{L}]?[\\p{Lu}&&[^\\p{Han}]]*[\\p{Ll}&&[^\\p{Han}]]+(?i:'s|'t|'re)?",
  ])
    assert.equal(mayTakeForever(pattern), false, pattern);
});

test("ways to read one text that multiply are found, in whatever they hide", () => {
  for (const pattern of [
    "(?:a|a|a)+b",
    "(?:a|aa)+b",
    "(?:a|A)*b",
    "(?:[ab]|b)*c",
    "(?=(a|aa)+$)b",
    "a*a*a*a*a*a*a*a*b",
    "a*a*b",
    ".*x.*x.*y",
    "(?:a*|b*)(?:a*)(?:a*)",
    "(a?)+b",
    "(?:ab?)*c",
    "(?:a?a?)*b",
    `${"a?".repeat(30)}${"a".repeat(30)}`,
    `${"(?:a|a)".repeat(20)}b`,
    `${"a{0,16}".repeat(8)}b`,
    "(a{1,2}){50}",
    "(a*){16}b",
    "(a*)\\1b",
    "(?<x>a+)\\k<x>b",
    "(?:(?:a|a)b?)+",
    "a++a*a*b",
    "(".repeat(9_000),
  ])
    assert.equal(mayTakeForever(pattern), true, pattern);
});

test("every pattern that GGUF files name passes", () => {
  const patterns = (value: unknown): string[] => {
    if (typeof value !== "object" || value === null) return [];
    const own = "Regex" in value && typeof value.Regex === "string" ? [value.Regex] : [];
    return [...own, ...Object.values(value).flatMap(patterns)];
  };
  const all = preTokenizerNames.flatMap(name => patterns(preTokenizerOf(name)));
  assert.ok(all.length > 10);
  for (const pattern of all) assert.equal(mayTakeForever(pattern), false, pattern);
});

test("what is no pattern is no reason to stop", () => {
  for (const pattern of [
    "",
    "(",
    ")",
    "[",
    "\\",
    "a{",
    "{2}",
    "*",
    "(?",
    "(?<",
    "\\p{",
    "a{,}",
    "|||",
    "[[]",
    "(?i",
  ])
    assert.equal(typeof mayTakeForever(pattern), "boolean", pattern);
});

test("a tokenizer is refused for a pattern wherever it stands", () => {
  const split = (pattern: unknown) => ({
    pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "Split", pattern }] },
  });
  const refused = (tokenizer: Record<string, unknown>, expected: RegExp): void => {
    assert.throws(() => {
      checkTokenizerPatterns("model", tokenizer);
    }, expected);
  };
  refused(split({ Regex: "(a+)+$" }), /could take forever: \(a\+\)\+\$/);
  refused(split({}), /neither a Regex nor a String/);
  refused({ pre_tokenizer: { type: "FixedLength", length: 0 } }, /parts of length 0/);
  checkTokenizerPatterns("model", split({ Regex: "\\s+" }));
});
