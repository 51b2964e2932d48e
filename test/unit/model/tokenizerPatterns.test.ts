// Patterns that could take forever are told from those of real tokenizers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkTokenizerPatterns, repeatsRepetition } from "../../../src/runtime/model/tokenizerPatterns.ts";

test("a repetition within a repetition is found", () => {
  for (const pattern of [
    "(a+)+$",
    "(?:\\p{L}*)*!",
    "((a{2,})b?)*",
    "(x|[^)]*)+",
    "(a+b){3,}",
    "(?:(?:a*)){50}",
  ])
    assert.equal(repeatsRepetition(pattern), true, pattern);
});

test("patterns of real tokenizers pass", () => {
  for (const pattern of [
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+",
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{M}]*[\\p{Ll}\\p{M}]+(?i:'s|'t)?|\\p{N}",
    " ?[^(\\s|[.,!?…。，、।۔،])]+",
    "\\(+\\)+(a+)?(a+){2}[+*]",
  ])
    assert.equal(repeatsRepetition(pattern), false, pattern);
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
