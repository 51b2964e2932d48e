// Verdicts on single responses, and how they add up per language.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EvaluationRow } from "../../../src/core/dataset/example.ts";
import { parseMetricsText } from "../../../src/core/records/metricsRecord.ts";
import type { SampleRecord } from "../../../src/core/records/records.ts";
import { aggregate, judge, knownAnswers } from "../../../src/core/scoring/score.ts";
import type { MetricValue } from "../../../src/core/statistics/estimate.ts";
import { madeUpSample } from "../results/madeUp.ts";

const row: EvaluationRow = {
  id: "six",
  language: "es",
  prompt: "¿Cuánto es dos más cuatro?",
  reference: "Seis.",
  checks: [{ kind: "answer", accepts: ["seis", "son seis"] }],
};
const references = new Map([
  ["es", "Seis."],
  ["it", "Sei."],
  ["fi", "Kuusi."],
]);

test("the row's own reference or accepted answer is in the right language by definition", () => {
  for (const response of ["seis", "Son seis."]) {
    assert.deepEqual(judge(row, response, "fi", references), {
      languageCorrect: true,
      checksPassed: true,
      answeredIn: null,
      outcome: "followed",
    });
  }
});

test("the same id's reference in another language is named", () => {
  assert.deepEqual(judge(row, "Kuusi", "es", references), {
    languageCorrect: false,
    checksPassed: false,
    answeredIn: "fi",
    outcome: "wrongLanguage",
  });
});

test("a reference that two languages share is the row's own", () => {
  const shared = new Map([...references, ["cs", "seis"]]);
  assert.equal(judge(row, "Seis", "und", shared).answeredIn, null);
  assert.equal(judge(row, "Seis", "und", shared).outcome, "followed");
});

test("otherwise the identified language decides; what is in none is a wrong answer, not a wrong language", () => {
  assert.equal(judge(row, "No lo sé", "es", references).outcome, "wrongAnswer");
  assert.equal(judge(row, "No lo sé", "es-419", references).outcome, "wrongAnswer");
  assert.equal(judge(row, "I don't know", "en", references).outcome, "wrongLanguage");
  assert.equal(judge(row, "", "und", references).outcome, "wrongAnswer");
  assert.equal(judge(row, "6", "und", references).outcome, "wrongAnswer");
});

test("another row's answer is in that row's language, whatever the identifier guesses", () => {
  const known = knownAnswers([
    row,
    { id: "five", language: "es", prompt: "…", reference: "Cinco." },
    {
      id: "five",
      language: "it",
      prompt: "…",
      reference: "Cinque.",
      checks: [{ kind: "answer", accepts: ["5 ok"] }],
    },
  ]);
  assert.equal(judge(row, "cinco", "it", references, known).outcome, "wrongAnswer");
  assert.equal(judge(row, "cinque", "es", references, known).outcome, "wrongLanguage");
  assert.equal(judge(row, "5 OK!", "es", references, known).outcome, "wrongLanguage");
  assert.equal(judge(row, "quatro", "es", references, known).outcome, "wrongAnswer");
});

test("checks that pass in the wrong language do not count as followed", () => {
  const included: EvaluationRow = {
    id: "a",
    language: "es",
    prompt: "…",
    checks: [{ kind: "includes", all: ["Madrid"] }],
  };
  const judged = judge(included, "The capital is Madrid.", "en", new Map());
  assert.equal(judged.checksPassed, true);
  assert.equal(judged.outcome, "wrongLanguage");
  assert.equal(judge(included, "Es Madrid.", "es", new Map()).outcome, "followed");
});

test("without checks a response in the right language is unchecked", () => {
  const free: EvaluationRow = { id: "a", language: "es", prompt: "Hola" };
  assert.deepEqual(judge(free, "Buenos días", "es", new Map()), {
    languageCorrect: true,
    checksPassed: null,
    answeredIn: null,
    outcome: "unchecked",
  });
  assert.equal(judge({ ...free, checks: [] }, "Buenos días", "es", new Map()).outcome, "unchecked");
});

test("a response without words is in no language: its checks decide, and nothing where there are none", () => {
  const free: EvaluationRow = { id: "a", language: "es", prompt: "…" };
  const number: EvaluationRow = { ...free, checks: [{ kind: "includes", all: ["42"] }] };
  for (const [response, identified] of [
    ["42", "und"],
    ["42", "en"],
    ["", "und"],
    ["😀", "und"],
    ["print(x)", "zxx"],
    ["Paris, London, Roma", "zxx"],
  ] as const) {
    assert.deepEqual(judge(free, response, identified, new Map()), {
      languageCorrect: null,
      checksPassed: null,
      answeredIn: null,
      outcome: "noLanguage",
    });
    const judged = judge(number, response, identified, new Map());
    assert.equal(judged.languageCorrect, null);
    assert.equal(judged.outcome, response === "42" ? "followed" : "wrongAnswer");
  }
});

test("words in a language that can't be told are in a wrong one, whether a check passes or fails", () => {
  assert.equal(judge(row, "ghk lmnp", "und", references).outcome, "wrongLanguage");
  assert.equal(judge({ ...row, checks: [] }, "ghk lmnp", "und", references).outcome, "wrongLanguage");
});

test("what the wanted language has as an answer is right even without a language of its own", () => {
  const city: EvaluationRow = { id: "c", language: "es", prompt: "…", reference: "Madrid, Roma" };
  assert.equal(judge(city, "Madrid, Roma.", "zxx", new Map()).languageCorrect, true);
  const other: EvaluationRow = { id: "d", language: "es", prompt: "…" };
  assert.equal(judge(other, "Madrid, Roma", "zxx", new Map(), knownAnswers([city])).languageCorrect, true);
  const italian = knownAnswers([{ ...city, language: "it" }]);
  assert.equal(judge(other, "Madrid, Roma", "zxx", new Map(), italian).outcome, "wrongLanguage");
});

test("a number is nobody's language, though only another language's answers have it", () => {
  const italian: EvaluationRow = { id: "six", language: "it", prompt: "…", reference: "7" };
  const free: EvaluationRow = { id: "six", language: "es", prompt: "…" };
  const judged = judge(free, "7", "und", new Map([["it", "7"]]), knownAnswers([italian]));
  assert.deepEqual([judged.outcome, judged.answeredIn], ["noLanguage", null]);
});

test("of a language that can't be told from another only the checks are scored", () => {
  const swiss: EvaluationRow = {
    id: "a",
    language: "gsw",
    prompt: "…",
    checks: [{ kind: "includes", all: ["Bärn"] }],
  };
  for (const [response, identified, checksPassed] of [
    ["D Houptstadt isch Bärn.", "de", true],
    ["Das weiß ich nicht.", "de", false],
  ] as const) {
    const judged = judge(swiss, response, identified, new Map());
    assert.deepEqual(
      [judged.languageCorrect, judged.checksPassed, judged.outcome],
      [null, checksPassed, "unscored"],
    );
  }
  const known = judge(swiss, "Bärn isch es.", "gsw", new Map(), new Map(), undefined, () => true);
  assert.equal(known.outcome, "followed");
});

function sample(fields: Partial<SampleRecord>): SampleRecord {
  return {
    language: "es",
    id: "x",
    prompt: "p",
    response: "r",
    reference: null,
    tags: {},
    tokens: 1,
    stopped: true,
    responseLanguage: "es",
    languageCorrect: true,
    checksPassed: true,
    answeredIn: null,
    outcome: "followed",
    nll: null,
    nllTokens: 0,
    ...fields,
  };
}

const wrongLanguage = {
  outcome: "wrongLanguage",
  languageCorrect: false,
  checksPassed: false,
} as const;
const wrongAnswer = { outcome: "wrongAnswer", checksPassed: false } as const;

test("shares of the outcomes sum to one, each language by itself", () => {
  const { languages } = aggregate([
    sample({}),
    sample({ tags: { wording: "new" } }),
    sample({ ...wrongLanguage, tags: { wording: "new" } }),
    sample({ ...wrongAnswer, tags: { wording: "familiar" } }),
    sample({ language: "it", ...wrongLanguage }),
  ]);
  const es = languages.es ?? {};
  assert.equal(es.followed?.value, 0.5);
  assert.equal(es.wrongLanguage?.value, 0.25);
  assert.equal(es.wrongAnswer?.value, 0.25);
  assert.equal(es.language?.value, 0.75);
  assert.equal(es.checks?.value, 0.5);
  assert.equal(es.followed?.n, 4);
  assert.deepEqual([es["followed:wording=new"]?.value, es["followed:wording=new"]?.n], [0.5, 2]);
  assert.equal(es["followed:wording=familiar"]?.value, 0);
  assert.equal(languages.it?.followed?.value, 0);
  assert.equal(languages.it?.["followed:wording=new"], undefined);
  assert.equal(es.nll, undefined);
});

test("likelihood is weighed by tokens", () => {
  const { languages } = aggregate([
    sample({ id: "a", nll: 1, nllTokens: 30 }),
    sample({ id: "b", nll: 2, nllTokens: 10 }),
    sample({ nll: null }),
    sample({ nll: 9, nllTokens: 0 }),
  ]);
  const nll = languages.es?.nll;
  assert.equal(nll?.value, 1.25);
  assert.equal(nll?.n, 2);
  const [low = 0, high = 0] = nll?.interval ?? [];
  assert.ok(low >= 0 && low < 1 && high > 2, `two values tell next to nothing: ${low} to ${high}`);
});

test("rows without checks have a language metric and no pass rate", () => {
  const unchecked = { outcome: "unchecked", checksPassed: null } as const;
  const { languages } = aggregate([
    sample(unchecked),
    sample({ ...unchecked, outcome: "wrongLanguage", languageCorrect: false }),
  ]);
  assert.deepEqual(Object.keys(languages.es ?? {}), ["language", "noLanguage", "truncated", "wrongLanguage"]);
  assert.equal(languages.es?.wrongLanguage?.value, 0.5);
});

test("responses without words are outside the rate of right languages, and their share is of all", () => {
  const none = { languageCorrect: null, responseLanguage: "zxx", response: "42" } as const;
  const { es = {} } = aggregate([
    sample({}),
    sample(wrongLanguage),
    sample(none),
    sample({ ...none, ...wrongAnswer }),
  ]).languages;
  assert.deepEqual([es.language?.value, es.language?.n], [0.5, 2]);
  assert.deepEqual([es.noLanguage?.value, es.noLanguage?.n], [0.5, 4]);
  const shares = [es.followed, es.wrongLanguage, es.wrongAnswer].map(share => share?.value ?? Number.NaN);
  assert.deepEqual(shares, [0.5, 0.25, 0.25]);
  const free = aggregate([
    sample({ outcome: "unchecked", checksPassed: null }),
    sample({ ...none, outcome: "noLanguage", checksPassed: null }),
  ]).languages.es;
  assert.deepEqual([free?.wrongLanguage?.value, free?.wrongLanguage?.n], [0, 1]);
  assert.equal(free?.noLanguage?.value, 0.5);
});

test("a language that can't be identified has checks and no rate by language", () => {
  const unscored = { language: "gsw", outcome: "unscored", languageCorrect: null } as const;
  const { gsw = {} } = aggregate([sample(unscored), sample({ ...unscored, checksPassed: false })]).languages;
  assert.deepEqual(Object.keys(gsw), ["checks", "truncated"]);
  assert.equal(gsw.checks?.value, 0.5);
});

test("a tag with more than 20 values is not split", () => {
  const many = Array.from({ length: 21 }, (_, i) => sample({ tags: { task: `t${i}`, other: "x" } }));
  const few = many.slice(0, 20);
  const keys = (samples: SampleRecord[]) =>
    Object.keys(aggregate(samples).languages.es ?? {}).filter(key => key.includes(":"));
  assert.equal(keys(many).length, 0);
  assert.equal(keys(few).length, 20);
  assert.ok(keys(few).includes("followed:task=t0"));
});

test("wordings of one fact widen every interval: rates, LCPR and likelihoods", () => {
  const line = { lpr: true, lines: true } as const;
  const of = (isGrouped: boolean) =>
    aggregate(
      Array.from({ length: 60 }, (_, i) => {
        const fact = Math.floor(i / 3);
        const passed = fact % 2 === 0;
        return sample({
          id: `p${i}`,
          ...(isGrouped && { group: `f${fact}` }),
          ...(passed ? {} : wrongAnswer),
          ...line,
          wpr: passed,
          nll: passed ? 1 : 2,
          nllTokens: 10,
        });
      }),
    ).languages.es ?? {};
  const [grouped, apart] = [of(true), of(false)];
  for (const key of ["followed", "lcpr", "nll"] as const) {
    const width = ({ [key]: value }: typeof apart) => (value?.interval[1] ?? 0) - (value?.interval[0] ?? 0);
    assert.ok(width(grouped) > 1.5 * width(apart), `${key}: ${width(grouped)} beside ${width(apart)}`);
  }
});

test("what is written of any evaluation can be read back: no share's interval leaves 0 to 1", () => {
  const samples = Array.from({ length: 55 }, (_, i) =>
    madeUpSample({ id: String(i), group: String(i % 20), lineAccuracy: i < 53 ? 1 : 0 }),
  );
  const written = aggregate(samples);
  assert.ok((written.languages.en?.lineAccuracy?.value ?? 1) < 1);
  assert.deepEqual(parseMetricsText(JSON.stringify(written)), { value: written });
});

test("cut responses are counted, but none that came from elsewhere without a count of tokens", () => {
  const of = (fields: Partial<SampleRecord>[]): MetricValue | undefined => {
    const samples = fields.map((each, i) => madeUpSample({ id: String(i), ...each }));
    return aggregate(samples).languages.en?.truncated;
  };
  const cut = of([{ stopped: false }, {}, {}, { tokens: 0, response: "" }]);
  assert.deepEqual([cut?.value, cut?.n], [0.25, 4]);
  assert.equal(of([{ tokens: 0 }, { tokens: 0 }]), undefined);
});
