// The parts of a report beside its scores, in Markdown, HTML and LaTeX: the same facts, and text as data.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { shownName } from "../../../src/common/shownName.ts";
import { escapeTex } from "../../../src/common/tex.ts";
import { dataTableHtml, dataTableMarkdown, dataTableTex } from "../../../src/core/figures/dataTable.ts";
import { defaultTraining } from "../../../src/core/mixture/defaults.ts";
import { type HumanCheck, humanCheck } from "../../../src/core/rating/raterAgreement.ts";
import type { ComparisonRecord, LanguageComparison } from "../../../src/core/records/comparison.ts";
import type { RunRecord } from "../../../src/core/records/runRecord.ts";
import { reportMarkdown } from "../../../src/core/report/report.ts";
import { comparisonTables } from "../../../src/core/report/reportComparisons.ts";
import { differencesTable } from "../../../src/core/report/reportDifferences.ts";
import { reportHtml } from "../../../src/core/report/reportHtml.ts";
import { dataLimits, reportLimits } from "../../../src/core/report/reportLimits.ts";
import { lockTable, methodTable } from "../../../src/core/report/reportLock.ts";
import { reportTex } from "../../../src/core/report/reportTex.ts";
import type { ReportOptions } from "../../../src/core/report/reportText.ts";
import { buildResults } from "../../../src/core/results/buildResults.ts";
import { compareRows } from "../../../src/core/results/differences.ts";
import { formatDifferences } from "../../../src/core/results/differencesText.ts";
import { studyResults } from "../../../src/core/study/studyResults.ts";
import { temporaryFolder } from "../model/tinyModel.ts";
import { rating, verdict } from "../rating/madeUp.ts";
import { madeUpRun, madeUpSample, samplesOfLanguages, value } from "../results/madeUp.ts";
import { first, madeUpBook } from "../study/madeUpBook.ts";

const hostile = "50 %_#$&{}~^\\|<b>`*";

function lockedRun(mixture: string, seed: number, counts: Readonly<Record<string, number>>): RunRecord {
  const { record } = madeUpRun({ mixture, minute: 1, seed, counts });
  return {
    ...record,
    configuration: {
      ...record.configuration,
      file: "/home/somebody/secret/a.mixture.yaml",
      model: "C:\\Users\\somebody\\models\\tiny",
      train: mixture === "base" ? null : defaultTraining,
    },
    lock: {
      model: "aa11",
      data: { "data/train/fi.jsonl": "bb22", "/home/somebody/data/en.jsonl": "cc33" },
      examples: [],
      versions: { pinch: seed === 8 ? "0.2.0" : "0.1.0" },
      device: "cpu",
    },
  };
}

const records = [
  lockedRun("base", 7, {}),
  lockedRun("mono-en", 7, { en: 100 }),
  lockedRun("mono-en", 8, { en: 100 }),
];

function inLanguage(fields: Partial<LanguageComparison>): LanguageComparison {
  return {
    baseline: "mono-fi-s7",
    baselineMixture: "mono-fi",
    score: value(0.25, [0.125, 0.375], 8),
    wins: 1,
    ties: 2,
    losses: 5,
    flips: 2,
    unread: 0,
    unmatched: 0,
    identical: 0,
    ...fields,
  };
}

function comparison(fields: Partial<ComparisonRecord>): ComparisonRecord {
  return {
    version: 1,
    started: "2026-01-01T00:00:00Z",
    ended: "2026-01-01T00:00:01Z",
    run: "mono-en-s7",
    mixture: "mono-en",
    seed: 7,
    judge: { kind: "rule", model: null, url: null, promptVersion: "pinch-rule-2", promptLanguage: "en" },
    languages: {
      en: inLanguage({ baseline: null, baselineMixture: "mono-en" }),
      fi: inLanguage({ unread: 3, unmatched: 4, identical: 1 }),
    },
    cost: {
      asked: 0,
      cached: 0,
      retries: 0,
      estimated: 0,
      promptTokens: 0,
      completionTokens: 0,
      price: null,
    },
    notes: [],
    ...fields,
  };
}

const checked = (fields: Partial<ComparisonRecord>) => ({ record: comparison(fields), check: null });

const book = madeUpBook({
  "mono-en": { en: first(36), fi: first(10) },
  [hostile]: { en: first(36), fi: first(18) },
});
const studies = studyResults(
  [
    { mixture: "mono-en", form: { kind: "monolingual", language: "en" }, counts: { en: 100 }, budget: 100 },
    {
      mixture: hostile,
      form: { kind: "spread", base: "en", spread: { percent: 8 }, over: ["fi"] },
      counts: { en: 92, fi: 8 },
      budget: 100,
    },
  ],
  ["en", "fi"],
  [book],
);
const table = buildResults([
  madeUpRun({ mixture: "base", minute: 0, followed: { en: value(0.1), fi: value(0.1) } }),
  madeUpRun({ mixture: "mono-en", minute: 1, followed: { en: value(0.9), fi: value(0.25) } }),
  madeUpRun({
    mixture: hostile,
    minute: 2,
    counts: { en: 92, fi: 8 },
    followed: { en: value(0.9), fi: value(0.45) },
  }),
]);
const differences = compareRows(
  [0.3, 0.7].map((rate, i) => ({
    mixture: ["mono-en", hostile][i] ?? "",
    runs: [{ seed: 7, samples: samplesOfLanguages(rate, i) }],
  })),
  { metric: "followed", against: "mono-en", languages: ["en", "fi"], baseLanguage: "en" },
);
assert.ok(differences !== null);
const options: ReportOptions = {
  studies,
  differences,
  comparisons: comparisonTables([checked({})], ["mono-en"]),
  method: methodTable(records),
  lock: lockTable(records),
  limits: reportLimits(table, [comparison({})], ["tiny"]),
};
const samples = new Map([
  ["mono-en", [madeUpSample({ language: "fi", prompt: "Mikä?", response: "Se.", responseLanguage: "fi" })]],
]);
const forms = {
  markdown: reportMarkdown(table, samples, options),
  html: reportHtml(table, samples, options),
  tex: reportTex(table, options),
};

describe("a report in three forms", () => {
  it("studies with figure, reading and numbers", () => {
    const sentence = "8 examples in other languages, of 100, lift Finnish by 20.0 points, 6.3 to 31.8";
    assert.ok(forms.markdown.includes(`- ${sentence}`));
    assert.ok(forms.html.includes(`<li>${sentence}`));
    assert.ok(forms.markdown.includes("(figures/pinch-curve-followed.svg)"));
    assert.match(forms.html, /<figure class="study">.*<svg xmlns/su);
    for (const text of Object.values(forms))
      assert.ok(text.includes("45.0 (30.2–60.5)") || text.includes("45.0 (30.2--60.5)"));
    assert.match(forms.tex, /\\label\{tab:pinch-curve-followed\}/u);
  });

  it("a study's curve stands in for the report's own", () => {
    assert.doesNotMatch(forms.html, /class="curve"/u);
    assert.match(reportHtml(table, null), /class="curve"/u);
  });

  it("differences, side by side, method, lock, samples and limits", () => {
    for (const heading of [
      "Study results",
      "Differences from mono-en",
      "Side by side",
      "Samples",
      "Contents of each mixture",
      "Measurement",
      "Lock",
      "Limits",
    ]) {
      assert.ok(forms.markdown.includes(`## ${heading}\n`), heading);
      assert.ok(forms.html.includes(`<h2>${heading}</h2>`), heading);
    }
    for (const label of ["method", "counts", "scores", "differences", "side-by-side-1", "lock"])
      assert.ok(forms.tex.includes(`\\label{tab:${label}}`), label);
    for (const text of Object.values(forms)) {
      assert.ok(text.includes("aa11") && text.includes("0.1.0, 0.2.0"), "hashes and versions");
      assert.match(text, /Holm(?:'|&#39;)s method/u);
    }
    assert.ok(forms.markdown.includes('- mono-en: <bdi lang="fi" dir="auto">Se.</bdi> (followed)'));
  });

  it("without any of them there are no empty sections", () => {
    for (const text of [reportMarkdown(table), reportHtml(table)])
      assert.doesNotMatch(text, /Differences from|Side by side|<h2>Lock|## Lock|Limits|studies say/u);
    assert.match(reportTex(table), /\\label\{tab:scores\}/u);
  });

  it("nothing tells of the machine it was made on", () => {
    for (const text of Object.values(forms)) assert.doesNotMatch(text, /somebody|secret|Users/u);
    assert.equal(shownName("/a/b/c.gguf"), "c.gguf");
    assert.equal(shownName("D:\\models\\tiny\\"), "tiny");
    assert.equal(shownName("~/models/tiny"), "tiny");
    assert.equal(shownName("org/model"), "org/model");
    assert.equal(shownName("../data/{language}.jsonl"), "../data/{language}.jsonl");
  });
});

describe("tables of text", () => {
  const data = {
    caption: `A caption ${hostile}`,
    head: ["a", "b"],
    rows: [
      [hostile, "1"],
      ["العربية", "−2"],
    ],
  };

  it("Markdown and HTML: every cell is escaped, and each row as wide as the head", () => {
    const markdown = dataTableMarkdown(data);
    const widths = markdown
      .split("\n")
      .slice(2)
      .map(line => line.replaceAll("\\|", "").split("|").length);
    assert.deepEqual(new Set(widths), new Set([4]));
    const { source } = dataTableHtml(data);
    assert.ok(!source.includes("<b>"));
    assert.ok(source.includes("&lt;b&gt;"));
  });

  it("LaTeX: each special character is a character", () => {
    assert.equal(
      escapeTex(hostile),
      "50~\\%\\_\\#\\$\\&\\{\\}\\textasciitilde{}\\textasciicircum{}\\textbackslash{}\\textbar{}\\textless{}b\\textgreater{}\\textasciigrave{}*",
    );
    assert.equal(escapeTex('a\n\tb – −1 … "x"'), "a b -- $-$1 \\ldots{} \\textquotedbl{}x\\textquotedbl{}");
    assert.equal(escapeTex("العربية"), "العربية");
  });

  it("LaTeX: braces and environments balance, whatever is in the table", () => {
    for (const text of [dataTableTex(data, "x"), forms.tex]) assertBalanced(text);
  });

  it("LaTeX compiles, where there is one", t => {
    if (spawnSync("pdflatex", ["--version"]).status !== 0) return t.skip("no pdflatex here");
    const folder = temporaryFolder();
    // Arabic needs another engine's fonts: pdfLaTeX gets the Latin ones.
    const body = forms.tex + dataTableTex({ ...data, rows: [[hostile, "1"]] }, "x");
    const document = `\\documentclass{article}\\usepackage{booktabs,graphicx}\\usepackage[T1]{fontenc}\\begin{document}${body}\\end{document}`;
    writeFileSync(join(folder, "report.tex"), document);
    const words = ["-interaction=nonstopmode", "-halt-on-error", "-draftmode", "report.tex"];
    const { status, stdout } = spawnSync("pdflatex", words, { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, stdout.slice(-1500));
    assert.doesNotMatch(readFileSync(join(folder, "report.log"), "utf8"), /Overfull \\hbox/u);
  });
});

function assertBalanced(tex: string): void {
  const plain = tex.replace(/\\[\\{}%]/gu, "").replace(/%.*$/gmu, "");
  let depth = 0;
  for (const character of plain) {
    if (character === "{") depth++;
    if (character === "}") depth--;
    assert.ok(depth >= 0);
  }
  assert.equal(depth, 0);
  const open: string[] = [];
  for (const [, kind, name = ""] of plain.matchAll(/\\(begin|end)\{([a-z*]+)\}/gu)) {
    if (kind === "begin") open.push(name);
    else assert.equal(open.pop(), name);
  }
  assert.deepEqual(open, []);
}

describe("differences", () => {
  it("signs, corrected p and stars are those of the terminal's table", () => {
    const { rows, head } = differencesTable(differences, "en");
    assert.deepEqual(head, ["Mixture", "mean", "p", "mean, not en", "p", "en", "fi"]);
    const [row] = rows;
    const text = formatDifferences(differences, "en");
    for (const cell of row?.slice(1) ?? []) assert.ok(text.includes(cell.replaceAll("−", "-")), cell);
    assert.match(row?.[5] ?? "", /^\+\d+\*$/u);
  });

  it("what rounds to zero has no sign, and what is missing no number", () => {
    const none = {
      value: 0.001,
      n: 9,
      interval: [-0.0001, 0.002],
      p: 1,
      adjusted: 1,
      test: "t",
      seeds: 1,
    } as const;
    const rows = [{ mixture: "m", languages: { en: none }, mean: null, meanOthers: none, unmatched: 2 }];
    const [row] = differencesTable({ ...differences, rows }, "en").rows;
    assert.deepEqual(row, ["m", "–", "–", "+0.1 (0.0 to +0.2)", "1.000", "0", "–"]);
    const markdown = reportMarkdown(table, null, { differences: { ...differences, rows } });
    assert.match(markdown, /m: 2 prompts differ from those of mono-en and are left out\./u);
  });
});

describe("side by side", () => {
  it("mean over seeds with the baseline's name; flips of what was read; what was in no score", () => {
    const second = comparison({
      run: "mono-en-s8",
      seed: 8,
      languages: {
        en: inLanguage({ baseline: null, baselineMixture: "mono-en" }),
        fi: inLanguage({ score: value(0.5, [0.375, 0.625], 8), wins: 3, ties: 2, losses: 3, flips: 0 }),
      },
      unscored: { sw: { baseline: "mono-sw-s8", baselineMixture: "mono-sw", unread: 8 } },
    });
    const [scores, counts, quality] = comparisonTables(
      [checked({}), { record: second, check: null }],
      ["mono-en", "other"],
    );
    assert.deepEqual(scores?.rows[0], ["(baseline)", "mono-en", "mono-fi"]);
    assert.deepEqual(scores?.rows[1]?.slice(0, 2), ["mono-en", "50"]);
    assert.match(scores?.rows[1]?.[2] ?? "", /^37\.5 \(/u);
    assert.equal(scores?.rows.length, 2);
    // Wins 1 + 3, ties 2 + 2, losses 5 + 3; 2 flips of 16; unread 3 + 8.
    assert.deepEqual(counts?.rows, [["mono-en", "4", "4", "8", "12.5", "not counted", "–", "1", "11", "4"]]);
    assert.deepEqual(quality?.rows, [
      ["English (en)", "–", "–", "–", "–", "0", "not rated"],
      ["Finnish (fi)", "12.5", "not counted", "–", "–", "0", "not rated"],
    ]);
  });

  it("judges and kinds of baseline are never mixed; a run's newest comparison counts", () => {
    const judge = {
      kind: "openai",
      model: "/models/judge.gguf",
      url: null,
      promptVersion: "v1",
      promptLanguage: "own",
    } as const;
    const tables = comparisonTables([checked({}), checked({ judge })], ["mono-en"]);
    assert.equal(tables.length, 6);
    assert.match(tables[3]?.caption ?? "", /judge judge\.gguf, prompt v1 in the language of each pair/u);
    const newer = checked({
      ended: "2026-02-01T00:00:00Z",
      languages: { ...comparison({}).languages, fi: inLanguage({ wins: 8 }) },
    });
    const [, counts] = comparisonTables([newer, checked({})], ["mono-en"]);
    assert.equal(counts?.rows[0]?.[1], "8");
  });
});

describe("what is known of a judge", () => {
  const said = Array.from({ length: 40 }, (_, i) => verdict("fi", `${i}`, i % 2 === 0 ? "win" : "loss"));
  const rated = (count: number, agrees: (i: number) => boolean) =>
    humanCheck(
      said,
      Array.from({ length: count }, (_, i) =>
        rating("Ada", "fi", `${i}`, (i % 2 === 0) === agrees(i) ? "run" : "baseline"),
      ),
    );
  const tablesOf = (check: HumanCheck | null) => {
    const consistency = {
      prompts: 12,
      agreed: 0.75,
      interval: [0.5, 0.9],
      kappa: 0.5,
      kappaInterval: [0.1, 0.8],
    } as const;
    const places = { first: 2, second: 0, interval: [0.158, 1] } as const;
    const languages = { ...comparison({}).languages, fi: inLanguage({ places }) };
    return comparisonTables([{ record: comparison({ consistency, languages }), check }], ["mono-en"]);
  };

  it("says which place it leans to, and how alike it judges translations", () => {
    const [, counts, quality, consistency] = tablesOf(null);
    assert.equal(counts?.rows[0]?.[5], "100 (22–100)");
    assert.equal(quality?.rows[1]?.[2], "100 (22–100)");
    assert.deepEqual(consistency?.rows, [["mono-en, seed 7", "75 (50–90)", "0.50 (0.10 to 0.80)", "12"]]);
  });

  it("marks every score of a language in which it is not to be trusted, with the threshold", () => {
    const [scores, , quality, , corrected] = tablesOf(rated(20, i => i % 4 < 2));
    assert.deepEqual(scores?.head, ["Mixture", "en", "fi†"]);
    assert.match(scores?.rows[1]?.[2] ?? "", /^25\.0† \(/u);
    assert.match(
      scores?.caption ?? "",
      /not to be trusted in Finnish \(fi: kappa 0\.00, 20 pairs\).*below 0\.4/u,
    );
    assert.equal(quality?.rows[1]?.at(-1), "no");
    assert.match(quality?.caption ?? "", /below 0\.4, on at least 10 pairs/u);
    assert.equal(corrected?.rows[1]?.[2], "none: 20 pairs are rated, 30 are needed");
  });

  it("corrects the score where enough pairs are rated, beside the raw one, and says where they are few", () => {
    const [scores, , quality, , corrected] = tablesOf(rated(40, i => i % 10 !== 0));
    assert.deepEqual(scores?.head, ["Mixture", "en", "fi"]);
    assert.equal(quality?.rows[1]?.at(-1), "yes");
    assert.equal(corrected?.rows[0]?.[2], "25.0 (13–38)");
    assert.match(corrected?.rows[1]?.[2] ?? "", /^\d\d\.\d \(\d\d–\d\d\), from 40 rated pairs$/u);
    assert.equal(tablesOf(rated(3, () => true))[2]?.rows[1]?.at(-1), "too few rated");
  });
});

describe("method, lock and limits", () => {
  it("the method says runs, seeds, training and decoding; the untuned model is none of the mixtures", () => {
    const rows = new Map(methodTable(records).rows.map(([name = "", text = ""]) => [name, text]));
    assert.equal(rows.get("Runs"), "3: 1 mixture with seeds 7, 8, and the untuned model");
    const [, first, second] = records;
    const set = records.map(record => {
      const { train } = record.configuration;
      return train === null
        ? record
        : {
            ...record,
            configuration: {
              ...record.configuration,
              train: { ...train, embeddings: true as const, neftune: 5, labelSmoothing: 0.1 },
            },
          };
    });
    assert.match(
      new Map(methodTable(set).rows as [string, string][]).get("Training") ?? "",
      /^LoRA of rank \d+, alpha \d+, with the whole embedding and output projection; /u,
    );
    const said = /; noise on embeddings \(NEFTune, alpha 5\); labels smoothed by 0\.1; AdamW/u;
    assert.match(new Map(methodTable(set).rows as [string, string][]).get("Training") ?? "", said);
    const more = methodTable([first, second].flatMap(run => (run ? [run, { ...run, seed: 10 }] : [])));
    assert.match(more.rows[3]?.[1] ?? "", /with seeds 7, 8, 10$/u, "in the order of numbers");
    assert.equal(rows.get("Mixture file"), "a.mixture.yaml");
    assert.match(rows.get("Training") ?? "", /^LoRA of rank \d+, alpha \d+; \d+ epochs; /u);
    assert.equal(rows.get("Responses"), "the most likely token each time, at most 32 tokens");
  });

  it("the lock lists each file once, by name", () => {
    const rows = lockTable(records)?.rows ?? [];
    assert.deepEqual(rows, [
      ["model tiny", "aa11"],
      ["data/train/fi.jsonl", "bb22"],
      ["en.jsonl", "cc33"],
      ["pinch", "0.1.0, 0.2.0"],
    ]);
    assert.equal(lockTable([madeUpRun({ mixture: "m", minute: 1 }).record]), null);
  });

  it("limits name seeds, prompts, model, and the judge that there was", () => {
    const said = (limits: readonly string[]): string => limits.join("\n");
    assert.match(
      said(reportLimits(table, [], ["tiny"])),
      /^One seed: .*\nAt least 100 prompts per language.*\nOne base model \(tiny\)/u,
    );
    assert.doesNotMatch(said(reportLimits(table, [], [])), /judge/u);
    assert.match(said(reportLimits(table, [comparison({})], [])), /rule judge/u);
    const samples = [0, 1].map(() => ({
      ...madeUpSample({ language: "hi" }),
      refused: ["change_case:english_capital"],
    }));
    assert.match(
      said(reportLimits(table, [], [], [{ mixture: "m", runs: [{ seed: 7, samples }] }])),
      /easier than those of other languages: Hindi \(2 rows: change_case:english_capital\)/u,
    );
    const judge = { ...comparison({}).judge, kind: "openai" as const };
    assert.match(said(reportLimits(table, [comparison({ judge })], [])), /model as a judge/u);
  });
});

it("what runs found in their data stands once among the limits, with the number of runs where not all found it", () => {
  const found = (message: string) => ({ code: "evaluation-in-training", message });
  const of = (...messages: string[]) => ({ findings: messages.map(found) });
  assert.deepEqual(dataLimits([of("All.", "One."), of("All."), of("All.")]), [
    "In the data: All.",
    "In the data of 1 of 3 runs: One.",
  ]);
  assert.deepEqual(dataLimits([{}, of()]), []);
});
