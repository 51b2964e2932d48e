// The reports: self-contained, escaped, readable in any language and colour scheme.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  contrast,
  heatColour,
  heatStep,
  heatSteps,
  relativeLuminance,
} from "../../../src/core/figures/heatColours.ts";
import type { MetricsRecord } from "../../../src/core/records/records.ts";
import { reportMarkdown } from "../../../src/core/report/report.ts";
import { reportHtml } from "../../../src/core/report/reportHtml.ts";
import { chosenIds } from "../../../src/core/report/reportSamples.ts";
import { firstComparison } from "../../../src/core/report/reportText.ts";
import { buildResults } from "../../../src/core/results/buildResults.ts";
import type { RunSummary } from "../../../src/core/results/resultsTable.ts";
import { madeUpRun, madeUpSample, value } from "../results/madeUp.ts";

const hostile = `<img src=x onerror="alert('1')">|\`*_`;

function metrics(english: number, others: number): MetricsRecord {
  const cell = (followed: number) => ({
    followed: value(followed, [followed - 0.05, followed + 0.05]),
    wrongLanguage: value(0.1),
    wrongAnswer: value(0.9 - followed),
    language: value(0.9),
    nll: value(1.5, [1.4, 1.6]),
    "followed:wording=familiar": value(followed),
    "followed:wording=new": value(followed / 2),
    "followed:task=capital": value(followed),
    "followed:task=sum": value(followed),
  });
  return { version: 1, languages: { en: cell(english), ar: cell(others), he: cell(others) } };
}

const runs: RunSummary[] = [
  madeUpRun({ mixture: "base", minute: 0, metrics: metrics(0.06, 0.06) }),
  madeUpRun({ mixture: "english", minute: 1, counts: { en: 600 }, metrics: metrics(0.8, 0.3) }),
  madeUpRun({ mixture: "pinch", minute: 2, counts: { en: 560, ar: 20, he: 20 }, metrics: metrics(0.8, 0.5) }),
  madeUpRun({ mixture: hostile, minute: 3, counts: { en: 300, ar: 300 }, followed: null, status: "failed" }),
];
const table = buildResults(runs);
const samples = new Map([
  [
    "english",
    [
      madeUpSample({ prompt: hostile, response: "</dd><script>alert(1)</script>", id: "1" }),
      madeUpSample({
        language: "ar",
        id: "1",
        prompt: "ما هي عاصمة فرنسا؟",
        response: "Paris\u0000",
        reference: "باريس",
        responseLanguage: "en",
        languageCorrect: false,
        answeredIn: "en",
        outcome: "wrongLanguage",
        stopped: false,
      }),
      madeUpSample({ language: "he", id: "1", prompt: "מה?", response: " ", responseLanguage: "und" }),
    ],
  ],
]);
const options = { title: `Report ${hostile}`, generated: hostile, facts: [["Model", hostile]] as const };
const html = reportHtml(table, samples, options);

test("the page loads and runs nothing", () => {
  assert.match(html, /default-src 'none'/u);
  assert.doesNotMatch(html, /<script|<link|<img|<iframe|<object|url\(|@import|https?:/iu);
  assert.doesNotMatch(html, /<[a-z][^<>]*\s(src|srcset|action|on\w+)\s*=/iu);
  assert.ok(!html.includes("\0"));
});

test("text from files is text, in attributes too", () => {
  assert.ok(!html.includes(hostile));
  assert.ok(html.includes("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;"));
  assert.ok(html.includes("&lt;/dd&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
});

test("every tag that opens closes, in order", () => {
  const open: string[] = [];
  const empty = new Set(["meta", "br", "line", "rect", "circle"]);
  const body = html.replace(/<style>.*?<\/style>/su, "");
  for (const [, slash, name = "", rest = ""] of body.matchAll(
    /<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/giu,
  )) {
    if (empty.has(name) || rest.endsWith("/")) continue;
    if (slash === "") open.push(name);
    else assert.equal(open.pop(), name);
  }
  assert.deepEqual(open, []);
});

test("tables have captions and scopes; every cell's link has its target", () => {
  const tables = html.match(/<table/gu)?.length ?? 0;
  assert.ok(tables >= 6);
  assert.equal(html.match(/<caption>/gu)?.length, tables);
  assert.doesNotMatch(html, /<th(?! scope=")[ >]/u);
  const ids = [...html.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  const links = [...html.matchAll(/href="#([^"]+)"/gu)].map(([, id]) => id);
  assert.ok(links.length >= 3);
  for (const link of links) assert.ok(ids.includes(link), link);
});

test("samples carry their language and their own direction", () => {
  assert.ok(html.includes('<dd lang="ar" dir="auto">ما هي عاصمة فرنسا؟</dd>'));
  assert.ok(html.includes('<dd lang="en" dir="auto">Paris\ufffd</dd>'));
  assert.ok(html.includes('<dd lang="ar" dir="auto">باريس</dd>'));
  assert.match(html, /right answer, in English · cut off at the token limit/u);
  assert.match(html, /<dd class="quiet">\(empty\)<\/dd>/u);
});

test("scores, intervals, wordings, counts and the method are all there", () => {
  for (const text of [
    "<b>50.0</b><small>45–55</small>",
    "by wording: mean over languages other than English",
    "<td>600</td><td>560</td><td>20</td><td>20</td>",
    "Each cell is 100 evaluation prompts per seed",
    "Intervals are 95 %",
    "1.50",
  ]) {
    assert.ok(html.includes(text), text);
  }
  assert.match(html, /<svg class="curve"[^>]*aria-label="[^"]*Others, tuned on: /u);
});

test("the first comparison is the smallest pinch against the base language alone", () => {
  const sentence = firstComparison(table) ?? "";
  assert.match(
    sentence,
    /^With 40 of 600 examples in other languages \(pinch\) instead of English only \(english\)/u,
  );
  assert.match(sentence, /from 30\.0 % \(.*\) to 50\.0 % \(.*\)/u);
  assert.match(
    sentence,
    /: followed, in the right language\. One run each: these are scores of models, /u,
    "without the paired test nothing is said of the difference",
  );
  assert.equal(firstComparison(buildResults(runs.slice(0, 2))), null);
  const difference = {
    value: 0.2,
    n: 400,
    interval: [0.1, 0.3],
    p: 0.001,
    adjusted: 0.002,
    test: "t",
  } as const;
  const tested = (seeds: number): string =>
    firstComparison(table, {
      metric: "followed",
      against: "english",
      languages: ["en", "ar"],
      rows: [
        {
          mixture: "pinch",
          languages: {},
          mean: null,
          meanOthers: { ...difference, seeds },
          unmatched: 0,
        },
      ],
    }) ?? "";
  assert.match(tested(3), /Prompt by prompt that is \+20\.0 \(\+10\.0 to \+30\.0\), p = 0\.002\.$/u);
  assert.match(tested(1), /between two models, not between two mixtures.* three seeds per mixture/u);
});

test("without runs, samples or options there is still a page", () => {
  assert.match(reportHtml(buildResults([])), /There are no runs yet/u);
  assert.match(reportMarkdown(buildResults([])), /There are no runs yet/u);
  assert.doesNotMatch(reportHtml(table), /<h2>Samples/u);
  assert.doesNotMatch(reportHtml(table), /href=/u);
});

test("Markdown: every row of a table has its columns, markup of names is escaped", () => {
  const markdown = reportMarkdown(table, null, options);
  assert.ok(markdown.includes("\\<img src=x onerror=\"alert('1')\"\\>\\|\\`\\*\\_"));
  for (const block of markdown.split("\n\n").filter(part => part.startsWith("| "))) {
    const columns = block.split("\n").map(line => line.replaceAll("\\|", "").split("|").length);
    assert.equal(new Set(columns).size, 1, block);
  }
  assert.match(markdown, /\| pinch \| 60\.0 \(/u);
  assert.match(markdown, /## By wording/u);
});

test("text contrasts at least 4.5 to 1 with every colour of the scale, which goes in even steps", () => {
  for (const scheme of ["light", "dark"] as const) {
    const luminances = Array.from({ length: heatSteps }, (_, step) => {
      const { background, text } = heatColour(step, scheme);
      assert.ok(contrast(luminanceOf(background), luminanceOf(text)) >= 4.5, `${scheme} ${step}`);
      return luminanceOf(background);
    });
    // CIE lightness, an independent measure of evenness.
    const lightness = luminances.map(y => (y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y));
    const steps = lightness.slice(1).map((l, i) => Math.abs(l - (lightness[i] ?? 0)));
    const mean = steps.reduce((a, b) => a + b, 0) / steps.length;
    for (const step of steps)
      assert.ok(step > mean * 0.6 && step < mean * 1.4, `${scheme}: ${step} beside ${mean}`);
  }
});

function luminanceOf(hex: string): number {
  const channel = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return relativeLuminance([channel(1), channel(3), channel(5)]);
}

test("steps of the scale: ends, middle, beyond, and a scale that runs downwards", () => {
  assert.equal(heatStep(0, 0, 1), 0);
  assert.equal(heatStep(1, 0, 1), heatSteps - 1);
  assert.equal(heatStep(7, 0, 1), heatSteps - 1);
  assert.equal(heatStep(1, 3, 1), heatSteps - 1);
  assert.equal(heatStep(2, 2, 2), (heatSteps - 1) / 2);
});

test("shown samples: the same ids from every kind of task, each once", () => {
  const many = Array.from({ length: 60 }, (_, i) =>
    madeUpSample({ id: `${i}`, tags: { task: `t${i % 3}` } }),
  );
  const ids = chosenIds(many);
  assert.equal(new Set(ids).size, 6);
  assert.deepEqual([...new Set(ids.map(id => Number(id) % 3))].sort(), [0, 1, 2]);
  assert.deepEqual(chosenIds(many.slice(0, 2)), ["0", "1"]);
  assert.equal(chosenIds(many.map(sample => ({ ...sample, tags: {} }))).length, 6);
});
