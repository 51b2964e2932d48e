// Parses and validates a mixture file. Reports all faults at once, each with its range and remedy.
import { type Diagnostic, type Position, type SourceRange, startOfFile } from "../../common/diagnostic.ts";
import { closest } from "../../common/didYouMean.ts";
import { countOf } from "../../common/words.ts";
import type { DataSection } from "../mixture/dataSource.ts";
import { defaultSeed } from "../mixture/defaults.ts";
import { maxRuns, maxTaken } from "../mixture/limits.ts";
import type {
  ChatOptions,
  EvaluationSpec,
  MixtureFile,
  MixtureSpec,
  TrainingSpec,
} from "../mixture/mixtureFile.ts";
import { formatVersion, isNewerFormat } from "../records/parsed.ts";
import { refuse } from "../sources/refuseYaml.ts";
import { readMixtures } from "./mixturesSection.ts";
import { readModel } from "./modelSection.ts";
import { type OutlineNode, outlineOf } from "./outline.ts";
import { locate, pathAt } from "./places.ts";
import { type Field, type Path, YamlReader } from "./reader.ts";
import { readSources, reportSameData } from "./readSources.ts";
import { readEvaluation, readTraining } from "./sections.ts";
import { withSyntaxFaults } from "./syntaxFaults.ts";
import { YamlText } from "./yamlText.ts";

/** The readable parts of a file with faults, so that its data can be checked at the same time. */
interface MixtureDraft {
  readonly model: string | null;
  readonly chat?: ChatOptions;
  readonly seeds: readonly number[];
  readonly budget: number | null;
  readonly data: DataSection;
  /** Mixtures without faults of their own. */
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
   * Returns the range of the value at a path, or of its key for `part: "key"`. A path that is not in the file
   * gives the range of its closest ancestor that is.
   */
  locate(path: Path, part?: "key" | "value"): SourceRange;
  /** Path of the innermost key or item at a position; null outside the top-level map. */
  pathAt(position: Position): Path | null;
  /** Keys and items as written in the file. Aliases are not resolved. */
  outline(): readonly OutlineNode[];
  readonly yaml: YamlText;
}

const newerVersion = "newer-version";

/** Draft of a file that could not be read. */
const unread = { model: null, budget: null, mixtures: [], data: { train: null, eval: null, dev: null } };

/** Largest seed: 2³² − 1. */
const maxSeed = 4294967295;

/** @param previous The previous version of the text: mixtures that did not change are not parsed again. */
export function parseMixtureFile(text: string, previous?: ParsedMixtureFile): ParsedMixtureFile {
  const refusal = refuse(text);
  const yaml = new YamlText(refusal === null ? text : "", previous?.yaml);
  const reader = new YamlReader(yaml);
  const draft = readFile(reader);
  const diagnostics = refusal === null ? withSyntaxFaults(yaml, reader.diagnostics) : [refusal];
  const failed = diagnostics.some(({ severity }) => severity === "error");
  // A file in a newer version is not checked further: its new keys are not faults, and old keys may have
  // another meaning.
  const newer = diagnostics.filter(({ code }) => code === newerVersion);
  let outline: readonly OutlineNode[] | null = null;
  return {
    file: failed ? null : complete(draft),
    draft: newer.length > 0 ? { ...draft, ...unread } : draft,
    diagnostics: newer.length > 0 ? newer : diagnostics,
    locate: (path, part = "value") => locate(yaml, path, part),
    pathAt: position => pathAt(yaml, position),
    outline: () => {
      outline ??= outlineOf(yaml);
      return outline;
    },
    yaml,
  };
}

function complete(draft: MixtureDraft): MixtureFile | null {
  const { model, budget, data } = draft;
  if (model === null || budget === null || data.train === null) return null;
  return { ...draft, version: 1, model, budget, data: { ...data, train: data.train } };
}

function readFile(reader: YamlReader): MixtureDraft {
  const root = reader.root;
  const empty = root.node === null;
  if (empty) {
    reader.report(
      startOfFile,
      "empty-file",
      "This mixture file is empty.",
      "Start from the template: run Pinch: New Mixture File.",
    );
  }
  const entries =
    (empty ? null : reader.section(root, "", "version: 1, model: …")) ?? new Map<string, Field>();

  const version = entries.get("version");
  if (version !== undefined && isNewerFormat(reader.scalar(version))) {
    reader.report(
      version.range,
      newerVersion,
      `This file has format version ${reader.written(version)}, but this version of Pinch reads ${formatVersion}.`,
      "Update Pinch.",
    );
  } else if (version !== undefined && reader.scalar(version) !== formatVersion) {
    reader.report(
      version.range,
      "bad-version",
      `This version of Pinch reads format version ${formatVersion}, not ${reader.written(version) || "an empty one"}.`,
      `Write version: ${formatVersion}.`,
      { meant: String(formatVersion) },
    );
  }
  const { model, chat } = readModel(reader, entries.get("model"));
  const seeds = readSeeds(reader, entries);
  const budgetField = entries.get("budget");
  const budgetRead = reader.number(budgetField, "budget", { whole: true, min: 1, max: maxTaken }, Number.NaN);
  const budget = Number.isNaN(budgetRead) ? null : budgetRead;
  const dataField = entries.get("data");
  const data = dataField && reader.section(dataField, "data", "data: { train: data/train/{language}.jsonl }");
  const sources: DataSection = {
    train: readSources(reader, data?.get("train"), "train"),
    eval: readSources(reader, data?.get("eval"), "eval"),
    dev: readSources(reader, data?.get("dev"), "dev"),
  };
  reportSameData(reader, data?.get("dev"), sources);
  const hasDevelopment = data?.has("dev") === true;
  const mixtures = readMixtures(reader, entries.get("mixtures"), budget);
  reportTooManyRuns(reader, entries, mixtures.length, seeds.length);
  const evaluate = readEvaluation(reader, entries.get("evaluate"), hasDevelopment);
  const development = { hasDevelopment, measures: evaluate.during !== undefined };
  return {
    model,
    ...(chat !== undefined && { chat }),
    seeds,
    budget,
    data: sources,
    mixtures,
    train: readTraining(reader, entries.get("train"), model, budget, development),
    evaluate,
  };
}

function reportTooManyRuns(
  reader: YamlReader,
  entries: ReadonlyMap<string, Field>,
  mixtures: number,
  seeds: number,
): void {
  const field = entries.get(seeds > mixtures ? "seeds" : "mixtures");
  if (mixtures * seeds <= maxRuns || field === undefined) return;
  reader.report(
    field.keyRange,
    "too-many-runs",
    `${countOf(mixtures, "mixture")} with ${countOf(seeds, "seed")} make ${mixtures * seeds} runs, but a file may have at most ${maxRuns}.`,
    "Split them into several files.",
  );
}

function readSeeds(reader: YamlReader, entries: ReadonlyMap<string, Field>): readonly number[] {
  const rule = { whole: true, min: 0, max: maxSeed } as const;
  const one = entries.get("seed");
  const many = entries.get("seeds");
  if (one !== undefined && many !== undefined) {
    reader.report(
      one.keyRange,
      "seed-and-seeds",
      `Both "seed" and "seeds" are present.`,
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
      "Write, for example, [1, 2, 3], or remove it.",
    );
  }
  const seeds = new Set<number>();
  for (const item of items) {
    const seed = reader.number(item, "seeds", rule, Number.NaN);
    if (Number.isNaN(seed)) continue;
    if (seeds.has(seed)) {
      reader.report(
        item.range,
        "duplicate-value",
        `Seed ${seed} is in the list twice.`,
        "Remove one of them.",
      );
    } else seeds.add(seed);
  }
  return seeds.size === 0 ? [defaultSeed] : [...seeds];
}

/** Returns the mixture with this name, or null with a suggestion. */
export function findMixture(
  mixtures: readonly MixtureSpec[],
  name: string,
): { found: readonly MixtureSpec[]; meant: string | null } {
  const found = mixtures.filter(mixture => mixture.name === name || mixture.key === name);
  const names = mixtures.map(mixture => mixture.name);
  return { found, meant: found.length > 0 ? null : closest(name, names) };
}
