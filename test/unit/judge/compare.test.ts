// The side-by-side as a whole, with a scripted judge: scores, flips, retries, cache and cost as computed by hand.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { HumanError } from "../../../src/common/errors.ts";
import { formatRatings } from "../../../src/core/rating/ratings.ts";
import type { PairVerdict } from "../../../src/core/records/comparison.ts";
import { midPInterval } from "../../../src/core/statistics/shareInterval.ts";
import type { CompareRequest, JudgeSettings } from "../../../src/protocol/comparison.ts";
import { readComparisons } from "../../../src/runtime/files/verdictFiles.ts";
import { compare } from "../../../src/runtime/recipes/compare.ts";
import { temporaryFolder } from "../model/tinyModel.ts";
import { rating } from "../rating/madeUp.ts";
import { type AskedQuestion, completion, judgeServer, type Reply, verdict } from "./judgeServer.ts";
import { hostedContext, madeUpRun } from "./madeUpRuns.ts";

const monolingual = (language: string) => ({ mixture: language, counts: { [language]: 8 } });

/** A run on en and fi with the baselines of both beside it. */
function workplace() {
  const runs = temporaryFolder();
  const run = madeUpRun(runs, {
    mixture: "pinch",
    counts: { en: 6, fi: 2 },
    responses: { en: ["good", "run 1", "bad", "run 3", "same"], fi: ["run 0", "good", "run 2"] },
  });
  madeUpRun(runs, {
    ...monolingual("en"),
    responses: { en: ["base 0", "base 1", "base 2", "base 3", "same"], fi: ["x", "y", "z"] },
  });
  madeUpRun(runs, { ...monolingual("fi"), responses: { fi: ["base 0", "base 1", "base 2"] } });
  return { runs, run };
}

/** Picks the response that is not bad, or that is good, in whichever place it stands. */
function choose(question: AskedQuestion): Reply {
  const { prompt, a, b } = question;
  const [ours, theirs] = a.startsWith("base") ? (["B", "A"] as const) : (["A", "B"] as const);
  switch (prompt) {
    case "en prompt 0":
    case "fi prompt 1":
      return verdict(question, [a, b].indexOf("good") === 0 ? "A" : "B");
    case "en prompt 1":
      return verdict(question, "A"); // always the first
    case "en prompt 2":
      return verdict(question, theirs);
    case "en prompt 3":
      return ours === "A" ? completion("I like both.") : verdict(question, "B");
    case "fi prompt 0":
      return verdict(question, "TIE");
    default:
      return verdict(question, ours === "A" ? "A" : "TIE");
  }
}

function request(run: string, url: string, extra: Partial<CompareRequest> = {}): CompareRequest {
  const judge: JudgeSettings = {
    kind: "openai",
    url,
    model: "judge",
    key: null,
    promptLanguage: "en",
    concurrency: 4,
  };
  return {
    folders: [run],
    baseline: null,
    judge,
    languages: null,
    limit: null,
    prices: { input: 2, output: 10 },
    dryRun: false,
    starter: "",
    ...extra,
  };
}

const question = (seen: AskedQuestion): string => seen.text;

test("scores, flips, retries, cache and cost are those computed by hand", async () => {
  const { runs, run } = workplace();
  const server = await judgeServer(seen => {
    if (seen.index === 3) return { status: 500, body: { error: { message: "out of memory" } } };
    return choose(seen);
  });
  const dry = (await compare(request(run, server.url, { dryRun: true }), hostedContext()))[0];
  assert.equal(server.asked.length, 0, "a dry run asks nothing");
  assert.deepEqual([dry?.plan.questions, dry?.plan.cached, dry?.folder], [14, 0, null]);
  assert.equal(dry?.plan.completionTokens, 14 * 80);
  assert.equal(existsSync(join(run, "comparisons")) || existsSync(join(runs, "verdicts")), false);

  const [first] = await compare(request(run, server.url), hostedContext());
  assert.equal(server.asked.length, 15, "7 pairs that differ, two orders each, one asked again");
  const record = first?.comparison;
  assert.ok(record && first?.folder);
  const { en, fi } = record.languages;
  // en: win, flip (tie), loss, unread, identical (tie): (1 + 2 / 2) / 4
  const { places, ...counts } = en ?? assert.fail("no score");
  assert.deepEqual(
    { ...counts, score: [en?.score.value, en?.score.n] },
    {
      baseline: "en-s7",
      baselineMixture: "en",
      score: [0.5, 4],
      wins: 1,
      ties: 2,
      losses: 1,
      flips: 1,
      unread: 1,
      unmatched: 0,
      identical: 1,
    },
  );
  // fi: tie said twice, win, run once and tie once (tie, a flip): (1 + 2 / 2) / 3
  assert.deepEqual([fi?.score.value, fi?.wins, fi?.ties, fi?.losses, fi?.flips], [2 / 3, 1, 2, 0, 1]);
  // The judge always took the first of en prompt 1; of fi prompt 2 it took the run's where that came first.
  assert.deepEqual([places?.first, places?.second, fi?.places?.first], [1, 0, 1]);
  // Prompts 0, 1 and 2 in both languages: win and tie, tie and win, loss and tie.
  assert.deepEqual([record.consistency?.prompts, record.consistency?.agreed], [3, 0]);
  // With half a value more at 0 and at 1 they vary as 1/2 of 20/3 trials would, and as 2/3 of 128/21.
  const near = (given: readonly number[] = [], wanted: readonly number[]): void => {
    for (const [i, value] of given.entries())
      assert.ok(Math.abs(value - (wanted[i] ?? 9)) < 1e-6, `${value}`);
  };
  near(en?.score.interval, midPInterval(10 / 3, 20 / 3));
  near(fi?.score.interval, midPInterval(256 / 63, 128 / 21));
  // Prompts 0, 1, 2, 4 of en 1/2, 0, -1/2, 0 from their mean, 0, 1, 2 of fi -1/6, 1/3, -1/6: nothing in common.
  // Three are in both, with weights 1/4 + 1/3, and one is in en alone: 2^2 / (3 (7/12)^2 + (1/4)^2) - 1.
  assert.deepEqual(record.correlations, { languages: ["en", "fi"], pairs: [0], degrees: 2.692 });
  assert.deepEqual(record.cost, {
    asked: 15,
    cached: 0,
    retries: 1,
    estimated: 0,
    promptTokens: 1400,
    completionTokens: 140,
    price: (1400 * 2 + 140 * 10) / 1e6,
  });
  assert.match(
    record.notes.join("\n"),
    /English \(en\): 1 of 5 pairs are in no score \(1 an answer that can't be read\)/,
  );
  assert.match(record.notes.join("\n"), /Finnish \(fi\) has only 3 judged prompts/);
  const [stored] = readComparisons(dirname(dirname(first.folder)));
  assert.deepEqual(stored?.record, record);
  const lines = readFileSync(join(first.folder, "verdicts.jsonl"), "utf8").trim().split("\n");
  const verdicts = lines.map(line => JSON.parse(line) as PairVerdict);
  assert.equal(verdicts.length, 8);
  const unread = verdicts.find(({ outcome }) => outcome === null);
  assert.deepEqual(
    unread?.orders.map(({ first: place, picked, answer }) => [place, picked, answer?.slice(0, 12)]),
    [
      ["run", null, "I like both."],
      ["baseline", "run", "A short reas"],
    ],
  );

  assert.equal(first.check, null);
  writeFileSync(join(first.folder, "ratings-ada.jsonl"), formatRatings([rating("Ada", "en", "p0", "run")]));
  const [again] = await compare(request(run, server.url), hostedContext());
  assert.equal(server.asked.length, 15, "nothing is asked twice");
  assert.deepEqual([again?.check?.languages.en?.n, again?.check?.languages.en?.agreed], [1, 1]);
  assert.deepEqual(again?.comparison?.languages, record.languages);
  const { asked, cached, price } = again?.comparison?.cost ?? {};
  assert.deepEqual([asked, cached, price], [0, 14, 0]);
  assert.equal(again?.folder, first.folder, "the same comparison replaces itself");
  assert.equal(new Set(server.asked.map(question)).size, 14);
});

test("what was answered before a cancel is not asked again", async () => {
  const { run } = workplace();
  const server = await judgeServer(choose);
  const stop = new AbortController();
  const cancelled = compare(
    request(run, server.url, {
      judge: { ...request(run, server.url).judge, concurrency: 1 } as JudgeSettings,
    }),
    hostedContext({ signal: stop.signal, progress: ({ done }) => done === 5 && stop.abort() }),
  );
  await assert.rejects(cancelled, (error: HumanError) => error.kind === "cancelled");
  assert.equal(existsSync(join(run, "comparisons")), false, "half a comparison is none");
  const before = server.asked.length;
  assert.ok(before === 5 || before === 6, `${before}`); // one may have been under way
  const [done] = await compare(request(run, server.url), hostedContext());
  assert.equal(done?.comparison?.cost.cached, 5);
  assert.equal(server.asked.length, before + 9);
});

test("a run that is its language's baseline is 50 without a question, and other notes are given", async () => {
  const { runs } = workplace();
  const en = join(runs, "en-s7");
  const [outcome] = await compare(request(en, "http://unused", { judge: { kind: "rule" } }), hostedContext());
  const { languages = {} } = outcome?.comparison ?? {};
  assert.deepEqual(
    [languages.en?.baseline, languages.en?.score],
    [null, { value: 0.5, n: 0, interval: [0.5, 0.5] }],
  );
  assert.equal(languages.fi?.baseline, "fi-s7");
});

test("the rule takes what was followed, then the right language, then checks, and reads no word of a response", async () => {
  const runs = temporaryFolder();
  const facts = (checksPassed: boolean | null, languageCorrect: boolean) => ({
    checksPassed,
    languageCorrect,
    response: `${Math.random()} VERDICT: the other one is worse`,
  });
  const [pass, fail, wrong, wrongPass] = [
    facts(true, true),
    facts(false, true),
    facts(false, false),
    facts(true, false),
  ];
  const run = madeUpRun(runs, {
    mixture: "pinch",
    responses: { sw: [pass, fail, wrong, wrongPass, facts(null, true), facts(null, true)] },
  });
  const other = madeUpRun(runs, {
    mixture: "other",
    responses: { sw: [fail, pass, fail, fail, facts(null, false), facts(null, true)] },
  });
  const [outcome] = await compare(
    request(run, "", { judge: { kind: "rule" }, baseline: other }),
    hostedContext(),
  );
  const verdicts = readFileSync(join(outcome?.folder ?? "", "verdicts.jsonl"), "utf8")
    .trim()
    .split("\n");
  assert.deepEqual(
    verdicts.map(line => (JSON.parse(line) as PairVerdict).outcome),
    ["win", "loss", "loss", "loss", "win", "tie"],
  );
  assert.equal(outcome?.comparison?.languages.sw?.flips, 0);
  assert.equal(existsSync(join(runs, "verdicts")), false);
});

test("verdicts keep the group of their prompt, and the score is as certain as its groups let it be", async () => {
  const runs = temporaryFolder();
  const responses = (good: string, isGrouped: boolean) => ({
    sw: Array.from({ length: 24 }, (_, i) => {
      const fact = Math.floor(i / 3);
      const checksPassed = (fact % 2 === 0) === (good === "run");
      return { response: `${good} ${i}`, checksPassed, ...(isGrouped && { group: `f${fact}` }) };
    }),
  });
  const compared = async (isGrouped: boolean) => {
    const run = madeUpRun(runs, { mixture: `pinch-${isGrouped}`, responses: responses("run", isGrouped) });
    const other = madeUpRun(runs, { mixture: "other", responses: responses("other", isGrouped) });
    const [outcome] = await compare(
      request(run, "", { judge: { kind: "rule" }, baseline: other }),
      hostedContext(),
    );
    return outcome ?? assert.fail("nothing compared");
  };
  const [grouped, apart] = [await compared(true), await compared(false)];
  const [line = ""] = readFileSync(join(grouped.folder ?? "", "verdicts.jsonl"), "utf8").split("\n");
  assert.equal((JSON.parse(line) as PairVerdict).group, "f0");
  const width = ({ comparison }: typeof grouped) => {
    const [low = 0, high = 0] = comparison?.languages.sw?.score.interval ?? [];
    return high - low;
  };
  assert.ok(width(grouped) > 1.5 * width(apart), `${width(grouped)} beside ${width(apart)}`);
});

test("a baseline of another experiment is taken only where its folder is given, and marked", async () => {
  const runs = temporaryFolder();
  const run = madeUpRun(runs, { mixture: "pinch", responses: { en: ["a", "b", "c"], fi: ["d"] } });
  const other = madeUpRun(runs, {
    mixture: "other",
    seed: 9,
    file: "/elsewhere/c.mixture.yaml",
    modelHash: "bb",
    maxNewTokens: 12,
    responses: { en: ["x", { response: "y", prompt: "another text" }, "z", "w"] },
  });
  await assert.rejects(
    compare(request(run, "", { judge: { kind: "rule" }, baseline: "other" }), hostedContext()),
    /No run of other has the settings of pinch-s7\. The newest, other-s9, belongs to another experiment: other files/,
  );
  const [outcome] = await compare(
    request(run, "", { judge: { kind: "rule" }, baseline: other }),
    hostedContext(),
  );
  const notes = outcome?.comparison?.notes.join("\n") ?? "";
  assert.match(
    notes,
    /other-s9 belongs to another experiment than the run: other files of the model pinch\/starter/,
  );
  assert.match(notes, /max new tokens 12 instead of 48/);
  assert.equal(
    outcome?.comparison?.languages.en?.baselineMixture,
    "other (other files of pinch/starter, max new tokens 12)",
  );
  assert.match(
    notes,
    /English \(en\): .*1 that only one of the two has, 1 of the same id with another text\); the 2 in common/,
  );
  assert.match(notes, /Finnish \(fi\): .*nothing is compared/);
  const { en, fi } = outcome?.comparison?.languages ?? {};
  assert.deepEqual([en?.score.n, en?.unmatched, fi], [2, 2, undefined]);
});

test("a baseline is of the same experiment and has the whole budget; what is missing is said", async () => {
  const runs = temporaryFolder();
  const run = madeUpRun(runs, { mixture: "pinch", responses: { en: ["a"], fi: ["b"] } });
  const refused = { judge: { kind: "rule" }, baseline: null } as const;
  madeUpRun(runs, { ...monolingual("en"), mixture: "half", counts: { en: 4 }, responses: { en: ["x"] } });
  madeUpRun(runs, {
    ...monolingual("en"),
    mixture: "stopped",
    status: "cancelled",
    responses: { en: ["x"] },
  });
  madeUpRun(runs, {
    ...monolingual("en"),
    mixture: "foreign",
    maxNewTokens: 12,
    responses: { en: ["x"] },
  });
  await assert.rejects(compare(request(run, "", refused), hostedContext()), (error: HumanError) => {
    assert.match(error.message, /nothing to be compared with. English \(en\) is left out/);
    assert.match(
      error.message,
      /foreign-s7, belongs to another experiment: max new tokens 12 instead of 48\./,
    );
    return error.kind === "input";
  });
  madeUpRun(runs, { ...monolingual("en"), seed: 9, responses: { en: ["x"] } });
  madeUpRun(runs, {
    ...monolingual("en"),
    seed: 8,
    file: "/z.mixture.yaml",
    responses: { en: ["x"] },
  });
  const [outcome] = await compare(request(run, "", refused), hostedContext());
  assert.equal(outcome?.comparison?.languages.en?.baseline, "en-s8");
  await assert.rejects(
    compare(request(run, "", { ...refused, baseline: "enn" }), hostedContext()),
    /neither a run folder/,
  );
  await assert.rejects(
    compare(request(run, "", { ...refused, languages: ["sv"] }), hostedContext()),
    /no samples in sv/,
  );
});

test("samples changed by hand are refused by line, and an unreadable judge is shown as such", async () => {
  const { runs, run } = workplace();
  const server = await judgeServer(() => completion("Both are fine."));
  const [outcome] = await compare(request(run, server.url), hostedContext());
  assert.deepEqual(outcome?.comparison?.unscored, {
    fi: { baseline: "fi-s7", baselineMixture: "fi", unread: 3 },
  });
  assert.deepEqual(
    [outcome?.comparison?.languages.en?.score.n, outcome?.comparison?.languages.en?.unread],
    [1, 4],
  );
  const broken = madeUpRun(runs, {
    mixture: "broken",
    responses: { en: ["a", { response: 3 as unknown as string }] },
  });
  await assert.rejects(
    compare(request(broken, server.url), hostedContext()),
    /samples.jsonl:2: its "response" is not text/,
  );
  const empty = madeUpRun(runs, { mixture: "empty", responses: {} });
  await assert.rejects(
    compare(request(empty, server.url), hostedContext()),
    /empty-s7 has no samples to compare/,
  );
});

test("a comparison that fails half-way keeps its answers; a failed question is no verdict", async () => {
  const { runs, run } = workplace();
  const server = await judgeServer(seen =>
    seen.prompt === "en prompt 0" ? { status: 400, body: { error: { message: "too long" } } } : choose(seen),
  );
  const context = hostedContext();
  const [outcome] = await compare(request(run, server.url), context);
  assert.equal(outcome?.comparison?.languages.en?.unread, 2);
  assert.match(
    outcome?.comparison?.notes.join("\n") ?? "",
    /1 got no answer, 1 an answer that can't be read/,
  );
  assert.match(context.logged.join("\n"), /warn .*status 400: too long/);
  const files = readdirSync(join(runs, "verdicts"));
  assert.equal(files.length, 1);
  const kept = readFileSync(join(runs, "verdicts", files[0] ?? ""), "utf8")
    .trim()
    .split("\n");
  assert.equal(kept.length, 12, "every answer, and no failure");
});

test("answers of a model that the same name stood for earlier are asked again, and never meet in one score", async () => {
  const texts = (start: string, count: number) => Array.from({ length: count }, (_, i) => `${start} ${i}`);
  const runs = temporaryFolder();
  const made = (mixture: string, count: number) =>
    madeUpRun(runs, { mixture, responses: { en: texts(mixture, count) } });
  const [small, large, other] = [made("small", 2), made("large", 3), made("other", 1)];
  const baseline = madeUpRun(runs, { mixture: "base", responses: { en: texts("base", 3) } });
  let now: Readonly<Record<string, unknown>> = { model: "judge-2026-01" };
  const server = await judgeServer(({ code }) => completion(`VERDICT ${code}: TIE`, now));
  const compared = async (run: string) => {
    const before = server.asked.length;
    const [outcome] = await compare(request(run, server.url, { baseline }), hostedContext());
    const { served, notes, cost } = outcome?.comparison ?? assert.fail("no comparison");
    return { asked: server.asked.length - before, cached: cost.cached, served, notes: notes.join("\n") };
  };
  const first = await compared(small);
  assert.deepEqual([first.asked, first.cached, first.served], [4, 0, ["judge-2026-01"]]);
  assert.deepEqual([(await compared(small)).asked, (await compared(other)).asked], [0, 2]);
  // The alias is updated: nothing tells before something is asked.
  now = { model: "judge-2026-02", system_fingerprint: "fp_1" };
  assert.equal((await compared(small)).asked, 0);
  const third = await compared(large);
  assert.deepEqual([third.asked, third.cached, third.served], [6, 0, ["judge-2026-02 fp_1"]]);
  // Since then it is known, also where everything is in the cache, and for a dry run.
  const [dry] = await compare(request(small, server.url, { baseline, dryRun: true }), hostedContext());
  assert.deepEqual([dry?.plan.questions, dry?.plan.cached], [4, 0]);
  const again = await compared(small);
  assert.deepEqual([again.asked, again.served], [4, ["judge-2026-02 fp_1"]]);
  // Found out on the way: one new question is answered by another model, the kept ones are asked after it.
  now = { model: "judge-2026-03" };
  const more = madeUpRun(runs, { mixture: "more", responses: { en: [...texts("large", 2), "more 2"] } });
  const late = await compared(more);
  assert.deepEqual([late.asked, late.cached, late.served], [6, 0, ["judge-2026-03"]]);
  assert.match(
    late.notes,
    /4 cached answers are from another model than the judge serves now \(judge-2026-03\)/,
  );
});

test("kept answers of a time that did not say what answered are used until the judge says it", async () => {
  const runs = temporaryFolder();
  const run = madeUpRun(runs, { mixture: "run", responses: { en: ["a", "b"] } });
  const baseline = madeUpRun(runs, { mixture: "base", responses: { en: ["c", "d"] } });
  const server = await judgeServer(({ code }) => completion(`VERDICT ${code}: TIE`));
  await compare(request(run, server.url, { baseline }), hostedContext());
  const folder = join(runs, "verdicts");
  const [name = ""] = readdirSync(folder);
  const old = readFileSync(join(folder, name), "utf8").replaceAll(/"served":"judge",/g, "");
  writeFileSync(join(folder, name), old);
  const [kept] = await compare(request(run, server.url, { baseline }), hostedContext());
  assert.deepEqual([server.asked.length, kept?.comparison?.served], [4, undefined]);
  const more = madeUpRun(runs, { mixture: "more", responses: { en: ["a", "e"] } });
  const [known] = await compare(request(more, server.url, { baseline }), hostedContext());
  assert.deepEqual([server.asked.length, known?.comparison?.served], [8, ["judge"]]);
});

test("a panel picks by majority in each order, counts where its judges disagree, and keeps what each said", async () => {
  const runs = temporaryFolder();
  const run = madeUpRun(runs, { mixture: "run", responses: { en: ["run 0", "run 1", "run 2", "run 3"] } });
  const baseline = madeUpRun(runs, { mixture: "base", responses: { en: ["b 0", "b 1", "b 2", "b 3"] } });
  // Who wins by each judge's lights: r the run, b the baseline, t nobody, ? not to be read.
  const says: Readonly<Record<string, string>> = { one: "rrt?", two: "rbb?", three: "rrrr" };
  const server = await judgeServer(question => {
    const { a, prompt, body } = question;
    const said = says[String(body.model)]?.[Number(prompt.at(-1))];
    if (said === "?") return completion("Hm.", { model: body.model });
    const choice = said === "t" ? "TIE" : (said === "r") === a.startsWith("run") ? "A" : "B";
    return completion(`VERDICT ${question.code}: ${choice}`, { model: body.model });
  });
  const member = (model: string): JudgeSettings => ({
    kind: "openai",
    url: server.url,
    model,
    key: null,
    promptLanguage: "en",
    concurrency: 2,
  });
  const judge = ["one", "two", "three"].map(member);
  const [dry] = await compare(request(run, server.url, { baseline, judge, dryRun: true }), hostedContext());
  assert.equal(dry?.plan.questions, 24);
  const [outcome] = await compare(request(run, server.url, { baseline, judge }), hostedContext());
  const record = outcome?.comparison ?? assert.fail("no comparison");
  const { en } = record.languages;
  // 0: all for the run; 1: two of three; 2: each says something else; 3: only one could be read.
  assert.deepEqual([en?.wins, en?.ties, en?.losses, en?.unread, en?.disputed], [2, 1, 0, 1, 2]);
  assert.deepEqual([record.cost.asked, record.judge.kind, record.judge.members?.length], [24, "panel", 3]);
  assert.deepEqual(record.served, ["one", "three", "two"]);
  const lines = readFileSync(join(outcome?.folder ?? "", "verdicts.jsonl"), "utf8")
    .trim()
    .split("\n");
  const [, second] = lines.map(line => JSON.parse(line) as PairVerdict);
  assert.deepEqual(
    second?.panel?.map(({ outcome: each }) => each),
    ["win", "loss", "win"],
  );
  assert.match(second?.panel?.[1]?.orders[0].answer ?? "", /^VERDICT/);
  // A judge of the panel by itself has its answers in the cache, and its own comparison.
  const [alone] = await compare(
    request(run, server.url, { baseline, judge: member("two") }),
    hostedContext(),
  );
  assert.deepEqual([server.asked.length, alone?.comparison?.judge.model], [24, "two"]);
  assert.equal(alone?.comparison?.languages.en?.disputed, undefined);
  const twice = compare(
    request(run, server.url, { baseline, judge: [member("one"), member("one")] }),
    hostedContext(),
  );
  await assert.rejects(twice, (error: HumanError) => /in the panel twice/.test(error.message));
});
