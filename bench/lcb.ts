// Scores the published outputs of the Language Confusion Benchmark, and compares with the benchmark's own
// figures.
// usage: npm run bench:lcb -- DIR --reference lcb.json [--identifier lid.176.ftz] [--models a,b] [--json]
// DIR is a checkout of github.com/for-ai/language-confusion. It contains outputs but no figures:
// bench/lcb_reference.py creates lcb.json with the benchmark's own script. This repository
// contains parts of neither.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "csv-parse/sync";
import { aligned } from "../src/common/textTable.ts";
import type { EvaluationRow } from "../src/core/dataset/example.ts";
import type { BenchmarkVerdict } from "../src/core/fidelity/benchmark.ts";
import { responseScorer } from "../src/runtime/evaluation/scoreResponse.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    reference: { type: "string" },
    identifier: { type: "string" },
    models: { type: "string", default: "command-r,llama-3-instruct,mistral-large,gpt-4-turbo" },
    json: { type: "boolean", default: false },
  },
});

interface Output {
  readonly task: string;
  readonly model: string;
  readonly source: string;
  readonly language: string;
  readonly completion: string;
}

const metrics = ["acc", "lpr", "wpr"] as const;
type Figures = Partial<Record<(typeof metrics)[number], number>>;

/** Output of bench/lcb_reference.py. */
interface Reference {
  readonly lid: string;
  readonly files: Readonly<
    Record<
      string,
      {
        readonly figures: readonly (Omit<Output, "completion"> & Figures)[];
        /** Line accuracy and word level of each response, in file order. */
        readonly responses: readonly (readonly [number | null, boolean | null])[];
      }
    >
  >;
}

type Verdict = Pick<BenchmarkVerdict, "lineAccuracy" | "lpr" | "wpr">;

/** Figures of one task, source and language, as in the benchmark's compute_metrics. */
function figuresOf(verdicts: readonly Verdict[]): Figures {
  const share = (values: readonly (boolean | null)[]): number | undefined => {
    const known = values.filter(value => value !== null);
    return known.length === 0 ? undefined : known.filter(Boolean).length / known.length;
  };
  const accuracies = verdicts.flatMap(({ lineAccuracy }) => lineAccuracy ?? []);
  const figures: [keyof Figures, number | undefined][] = [
    ["acc", mean(accuracies)],
    ["lpr", share(verdicts.map(({ lpr }) => lpr))],
    ["wpr", share(verdicts.map(({ wpr }) => wpr))],
  ];
  return Object.fromEntries(figures.filter(([, value]) => value !== undefined));
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length;
}

/** Means over the sources of one task and language, as in the benchmark. */
function meanFigures(all: readonly Figures[]): Figures {
  const entries = metrics.map(key => [key, mean(all.flatMap(figures => figures[key] ?? []))] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function groupsOf<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** Python's text mode converts every kind of line end to a line feed. */
function readOutputs(path: string): Output[] {
  const text = readFileSync(path, "utf8").replace(/\r\n?/gu, "\n");
  return parse(text, { columns: true, skip_empty_lines: true });
}

interface Judge {
  readonly name: string;
  readonly score: (output: Output) => Verdict;
}

async function judgeBy(
  name: string,
  languages: readonly string[],
  identifier: string | null,
): Promise<Judge> {
  const score = await responseScorer(new Map(languages.map(language => [language, []])), identifier);
  return {
    name,
    score({ language, completion }) {
      const row: EvaluationRow = { id: "lcb", language, prompt: "" };
      return score(row, completion);
    },
  };
}

const shown = (value: number | undefined): string => (value === undefined ? "-" : (100 * value).toFixed(1));

interface Row {
  readonly file: string;
  readonly task: string;
  readonly language: string;
  readonly responses: number;
  readonly benchmark: Figures | null;
  /** Figures by judge. */
  readonly pinch: Readonly<Record<string, Figures>>;
}

async function main(): Promise<void> {
  const [folder] = positionals;
  if (folder === undefined) throw new Error("say where a checkout of for-ai/language-confusion lies");
  const reference =
    options.reference === undefined
      ? null
      : (JSON.parse(readFileSync(options.reference, "utf8")) as Reference);
  const files = options.models.split(",");
  const outputs = new Map(files.map(file => [file, readOutputs(join(folder, "outputs", `${file}.csv`))]));
  const languages = [...new Set([...outputs.values()].flat().map(({ language }) => language))].sort();
  const judges = [await judgeBy("own", languages, null)];
  if (options.identifier !== undefined)
    judges.push(await judgeBy(basename(options.identifier), languages, options.identifier));

  const rows: Row[] = [];
  const agreement = judges.map(({ name }) => ({ name, line: [0, 0], word: [0, 0] }));
  for (const [file, own] of outputs) {
    const judged = own.map(output => ({ output, verdicts: judges.map(({ score }) => score(output)) }));
    const theirs = reference?.files[file];
    if (theirs !== undefined && theirs.responses.length !== own.length)
      throw new Error(`the reference has ${theirs.responses.length} responses of ${file}, not ${own.length}`);
    theirs?.responses.forEach(([accuracy, word], i) => {
      judged[i]?.verdicts.forEach((verdict, j) => {
        const counts = agreement[j];
        if (counts === undefined) return;
        count(counts.line, accuracy === null ? null : accuracy === 1, verdict.lpr);
        if (word !== null && verdict.wpr !== null) count(counts.word, word, verdict.wpr);
      });
    });
    const ofTask = groupsOf(judged, ({ output }) => output.task);
    for (const [task, inTask] of [...ofTask].sort(([a], [b]) => a.localeCompare(b))) {
      const byLanguage = groupsOf(inTask, ({ output }) => output.language);
      for (const [language, inLanguage] of [...byLanguage].sort(([a], [b]) => a.localeCompare(b))) {
        const sources = [...groupsOf(inLanguage, ({ output }) => output.source).values()];
        const pinch = judges.map(({ name }, j) => [
          name,
          meanFigures(sources.map(source => figuresOf(source.flatMap(({ verdicts }) => verdicts[j] ?? [])))),
        ]);
        const benchmark = theirs?.figures.find(
          figures => figures.task === task && figures.source === "all" && figures.language === language,
        );
        const known = benchmark ?? null;
        rows.push({
          file,
          task,
          language,
          responses: inLanguage.length,
          benchmark: known,
          pinch: Object.fromEntries(pinch),
        });
      }
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ rows, agreement })}\n`);
  else print(rows, judges, agreement, reference?.lid ?? null);
}

function count(counts: number[], theirs: boolean | null, ours: boolean | null): void {
  counts[1] = (counts[1] ?? 0) + 1;
  if (theirs === ours) counts[0] = (counts[0] ?? 0) + 1;
}

function print(
  rows: readonly Row[],
  judges: readonly Judge[],
  agreement: readonly { readonly name: string; readonly line: number[]; readonly word: number[] }[],
  lid: string | null,
): void {
  const names = judges.map(({ name }) => name);
  for (const [title, own] of groupsOf(rows, ({ file, task }) => `${file}, ${task}`)) {
    const header = metrics.flatMap(key => [`${key} LCB`, ...names]);
    const lines = own.map(({ language, responses, benchmark, pinch }) => [
      language,
      String(responses),
      ...metrics.flatMap(key => [shown(benchmark?.[key]), ...names.map(name => shown(pinch[name]?.[key]))]),
    ]);
    process.stdout.write(`${title}\n${aligned([["", "n", ...header], ...lines])}\n\n`);
  }
  if (lid === null) return;
  process.stdout.write(
    `The benchmark's own figures are of ${lid}. Largest difference of a language, in points:\n`,
  );
  for (const name of names) {
    const largest = metrics.map(key => {
      const [most] = rows
        .flatMap(({ file, task, language, benchmark, pinch }) => {
          const [theirs, ours] = [benchmark?.[key], pinch[name]?.[key]];
          if (theirs === undefined || ours === undefined) return [];
          return [{ points: 100 * (ours - theirs), where: `${language}, ${file}, ${task}` }];
        })
        .sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
      return most === undefined ? `${key} -` : `${key} ${most.points.toFixed(1)} (${most.where})`;
    });
    process.stdout.write(`${name}: ${largest.join("; ")}\n`);
  }
  for (const { name, line, word } of agreement)
    process.stdout.write(
      `${name}: ${line[0]} of ${line[1]} responses alike at line level, ${word[0]} of ${word[1]} at word level\n`,
    );
}

void main();
