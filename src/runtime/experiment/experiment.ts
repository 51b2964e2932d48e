// Reads and checks a mixture file along with its data and its model.

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Diagnostic, formatDiagnostic, startOfFile } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import { humanErrorOf, systemError, userError } from "../../common/systemErrors.ts";
import { decodeUtf8 } from "../../core/dataset/decode.ts";
import type { EvaluationRow, Example } from "../../core/dataset/example.ts";
import { dataFaults } from "../../core/leaks/dataFaults.ts";
import type { DataSide } from "../../core/mixture/dataSource.ts";
import type { AvailableIds } from "../../core/mixture/draw.ts";
import type { MixtureFile } from "../../core/mixture/mixtureFile.ts";
import { type ParsedMixtureFile, parseMixtureFile } from "../../core/mixtureFile/parse.ts";
import { isCacheFault } from "../dataFiles/hubSourceFiles.ts";
import {
  type LoadedData,
  type LocateSources,
  loadEvaluationData,
  loadTrainingData,
  placeOfRow,
} from "../dataFiles/loadData.ts";
import { identifierFault, identifierPath } from "../identification/identifierFile.ts";
import type { ModelFolder } from "../model/modelFolder.ts";
import { openModel } from "../model/openModel.ts";
import { refuseTooLarge } from "../model/refuseTooLarge.ts";
import { resolveModelFolder } from "../model/resolveModel.ts";
import { startFaults } from "./startFaults.ts";
import { targetFaults } from "./targetFaults.ts";

export interface Experiment {
  /** Absolute path of the mixture file. */
  readonly path: string;
  /** Text of the mixture file; null if it can't be read. */
  readonly text: string | null;
  readonly parsed: ParsedMixtureFile | null;
  /** Parsed mixture file; null if the file itself has an error. */
  readonly config: MixtureFile | null;
  readonly train: LoadedData<Example>;
  readonly evaluation: LoadedData<EvaluationRow>;
  readonly development: LoadedData<EvaluationRow>;
  readonly available: AvailableIds;
  readonly model: ModelFolder | null;
  /** Errors and warnings about the file, the data and the model. */
  readonly diagnostics: readonly Diagnostic[];
  /** The part of `diagnostics` that the text of the file alone does not show. */
  readonly dataFaults: readonly Diagnostic[];
}

/** Experiment without errors. */
export interface ValidExperiment extends Experiment {
  readonly parsed: ParsedMixtureFile;
  readonly config: MixtureFile;
  readonly model: ModelFolder;
}

/** Experiment with a model. Its data may be elsewhere or have errors. */
export interface ModelExperiment extends Experiment {
  readonly config: MixtureFile;
  readonly model: ModelFolder;
}

export interface ExperimentSource {
  readonly file: string;
  /** Unsaved text of an editor. If omitted, the file is read. */
  readonly text?: string;
  /** Folder of the built-in model. */
  readonly starter: string;
}

const modelFault = "model";
const nothing: LoadedData<never> = { languages: new Map(), diagnostics: [] };

function readMixtureText(path: string): string | Diagnostic {
  const fault = (message: string, remedy: string): Diagnostic => ({
    severity: "error",
    code: "unreadable",
    message,
    remedy,
    range: startOfFile,
  });
  if (!existsSync(path)) return fault("The mixture file does not exist.", "Check the path.");
  try {
    const text = decodeUtf8(readFileSync(path), path);
    return text;
  } catch (error) {
    const { message, remedy } = userError(systemError(error, "The mixture file can't be read") ?? error);
    return fault(message, remedy);
  }
}

function openModelOf(
  parsed: ParsedMixtureFile,
  path: string,
  starter: string,
): { readonly model: ModelFolder | null; readonly diagnostics: readonly Diagnostic[] } {
  const { model } = parsed.draft;
  if (model === null) return { model: null, diagnostics: [] };
  try {
    const opened = openModel(resolveModelFolder(model, path, starter), parsed.draft.chat);
    if (parsed.file !== null) refuseTooLarge(opened, parsed.file.train);
    const range = parsed.locate(["model"]);
    const notes = opened.notes.map((message): Diagnostic => {
      return { severity: "warning", code: modelFault, message, remedy: "", range };
    });
    return { model: opened, diagnostics: [...notes, ...faultsOfAdapter(parsed, opened, path)] };
  } catch (error) {
    const told = humanErrorOf(error);
    if (told === null) throw error;
    const { message, remedy } = told;
    const range = parsed.locate(["model"]);
    return { model: null, diagnostics: [{ severity: "error", code: modelFault, message, remedy, range }] };
  }
}

/** The adapter to start from is looked at when the layers that get one are known. */
function faultsOfAdapter(parsed: ParsedMixtureFile, model: ModelFolder, path: string): readonly Diagnostic[] {
  const ofTargets = targetFaults(parsed, model);
  return ofTargets.length > 0 ? ofTargets : startFaults(parsed, model, path);
}

function checkIdentifier(parsed: ParsedMixtureFile, path: string): readonly Diagnostic[] {
  if (parsed.file === null) return [];
  const place = identifierPath(parsed.file.evaluate, path);
  const message = place === null ? null : identifierFault(place);
  if (message === null) return [];
  const remedy =
    "Give the path of a supervised fastText model, .bin or .ftz, from the mixture file's folder.";
  const range = parsed.locate(["evaluate", "identifier"]);
  return [{ severity: "error", code: "identifier", message, remedy, range }];
}

/** Loads an experiment. Never throws for invalid input, which is reported in `diagnostics`. */
export async function loadExperiment({ file, text, starter }: ExperimentSource): Promise<Experiment> {
  const path = resolve(file);
  const written = text ?? readMixtureText(path);
  if (typeof written !== "string")
    return {
      path,
      text: null,
      parsed: null,
      config: null,
      train: nothing,
      evaluation: nothing,
      development: nothing,
      available: new Map(),
      model: null,
      diagnostics: [written],
      dataFaults: [],
    };
  const parsed = parseMixtureFile(written);
  const { data } = parsed.draft;
  const places =
    (side: DataSide): LocateSources =>
    (at, ...keys) =>
      parsed.locate(["data", side, at, ...keys]);
  const train = data.train === null ? nothing : await loadTrainingData(data.train, path, places("train"));
  const evaluation = data.eval === null ? nothing : await loadEvaluationData(data.eval, path, places("eval"));
  const development =
    data.dev === null ? nothing : await loadEvaluationData(data.dev, path, places("dev"), "development");
  const available = new Map(
    [...train.languages].map(([language, { rows }]) => [language, rows.map(row => row.id)]),
  );
  const loaded = { training: train, evaluation, development };
  const opened = openModelOf(parsed, path, starter);
  const found = [
    ...opened.diagnostics,
    ...checkIdentifier(parsed, path),
    ...dataFaults(
      parsed,
      {
        train: rowsOf(train),
        evaluation: rowsOf(evaluation),
        development: rowsOf(development),
        isRead: {
          train: !isAbsent(train),
          evaluation: data.eval !== null && !isAbsent(evaluation),
          development: data.dev !== null && !isAbsent(development),
        },
      },
      (purpose, language, id) => {
        const read = loaded[purpose].languages.get(language);
        return read === undefined ? null : placeOfRow(read, id);
      },
    ),
    ...train.diagnostics,
    ...evaluation.diagnostics,
    ...development.diagnostics,
  ];
  return {
    path,
    text: written,
    parsed,
    config: parsed.file,
    train,
    evaluation,
    development,
    available,
    model: opened.model,
    diagnostics: [...parsed.diagnostics, ...found],
    dataFaults: found,
  };
}

/** True for data that is not downloaded yet or can't be read at all, about which nothing more can be said. */
function isAbsent({ diagnostics, languages }: LoadedData<unknown>): boolean {
  const isUnread = languages.size === 0 && diagnostics.some(({ severity }) => severity === "error");
  return isUnread || diagnostics.some(isCacheFault);
}

function rowsOf<Row>({ languages }: LoadedData<Row>): ReadonlyMap<string, readonly Row[]> {
  return new Map([...languages].map(([language, { rows }]) => [language, rows]));
}

export function errorsOf(experiment: Experiment): readonly Diagnostic[] {
  return experiment.diagnostics.filter(diagnostic => diagnostic.severity === "error");
}

export function isValid(experiment: Experiment): experiment is ValidExperiment {
  return (
    errorsOf(experiment).length === 0 &&
    experiment.parsed !== null &&
    experiment.config !== null &&
    experiment.model !== null
  );
}

/** @throws HumanError that lists every error, one per line. */
export function requireValid(experiment: Experiment): ValidExperiment {
  if (isValid(experiment)) return experiment;
  throw refusal(experiment, errorsOf(experiment));
}

/**
 * Whether training could start does not matter: neither its data nor the adapter that it starts from.
 * @throws HumanError that lists every error of the text of the file, or why the model can't be opened
 */
export function requireModel(experiment: Experiment): ModelExperiment {
  const { config, model, dataFaults } = experiment;
  const unopened = ({ code }: Diagnostic): boolean => model === null && code === modelFault;
  const errors = errorsOf(experiment).filter(error => unopened(error) || !dataFaults.includes(error));
  if (errors.length > 0 || config === null || model === null) throw refusal(experiment, errors);
  return { ...experiment, config, model };
}

/** Experiment with evaluation data. Its model may be elsewhere or missing. */
export interface EvaluationExperiment extends Experiment {
  readonly config: MixtureFile;
}

/** @throws HumanError that lists every error except those of the model. */
export function requireEvaluation<E extends Experiment>(experiment: E): E & EvaluationExperiment {
  const errors = errorsOf(experiment).filter(({ code }) => code !== modelFault);
  const { config } = experiment;
  if (errors.length > 0 || config === null) throw refusal(experiment, errors);
  if (experiment.evaluation.languages.size > 0) return { ...experiment, config };
  throw new HumanError(`${experiment.path} has no evaluation data.`, {
    remedy: "Add data.eval to the mixture file.",
  });
}

function refusal(experiment: Experiment, errors: readonly Diagnostic[]): HumanError {
  const lines = errors.map(diagnostic => formatDiagnostic(diagnostic, experiment.path));
  return new HumanError(lines.join("\n") || `${experiment.path} can't be run.`, {
    remedy: lines.length === 1 ? "Correct it and start again." : "Correct these and start again.",
  });
}
