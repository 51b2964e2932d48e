// What results say of responses without words, and of languages that are not scored or more widely.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { MetricKey, MetricsRecord } from "../../../src/core/records/records.ts";
import { reportMarkdown } from "../../../src/core/report/report.ts";
import { buildResults } from "../../../src/core/results/buildResults.ts";
import type { MetricValue } from "../../../src/core/statistics/estimate.ts";
import { describeShares, sharesOf, sharesTable } from "../../../webview/results/shares.ts";
import { madeUpRun, value } from "./madeUp.ts";

type Cells = Readonly<Record<string, Readonly<Partial<Record<MetricKey, MetricValue>>>>>;

function tableOf(languages: Cells, identifier?: string) {
  const metrics: MetricsRecord = { version: 1, languages };
  const run = madeUpRun({ mixture: "pinch", minute: 1, metrics });
  const { configuration } = run.record;
  const evaluate = { ...configuration.evaluate, ...(identifier !== undefined && { identifier }) };
  return buildResults([{ ...run, record: { ...run.record, configuration: { ...configuration, evaluate } } }]);
}

/** Those about languages, not about what the made-up run leaves out of its record. */
function notesOf({ notes = [] }: ReturnType<typeof tableOf>): string[] {
  return notes.filter(note => !note.startsWith("pinch-s7"));
}

const scored = { language: value(0.9), noLanguage: value(0), followed: value(0.5) };

test("nothing is said where every language is told apart and every response has words", () => {
  assert.deepEqual(notesOf(tableOf({ en: scored, fi: scored })), []);
  assert.deepEqual(notesOf(tableOf({ en: { followed: value(0.5) }, fi: { nll: value(1) } })), []);
});

test("a language without a rate is named with the reason", () => {
  const gsw = { checks: value(0.5) };
  const note =
    /^Swiss German can't be distinguished from German: .* by their checks only, not by their language\.$/u;
  const table = tableOf({ en: scored, gsw });
  assert.equal(notesOf(table).length, 1);
  assert.match(notesOf(table)[0] ?? "", note);
  assert.match(
    notesOf(tableOf({ en: scored, gsw: {} }))[0] ?? "",
    note,
    "rows with neither checks nor references",
  );
  assert.match(reportMarkdown(table), /Swiss German can't be distinguished from German/u);
  assert.match(notesOf(tableOf({ en: scored, gsw }, "lid.bin"))[0] ?? "", /not known to the identifier/u);
  assert.equal(sharesOf(table.rows[0] as (typeof table.rows)[0], "gsw"), null);
});

test("a language that is scored more widely says so, unless a model of the person's told it apart", () => {
  assert.match(notesOf(tableOf({ arz: scored }))[0] ?? "", /^Egyptian Arabic is scored as Arabic: /u);
  assert.deepEqual(notesOf(tableOf({ arz: scored }, "lid.bin")), []);
});

test("shares without words are given by language, the highest with its mixture", () => {
  const table = tableOf({ en: scored, fi: { ...scored, noLanguage: value(0.12) } });
  assert.match(
    notesOf(table)[0] ?? "",
    /in no language, neither right nor wrong: at most fi 12 % \(pinch\)\.$/u,
  );
  assert.match(reportMarkdown(table), /<summary>In no language: without words<\/summary>/u);
  assert.doesNotMatch(reportMarkdown(tableOf({ en: scored })), /In no language: without words/u);
});

test("shares that were not measured are no zeros, neither in the table nor in its description", () => {
  const free = { language: value(0.75), wrongLanguage: value(0.25) };
  const table = tableOf({ fi: free, sw: { followed: value(0.25), wrongAnswer: value(0), ...free } });
  assert.equal(describeShares(table, "fi"), "pinch: right language, not checked 75 %, wrong language 25 %.");
  assert.deepEqual(sharesTable(table, "fi").rows, [["pinch", "–", "75.0", "0.0", "–", "25.0"]]);
  assert.equal(
    describeShares(table, "sw"),
    "pinch: followed 25 %, right language, not checked 50 %, wrong language 25 %.",
  );
  assert.deepEqual(sharesTable(table, "sw").rows, [["pinch", "25.0", "50.0", "0.0", "0.0", "25.0"]]);
});

test("bars without checks have the share without words beside those of the rest", () => {
  const free = { language: value(0.75), wrongLanguage: value(0.25), noLanguage: value(0.2) };
  const { rows } = tableOf({ fi: free });
  const shares = sharesOf(rows[0] as (typeof rows)[0], "fi");
  assert.deepEqual(
    Object.fromEntries(Object.entries(shares ?? {}).map(([key, share]) => [key, Math.round(100 * share)])),
    { wrongLanguage: 20, noLanguage: 20, unchecked: 60 },
  );
});
