// Parses and validates a mixture file: every fault at once, each with its range and remedy.
import { type Diagnostic, type Position, type SourceRange, startOfFile } from "../../common/diagnostic.ts";
import { closest } from "../../common/didYouMean.ts";
import { languagePlaceholder } from "../dataset/pattern.ts";
import { baseMixtureName } from "../run/records.ts";
import { defaultSeed } from "./defaults.ts";
import { readMixture } from "./forms.ts";
import type { EvaluationSpec, MixtureFile, MixtureSpec, TrainingSpec } from "./mixtureFile.ts";
import { isBefore, locate, pathAt } from "./places.ts";
import { type Field, type Path, YamlReader } from "./reader.ts";
import { readEvaluation, readTraining } from "./sections.ts";

/** What could be read of a file that has faults, so that its data can be checked in the same go. */
export interface MixtureDraft {
  readonly model: string | null;
  readonly seeds: readonly number[];
  readonly budget: number | null;
  readonly data: { readonly train: string | null; readonly eval: string | null };
  /** Those without faults of their own. */
  readonly mixtures: readonly MixtureSpec[];
  readonly train: TrainingSpec;
  readonly evaluate: EvaluationSpec;
}

export interface ParsedMixtureFile {
  /** Null when there is any error. */
  readonly file: MixtureFile | null;
  readonly draft: MixtureDraft;
  readonly diagnostics: Diagnostic[];
  /**
   * Where a path is written: the value, or for `part: "key"` its key. What isn't in the file is
   * found at the nearest thing around it that is.
   */
  locate(path: Path, part?: "key" | "value"): SourceRange;
  /** The path of the innermost key or item that holds a position; null outside of the map. */
  pathAt(position: Position): Path | null;
}

/** Names become parts of folder names; `@` is kept for sweeps. */
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]*$/u;
/** Letters; the run folder adds a seed and a hash, and Windows counts every letter of a path. */
const longestName = 60;

/** Largest seed: 2³² − 1. */
const maxSeed = 4294967295;

export function parseMixtureFile(text: string): ParsedMixtureFile {
  const reader = new YamlReader(text);
  const draft = readFile(reader);
  const diagnostics = withSyntaxFaults(reader);
  const failed = diagnostics.some(diagnostic => diagnostic.severity === "error");
  return {
    file: failed ? null : complete(draft),
    draft,
    diagnostics,
    locate: (path, part = "value") => locate(reader, path, part),
    pathAt: position => pathAt(reader, position),
  };
}

function complete(draft: MixtureDraft): MixtureFile | null {
  const { model, budget, data } = draft;
  if (model === null || budget === null || data.train === null) return null;
  return { ...draft, version: 1, model, budget, data: { train: data.train, eval: data.eval } };
}

function readFile(reader: YamlReader): MixtureDraft {
  const root = reader.root;
  const empty = root.node === null;
  if (empty) {
    reader.report(
      startOfFile,
      "empty-file",
      "This mixture file is empty.",
      "Start from the template of Pinch: New Mixture File.",
    );
  }
  const entries =
    (empty ? null : reader.section(root, "", "version: 1, model: …")) ?? new Map<string, Field>();

  const version = entries.get("version");
  if (version !== undefined && reader.scalar(version) !== 1) {
    reader.report(
      version.range,
      "bad-version",
      `This Pinch reads version 1, not ${reader.written(version) || "an empty one"}.`,
      "Write version: 1, or update Pinch.",
    );
  }
  const model = reader.text(entries.get("model"), "model");
  const seeds = readSeeds(reader, entries);
  const budgetField = entries.get("budget");
  const budgetRead = reader.number(budgetField, "budget", { whole: true, min: 1 }, Number.NaN);
  const budget = Number.isNaN(budgetRead) ? null : budgetRead;
  const dataField = entries.get("data");
  const data = dataField && reader.section(dataField, "data", "data: { train: data/train/{language}.jsonl }");
  return {
    model,
    seeds,
    budget,
    data: { train: readPattern(reader, data?.get("train")), eval: readPattern(reader, data?.get("eval")) },
    mixtures: readMixtures(reader, entries.get("mixtures"), budget),
    train: readTraining(reader, entries.get("train")),
    evaluate: readEvaluation(reader, entries.get("evaluate")),
  };
}

function readSeeds(reader: YamlReader, entries: ReadonlyMap<string, Field>): readonly number[] {
  const rule = { whole: true, min: 0, max: maxSeed } as const;
  const one = entries.get("seed");
  const many = entries.get("seeds");
  if (one !== undefined && many !== undefined) {
    reader.report(
      one.keyRange,
      "seed-and-seeds",
      `"seed" and "seeds" are both written.`,
      "Keep one of them.",
    );
  }
  if (many === undefined) return [reader.number(one, "seed", rule, defaultSeed)];
  const items = reader.items(many);
  if (items.length === 0) {
    reader.report(
      many.range,
      "no-seeds",
      `"seeds" is an empty list.`,
      "Write it like [1, 2, 3], or remove it.",
    );
  }
  const seeds: number[] = [];
  for (const item of items) {
    const seed = reader.number(item, "seeds", rule, Number.NaN);
    if (Number.isNaN(seed)) continue;
    if (seeds.includes(seed)) {
      reader.report(
        item.range,
        "duplicate-value",
        `Seed ${seed} is in the list twice.`,
        "Remove one of them.",
      );
    } else seeds.push(seed);
  }
  return seeds.length === 0 ? [defaultSeed] : seeds;
}

function readPattern(reader: YamlReader, field: Field | undefined): string | null {
  const name = String(field?.path.at(-1));
  const pattern = reader.text(field, name);
  if (field === undefined || pattern === null) return null;
  const placeholders = pattern.match(/\{[^{}/\\]*\}/g) ?? [];
  const wrong = placeholders.find(placeholder => placeholder !== languagePlaceholder);
  if (wrong !== undefined) {
    reader.report(
      field.range,
      "bad-pattern",
      `Unknown placeholder ${wrong} in "${name}".`,
      `Write ${languagePlaceholder}.`,
    );
    return null;
  }
  if (placeholders.length === 0) {
    reader.report(
      field.range,
      "bad-pattern",
      `"${name}" has no ${languagePlaceholder}: every language would be read from the same file.`,
      `Write it like data/${name}/${languagePlaceholder}.jsonl.`,
    );
    return null;
  }
  if (pattern.includes("\\")) {
    reader.report(
      field.range,
      "backslash",
      `"${name}" has a backslash, which only Windows understands.`,
      "Write / between folders.",
      "warning",
    );
  }
  return pattern;
}

function readMixtures(reader: YamlReader, field: Field | undefined, budget: number | null): MixtureSpec[] {
  if (field === undefined) return [];
  const example = "mixtures: { english: { monolingual: en } }";
  const entries = reader.pairs(field, '"mixtures"', example);
  if (entries === null) return [];
  if (entries.length === 0) {
    reader.report(field.range, "no-mixtures", "There is no mixture.", `Add one, like ${example}.`);
  }
  const found: MixtureSpec[] = [];
  for (const [key, entry] of entries) {
    checkName(reader, key, entry);
    found.push(...readMixture(reader, key, entry, budget));
  }
  return found;
}

function checkName(reader: YamlReader, key: string, entry: Field): void {
  if (key === baseMixtureName) {
    reader.report(
      entry.keyRange,
      "bad-name",
      `"${key}" is the name of the untuned model in every table.`,
      "Choose another name.",
    );
  } else if (!namePattern.test(key)) {
    reader.report(
      entry.keyRange,
      "bad-name",
      `"${key}" can't be the name of a mixture: it becomes the name of a folder.`,
      "Use letters, digits, - and _.",
    );
  } else if (key.length > longestName) {
    reader.report(
      entry.keyRange,
      "bad-name",
      `The name has ${key.length} letters, which makes too long a folder name.`,
      `Use at most ${longestName}.`,
    );
  }
}

/** After a syntax fault the rest of the text can't be trusted: what follows it is not reported. */
function withSyntaxFaults(reader: YamlReader): Diagnostic[] {
  const faults = [...reader.document.errors, ...reader.document.warnings];
  const first = faults[0];
  if (first === undefined) return inOrder(reader.diagnostics);
  const limit = reader.position(Math.min(...faults.map(fault => fault.pos[0])));
  const syntax = faults.map((fault): Diagnostic => {
    const { message, remedy } = explainSyntax(fault.code, fault.message);
    return {
      severity: "error",
      code: "yaml",
      message,
      remedy,
      range: reader.span(fault.pos[0], fault.pos[1]),
    };
  });
  const before = reader.diagnostics.filter(
    ({ code, range }) => !code.startsWith("missing-") && code !== "empty-file" && isBefore(range.end, limit),
  );
  return inOrder([...before, ...syntax]);
}

function explainSyntax(code: string, message: string): { message: string; remedy: string } {
  switch (code) {
    case "TAB_AS_INDENT":
      return { message: "A tab can't indent YAML.", remedy: "Indent with spaces." };
    case "BAD_INDENT":
      return {
        message: "This line is indented differently from its neighbours.",
        remedy: "Keys of one map start in the same column.",
      };
    case "MISSING_CHAR":
      return { message: `Not valid YAML: ${message}.`, remedy: "Add the missing character." };
    case "BAD_ALIAS":
      return {
        message: `Not valid YAML: ${message}.`,
        remedy: "Name an anchor (&name) that is written before it.",
      };
    case "MULTIPLE_DOCS":
      return {
        message: "The file holds more than one YAML document.",
        remedy: "Remove the --- line: a mixture file is one document.",
      };
    default:
      return { message: `Not valid YAML: ${message.replace(/[.:]\s*$/, "")}.`, remedy: "Correct the line." };
  }
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.column - b.range.start.column,
  );
}

/** The mixture that a name asks for, or null with what was probably meant. */
export function findMixture(
  mixtures: readonly MixtureSpec[],
  name: string,
): { found: readonly MixtureSpec[]; meant: string | null } {
  const found = mixtures.filter(mixture => mixture.name === name || mixture.key === name);
  const names = mixtures.map(mixture => mixture.name);
  return { found, meant: found.length > 0 ? null : closest(name, names) };
}
