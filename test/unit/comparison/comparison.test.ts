// The rules of a side-by-side: what a verdict is, what a pair counts, and how a judge is asked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { estimatedTokens, priceOf } from "../../../src/core/comparison/cost.ts";
import { judgePrompt } from "../../../src/core/comparison/judgePrompt.ts";
import { judgeTextsIn } from "../../../src/core/comparison/judgeTexts.ts";
import { pairSamples } from "../../../src/core/comparison/pairSamples.ts";
import { outcomeOf, pickOf } from "../../../src/core/comparison/picks.ts";
import { ruleVerdict } from "../../../src/core/comparison/ruleVerdict.ts";
import { parseVerdict } from "../../../src/core/comparison/verdict.ts";
import type { JudgedOrder, PairOutcome, Pick } from "../../../src/core/records/comparison.ts";
import { madeUpSample } from "../judge/madeUpRuns.ts";

const languages = "ar zh cs en et fi he hi it ru es sw".split(" ");

test("a verdict is one strict last line; anything unclear is none", () => {
  const code = "a1b2c3";
  const read: readonly [string, string | null][] = [
    ["It is better.\nVERDICT a1b2c3: A", "A"],
    ["VERDICT a1b2c3: B", "B"],
    ["reason\n\n**VERDICT a1b2c3: TIE**  \n\n", "tie"],
    ["`verdict A1B2C3: b`.", "B"],
    ['Reason. "VERDICT a1b2c3: B" it is.\n"VERDICT a1b2c3: B"', "B"],
    ["«VERDICT a1b2c3: **A**»。", "A"],
    ["verdict a1b2c3: b.", "B"],
    ["理由。\nＶＥＲＤＩＣＴ a1b2c3：Ａ", "A"],
    ["<think>VERDICT a1b2c3: B?</think>\nVERDICT a1b2c3: A", "A"],
    ["<think>it goes on\nVERDICT a1b2c3: A", "A"],
    ["I say VERDICT a1b2c3: A first.\nVERDICT a1b2c3: A", "A"],
    ["", null],
    ["A", null],
    ["Response A is better.", null],
    ["VERDICT: A", null],
    ["VERDICT a1b2c4: A", null],
    ["VERDICT a1b2c3: A\nVERDICT a1b2c3: B", null],
    ["VERDICT a1b2c3: A\nVERDICT a1b2c3: TIE\nVERDICT a1b2c3: A", null],
    ["VERDICT a1b2c3: A or B", null],
    ["VERDICT a1b2c3: A|B|TIE", null],
    ["VERDICT a1b2c3: A\nBut on second thoughts…", null],
    ["VERDICT a1b2c3: C", null],
    ["VERDICT a1b2c3: А", null], // Cyrillic
    ["VERDICT a1b2c3:", null],
    ['It says "VERDICT a1b2c3: B".\nVERDICT a1b2c3: A', null],
    ["My VERDICT a1b2c3: A", null],
  ];
  for (const [answer, expected] of read) assert.equal(parseVerdict(answer, code), expected, answer);
});

test("a verdict is read however its line is dressed, as long as it repeats the code and names one place", () => {
  const code = "a1b2c3";
  const read: readonly [string, string | null][] = [
    ["\\boxed{VERDICT a1b2c3: A}", "A"],
    ["So: \n$\\boxed{\\text{VERDICT a1b2c3: B}}$.", "B"],
    ["\\[\n\\boxed{VERDICT a1b2c3: TIE}\n\\]\n", "tie"],
    ["VERDICT a1b2c3: \\boxed{A}", "A"],
    ["VERDICT a1b2c3: Response A", "A"],
    ["VERDICT a1b2c3: response B is better.", "B"],
    ["VERDICT a1b2c3: Respuesta B", "B"],
    ["VERDICT a1b2c3: 回答 A", "A"],
    ["VERDICT a1b2c3: [A]", "A"],
    ["VERDICT a1b2c3: [[B]]", "B"],
    ["VERDICT [a1b2c3]: (A)", "A"],
    ["[VERDICT a1b2c3: Option B]", "B"],
    ["VERDICT a1b2c3 A", "A"],
    ["VERDICT: a1b2c3: A", "A"],
    ["### VERDICT a1b2c3 - <B>", "B"],
    ["```\nVERDICT a1b2c3: A\n```", "A"],
    ["I lean to VERDICT a1b2c3: Response A here.\n\\boxed{VERDICT a1b2c3: A}", "A"],
    ["VERDICT a1b2c3: [B] at first.\nVERDICT a1b2c3: Response A", null],
    ["\\boxed{A}", null],
    ["[[A]]", null],
    ["VERDICT: Response A", null],
    ["\\boxed{VERDICT a1b2c4: A}", null],
    ["VERDICT a1b2c3: [A] or [B]", null],
    ["VERDICT a1b2c3: Response A or Response B", null],
    ["VERDICT a1b2c3: Response A > Response B", null],
    ["VERDICT a1b2c3: not Response A", null],
    ["\\boxed{VERDICT a1b2c3: A} \\boxed{VERDICT a1b2c3: B}", null],
    ["VERDICT a1b2c3A", null],
    ["VERDICT a1b2c3: \\boxed{A", "A"],
  ];
  for (const [answer, expected] of read) assert.equal(parseVerdict(answer, code), expected, answer);
});

test("an answer of ten megabytes is read in one pass, whatever it is made of", () => {
  for (const filler of ["*", " ", "\n", "a1b2c3 ", "\\boxed{", "<think>", "["]) {
    const long = filler.repeat(Math.ceil(10_000_000 / filler.length));
    parseVerdict(`${long}x`, "a1b2c3");
    parseVerdict(`x${long}`, "a1b2c3");
    assert.equal(parseVerdict(`x${long}\nVERDICT a1b2c3: A`, "a1b2c3"), filler.startsWith("a1") ? null : "A");
  }
});

test("the rule prefers what `followed` prefers, then the right language, then the passed check", () => {
  const facts = (checksPassed: boolean | null, languageCorrect: boolean | null) => ({
    checksPassed,
    languageCorrect,
  });
  const [followed, comma, english, neither] = [
    facts(true, true),
    facts(false, true),
    facts(true, false),
    facts(false, false),
  ] as const;
  const ranks = [followed, comma, english, neither] as const;
  for (const [i, a] of ranks.entries())
    for (const [j, b] of ranks.entries())
      assert.equal(ruleVerdict(a, b), i < j ? "A" : i > j ? "B" : "tie", `${i} ${j}`);
  assert.equal(ruleVerdict(facts(null, true), facts(null, false)), "A");
  assert.equal(ruleVerdict(facts(null, false), facts(null, false)), "tie");
  assert.equal(ruleVerdict(facts(true, null), facts(true, true)), "tie");
  assert.equal(ruleVerdict(facts(true, null), facts(false, true)), "A");
  assert.equal(ruleVerdict(facts(true, null), facts(false, null)), "A");
  assert.equal(ruleVerdict(facts(null, true), facts(null, null)), "A");
  assert.equal(ruleVerdict(facts(null, null), facts(null, false)), "A");
});

test("a pair is a win or a loss when both orders agree, unread when one is, else a tie", () => {
  const order = (first: "run" | "baseline", picked: Pick): JudgedOrder => ({
    first,
    picked,
    answer: "",
    error: null,
  });
  const table: readonly [Pick, Pick, PairOutcome | null][] = [
    ["run", "run", "win"],
    ["baseline", "baseline", "loss"],
    ["run", "baseline", "tie"],
    ["baseline", "run", "tie"],
    ["tie", "tie", "tie"],
    ["run", "tie", "tie"],
    ["tie", "baseline", "tie"],
    [null, "run", null],
    ["baseline", null, null],
    [null, null, null],
  ];
  for (const [one, other, expected] of table)
    assert.equal(outcomeOf([order("run", one), order("baseline", other)]), expected);
  assert.deepEqual(
    [
      pickOf("A", "run"),
      pickOf("B", "run"),
      pickOf("A", "baseline"),
      pickOf("B", "baseline"),
      pickOf("tie", "run"),
      pickOf(null, "run"),
    ],
    ["run", "baseline", "baseline", "run", "tie", null],
  );
});

test("samples are paired by id where the prompts are the same", () => {
  const [a, b, c] = [0, 1, 2].map(i => madeUpSample("en", i, `run ${i}`));
  const others = [1, 2, 3].map(i => madeUpSample("en", i, `base ${i}`));
  assert.ok(a && b && c && others[1]);
  const { pairs, ...rest } = pairSamples(
    [a, b, c, { ...a, response: "again" }],
    [others[0] ?? a, { ...others[1], prompt: "another" }, others[2] ?? a],
  );
  assert.deepEqual(
    pairs.map(({ id, run, baseline }) => [id, run.response, baseline.response]),
    [["p1", "run 1", "base 1"]],
  );
  assert.deepEqual(rest, { alone: 2, differing: 1, repeated: 1 });
});

test("each of the twelve languages has texts of its own, with every place to fill in", () => {
  const seen = new Set<string>();
  for (const language of languages) {
    const texts = judgeTextsIn(language);
    assert.ok(texts, language);
    for (const [name, places] of Object.entries({
      expected: ["{language}"],
      mark: ["{mark}"],
      verdict: ["{a}", "{b}", "{tie}"],
    }))
      for (const place of places)
        assert.equal(texts[name as "mark"].split(place).length, 2, `${language}: ${place} in ${name}`);
    for (const text of Object.values(texts) as string[]) seen.add(text);
    const { text, code } = judgePrompt({ language, prompt: "p", responses: ["a", "b"] }, "own");
    assert.ok(
      text.includes(texts.task) && text.trimEnd().includes(`"VERDICT ${code}: TIE"`) && !text.includes("{"),
    );
  }
  assert.ok(seen.size >= languages.length * 8, "no text is another language's");
  assert.equal(judgeTextsIn("es-MX"), judgeTextsIn("es"));
  assert.equal(judgeTextsIn("eo"), null);
});

test("a question names the expected language, and is the same for the same pair only", () => {
  const judged = { language: "fi", prompt: "Sano jotain.", responses: ["Hei.", "Moi."] } as const;
  const english = judgePrompt(judged, "en");
  assert.match(english.text, /Expected language: Finnish\./);
  assert.match(judgePrompt(judged, "own").text, /Odotettu kieli: suomi\./);
  assert.match(judgePrompt({ ...judged, language: "eo" }, "own").text, /Expected language: Esperanto\./);
  assert.deepEqual(judgePrompt(judged, "en"), english);
  const swapped = judgePrompt({ ...judged, responses: ["Moi.", "Hei."] }, "en");
  assert.notEqual(swapped.code, english.code);
  assert.match(english.text, /RESPONSE A\nHei\.\n\[[0-9a-f]{12}\] RESPONSE B\nMoi\.\n/);
});

test("cost: a token for four bytes of UTF-8, prices per million", () => {
  assert.deepEqual([estimatedTokens(""), estimatedTokens("four"), estimatedTokens("五个字的话")], [0, 1, 4]);
  assert.equal(priceOf(2_000_000, 500_000, { input: 3, output: 8 }), 10);
  assert.equal(priceOf(1, 1, null), null);
});
