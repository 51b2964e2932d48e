// The kinds of M-IFEval that are rules about Spanish, French and Japanese writing, with what its own checkers say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { followsInstruction } from "../../../src/core/ifeval/followsInstruction.ts";
import type { Instruction } from "../../../src/core/ifeval/kinds.ts";

type Case = readonly [text: string, follows: boolean];

function check(language: string, instruction: Instruction, cases: readonly Case[]): void {
  const context = { language, identify: () => language };
  for (const [text, follows] of cases)
    assert.equal(followsInstruction(text, instruction, context), follows, `${instruction.id}: ${text}`);
}

test("Spanish", () => {
  check("es", { id: "punctuation:question_marks", kwargs: {} }, [
    ["Hola. ¿Qué tal?", true],
    ["Qué tal?", false],
    ["¿ ?", false],
  ]);
  check("es", { id: "punctuation:exclamation_marks", kwargs: {} }, [
    ["¡Ven aquí!", true],
    ["Ven aquí!", false],
  ]);
  check("es", { id: "special_character:enie", kwargs: { let_frequency: 2 } }, [
    ["El niño y la NIÑA, ñandúes no.", false],
    ["El niño y la NIÑA.", true],
    ["El nin\u0303o y la nin\u0303a.", true],
  ]);
  check("es", { id: "special_character:dieresis", kwargs: { let_frequency: 1 } }, [
    ["Un pingüino.", true],
    ["Un pinguino.", false],
  ]);
  check("es", { id: "special_character:tildes", kwargs: { num_words: 2, relation: "at most" } }, [
    ["Él salió.", true],
    ["Él salió rápido.", false],
  ]);
  check("es", { id: "length_constraints:number_words", kwargs: { num_words: 3, relation: "at most" } }, [
    ["uno dos tres", true],
    ["uno dos tres cuatro", false],
  ]);
});

test("French", () => {
  check("fr", { id: "detectable_content:no_digits", kwargs: {} }, [
    ["Trois chats.", true],
    ["3 chats.", false],
  ]);
  check("fr", { id: "special_character:ethel_or_cedilla", kwargs: { forbidden_char: "ç" } }, [
    ["Les gars.", true],
    ["Le garÇon.", false],
  ]);
  check("fr", { id: "special_character:no_accents", kwargs: {} }, [
    ["Le chat dort.", true],
    ["L'été.", false],
    ["L'e\u0301te\u0301.", false],
  ]);
});

test("Japanese", () => {
  check(
    "ja",
    { id: "length_constraints:number_letters", kwargs: { num_letters: 5, relation: "less than" } },
    [
      ["こんにち", true],
      ["こんにちは", false],
    ],
  );
  check("ja", { id: "detectable_format:number_numbered_lists", kwargs: { num_items: 2 } }, [
    ["1. 犬\n2. 猫", true],
    ["1. 犬", false],
  ]);
  check("ja", { id: "letters:furigana", kwargs: {} }, [
    ["漢字（かんじ）を読（よ）む。", true],
    ["漢字を読（よ）む。", false],
  ]);
  check("ja", { id: "letters:kanji", kwargs: { kanji_limit: 3, relation: "at least" } }, [
    ["日本語", true],
    ["日本", false],
  ]);
  check("ja", { id: "letters:kansuuji", kwargs: {} }, [
    ["三匹", true],
    ["3匹", false],
    ["３匹", false],
  ]);
  check("ja", { id: "letters:hiragana_only", kwargs: {} }, [
    ["ひらがなだー。", true],
    ["カタカナ", false],
    ["漢字", false],
  ]);
  check("ja", { id: "letters:katakana_only", kwargs: {} }, [
    ["カタカナ・ダー。", true],
    ["ひらがな", false],
  ]);
  check("ja", { id: "letters:no_hiragana", kwargs: {} }, [
    ["漢字カナ", true],
    ["漢字かな", false],
  ]);
  check("ja", { id: "letters:no_katakana", kwargs: {} }, [
    ["漢字かな", true],
    ["漢字カナ", false],
    ["ｶﾅ", false],
  ]);
  check("ja", { id: "punctuation:no_period", kwargs: {} }, [
    ["はい", true],
    ["はい。", false],
  ]);
  check("ja", { id: "startend:sentence_unified_end", kwargs: { ending: "です" } }, [
    ["犬です。\n「猫だ。」も好きです。", true],
    ["犬です。猫だ。", false],
  ]);
});
