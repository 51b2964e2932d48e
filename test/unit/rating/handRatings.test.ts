// Ratings given beside the samples: kept under one's name, taken back, and held against the right comparison.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HumanError } from "../../../src/common/errors.ts";
import { parseRatings, type Rating } from "../../../src/core/rating/ratings.ts";
import type { ComparisonRecord, PairVerdict } from "../../../src/core/records/comparison.ts";
import {
  type ComparisonSource,
  ensureComparison,
  type RatedRuns,
  rate,
  ratingsOf,
} from "../../../src/features/results/handRatings.ts";
import type { StoredComparison } from "../../../src/workspace/comparisons/comparisonStore.ts";
import { rating, verdict } from "./madeUp.ts";

const run = (folder: string) => ({ folder, uri: `uri:${folder}` }) as unknown as RatedRuns["run"];
const runs: RatedRuns = { run: run("pinch"), baseline: run("english") };

function comparison(name: string, baselines: Readonly<Record<string, string>>): StoredComparison {
  const languages = Object.fromEntries(
    Object.entries(baselines).map(([language, baseline]) => [language, { baseline }]),
  );
  const record = {
    judge: { kind: "rule", model: null, url: null },
    languages,
  } as unknown as ComparisonRecord;
  return { uri: `uri:${name}`, name, record, check: null } as unknown as StoredComparison;
}

/** Comparisons in memory; files of ratings by their name, those in another folder than the first with its name before. */
class Source implements ComparisonSource {
  readonly files = new Map<string, readonly Rating[]>();
  readonly compared: string[] = [];
  /** What comparing by the rule leaves. */
  made: readonly StoredComparison[] = [];
  #known: readonly StoredComparison[];
  readonly #verdicts: readonly PairVerdict[];

  constructor(known: readonly StoredComparison[], verdicts: readonly PairVerdict[] = []) {
    this.#known = known;
    this.#verdicts = verdicts;
  }

  of = async () => this.#known;
  verdicts = async (uri: unknown) => (String(uri) === "uri:older" ? [] : this.#verdicts);
  ratings = async (uri: unknown) => {
    const files = [...this.files].filter(
      ([name]) => name.startsWith("older/") === (String(uri) === "uri:older"),
    );
    return parseRatings(...files.flatMap(([, lines]) => lines.map(each => JSON.stringify(each))));
  };
  keepRatings = async (uri: unknown, file: string, kept: readonly Rating[]) => {
    this.files.set(String(uri) === "uri:older" ? `older/${file}` : file, kept);
  };
  byRule = async (own: unknown, baseline: unknown) => {
    this.compared.push(`${own} ${baseline}`);
    this.#known = [...this.made, ...this.#known];
  };
}

const fi = (id: string, picked: Rating["picked"]) => ({ language: "fi", id, picked });

describe("ratings by hand", () => {
  it("stand in a file of the rater's name; the same again takes one back, another takes its place", async () => {
    const source = new Source([comparison("c", { fi: "english" })]);
    const kept = () => source.files.get("ratings-ada.jsonl")?.map(({ id, picked }) => `${id} ${picked}`);
    await rate(source, runs, "Ada", fi("1", "run"));
    await rate(source, runs, "Ada", fi("2", "tie"));
    assert.deepEqual(kept(), ["1 run", "2 tie"]);
    await rate(source, runs, "Ada", fi("1", "baseline"));
    assert.deepEqual(kept(), ["2 tie", "1 baseline"]);
    await rate(source, runs, "Ada", fi("2", "tie"));
    assert.deepEqual(kept(), ["1 baseline"]);
    assert.deepEqual(source.compared, [], "the two had been compared");
  });

  it("of somebody else with a name that is written alike stay in the file they share", async () => {
    const source = new Source([comparison("c", { fi: "english" })]);
    source.files.set("ratings-ada.jsonl", [rating("ADA", "fi", "1", "tie")]);
    source.files.set("ratings-bo.jsonl", [rating("Bo", "fi", "1", "baseline")]);
    await rate(source, runs, "Ada", fi("1", "run"));
    const names = source.files.get("ratings-ada.jsonl")?.map(({ rater, picked }) => `${rater} ${picked}`);
    assert.deepEqual(names, ["ADA tie", "Ada run"]);
    assert.equal(source.files.get("ratings-bo.jsonl")?.length, 1);
  });

  it("of two that nobody has compared lead to a comparison by the rule, in this language", async () => {
    const source = new Source([comparison("other", { fi: "base" }), comparison("en", { en: "english" })]);
    source.made = [comparison("new", { fi: "english" })];
    assert.equal((await ensureComparison(source, runs, "fi")).name, "new");
    assert.deepEqual(source.compared, ["uri:pinch uri:english"]);
    assert.equal((await ensureComparison(source, runs, "en")).name, "en");
    assert.equal((await ensureComparison(source, runs, null)).name, "new", "of any language the newest");
    assert.equal(source.compared.length, 1);
  });

  it("of two without a common prompt are refused with a remedy, as is a name that can be no file's", async () => {
    const source = new Source([]);
    const refused = (words: RegExp) => (error: HumanError) =>
      words.test(error.message) && error.remedy !== "";
    await assert.rejects(rate(source, runs, "Ada", fi("1", "run")), refused(/no prompt in common/));
    await assert.rejects(rate(source, runs, "…", fi("1", "run")), refused(/need a name/));
    assert.equal(source.files.size, 0);
  });

  it("are told with their agreement with the judge; others' count for it and are not one's own", async () => {
    const verdicts = [verdict("fi", "1", "win"), verdict("fi", "2", "loss"), verdict("fi", "3", null)];
    const source = new Source([comparison("c", { fi: "english" })], verdicts);
    source.files.set("ratings-ada.jsonl", [rating("Ada", "fi", "1", "run"), rating("Ada", "fi", "3", "run")]);
    source.files.set("ratings-bo.jsonl", [rating("Bo", "fi", "2", "run")]);
    const found = await ratingsOf(source, runs, "Ada");
    assert.deepEqual(found?.own, [fi("1", "run"), fi("3", "run")]);
    assert.deepEqual([found?.check?.all.n, found?.check?.all.agreed], [2, 0.5]);
    assert.equal(await ratingsOf(new Source([]), runs, "Ada"), null);
  });

  it("of languages that were compared apart are told together, each by the newest comparison", async () => {
    const source = new Source([
      comparison("newer", { en: "english" }),
      comparison("older", { fi: "english", en: "english" }),
    ]);
    await rate(source, runs, "Ada", fi("1", "run"));
    await rate(source, runs, "Ada", { language: "en", id: "2", picked: "tie" });
    assert.deepEqual([...source.files.keys()], ["older/ratings-ada.jsonl", "ratings-ada.jsonl"]);
    source.files.set("older/ratings-bo.jsonl", [rating("Ada", "en", "9", "run")]);
    const own = (await ratingsOf(source, runs, "Ada"))?.own.map(({ language, id }) => `${language} ${id}`);
    assert.deepEqual(own?.sort(), ["en 2", "fi 1"]);
  });
});
