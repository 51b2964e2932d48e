// The commands `study` and `report`: from an empty folder to a mixture file, and from run folders to figures.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runCli } from "../../../src/cli/cli.ts";
import { Progress } from "../../../src/cli/progress.ts";
import type { MixtureForm } from "../../../src/core/mixture/mixtureFile.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import type { SampleRecord } from "../../../src/core/records/records.ts";
import { studyNames } from "../../../src/core/study/studyNames.ts";
import { writeResults } from "../../../src/runtime/files/results.ts";
import { claimFolder } from "../../../src/runtime/files/runClaim.ts";
import { madeUpRun, madeUpSample } from "../judge/madeUpRuns.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

async function pinch(...words: readonly string[]): Promise<{ code: number; output: string; errors: string }> {
  let output = "";
  let errors = "";
  const errorStream = { write: (text: string) => (errors += text) };
  const code = await runCli(words, {
    output: { write: (text: string) => (output += text) },
    errors: errorStream,
    progress: new Progress(errorStream),
    starter: "nowhere",
    signal: new AbortController().signal,
    start: () => assert.fail("nothing is computed"),
  });
  return { code, output, errors };
}

/** data/train with so many rows in each language; gives the folder. */
function dataFolder(languages: readonly string[], rows: number): string {
  const folder = temporaryFolder();
  const train = join(folder, "data", "train");
  mkdirSync(train, { recursive: true });
  const row = (i: number): string => JSON.stringify({ id: `${i}`, prompt: "p", response: "r" });
  for (const language of languages)
    writeFileSync(
      join(train, `${language}.jsonl`),
      `${Array.from({ length: rows }, (_, i) => row(i)).join("\n")}\n\n`,
    );
  return folder;
}

describe("pinch study", () => {
  it("lists the six without a name", async () => {
    const { code, output } = await pinch("study");
    assert.equal(code, 0);
    assert.deepEqual(
      output
        .trimEnd()
        .split("\n")
        .map(line => line.split(" ")[0]),
      [...studyNames],
    );
    const { output: json } = await pinch("study", "--json");
    assert.equal((JSON.parse(json) as { studies: unknown[] }).studies.length, 6);
  });

  it("writes a file of the languages and rows that are there, and never over another one", async () => {
    const folder = dataFolder(["en", "fi", "sw"], 50);
    const file = join(folder, "a.mixture.yaml");
    const told = await pinch("study", "pinch-curve", "--out", file);
    assert.equal(told.code, 0, told.errors);
    assert.match(told.output, /Next: pinch plan /u);
    const { file: parsed, diagnostics } = parseMixtureFile(readFileSync(file, "utf8"));
    assert.deepEqual(diagnostics, []);
    assert.deepEqual([parsed?.budget, parsed?.seeds], [50, [7, 8, 9]]);
    assert.deepEqual(
      parsed?.mixtures.filter(({ name }) => name.startsWith("mono-")).map(({ name }) => name),
      ["mono-en", "mono-fi", "mono-sw"],
    );
    const again = await pinch("study", "pinch-curve", "--out", file);
    assert.equal(again.code, 1);
    assert.match(again.errors, /is there already/u);
  });

  it("prints with --out -, takes languages without data, base, budget, seeds and growth as said", async () => {
    const words = ["--out", "-", "--languages", "fi,sw,zh-hant", "--base", "fi", "--seeds", "3"];
    const { code, output, errors } = await pinch(
      "study",
      "seen-and-unseen",
      ...words,
      "--budget",
      "90",
      "--grow",
    );
    assert.equal(code, 0, errors);
    const { file } = parseMixtureFile(output);
    assert.deepEqual([file?.budget, file?.seeds], [90, [3]]);
    const forms = file?.mixtures.flatMap(({ form }) => (form.kind === "spread" ? form : [])) ?? [];
    assert.ok(forms.length > 0 && forms.every(({ base, grow }) => base === "fi" && grow === true));
    assert.match(output, /zh-Hant/u);
  });

  it("says what is wrong and what to do", async () => {
    const cases: [readonly string[], RegExp][] = [
      [["pinch-curv"], /Unknown study "pinch-curv"\..*Did you mean pinch-curve\?/su],
      [["pinch-curve", "--out", "-", "--languages", "en,english"], /"english" is not a language tag.*en/su],
      [
        ["pinch-curve", "--out", "-", "--languages", "en,fi", "--budget", "none"],
        /--budget takes whole numbers/u,
      ],
      [["pinch-curve", "--out", "-", "--languages", "en,fi", "--seeds", "7,"], /--seeds 7,8,9/u],
      [["pinch-curve", "--out", join(temporaryFolder(), "a.yaml")], /No file matches .*--languages/su],
    ];
    for (const [words, expected] of cases) {
      const { code, errors, output } = await pinch("study", ...words);
      assert.equal(code, 1);
      assert.match(errors, expected);
      assert.equal(output, "");
    }
  });
});

describe("pinch report", () => {
  const hidden = "/home/somebody/secret";

  /** Run folders of a curve from English alone to half Finnish, two prompts in three followed more each time. */
  function curveRuns(): string {
    const runs = temporaryFolder();
    const mixtures: [string, MixtureForm, Readonly<Record<string, number>>, number][] = [
      ["mono-en", { kind: "monolingual", language: "en" }, { en: 8 }, 10],
      ["p25", { kind: "spread", base: "en", spread: { percent: 25 }, over: ["fi"] }, { en: 6, fi: 2 }, 20],
      ["p50", { kind: "spread", base: "en", spread: { percent: 50 }, over: ["fi"] }, { en: 4, fi: 4 }, 30],
    ];
    for (const [mixture, form, counts, followed] of mixtures) {
      const samples = (language: string): SampleRecord[] =>
        Array.from({ length: 40 }, (_, i) =>
          madeUpSample(language, i, {
            response: "r",
            checksPassed: i < followed,
            outcome: i < followed ? "followed" : "wrongAnswer",
          }),
        );
      const file = `${hidden}/b.mixture.yaml`;
      const folder = madeUpRun(runs, { mixture, counts, file, responses: {} });
      const path = join(folder, "run.json");
      const record = JSON.parse(readFileSync(path, "utf8")) as { configuration: object };
      writeFileSync(path, JSON.stringify({ ...record, configuration: { ...record.configuration, form } }));
      claimFolder(folder);
      writeResults(folder, [...samples("en"), ...samples("fi")]);
    }
    return runs;
  }

  it("writes three reports and the figures of the studies; nothing of it names a folder of the machine", async () => {
    const runs = curveRuns();
    const out = join(temporaryFolder(), "report");
    const told = await pinch("report", runs, "--out", out);
    assert.equal(told.code, 0, told.errors);
    assert.match(
      told.output,
      /Pinch curve, by Followed, in the right language\n {2}2 examples .*lift Finnish by 25\.0 points/u,
    );
    assert.deepEqual(readdirSync(out).sort(), ["figures", "report.html", "report.md", "report.tex"]);
    const figures = readdirSync(join(out, "figures")).sort();
    assert.deepEqual(figures, ["pinch-curve-followed.svg", "pinch-curve-language.svg"]);
    const markdown = readFileSync(join(out, "report.md"), "utf8");
    for (const [, path = ""] of markdown.matchAll(/\]\((figures\/[^)]+)\)/gu))
      assert.ok(existsSync(join(out, path)), path);
    const files = ["report.html", "report.md", "report.tex", ...figures.map(name => join("figures", name))];
    for (const file of files) {
      const text = readFileSync(join(out, file), "utf8");
      assert.ok(!text.includes("somebody") && !text.includes(runs), file);
    }
  });

  it("with --json the studies' readings are there, and where their figures lie", async () => {
    const runs = curveRuns();
    const { output } = await pinch("report", runs, "--json");
    const { studies, tex } = JSON.parse(output) as {
      studies: { name: string; figure: string; reading: string[] }[];
      tex: string;
    };
    assert.deepEqual(
      studies.map(({ name }) => name),
      ["pinch-curve", "pinch-curve"],
    );
    assert.ok(existsSync(studies[0]?.figure ?? "") && existsSync(tex));
    assert.match(studies[0]?.reading[0] ?? "", /25\.0 points/u);
  });

  it("side-by-side scores of comparisons in the run folders become tables and a study's score", async () => {
    const runs = curveRuns();
    const language = (baseline: string | null, wins: number) => ({
      baseline,
      baselineMixture: "mono-fi",
      score: { value: wins / 40, n: 40, interval: [0, 1] },
      wins,
      ties: 0,
      losses: 40 - wins,
      flips: 0,
      unread: 0,
      unmatched: 0,
      identical: 0,
    });
    for (const [mixture, wins] of [
      ["mono-en", 4],
      ["p25", 12],
      ["p50", 16],
    ] as const) {
      const folder = join(runs, `${mixture}-s7`, "comparisons", "rule");
      mkdirSync(folder, { recursive: true });
      const verdicts = Array.from({ length: 40 }, (_, i) =>
        JSON.stringify({
          ...{ language: "fi", id: `p${i}`, prompt: "p", run: "r", baseline: "b", orders: [{}, {}] },
          outcome: i < wins ? "win" : "loss",
        }),
      );
      writeFileSync(join(folder, "verdicts.jsonl"), verdicts.join("\n"));
      const record = {
        version: 1,
        started: "2026-01-01T00:00:00Z",
        ended: "2026-01-01T00:00:00Z",
        run: `${mixture}-s7`,
        mixture,
        seed: 7,
        judge: { kind: "rule", model: null, url: null, promptVersion: "pinch-rule-2", promptLanguage: "en" },
        languages: { fi: language("mono-fi-s7", wins) },
        cost: {},
        notes: [],
      };
      writeFileSync(join(folder, "comparison.json"), JSON.stringify(record));
    }
    madeUpRun(runs, { mixture: "mono-fi", counts: { fi: 8 }, responses: { fi: [] } });
    const { output, errors } = await pinch("report", runs);
    assert.equal(errors, "");
    assert.match(output, /Pinch curve, by Side by side .*\n {2}2 examples .*lift Finnish by 20\.0 points/u);
    const markdown = readFileSync(join(runs, "report.md"), "utf8");
    assert.match(
      markdown,
      /## Side by side\n\nSide by side, rule judge: .*\n\n.*\n.*\n\| \(baseline\) \| mono-fi \|/u,
    );
    assert.ok(existsSync(join(runs, "figures", "pinch-curve-side-by-side-rule.svg")));
  });
});
