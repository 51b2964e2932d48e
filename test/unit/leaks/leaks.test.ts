// Evaluation prompts in the training data: found in every language, as they are, nearly, or by id; and nothing else.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { type Random, randomInt, seededRandom } from "../../../src/common/random.ts";
import type { EvaluationRow, Example } from "../../../src/core/dataset/example.ts";
import { parseDataset, parseEvaluation } from "../../../src/core/dataset/rows.ts";
import { Folded } from "../../../src/core/leaks/folded.ts";
import { findLeaks } from "../../../src/core/leaks/leaks.ts";
import { nearSimilarity } from "../../../src/core/leaks/nearPrompts.ts";
import { sharedTexts } from "../../../src/core/leaks/sharedTexts.ts";
import { shinglesOf, similarity } from "../../../src/core/leaks/shingles.ts";

const example = (language: string, id: string, prompt: string, response = "r"): Example => ({
  language,
  id,
  prompt,
  response,
});
const row = (language: string, id: string, prompt: string, reference?: string): EvaluationRow => ({
  language,
  id,
  prompt,
  ...(reference === undefined ? {} : { reference }),
});
const byLanguage = <Row extends { readonly language: string }>(rows: readonly Row[]) => {
  const map = new Map<string, Row[]>();
  for (const each of rows) map.set(each.language, [...(map.get(each.language) ?? []), each]);
  return map;
};
const find = (train: readonly Example[], evaluation: readonly EvaluationRow[]) => {
  const { same, near, ids } = findLeaks(byLanguage(train), byLanguage(evaluation));
  const said = (leaks: typeof same) =>
    leaks.map(({ asked: e, held: t }) => `${e.language}/${e.id} = ${t.language}/${t.id}`);
  return { same: said(same), near: said(near), ids: said(ids) };
};
const none = { same: [], near: [], ids: [] };

const long =
  "Explain to a child of eight years, in three short sentences, why the sky is blue in the day and red when the sun goes down.";

describe("an evaluation prompt in training", () => {
  it("but for case, punctuation and spacing", () => {
    const train = [example("en", "t1", "What is  2 plus 3 !\n"), example("en", "t2", "Name a river.")];
    assert.deepEqual(find(train, [row("en", "e1", "WHAT is 2 plus 3."), row("en", "e2", "Name a lake.")]), {
      ...none,
      same: ["en/e1 = en/t1"],
    });
  });

  it("in any turn of a conversation", () => {
    const earlier = [
      { prompt: "Hi", response: "Ho" },
      { prompt: "Name a river.", response: "The Nile." },
    ];
    const train = [{ ...example("en", "t1", "And a lake?"), earlier }];
    for (const prompt of ["Hi!", "Name a river", "and a lake"])
      assert.deepEqual(find(train, [row("en", "e1", prompt)]).same, ["en/e1 = en/t1"], prompt);
  });

  it("in the data of another language; in its own first where it is in both", () => {
    const train = [example("en", "t1", "Name a river."), example("fi", "t2", "Name a river!")];
    assert.deepEqual(find(train, [row("sw", "e1", "Name a river.")]).same, ["sw/e1 = en/t1"]);
    assert.deepEqual(find(train, [row("fi", "e1", "Name a river.")]).same, ["fi/e1 = fi/t2"]);
  });

  it("by its id, in any language: a translation, or other words for the same", () => {
    const train = [example("en", "fact/1", "What is the capital of Finland?")];
    assert.deepEqual(find(train, [row("sw", "fact/1", "Mji mkuu wa Ufini ni upi?")]).ids, [
      "sw/fact/1 = en/fact/1",
    ]);
    assert.deepEqual(find(train, [row("en", "fact/1", "Which city governs Finland?")]).ids, [
      "en/fact/1 = en/fact/1",
    ]);
  });

  it("is counted once, for the plainest reason", () => {
    const train = [example("en", "a", "Name a river."), example("en", "b", long)];
    const evaluation = [row("en", "a", "Name a river!"), row("en", "b", `${long} Now.`)];
    assert.deepEqual(find(train, evaluation), { same: ["en/a = en/a"], near: ["en/b = en/b"], ids: [] });
  });

  it("is none where ids are places that Pinch gave, or evaluation rows have each other's ids", () => {
    const train = [example("en", "row-1", "Name a river."), example("en", "t", "Name a hill.")];
    const evaluation = [
      row("en", "row-1", "Count to ten."),
      row("en", "e", "Sing."),
      row("fi", "e", "Laula."),
    ];
    assert.deepEqual(find(train, evaluation), none);
  });

  it("is none where there is no text", () => {
    assert.deepEqual(find([example("en", "t", "…")], [row("en", "e", "?!")]), none);
    assert.deepEqual(find([], [row("en", "e", "Sing.")]), none);
  });
});

describe("a prompt that nearly stands in training", () => {
  it("with a word more, a word less, another spelling", () => {
    for (const prompt of [
      `Please: ${long}`,
      long.replace("three short sentences", "three sentences"),
      long.replace("colour", "color").replace("child of eight years", "child of eight year"),
    ])
      assert.deepEqual(
        find([example("en", "t", long)], [row("en", "e", prompt)]).near,
        ["en/e = en/t"],
        prompt,
      );
  });

  it("in Chinese as well, where three characters count", () => {
    const prompt = "请用三句简短的话向一个八岁的孩子解释为什么白天天空是蓝色的而太阳落山时天空是红色的";
    const other = prompt.replace("简短的话", "短的话");
    assert.deepEqual(find([example("zh", "t", prompt)], [row("zh", "e", other)]).near, ["zh/e = zh/t"]);
  });

  it("asks for something else where its numbers differ", () => {
    const prompt = `${long} Use at most 40 words.`;
    const train = [example("en", "t", prompt)];
    assert.deepEqual(find(train, [row("en", "e", prompt.replace("40", "60"))]), none);
  });

  it("asks for something else where both answers are known and differ", () => {
    const train = [
      example("en", "t", "Give the word with the opposite meaning: up.", "The opposite is: down."),
    ];
    const question = "Give the word with the opposite meaning: enemy.";
    assert.deepEqual(find(train, [row("en", "e", question, "The opposite is: friend.")]), none);
    const same = "Please give the word with the opposite meaning: up.";
    assert.deepEqual(find(train, [row("en", "e", same, "The opposite is: down.")]).near, ["en/e = en/t"]);
  });

  it("is found in whatever length, exactly as by comparing each with each", () => {
    const random = seededRandom("near");
    const train = Array.from({ length: 300 }, (_, i) =>
      example("en", `t${i}`, sentence(random, 4 + (i % 60))),
    );
    const evaluation = train.map(({ prompt }, i) => row("en", `e${i}`, changed(random, prompt, i % 9)));
    const expected = evaluation.flatMap(({ id, prompt }) => {
      const own = new Folded().fold(prompt);
      const shingles = shinglesOf(own);
      const hash = own.hash();
      if (train.some(other => new Folded().fold(other.prompt).hash() === hash) || shingles.length < 10)
        return [];
      const near = train.some(
        other => similarity(shingles, shinglesOf(new Folded().fold(other.prompt))) >= nearSimilarity,
      );
      return near ? [id] : [];
    });
    const found = findLeaks(byLanguage(train), byLanguage(evaluation)).near.map(({ asked }) => asked.id);
    assert.ok(expected.length > 60 && expected.length < 260, `${expected.length} of 300`);
    assert.deepEqual(found, expected);
  });
});

const syllables = ["ka", "lo", "mi", "ru", "te", "sa", "vo", "ne", "pi", "du", "ho", "ge"];
function word(random: Random): string {
  return Array.from(
    { length: 2 + randomInt(random, 3) },
    () => syllables[randomInt(random, syllables.length)],
  ).join("");
}
function sentence(random: Random, words: number): string {
  return Array.from({ length: words }, () => word(random)).join(" ");
}
/** The same with some words replaced. */
function changed(random: Random, text: string, count: number): string {
  const words = text.split(" ");
  for (let i = 0; i < count; i++) words[randomInt(random, words.length)] = word(random);
  return words.join(" ");
}

describe("one text in the files of two languages", () => {
  const texts = (of: Readonly<Record<string, readonly string[]>>) =>
    sharedTexts(
      new Map(
        Object.entries(of).map(([tag, own]) => [tag, own.map((text, i) => ({ id: `${tag}${i}`, text }))]),
      ),
    );

  it("is counted by pair of languages", () => {
    const english = ["The capital of Finland is Helsinki.", "The opposite of up is down."];
    const found = texts({
      en: english,
      fi: [...english, "Suomen pääkaupunki on Helsinki."],
      sw: [`${english[1]}\n`],
    });
    assert.deepEqual(found, [
      { languages: ["en", "fi"], count: 2, first: ["en0", "fi0"] },
      { languages: ["en", "sw"], count: 1, first: ["en1", "sw0"] },
    ]);
  });

  it("is none where it is short, or in no language, or the languages are one", () => {
    const neutral = [
      "42",
      "Helsinki",
      "Paris, Rome",
      "```js\nconst longName = someFunction(otherName)\n```",
      "1, 2, 3",
    ];
    assert.deepEqual(texts({ en: neutral, fi: neutral }), []);
    const norwegian = ["Jeg liker å gå på tur i skogen."];
    assert.deepEqual(texts({ nb: norwegian, no: norwegian }), []);
  });
});

it("the example's evaluation shares nothing with its training data", () => {
  const data = join(root, "examples", "just-a-pinch", "data");
  const read = <Row>(
    split: string,
    parse: (text: string, options: { file: string; language: string }) => Row[],
  ) =>
    new Map(
      readdirSync(join(data, split)).map(name => {
        const [language = ""] = name.split(".");
        return [language, parse(readFileSync(join(data, split, name), "utf8"), { file: name, language })];
      }),
    );
  const train = read("train", (text, options) => [...parseDataset(text, options).examples]);
  const evaluation = read("eval", (text, options) => [...parseEvaluation(text, options).rows]);
  assert.deepEqual([train.size, evaluation.size], [12, 12]);
  assert.deepEqual(findLeaks(train, evaluation), none);
  const responses = [...train].map(
    ([tag, rows]) => [tag, rows.map(({ id, response: text }) => ({ id, text }))] as const,
  );
  assert.deepEqual(sharedTexts(new Map(responses)), []);
});
