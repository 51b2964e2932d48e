// Every kind of instruction in the 12 languages: what follows it, what doesn't, and what can't hold.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { followsInstruction } from "../../../src/core/ifeval/followsInstruction.ts";
import { type Instruction, type InstructionId, instructionIds } from "../../../src/core/ifeval/kinds.ts";
import { refusalOf } from "../../../src/core/ifeval/refusals.ts";
import { sentencesOf, wordsOf } from "../../../src/core/ifeval/segment.ts";

const languages = "ar zh cs en et fi he hi it ru es sw".split(" ");

function instruction(id: InstructionId, kwargs: object = {}): Instruction {
  return { id, kwargs } as Instruction;
}

function follows(language: string, id: InstructionId, kwargs: object, text: string, identified = language) {
  return followsInstruction(text, instruction(id, kwargs), { language, identify: () => identified });
}

/** Three sentences of six, eight … words: counted by hand. */
const texts: Readonly<Record<string, readonly [text: string, sentences: number, words: number]>> = {
  ar: ["القطة سوداء. أين الكلب؟ هو هنا!", 3, 6],
  zh: ["我喜欢猫。你呢？很好！", 3, 6],
  cs: ["Kočka je černá. Kde je pes? Je tady!", 3, 8],
  en: ["The cat's black. Where is the dog? It's here!", 3, 11],
  et: ["Kass on must. Kus on koer? Siin!", 3, 7],
  fi: ["Kissa on musta. Missä koira on? Se on täällä!", 3, 9],
  he: ["החתול שחור. איפה הכלב? הוא כאן!", 3, 6],
  hi: ["बिल्ली काली है। कुत्ता कहाँ है? वह यहाँ है!", 3, 9],
  it: ["Il gatto è nero. Dov'è il cane? È qui!", 3, 9],
  ru: ["Кошка чёрная. Где собака? Она здесь!", 3, 6],
  es: ["El gato es negro. ¿Dónde está el perro? ¡Aquí!", 3, 9],
  sw: ["Paka ni mweusi. Mbwa yuko wapi? Yuko hapa!", 3, 8],
};

describe("words and sentences", () => {
  for (const language of languages) {
    const [text, sentences, words] = texts[language] ?? ["", 0, 0];
    it(`${language}: ${sentences} sentences, ${words} words`, () => {
      assert.equal(sentencesOf(text, language).length, sentences);
      assert.equal(wordsOf(text, language).length, words, JSON.stringify(wordsOf(text, language)));
      const count = { relation: "at least", num_sentences: sentences, num_words: words };
      assert.ok(follows(language, "length_constraints:number_sentences", count, text));
      assert.ok(follows(language, "length_constraints:number_words", count, text));
      const fewer = { ...count, relation: "less than" };
      assert.ok(!follows(language, "length_constraints:number_sentences", fewer, text));
      assert.ok(!follows(language, "length_constraints:number_words", fewer, text));
    });
  }

  it("a title, an abbreviation, an initial and an ellipsis are told from ends", () => {
    assert.equal(
      sentencesOf("My cats\n\nMr. Smith and J. K. Rowling met, e.g. in Rome. They left…", "en").length,
      2,
    );
    assert.equal(sentencesOf("Tj. například v Praze.", "cs").length, 1);
  });

  it("sentences without capital letters end at their points", () => {
    assert.equal(sentencesOf("i was there. it was nice. etc. and so on.", "en").length, 3);
  });

  it("a row of ten thousand line breaks costs no time to speak of", () => {
    assert.equal(sentencesOf(`One.${"\n".repeat(10_000)}Two.`, "fi").length, 2);
  });
});

describe("scripts", () => {
  const marks: readonly (readonly [language: string, quoted: string, comma: string])[] = [
    ["ar", "«نعم»", "نعم، لا"],
    ["zh", "“是的。”", "猫、狗"],
    ["zh", "「是的。」", "猫，狗"],
    ["cs", "„Ano.“", "ano, ne"],
    ["en", '"Yes."', "yes, no"],
    ["et", "„Jah.”", "jah, ei"],
    ["fi", "”Kyllä.”", "kyllä, ei"],
    ["he", "״כן״", "כן, לא"],
    ["hi", "“हाँ।”", "हाँ, नहीं"],
    ["it", "«Sì.»", "sì, no"],
    ["ru", "«Да.»", "да, нет"],
    ["es", "“Sí.”", "sí, no"],
    ["sw", '"Ndiyo."', "ndiyo, hapana"],
  ];
  for (const [language, quoted, comma] of marks) {
    it(`${language}: quotation marks ${quoted} and comma of ${comma}`, () => {
      assert.ok(follows(language, "startend:quotation", {}, ` ${quoted}\n`));
      assert.ok(!follows(language, "startend:quotation", {}, quoted.slice(1)));
      assert.ok(!follows(language, "punctuation:no_comma", {}, comma));
      assert.ok(follows(language, "punctuation:no_comma", {}, quoted));
    });
  }

  it("quotation marks that don't belong together are none", () => {
    assert.ok(!follows("ru", "startend:quotation", {}, "»Да«x"));
    assert.ok(!follows("en", "startend:quotation", {}, '"'));
    assert.ok(!follows("zh", "startend:quotation", {}, "「是的”"));
  });

  it("sections are numbered in digits of any script, before or after their name", () => {
    const two = (splitter: string) => ({ section_spliter: splitter, num_sections: 2 });
    const id = "detectable_format:multiple_sections";
    assert.ok(follows("hi", id, two("भाग"), "भाग १\nपहला\nभाग २\nदूसरा"));
    assert.ok(follows("ar", id, two("قسم"), "قسم ١\nأ\nقسم ٢\nب"));
    assert.ok(follows("zh", id, two("部分"), "第一部分\n甲\n第二部分\n乙"));
    assert.ok(follows("fi", id, two("osa"), "1. osa\na\n2. osa\nb"));
    assert.ok(follows("en", id, two("SECTION"), "SECTION 1\na\nSECTION 2\nb"));
    assert.ok(!follows("en", id, two("SECTION"), "Section 1\na\nSection 2\nb"));
  });

  it("the first word of a paragraph, with and without spaces between words", () => {
    const id = "length_constraints:nth_paragraph_first_word";
    const second = (first_word: string) => ({ num_paragraphs: 2, nth_paragraph: 2, first_word });
    assert.ok(follows("en", id, second("however"), 'One.\n\n"However, two.'));
    assert.ok(follows("zh", id, second("但是"), "一。\n\n但是，二。"));
    assert.ok(follows("ar", id, second("لكن"), "واحد.\n\nلكن، اثنان."));
    assert.ok(!follows("en", id, second("how"), "One.\n\nHowever, two."));
    assert.ok(!follows("en", id, second("two"), "One.\n\ntwo.\n\nthree."));
  });

  it("titles, placeholders and two responses in full width", () => {
    assert.ok(follows("zh", "detectable_format:title", {}, "《猫的故事》\n从前……"));
    assert.ok(!follows("zh", "detectable_format:title", {}, "我读了《猫的故事》。"));
    assert.ok(follows("en", "detectable_format:title", {}, "<<A cat>>\nOnce"));
    assert.ok(!follows("en", "detectable_format:title", {}, "<< >>\nOnce"));
    assert.ok(
      follows("zh", "detectable_content:number_placeholders", { num_placeholders: 2 }, "【姓名】和[地址]"),
    );
    assert.ok(follows("zh", "combination:two_responses", {}, "甲＊＊＊＊＊＊乙"));
    assert.ok(!follows("en", "combination:two_responses", {}, "a******a"));
  });
});

describe("letters and case", () => {
  for (const [language, capital, small] of [
    ["cs", "ČESKÁ REPUBLIKA", "česká republika"],
    ["en", "HELLO", "hello"],
    ["et", "ÕHTU", "õhtu"],
    ["fi", "ÄITI", "äiti"],
    ["it", "CITTÀ", "città"],
    ["ru", "МОСКВА", "москва"],
    ["es", "ESPAÑA", "españa"],
    ["sw", "HABARI", "habari"],
  ] as const) {
    it(`${language}: ${capital} and ${small}`, () => {
      assert.ok(follows(language, "change_case:english_capital", {}, capital));
      assert.ok(!follows(language, "change_case:english_capital", {}, `${capital} ${small}`));
      assert.ok(follows(language, "change_case:english_lowercase", {}, small));
      assert.ok(!follows(language, "change_case:english_lowercase", {}, `${capital} ${small}`));
      assert.ok(!follows(language, "change_case:english_lowercase", {}, small, "zu"), "in another language");
      const one = { capital_frequency: 1, capital_relation: "at least" };
      assert.ok(
        follows(language, "change_case:capital_word_frequency", one, `${small} ${capital}, ${small}`),
      );
      assert.ok(!follows(language, "change_case:capital_word_frequency", one, small));
    });
  }

  it("is refused where the script has no case, with the reason", () => {
    for (const language of ["ar", "zh", "he", "hi", "ja", "th", "ka"]) {
      const reason = refusalOf(instruction("change_case:english_capital"), language);
      assert.match(reason ?? "", /no capital and small letters/, language);
    }
    for (const language of languages.filter(tag => !["ar", "zh", "he", "hi"].includes(tag)))
      assert.equal(refusalOf(instruction("change_case:capital_word_frequency"), language), null, language);
  });

  it("sentences of Thai and English options elsewhere are refused", () => {
    assert.match(
      refusalOf(instruction("length_constraints:number_sentences"), "th") ?? "",
      /Thai has no mark/,
    );
    const options = instruction("detectable_format:constrained_response");
    assert.match(refusalOf(options, "fi") ?? "", /give those of the prompt in Finnish/);
    assert.equal(refusalOf(options, "en-GB"), null);
    const own = instruction("detectable_format:constrained_response", { options: ["Kyllä.", "Ei."] });
    assert.equal(refusalOf(own, "fi"), null);
    assert.ok(followsInstruction("Kyllä. Varmasti.", own, { language: "fi", identify: () => "fi" }));
  });

  it("no other kind is refused in any of the 12 languages", () => {
    const refused = instructionIds.filter(id =>
      languages.some(tag => refusalOf(instruction(id), tag) !== null),
    );
    assert.deepEqual(refused, [
      "detectable_format:constrained_response",
      "change_case:capital_word_frequency",
      "change_case:english_capital",
      "change_case:english_lowercase",
    ]);
  });

  it("counts a letter however it is composed, and a character of Chinese", () => {
    const atLeast = (letter: string, let_frequency: number) => ({
      letter,
      let_frequency,
      let_relation: "at least",
    });
    assert.ok(follows("fi", "keywords:letter_frequency", atLeast("ä", 2), "A\u0308iti ja isä"));
    assert.ok(!follows("fi", "keywords:letter_frequency", atLeast("ä", 3), "A\u0308iti ja isä"));
    assert.ok(follows("zh", "keywords:letter_frequency", atLeast("猫", 2), "猫和小猫"));
    assert.ok(follows("en", "keywords:letter_frequency", atLeast("#", 2), "# a #"));
  });
});

describe("formats", () => {
  it("counts bullets, highlights and paragraphs as they are defined", () => {
    assert.ok(
      follows("en", "detectable_format:number_bullet_lists", { num_bullets: 3 }, "* a\n- b\n• c\n**no**"),
    );
    assert.ok(
      follows(
        "en",
        "detectable_format:number_highlighted_sections",
        { num_highlights: 2 },
        "*a* **b** ** **",
      ),
    );
    assert.ok(
      !follows(
        "en",
        "detectable_format:number_highlighted_sections",
        { num_highlights: 3 },
        "*a* **b** ** **",
      ),
    );
    assert.ok(follows("en", "length_constraints:number_paragraphs", { num_paragraphs: 2 }, "a\n***\nb\n***"));
    assert.ok(
      !follows("en", "length_constraints:number_paragraphs", { num_paragraphs: 2 }, "a\n***\n***\nb"),
    );
  });

  it("JSON, also fenced; postscripts; the prompt repeated; the ending", () => {
    assert.ok(follows("hi", "detectable_format:json_format", {}, '```json\n{"नाम": "१"}\n```'));
    assert.ok(!follows("hi", "detectable_format:json_format", {}, "{नाम: १}"));
    assert.ok(
      follows("en", "detectable_content:postscript", { postscript_marker: "P.P.S" }, "Bye\nP. P. S. x"),
    );
    assert.ok(!follows("en", "detectable_content:postscript", { postscript_marker: "P.P.S" }, "Bye\nP.S. x"));
    assert.ok(follows("ru", "detectable_content:postscript", { postscript_marker: "З.Ы." }, "Пока\nз.ы. да"));
    const repeat = { prompt_to_repeat: "Kirjoita “runo”" };
    assert.ok(follows("fi", "combination:repeat_prompt", repeat, 'KIRJOITA "runo"\n\nRuno'));
    assert.ok(!follows("fi", "combination:repeat_prompt", repeat, "Runo"));
    assert.ok(follows("es", "startend:end_checker", { end_phrase: "¿Algo más?" }, "Hola. ¿ALGO MÁS?”"));
    assert.ok(!follows("es", "startend:end_checker", { end_phrase: "¿Algo más?" }, "¿Algo más? Sí"));
  });

  it("the language is the identifier's word; one that can't be told counts, as in the reference", () => {
    assert.ok(follows("en", "language:response_language", { language: "hi" }, "x", "hi"));
    assert.ok(follows("en", "language:response_language", { language: "zh" }, "x", "zh-Hans"));
    assert.ok(!follows("en", "language:response_language", { language: "hi" }, "x", "mr"));
    assert.ok(follows("en", "language:response_language", { language: "hi" }, "12", "und"));
  });

  it("an empty response follows nothing", () => {
    assert.ok(!follows("en", "punctuation:no_comma", {}, " \n"));
  });
});
