// What the panel computes in a process of its own: studies, differences and reports, from run folders.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { SampleRecord } from "../../../src/core/records/records.ts";
import type { AnalyseRequest } from "../../../src/protocol/runtime.ts";
import { analyse } from "../../../src/runtime/recipes/analyse.ts";
import { madeUpRun, madeUpSample, value } from "./madeUp.ts";

const languages = ["en", "fi", "sw"];

describe("an analysis", () => {
  let root: string;
  const folder = (name: string) => join(root, name);
  const samplesPath = (name: string) => join(folder(name), "samples.jsonl");

  /** A monolingual model that follows `own` of 40 prompts in its language, and `others` elsewhere. */
  function write(language: string, own: number, others: number): void {
    const mixture = `only-${language}`;
    const rate = (tag: string) => (tag === language ? own : others);
    const { record, metrics } = madeUpRun({
      mixture,
      minute: languages.indexOf(language),
      form: { kind: "monolingual", language },
      counts: { [language]: 100 },
      followed: Object.fromEntries(languages.map(tag => [tag, value(rate(tag) / 40, undefined, 40)])),
    });
    mkdirSync(folder(mixture));
    writeFileSync(join(folder(mixture), "run.json"), JSON.stringify(record));
    writeFileSync(join(folder(mixture), "metrics.json"), JSON.stringify(metrics));
    const samples = languages.flatMap(tag =>
      Array.from({ length: 40 }, (_, i): SampleRecord => {
        const checksPassed = i < rate(tag);
        const outcome = checksPassed ? "followed" : "wrongAnswer";
        return madeUpSample({ language: tag, id: `q${i}`, checksPassed, outcome });
      }),
    );
    writeFileSync(samplesPath(mixture), samples.map(sample => `${JSON.stringify(sample)}\n`).join(""));
  }

  before(() => {
    root = mkdtempSync(join(tmpdir(), "pinch-analyse-"));
    write("en", 36, 4);
    write("fi", 30, 4);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const request = (wanted: AnalyseRequest["wanted"], more: Partial<AnalyseRequest> = {}): AnalyseRequest => ({
    ...{ folders: ["only-en", "only-fi"].map(folder), languages: null, metric: "followed", against: null },
    ...{ wanted, ...more },
  });

  it("of differences is of the mixture asked for, and writes no file", () => {
    const { differences, studies, files } = analyse(request("differences", { against: "only-en" }));
    assert.deepEqual([studies, files], [[], []]);
    assert.deepEqual([differences?.against, differences?.metric], ["only-en", "followed"]);
    const row = differences?.rows.find(({ mixture }) => mixture === "only-fi");
    assert.equal(row?.languages.fi?.value.toFixed(2), "0.65");
    assert.equal(row?.languages.en?.value.toFixed(2), "-0.80");
    assert.ok((row?.languages.fi?.adjusted ?? 1) < 0.05 && row?.languages.sw?.value === 0);
  });

  it("leaves out languages that are hidden", () => {
    const { differences } = analyse(request("differences", { languages: ["fi"] }));
    assert.deepEqual(Object.keys(differences?.rows[0]?.languages ?? {}), ["fi"]);
  });

  it("of studies finds those that the mixtures make up, and writes no file", () => {
    const { studies, files } = analyse(request("studies"));
    assert.deepEqual(files, []);
    assert.ok(studies.some(({ name }) => name === "monolingual-transfer"));
    assert.match(studies[0]?.figure ?? "", /data-opens="[^"]*only-fi/);
  });

  it("of a report is its pages and the figures that they name", () => {
    const { files } = analyse(request("report"));
    const names = files.map(({ name }) => name);
    assert.deepEqual(names.slice(0, 2), ["report.md", "report.html"]);
    const figures = names.slice(2);
    assert.ok(figures.length > 0);
    const [markdown] = files;
    for (const name of figures) assert.ok(markdown?.text.includes(name), name);
  });

  it("of no folder is empty, and of a folder without a run a refusal that names it", () => {
    const nothing = { differences: null, studies: [], files: [], leftOut: [] };
    assert.deepEqual(analyse(request("studies", { folders: [] })), nothing);
    assert.deepEqual(analyse(request("differences", { folders: [] })), nothing);
    mkdirSync(folder("strange"));
    assert.throws(() => analyse(request("studies", { folders: [folder("strange")] })), /strange/);
  });

  it("leaves a run out whose samples end in half a line, and says so: what was cut may be anything", () => {
    write("sw", 20, 4);
    const whole = analyse(
      request("differences", { folders: ["only-en", "only-sw"].map(folder), against: "only-en" }),
    );
    writeFileSync(samplesPath("only-sw"), '{"language":"sw","id":"q1","prom', { flag: "a" });
    const cut = analyse(
      request("differences", { folders: ["only-en", "only-sw"].map(folder), against: "only-en" }),
    );
    assert.equal(whole.leftOut.length, 0);
    assert.match(cut.leftOut.join(), /only-sw is left out\. .*samples\.jsonl:\d+: not valid JSON/);
    assert.equal(cut.differences?.rows.length ?? 0, 0);
  });
});
