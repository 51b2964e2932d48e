// Run folders that somebody changed: each is left out of the report by name, and the others stand.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { MetricsRecord, SampleRecord } from "../../../src/core/records/records.ts";
import { reportMarkdown } from "../../../src/core/report/report.ts";
import { aggregate, withTruncation } from "../../../src/core/scoring/score.ts";
import { assembleDifferences, assembleReport } from "../../../src/runtime/reports/assembleReport.ts";
import { madeUp } from "../records/madeUpRecords.ts";
import { madeUpSample } from "./madeUp.ts";

const prompts = 30;

function samplesOf(followed: number): SampleRecord[] {
  return ["en", "fi"].flatMap(language =>
    Array.from({ length: prompts }, (_, i) => {
      const checksPassed = i < followed;
      const outcome = checksPassed ? "followed" : "wrongAnswer";
      return madeUpSample({ language, id: `p${i}`, checksPassed, outcome, stopped: i > 2 });
    }),
  );
}

describe("a report over folders of which one was edited", () => {
  let root = "";
  let folders: string[] = [];
  let pinch = "";

  const path = (name: string) => join(pinch, name);
  const write = (name: string, text: string) => writeFileSync(path(name), text);
  const lines = () => readFileSync(path("samples.jsonl"), "utf8").trimEnd().split("\n");
  const writeLines = (all: readonly string[]) =>
    write("samples.jsonl", all.map(line => `${line}\n`).join(""));
  const editLine = (at: number, change: object) =>
    writeLines(
      lines().map((line, i) =>
        i === at ? JSON.stringify({ ...(JSON.parse(line) as object), ...change }) : line,
      ),
    );
  const metrics = () => JSON.parse(readFileSync(path("metrics.json"), "utf8")) as MetricsRecord;

  function add(mixture: string, minute: number, followed: number): string {
    const { record, folder } = madeUp(mixture, { minute });
    const place = join(root, folder);
    mkdirSync(place);
    const samples = samplesOf(followed);
    writeFileSync(join(place, "run.json"), JSON.stringify(record, null, 2));
    writeFileSync(join(place, "samples.jsonl"), samples.map(each => `${JSON.stringify(each)}\n`).join(""));
    const written = aggregate(samples);
    writeFileSync(join(place, "metrics.json"), JSON.stringify(written));
    return place;
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "pinch-edited-"));
    folders = [add("base", 1, 2), add("en", 2, 10), add("fi", 3, 12), add("pinch", 4, 20)];
    pinch = folders[3] ?? "";
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** That of the edited run; the others are in the table. */
  function leftOut(): string {
    const report = assembleReport(folders, { against: null });
    assert.ok(report);
    const { table, samples, options, leftOut: all } = report;
    assert.deepEqual(
      table.rows.map(({ mixture }) => mixture),
      ["base", "en", "fi"],
    );
    assert.equal(all.length, 1);
    assert.deepEqual(table.notes?.[0], all[0]);
    const text = reportMarkdown(table, samples, options);
    assert.match(text, /\*\*Note:\*\* pinch-s7-4 is left out/);
    assert.ok(!text.includes(root), "no place on this machine");
    return all[0] ?? "";
  }

  it("run.json: by file, line and field", () => {
    write("run.json", readFileSync(path("run.json"), "utf8").replace('"seed": 7', '"seed": "7"'));
    assert.match(
      leftOut(),
      /pinch-s7-4\/run\.json can't be used: its seed \(line 5\) is not a whole number\. .*run the mixture/,
    );
    write("run.json", "{");
    assert.match(leftOut(), /run\.json can't be used: it is not JSON/);
  });

  it("samples.jsonl: by line, with what computes it anew", () => {
    const whole = lines();
    editLine(6, { languageCorrect: "yes" });
    assert.match(
      leftOut(),
      /samples\.jsonl:7: its "languageCorrect" is not true, false or null\. .*pinch eval pinch-s7-4 --samples/,
    );
    writeLines(whole);
    editLine(6, { response: null });
    assert.match(
      leftOut(),
      /samples\.jsonl:7: its "response" is not text\. .*answer again \(pinch eval pinch-s7-4\)/,
    );
    writeLines([...whole, whole[3] ?? ""]);
    assert.match(
      leftOut(),
      /samples\.jsonl:61: it answers the prompt p3 of en a second time, after line 4\./,
    );
    writeLines([...whole.slice(0, 4), "nonsense", ...whole.slice(4)]);
    assert.match(leftOut(), /samples\.jsonl:5: not valid JSON/);
  });

  it("metrics.json that is not what the samples make", () => {
    const whole = lines();
    editLine(25, { checksPassed: true, outcome: "followed" });
    assert.match(
      leftOut(),
      /metrics\.json does not match samples\.jsonl: for followed in English it has 66\.7 % of 30, but the samples give 70\.0 % of 30\. .*--samples/,
    );
    writeLines(whole.slice(1));
    assert.match(leftOut(), /66\.7 % of 30, but the samples give 65\.5 % of 29/);
    writeLines(whole.slice(0, 30));
    assert.match(leftOut(), /it has scores for Finnish, but there are no samples in it/);
    writeLines(whole);
    write("metrics.json", JSON.stringify({ version: 1, languages: { en: { followed: { value: 2 } } } }));
    assert.match(leftOut(), /metrics\.json can't be read: its followed of en is not a score/);
  });

  it("an older run of the same mixture and seed takes the place", () => {
    folders = [...folders, add("pinch", 0, 15)];
    editLine(0, { outcome: "splendid" });
    const report = assembleReport(folders, { against: null });
    const row = report?.table.rows.find(({ mixture }) => mixture === "pinch");
    assert.deepEqual(row?.runs, [{ folder: "pinch-s7-0", seed: 7 }]);
    assert.equal(row?.cells.en?.followed?.value, 0.5);
  });

  it("a difference that the run is wanted for says why there is none", () => {
    editLine(0, { outcome: "splendid" });
    const wanted = { metric: "followed", rows: ["pinch", "en"] } as const;
    const { differences, leftOut: all } = assembleDifferences(folders, { ...wanted, against: "en" });
    assert.deepEqual(differences?.rows, []);
    assert.match(all.join(), /pinch-s7-4 is left out/);
    assert.throws(() => assembleDifferences(folders, { ...wanted, against: "pinch" }), {
      remedy: /pinch-s7-4 is left out/,
    });
  });

  it("of nothing but edited runs there is no report, and each is named", () => {
    folders = [pinch];
    write("run.json", "{}");
    assert.throws(
      () => assembleReport(folders, { against: null }),
      /None of the runs.*pinch-s7-4 is left out/,
    );
    folders = [];
    assert.equal(assembleReport(folders, { against: null }), null);
  });

  it("a comparison that is none is left out, and its run stays", () => {
    mkdirSync(join(pinch, "comparisons", "rule"), { recursive: true });
    writeFileSync(join(pinch, "comparisons", "rule", "comparison.json"), "{}");
    const report = assembleReport(folders, { against: null });
    assert.equal(report?.table.rows.length, 4);
    assert.match(
      report?.options.limits?.join() ?? "",
      /A comparison of pinch-s7-4 is left out\. pinch-s7-4.*comparison\.json/,
    );
  });

  it("what an older metrics.json does not say of cut responses is counted from the samples", () => {
    const { correlations: _correlations, languages } = metrics();
    const older = Object.entries(languages).map(([tag, { truncated: _truncated, ...cells }]) => [tag, cells]);
    write("metrics.json", JSON.stringify({ version: 1, languages: Object.fromEntries(older) }));
    const report = assembleReport(folders, { against: null });
    const row = report?.table.rows.find(({ mixture }) => mixture === "pinch");
    assert.deepEqual([row?.cells.fi?.truncated?.value, row?.cells.fi?.truncated?.n], [0.1, 30]);
    const known = aggregate(samplesOf(3));
    assert.equal(withTruncation(known, samplesOf(3)), known);
  });
});
