// Which languages are said to be told apart, and in which words it is said where they are not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { identifiable, identifiableWords } from "../../../src/core/language/identifiable.ts";

test("members of a macrolanguage are scored as it, and the one that stands for it says nothing", () => {
  for (const tag of ["arz", "ary", "apc", "acm", "aeb"])
    assert.deepEqual(identifiable(tag), { kind: "macrolanguage", as: "ar" });
  for (const tag of ["yue", "wuu", "nan", "hak", "gan", "hsn", "yue-Hant"])
    assert.deepEqual(identifiable(tag), { kind: "macrolanguage", as: "zh" });
  for (const tag of ["hr", "bs", "cnr", "sr-Latn", "sr-Latn-RS"])
    assert.deepEqual(identifiable(tag), { kind: "macrolanguage", as: "sh" });
  for (const tag of [
    "ar",
    "arb",
    "zh",
    "cmn",
    "zh-Hant",
    "fa",
    "pes",
    "no",
    "nb",
    "nn",
    "sr",
    "sr-Cyrl",
    "fil",
    "tl",
  ])
    assert.deepEqual(identifiable(tag), { kind: "itself" }, tag);
});

test("the languages of the example, and scripts with one language, are told apart", () => {
  const tags =
    "ar cs en et fi he hi it ru sw zh es de fr ja ko th el ka hy km lo my ta te kn ml gu pa si am bo pt-BR";
  for (const tag of tags.split(" ")) assert.deepEqual(identifiable(tag), { kind: "itself" }, tag);
});

test("close relatives and what no model knows are not, each with what it is taken for", () => {
  for (const [tag, confusedWith] of [
    ["gsw", "de"],
    ["mai", "hi"],
    ["bho", "hi"],
    ["ast", "es"],
    ["sco", "en"],
    ["kab", "und-Latn"],
    ["tig", "und-Ethi"],
    ["shn", "und-Mymr"],
  ] as const)
    assert.deepEqual(identifiable(tag), { kind: "not", confusedWith }, tag);
});

test("it is said by name, and nothing is said where there is nothing to say", () => {
  assert.equal(identifiableWords("fi"), null);
  assert.equal(
    identifiableWords("gsw"),
    "Swiss German can't be distinguished from German: responses are scored by their checks only, not by their language",
  );
  assert.equal(
    identifiableWords("shn"),
    "Shan can't be distinguished from other languages in Myanmar script: responses are scored by their checks only, not by their language",
  );
  assert.equal(
    identifiableWords("hr"),
    "Croatian is scored as Serbo-Croatian in Latin script: they can't be distinguished in short texts",
  );
  assert.equal(
    identifiableWords("yue"),
    "Cantonese is scored as Chinese: they can't be distinguished in short texts",
  );
});
