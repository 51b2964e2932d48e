// Prepares everything that is decided before a run starts: its examples, its held-out rows, and its lock.
import { existsSync } from "node:fs";
import { dirname, relative } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { choosePrompts, promptOrder } from "../../core/dataset/choosePrompts.ts";
import type { EvaluationRow, Example } from "../../core/dataset/example.ts";
import { changedInputs, type SweepInputs } from "../../core/experiments/sweepInputs.ts";
import { type MixtureSpec, untunedName } from "../../core/mixture/mixtureFile.ts";
import { weightFormatOf } from "../../core/mixture/weightFormat.ts";
import { usesDevelopment } from "../../core/mixtureFile/development.ts";
import { parseHubSource } from "../../core/sources/hubSource.ts";
import { sha256OfFile } from "../../node/sha256.ts";
import { versions } from "../context/versions.ts";
import type { LoadedLanguage } from "../dataFiles/loadData.ts";
import type { NewRun } from "../files/runFolder.ts";
import { identifierPath } from "../identification/identifierFile.ts";
import { requireSameBase, startFiles, startFolder } from "../train/adapterStart.ts";
import { unknownMixture } from "./chooseMixtures.ts";
import { type Drawing, drawingOf, overlongWords } from "./drawWithin.ts";
import type { Experiment, ValidExperiment } from "./experiment.ts";

export interface PreparedRun {
  /** Null for the untuned model. */
  readonly spec: MixtureSpec | null;
  readonly seed: number;
  /** Examples in the order of the draw; empty for the untuned model. */
  readonly examples: readonly Example[];
  /** Evaluation rows by language, only for `evaluate.languages`; empty without evaluation data. */
  readonly evaluation: ReadonlyMap<string, readonly EvaluationRow[]>;
  /**
   * Development rows by language, for those of `evaluate.languages` that have some; empty if the run does not
   * use them.
   */
  readonly development: ReadonlyMap<string, readonly EvaluationRow[]>;
  /** Message with counts by language; null if no example was too long. */
  readonly overlong: string | null;
  /** Argument of `createRunFolder`. */
  readonly run: NewRun;
}

/** Maximum number of files named in a message. */
const maxNamed = 3;

/** Returns a mixture by its full name (`curve@10%`); null for `base`. */
function specOf(experiment: ValidExperiment, mixture: string): MixtureSpec | null {
  if (mixture === untunedName) return null;
  const { mixtures } = experiment.config;
  const spec = mixtures.find(candidate => candidate.name === mixture);
  if (spec !== undefined) return spec;
  throw unknownMixture(experiment.config, mixture);
}

/** Returns the evaluation rows that a run of this experiment answers. */
export function evaluationRowsOf(
  experiment: Pick<ValidExperiment, "config" | "evaluation">,
): ReadonlyMap<string, readonly EvaluationRow[]> {
  const { languages, prompts = Number.POSITIVE_INFINITY } = experiment.config.evaluate;
  const evaluated = [...experiment.evaluation.languages].flatMap(([language, { rows }]) =>
    languages === "all" || languages.includes(language) ? [[language, rows] as const] : [],
  );
  if (evaluated.every(([, rows]) => rows.length <= prompts)) return new Map(evaluated);
  const order = promptOrder(
    evaluated.map(([, rows]) => rows),
    prompts,
  );
  return new Map(evaluated.map(([language, rows]) => [language, choosePrompts(rows, prompts, order)]));
}

/** Never limited by `evaluate.prompts`, which concerns only what is answered. */
function developmentFiles({
  config,
  development,
}: ValidExperiment): [string, LoadedLanguage<EvaluationRow>][] {
  if (!usesDevelopment(config)) return [];
  const { languages } = config.evaluate;
  return [...development.languages].filter(
    ([language]) => languages === "all" || languages.includes(language),
  );
}

/** Path of a file as the mixture file would write it, without any of this machine's folders. */
function placeOf({ path: file }: Pick<Experiment, "path">, path: string): string {
  return relative(dirname(file), path).replaceAll("\\", "/");
}

/** Ids of the datasets on the Hub among the files, sorted. */
function hubDatasetsOf(files: HashedFiles): string[] {
  const places = files.flatMap(([, language]) => language.files.flatMap(({ place }) => place ?? []));
  return [...new Set(places.flatMap(place => parseHubSource(place)?.id ?? []))].sort();
}

/** SHA-256 of everything that responses are generated from and scored with. */
export interface EvaluationLock {
  readonly byPlace: Readonly<Record<string, string>>;
  readonly byLanguage: Readonly<Record<string, string>>;
}

export function evaluationLock(
  experiment: Pick<ValidExperiment, "path" | "config" | "evaluation">,
): EvaluationLock {
  const rows = evaluationRowsOf(experiment);
  const files = [...experiment.evaluation.languages].filter(([language]) => rows.has(language));
  const identifier = identifierPath(experiment.config.evaluate, experiment.path);
  return {
    byPlace: {
      ...hashesByPlace(experiment, files),
      ...(identifier === null ? {} : { [placeOf(experiment, identifier)]: sha256OfFile(identifier) }),
    },
    byLanguage: hashesByLanguage(files),
  };
}

type HashedFiles = readonly (readonly [string, Pick<LoadedLanguage<unknown>, "files" | "sha256">])[];

function hashesByPlace(experiment: Pick<Experiment, "path">, files: HashedFiles): Record<string, string> {
  const read = files.flatMap(([, language]) => language.files);
  return Object.fromEntries(
    read.map(({ path, sha256, place }) => [place ?? placeOf(experiment, path), sha256]),
  );
}

function startHashes(experiment: Pick<Experiment, "path" | "config">): Record<string, string> {
  const { config, path } = experiment;
  const files = config === null ? [] : startFiles(config.train, path);
  return Object.fromEntries(files.map(file => [placeOf(experiment, file), sha256OfFile(file)]));
}

/** Hashes of all files that were read, by their place. */
export function dataHashes(experiment: Experiment): Record<string, string> {
  const { train, evaluation, development, config, path } = experiment;
  const identifier = config === null ? null : identifierPath(config.evaluate, path);
  return {
    ...hashesByPlace(
      experiment,
      [train, evaluation, development].flatMap(({ languages }) => [...languages]),
    ),
    ...(identifier === null || !existsSync(identifier)
      ? {}
      : { [placeOf(experiment, identifier)]: sha256OfFile(identifier) }),
    ...startHashes(experiment),
  };
}

/** @throws HumanError that names the files that changed since the sweep began */
export function requireInputs(experiment: Experiment, inputs: SweepInputs | undefined): void {
  const changed = inputs === undefined ? [] : changedInputs(inputs.data, dataHashes(experiment));
  if (changed.length === 0) return;
  const named = changed.slice(0, maxNamed).join(", ");
  const more = changed.length > maxNamed ? ` and ${changed.length - maxNamed} more` : "";
  throw new HumanError(`The data changed since the sweep began: ${named}${more}.`, {
    remedy:
      "Restore the files and run the rest with --reuse, or start a new sweep: runs on different data can't be compared.",
  });
}

function hashesByLanguage(files: HashedFiles): Record<string, string> {
  return Object.fromEntries(files.map(([language, { sha256 }]) => [language, sha256]));
}

/** @param device Device of the run, after `auto` was resolved. */
export function prepareRun(
  experiment: ValidExperiment,
  mixture: string,
  seed: number,
  device: string,
  drawing: Drawing = drawingOf(experiment),
): PreparedRun {
  const { config, path } = experiment;
  const spec = specOf(experiment, mixture);
  const drawn = spec === null ? null : drawing.draw(spec, seed);
  const [short] = drawn?.diagnostics ?? [];
  if (short !== undefined) throw new HumanError(short.message, { remedy: short.remedy });
  const byLanguage = new Map(
    [...experiment.train.languages].map(([language, { rows }]) => [
      language,
      new Map(rows.map(row => [row.id, row])),
    ]),
  );
  const examples = (drawn?.examples ?? []).map(({ language, id }) => {
    const example = byLanguage.get(language)?.get(id);
    if (example === undefined) throw new Error(`There is no training example ${language}/${id}.`);
    return example;
  });
  const evaluation = evaluationRowsOf(experiment);
  const trained = [...experiment.train.languages].filter(([language]) => (drawn?.counts[language] ?? 0) > 0);
  const { byPlace, byLanguage: evaluated } = evaluationLock(experiment);
  const development = spec === null ? [] : developmentFiles(experiment);
  const datasets = hubDatasetsOf(trained);
  const start = spec === null ? null : startFolder(config.train, path);
  if (start !== null) requireSameBase(start, experiment.model, config.model, path);
  return {
    spec,
    seed,
    overlong: drawn === null ? null : overlongWords(drawn, drawing.limit),
    examples,
    evaluation,
    development: new Map(development.map(([language, { rows }]) => [language, rows])),
    run: {
      mixture,
      seed,
      configuration: {
        file: path,
        model: config.model,
        ...(config.chat !== undefined && { chat: config.chat }),
        budget: config.budget,
        form: spec?.form ?? null,
        train: spec === null ? null : config.train,
        ...(spec === null && { weights: weightFormatOf(config.train) }),
        evaluate: config.evaluate,
      },
      counts: drawn?.counts ?? {},
      lock: {
        model: experiment.model.sha256(),
        data: {
          ...hashesByPlace(experiment, [...trained, ...development]),
          ...byPlace,
          ...(start !== null && startHashes(experiment)),
        },
        languageData: {
          train: hashesByLanguage(trained),
          eval: evaluated,
          ...(development.length > 0 && { dev: hashesByLanguage(development) }),
          ...(datasets.length > 0 && { trainDatasets: datasets }),
        },
        examples: examples.map(({ language, id }) => `${language}/${id}`),
        versions: versions(),
        device,
      },
    },
  };
}
