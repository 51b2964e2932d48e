// Reports of strangers' runs, field by field: every value and every name of every file of a run folder is replaced by
// what would be markup in a report, or by another type. The run is left out by name, or its text stands as text.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, before, describe, it } from "node:test";
import { writeReport } from "../../src/cli/reports.ts";
import { HumanError } from "../../src/common/errors.ts";
import { formatRatings } from "../../src/core/rating/ratings.ts";
import { aggregate, outcomeOf } from "../../src/core/scoring/score.ts";
import { compare } from "../../src/runtime/recipes/compare.ts";
import { madeUpSample } from "../unit/judge/madeUpRuns.ts";
import { rating } from "../unit/rating/madeUp.ts";
import { madeUp } from "../unit/records/madeUpRecords.ts";

/** Of the processor, for one report; a sound one takes a twentieth. */
const maxCpuSeconds = 1;
/** `npm run fuzz`: every field with every other type; otherwise some of them, which the suite has time for. */
const thorough = Number(process.env.PINCH_FUZZ_FILES ?? 0) >= 1_000;
const maxMemoryBytes = 512 * 1024 * 1024;

/** What each of the three forms, and a figure, would take for its own. */
const lure =
  "\"'><x-p y='1' onload=x>\n\\input{/etc/passwd}\\write18{id}\n[l](command:x) ![l](http://x/y) =cmd() | ../../../../escaped %\n# x";
const others: readonly unknown[] = [null, true, -1, 1e308, 0.5, "", [], {}, [lure], { [lure]: lure }];

type Json = unknown;
type Path = readonly (string | number)[];

/** Every place of a value, and of every name in it. */
function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Array.isArray(value)
    ? value.slice(0, 1).flatMap((each, i) => pathsOf(each, [...path, i]))
    : Object.entries(value).flatMap(([name, each]) => pathsOf(each, [...path, name]));
  return path.length === 0 ? inner : [path, ...inner];
}

function changed(
  value: Json,
  [step, ...rest]: Path,
  change: (parent: Json, step: string | number) => Json,
): Json {
  if (step === undefined) return value;
  if (rest.length === 0) return change(value, step);
  const inner = changed((value as Record<string | number, Json>)[step], rest, change);
  return Array.isArray(value)
    ? value.map((each: Json, i) => (i === step ? inner : each))
    : { ...(value as object), [step]: inner };
}

const withValue =
  (put: Json) =>
  (parent: Json, step: string | number): Json =>
    Array.isArray(parent)
      ? parent.map((each: Json, i) => (i === step ? put : each))
      : { ...(parent as object), [step]: put };

const withName = (parent: Json, step: string | number): Json =>
  Array.isArray(parent)
    ? parent
    : Object.fromEntries(
        Object.entries(parent as object).map(([name, each]) => [name === step ? lure : name, each]),
      );

/** What the files must not hold, in words; null: they are clean. */
function found(target: string): string | null {
  const names = readdirSync(target, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(target, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  for (const name of names) {
    const text = readFileSync(join(target, name), "utf8");
    if (!/^(?:report\.(?:md|html|tex)|figures\/[\w-]+\.svg)$/.test(name)) return `a file ${name}`;
    const element = name.endsWith(".md") ? /(?<!\\)<x-p/ : /<x-p/;
    if (!name.endsWith(".tex") && element.test(text)) return `${name}: an element`;
    if (/\.(?:html|svg)$/.test(name) && text.includes("y='1'")) return `${name}: an attribute`;
    if (name.endsWith(".md") && /(?<!\\)\]\((?!figures\/)/.test(text)) return `${name}: a link`;
    if (name.endsWith(".md") && /^# x/m.test(text)) return `${name}: a heading`;
    if (name.endsWith(".tex") && /^[^%\n]*\\(?:input|write)/m.test(text)) return `${name}: a command`;
  }
  return null;
}

describe("a report of strangers' runs", () => {
  const root = mkdtempSync(join(tmpdir(), "pinch-reports-"));
  const sound = join(root, "sound");
  const here = join(root, "trial");
  const [runs, target] = [join(here, "runs"), join(here, "a", "b", "c", "d", "report")];
  after(() => rmSync(root, { recursive: true, force: true }));

  function add(mixture: string, minute: number, followed: number): string {
    const { record, folder } = madeUp(mixture, { minute });
    const place = join(sound, folder);
    mkdirSync(place, { recursive: true });
    const samples = ["en", "fi"].flatMap(language =>
      Array.from({ length: 6 }, (_, i) =>
        madeUpSample(language, i, {
          response: `${mixture} ${i}`,
          checksPassed: i < followed,
          outcome: outcomeOf(true, i < followed),
          tags: { task: i % 2 === 0 ? "copy" : "sort", wording: i < 3 ? "seen" : "new" },
          group: `g${i}`,
          reference: `r${i}`,
          nll: 1.5,
          nllTokens: 3,
        }),
      ),
    );
    writeFileSync(join(place, "run.json"), JSON.stringify(record));
    writeFileSync(join(place, "samples.jsonl"), samples.map(each => `${JSON.stringify(each)}\n`).join(""));
    writeFileSync(join(place, "metrics.json"), JSON.stringify(aggregate(samples)));
    return folder;
  }

  const stranger = { folder: "", files: [] as string[] };
  before(async () => {
    add("base", 1, 1);
    add("en", 2, 3);
    add("fi", 3, 2);
    stranger.folder = add("pinch", 4, 5);
    const path = join(sound, stranger.folder);
    const context = {
      progress: () => undefined,
      log: () => undefined,
      signal: new AbortController().signal,
      askHost: () => Promise.reject(new Error("nobody asks")),
    };
    const asked = { folders: [path], judge: { kind: "rule" }, baseline: null, starter: "", dryRun: false };
    await compare({ ...asked, languages: null, limit: null, prices: null } as never, context as never);
    const [slug = ""] = readdirSync(join(path, "comparisons"));
    writeFileSync(
      join(path, "comparisons", slug, "ratings-anna.jsonl"),
      formatRatings([rating("anna", "en", "p0", "run")]),
    );
    stranger.files = ["run.json", "metrics.json", "samples.jsonl", `comparisons/${slug}/comparison.json`];
    stranger.files.push(`comparisons/${slug}/verdicts.jsonl`, `comparisons/${slug}/ratings-anna.jsonl`);
    cpSync(sound, runs, { recursive: true });
  });

  const parse = (name: string, text: string): Json[] =>
    name.endsWith(".jsonl")
      ? text
          .trimEnd()
          .split("\n")
          .map(line => JSON.parse(line) as Json)
      : [JSON.parse(text) as Json];
  const write = (name: string, values: readonly Json[]): string =>
    values.map(each => JSON.stringify(each)).join("\n") + (name.endsWith(".jsonl") ? "\n" : "");

  let tried = 0;
  let refused = 0;

  /** The report of runs of which files were replaced; what is wrong with it. */
  function faultOf(files: ReadonlyMap<string, string>): string | null {
    for (const [path, text] of files) writeFileSync(join(runs, path), text);
    const cpu = process.cpuUsage();
    try {
      tried++;
      writeReport(runs, target);
      const written = found(target);
      const aside = readdirSync(here, { recursive: true, withFileTypes: true }).find(
        entry =>
          entry.isFile() &&
          /report|\.svg$/.test(entry.name) &&
          !join(entry.parentPath, entry.name).startsWith(target),
      );
      if (written !== null || aside !== undefined) return written ?? `a file outside, ${aside?.name}`;
    } catch (error) {
      if (!(error instanceof HumanError))
        return error instanceof Error ? (error.stack ?? error.message) : "thrown";
      refused++;
    } finally {
      rmSync(join(here, "a"), { recursive: true, force: true });
      for (const path of files.keys()) cpSync(join(sound, path), join(runs, path));
    }
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (user + system) / 1e6;
    return seconds > maxCpuSeconds ? `${seconds.toFixed(1)} s of the processor` : null;
  }

  it("the sound ones are a report with studies and a comparison", () => {
    const target = join(root, "whole");
    const report = writeReport(sound, target);
    assert.ok(report !== null && report.studies.length > 0 && report.table.notes === undefined);
    assert.match(readFileSync(report.markdown, "utf8"), /Side by side, rule judge/);
    assert.equal(found(target), null);
  });

  it("every field of every file, as text that is markup, under such a name, and of other types", context => {
    const faults: string[] = [];
    for (const name of stranger.files) {
      const place = join(stranger.folder, name);
      const [first, ...rest] = parse(name, readFileSync(join(sound, place), "utf8"));
      for (const [number, path] of pathsOf(first).entries()) {
        const put = thorough ? others : others.filter((_, at) => at % 5 === number % 5);
        const ways = [withValue(lure), withName, ...put.map(withValue)];
        for (const [at, way] of ways.entries()) {
          const fault = faultOf(new Map([[place, write(name, [changed(first, path, way), ...rest])]]));
          if (fault !== null) faults.push(`${name} ${path.join(".")} (${at}): ${fault}`);
        }
      }
    }
    context.diagnostic(`${tried} reports, ${refused} refused, ${faults.length} faults`);
    assert.deepEqual(faults.slice(0, 10), []);
  });

  it("every text that several files share, in all of them at once", context => {
    const texts = new Set<string>();
    for (const name of stranger.files)
      for (const value of parse(name, readFileSync(join(sound, stranger.folder, name), "utf8")))
        JSON.stringify(value, (key, each: unknown) => {
          for (const text of [key, each]) if (typeof text === "string" && text !== "") texts.add(text);
          return each;
        });
    const faults: string[] = [];
    for (const text of texts) {
      const quoted = JSON.stringify(text);
      // In every run: a language or a mixture is what all of them say.
      const places = readdirSync(sound).flatMap(folder =>
        stranger.files
          .filter(name => folder === stranger.folder || !name.startsWith("comparisons"))
          .map(name => join(folder, name)),
      );
      const replaced = places.map(place => {
        const whole = readFileSync(join(sound, place), "utf8");
        return [place, whole.replaceAll(quoted, () => JSON.stringify(lure))] as const;
      });
      const fault = faultOf(new Map(replaced));
      if (fault !== null) faults.push(`${quoted}: ${fault}`);
    }
    context.diagnostic(`${texts.size} texts`);
    assert.deepEqual(faults.slice(0, 10), []);
  });

  it(`within ${maxMemoryBytes / 1024 / 1024} MiB`, () => {
    assert.ok(process.resourceUsage().maxRSS * 1024 < maxMemoryBytes);
    assert.ok(tried > 500, "nothing was tried");
    assert.equal(dirname(sound), root);
  });
});
