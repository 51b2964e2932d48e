// Runs and verdicts out to other tools' files and back: the same responses, scores and verdicts.
import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import type { ComparisonRecord, JudgedOrder, PairVerdict } from "../../../src/core/records/comparison.ts";
import type { SampleRecord } from "../../../src/core/records/records.ts";
import { exportSamples, type SampleFormat } from "../../../src/runtime/files/exportSamples.ts";
import { readMetrics, readSamples } from "../../../src/runtime/files/readRun.ts";
import { listRunFolders, readRunRecord } from "../../../src/runtime/files/runFolder.ts";
import { importVerdicts } from "../../../src/runtime/files/verdictFiles.ts";
import { exportRun } from "../../../src/runtime/recipes/export.ts";
import { importRun } from "../../../src/runtime/recipes/importRun.ts";
import { type TinyExperiment, tinyExperiment, write } from "../experiment/tinyExperiment.ts";

const context = {
  progress: () => undefined,
  step: () => undefined,
  log: () => undefined,
  signal: new AbortController().signal,
};

const evaluation: Readonly<Record<string, readonly object[]>> = {
  en: [
    {
      id: "r0",
      prompt: "Name a cat.",
      reference: "Tom is a cat.",
      checks: [{ kind: "includes", all: ["Tom"] }],
    },
    {
      id: "r1",
      prompt: "Write without commas.",
      instruction_id_list: ["punctuation:no_comma"],
      kwargs: [{}],
      tags: { wording: "new" },
    },
  ],
  sw: [{ id: "r0", prompt: "Taja paka.", reference: "Paka ni Tom.\nNi mweusi." }],
};

function experiment(): TinyExperiment & { readonly out: string } {
  const tiny = tinyExperiment();
  for (const [language, rows] of Object.entries(evaluation))
    write(tiny.folder, `data/eval/${language}.jsonl`, rows.map(row => JSON.stringify(row)).join("\n"));
  return { ...tiny, out: join(tiny.folder, "runs") };
}

const given = [
  {
    language: "en",
    id: "r0",
    prompt: "Name a cat.",
    response: "Tom “the” cat",
    tokens: 4,
    nll: 0.5,
    nllTokens: 5,
  },
  {
    language: "en",
    id: "r1",
    prompt: "Write without commas.",
    response: "Here, it is:\nA text.",
    stopped: false,
  },
  { language: "sw", id: "r0", prompt: "Taja paka.", response: "Paka ni Tom.\nNi mweusi.\u2028Ndiyo." },
];

function writeGiven({ folder }: TinyExperiment, rows: readonly object[] = given): string {
  return write(folder, "given.jsonl", rows.map(row => `${JSON.stringify(row)}\n`).join(""));
}

async function imported(
  tiny: TinyExperiment & { readonly out: string },
  files: readonly string[],
  run = "theirs",
) {
  return importRun({ files, run, file: tiny.file, out: tiny.out, starter: tiny.starter }, context);
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof HumanError, String(error));
    return `${error.message} | ${error.remedy}`;
  }
  return assert.fail("it was not refused");
}

describe("an imported run", () => {
  it("is scored as our own, and says where it came from", async () => {
    const tiny = experiment();
    const { folder, ...told } = await imported(tiny, [writeGiven(tiny)]);
    assert.deepEqual(told, {
      format: "pinch",
      generator: "theirs",
      responses: 3,
      unmatched: { count: 0, named: [] },
      unanswered: {},
    });
    const record = readRunRecord(folder);
    assert.equal(record.status, "done");
    assert.equal(record.mixture, "theirs");
    assert.equal(record.configuration.imported?.format, "pinch");
    assert.equal(record.configuration.imported?.sha256.length, 1);
    const [cat, text] = readSamples(folder) as [SampleRecord, SampleRecord];
    assert.equal(cat.outcome, "followed");
    assert.deepEqual(text.instructions, [{ id: "punctuation:no_comma", strict: false, loose: true }]);
    assert.deepEqual(text.tags, { wording: "new" });
    assert.equal(readMetrics(folder)?.languages.en?.nll?.value, 0.5);
    assert.ok((readMetrics(folder)?.languages.sw?.chrf?.value ?? 0) > 0.7);
  });

  for (const format of ["alpaca-eval", "lm-eval"] as const satisfies readonly SampleFormat[]) {
    it(`goes out as ${format} and comes back the same`, async () => {
      const tiny = experiment();
      const first = (await imported(tiny, [writeGiven(tiny)])).folder;
      const out = join(tiny.folder, format);
      const files = await exportSamples(first, format, out);
      const names = files.map(({ name }) => name);
      if (format === "lm-eval")
        assert.match(names.join(" "), /^samples_pinch_en_[\d.T-]+\.jsonl samples_pinch_sw_[\d.T-]+\.jsonl$/);
      const back = await imported(
        tiny,
        names.map(name => join(out, name)),
        "again",
      );
      assert.equal(back.format, format);
      assert.deepEqual(readSamples(back.folder), readSamples(first));
      assert.deepEqual(readMetrics(back.folder), readMetrics(first));
    });
  }

  it("tells what found no place, and refuses a file that answers nothing", async () => {
    const tiny = experiment();
    const other = { instruction: "What?", output: "x", generator: "m" };
    const known = { instruction: "Taja paka.", output: "\n Tom ", generator: "m" };
    const file = write(tiny.folder, "m.json", JSON.stringify([other, known]));
    const { folder, unmatched, unanswered, generator } = await imported(tiny, [file]);
    assert.equal(
      readSamples(folder)[0]?.response,
      "Tom",
      "as generated responses are: without white space around",
    );
    assert.deepEqual(unmatched, {
      count: 1,
      named: [`${file}:1: no evaluation row has its id or prompt`],
    });
    assert.deepEqual(unanswered, { en: 2 });
    assert.equal(generator, "m");
    const none = write(tiny.folder, "n.json", JSON.stringify([other]));
    assert.match(
      await refusal(imported(tiny, [none])),
      /None of the responses answers .* The first: .*n\.json:1: no/,
    );
  });

  it("is refused with file and line for what was edited by hand, and nothing is written", async () => {
    const tiny = experiment();
    const file = writeGiven(tiny);
    appendFileSync(file, '{"language": "en", "id": "r');
    assert.match(await refusal(imported(tiny, [file])), /given\.jsonl:4:1: error: This line is not JSON/);
    const wrong = writeGiven(tiny, [{ ...given[0], language: "englsh" }]);
    assert.match(
      await refusal(imported(tiny, [wrong])),
      /given\.jsonl:1:1: .*"englsh".*Did you mean "en"\?/s,
    );
    assert.match(await refusal(imported(tiny, [join(tiny.folder, "nowhere.json")])), /can't be read/);
    assert.deepEqual(listRunFolders(tiny.out), []);
  });

  it("may not take the name of a mixture", async () => {
    const tiny = experiment();
    const file = writeGiven(tiny);
    assert.match(await refusal(imported(tiny, [file], "pinch")), /pinch is the name of a mixture/);
    assert.match(await refusal(imported(tiny, [file], "base")), /base is the name of a mixture/);
  });

  it("has no weights to export", async () => {
    const tiny = experiment();
    const { folder } = await imported(tiny, [writeGiven(tiny)]);
    const request = {
      folder,
      format: "adapter",
      dtype: null,
      out: join(tiny.folder, "x"),
      maxShardBytes: 1,
    } as const;
    const work = exportRun({ ...request, starter: tiny.starter }, context);
    assert.match(await refusal(work), /was imported: it has responses, and no weights/);
  });

  it("samples broken by hand are not exported", async () => {
    const tiny = experiment();
    const { folder } = await imported(tiny, [writeGiven(tiny)]);
    const samples = join(folder, "samples.jsonl");
    const lines = readFileSync(samples, "utf8").split("\n");
    writeFileSync(samples, [lines[0], lines[1]?.slice(0, 40), lines[2], ""].join("\n"));
    const out = join(tiny.folder, "x");
    assert.match(
      await refusal(exportSamples(folder, "alpaca-eval", out)),
      /samples\.jsonl:2:1: error: This line/,
    );
    assert.ok(!existsSync(out));
  });
});

function order(first: JudgedOrder["first"], picked: JudgedOrder["picked"]): JudgedOrder {
  return {
    first,
    picked,
    answer: picked === null ? null : `I pick ${picked}`,
    error: picked === null ? "late" : null,
  };
}

const verdict = (
  id: string,
  a: JudgedOrder["picked"],
  b: JudgedOrder["picked"],
  outcome: PairVerdict["outcome"],
) => ({
  language: "en",
  id,
  prompt: "Name a cat.",
  run: `ours ${id}`,
  baseline: "theirs",
  orders: [order("run", a), order("baseline", b)] as const,
  outcome,
});

const verdicts: readonly PairVerdict[] = [
  verdict("1", "run", "run", "win"),
  verdict("2", "run", "baseline", "tie"),
  verdict("3", "baseline", "baseline", "loss"),
  verdict("4", "tie", "run", "tie"),
  verdict("5", null, "run", null),
];

const comparison: ComparisonRecord = {
  version: 1,
  started: "2025-01-01T00:00:00.000Z",
  ended: "2025-01-01T00:00:00.000Z",
  run: "ours-s7-12345678",
  mixture: "ours",
  seed: 7,
  judge: {
    kind: "openai",
    model: "some/model:7b",
    url: null,
    promptVersion: "pinch-judge-1",
    promptLanguage: "en",
  },
  languages: {},
  unscored: { en: { baseline: "mono-en-s7-1", baselineMixture: "mono-en", unread: 0 } },
  cost: { asked: 0, cached: 0, retries: 0, promptTokens: 0, completionTokens: 0, estimated: 0, price: null },
  notes: [],
};

describe("verdicts", () => {
  it("go out as annotations and come back the same, with their score", async () => {
    const tiny = experiment();
    const { folder } = await imported(tiny, [writeGiven(tiny)]);
    const compared = join(folder, "comparisons", "judged");
    mkdirSync(compared, { recursive: true });
    writeFileSync(join(compared, "comparison.json"), JSON.stringify(comparison));
    writeFileSync(
      join(compared, "verdicts.jsonl"),
      verdicts.map(line => `${JSON.stringify(line)}\n`).join(""),
    );
    const out = join(tiny.folder, "out");
    const files = await exportSamples(folder, "alpaca-eval", out);
    assert.deepEqual(
      files.map(({ name }) => name),
      ["model_outputs.json", "annotations_judged.json"],
    );
    const path = join(out, "annotations_judged.json");
    const [first] = JSON.parse(readFileSync(path, "utf8"));
    assert.equal(first.output_2, "ours 1");
    assert.equal(first.generator_1, "mono-en-s7-1");
    assert.equal(first.preference, 2);

    const back = importVerdicts(path, folder, "fi");
    assert.equal(back.pairs, 5);
    assert.equal(back.unread, 1);
    const lines = readFileSync(join(back.folder, "verdicts.jsonl"), "utf8").trim().split("\n");
    assert.deepEqual(
      lines.map(line => JSON.parse(line)),
      verdicts,
    );
    const record = JSON.parse(readFileSync(join(back.folder, "comparison.json"), "utf8")) as ComparisonRecord;
    assert.equal(record.run, basename(folder));
    assert.deepEqual(record.judge, comparison.judge);
    assert.match(record.notes.join("\n"), /no judge was asked\.\nEnglish \(en\) has only 4 judged prompts/);
    const { score, places, ...counted } = record.languages.en ?? assert.fail("no score");
    assert.equal(score.value, 0.5);
    assert.equal(score.n, 4);
    assert.deepEqual([places?.first, places?.second], [1, 1]);
    assert.deepEqual(counted, {
      baseline: "mono-en-s7-1",
      baselineMixture: "mono-en-s7-1",
      wins: 1,
      ties: 2,
      losses: 1,
      flips: 2,
      unread: 1,
      unmatched: 0,
      identical: 0,
    });
    assert.throws(() => importVerdicts(path, folder, "fi"), /exists already/);
  });

  it("of AlpacaEval hold one order: kept, and in no score", async () => {
    const tiny = experiment();
    const { folder } = await imported(tiny, [writeGiven(tiny)]);
    const row = { instruction: "p", output_1: "a", output_2: "b", generator_1: "gpt", annotator: "judge v1" };
    const file = write(tiny.folder, "a.json", JSON.stringify([{ ...row, preference: 1.98 }]));
    const back = importVerdicts(file, folder, "fi");
    assert.deepEqual([back.pairs, back.unread], [1, 1]);
    const [line = ""] = readFileSync(join(back.folder, "verdicts.jsonl"), "utf8").split("\n");
    const { language, orders, outcome } = JSON.parse(line) as PairVerdict;
    assert.equal(language, "fi");
    assert.equal(outcome, null);
    assert.deepEqual(
      orders.map(({ picked }) => picked),
      [null, "run"],
    );
    assert.match(orders[0].error ?? "", /one order/);
  });

  it("with faults are refused by file and line", async () => {
    const tiny = experiment();
    const { folder } = await imported(tiny, [writeGiven(tiny)]);
    const row = { instruction: "p", output_1: "a", output_2: "b", preference: 1 };
    const { output_1: _, ...without } = row;
    const text = [{ ...row, preference: 3 }, without, { ...row, language: "x-y-z" }, row, row]
      .map(each => JSON.stringify(each))
      .join("\n");
    const file = write(tiny.folder, "a.jsonl", text);
    assert.throws(
      () => importVerdicts(file, folder, "en"),
      (error: HumanError) => {
        assert.match(error.message, /a\.jsonl:1:1: .*"preference" must be a number from 1 to 2, not 3/);
        assert.match(error.message, /a\.jsonl:2:1: .*"output_1" must be text, not missing/);
        assert.match(error.message, /a\.jsonl:3:1: .*"x-y-z", which is not a language tag/);
        return true;
      },
    );
    assert.ok(!existsSync(join(folder, "comparisons")));
  });
});
