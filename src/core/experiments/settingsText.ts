// Lists everything that a run was made with, one setting per line; a diff of two runs compares these lines.
import { shownName } from "../../common/shownName.ts";
import { lossText } from "../records/learningRateChoice.ts";
import type { RunRecord } from "../records/runRecord.ts";
import { leaves } from "./runSettings.ts";

/** Returns values by key, in the same order for all runs. */
function settingLines(record: RunRecord): Map<string, string> {
  const { mixture, seed, started, configuration, counts, lock } = record;
  const { file, model, chat, budget, form, train, weights, evaluate, imported } = configuration;
  const { examples = [], model: modelHash, data, languageData: _languageData, versions, device } = lock ?? {};
  const given: readonly (readonly [string, unknown])[] = [
    ["mixture", mixture],
    ["seed", seed],
    ["started", started],
    ["file", shownName(String(file))],
    ["model", shownName(String(model))],
    ["model", chat],
    ["model.sha256", modelHash],
    ["budget", budget],
    ["form", form],
    ["examples", counts],
    ["examples.drawn", lock === null ? undefined : examples.length],
    ["train", train ?? undefined],
    ...chosenLines(record),
    ["train.earlyStopping, outcome", record.earlyStop],
    ["weights", weights],
    ["evaluate", evaluate],
    ["imported", imported],
    ["data", data],
    ["versions", versions],
    ["device", device],
  ];
  return new Map(
    given.flatMap(([key, value]) => (value === undefined || value === null ? [] : [...leaves(value, key)])),
  );
}

function chosenLines({ learningRateChoice: choice }: RunRecord): (readonly [string, unknown])[] {
  if (choice == null) return [];
  const losses = choice.tried.map(({ learningRate, devLoss }): [string, string] => [
    `train.learningRate ${learningRate}: loss on data.dev`,
    lossText(devLoss),
  ]);
  return [["train.learningRate, chosen", choice.chosen], ...losses];
}

/** Returns the settings as a document with lines `key: value`. */
export function settingsText(record: RunRecord): string {
  return [...settingLines(record)].map(([key, value]) => `${key}: ${value}\n`).join("");
}

export interface ChangedLine {
  readonly key: string;
  /** The setting in both runs; null if a run does not have it. */
  readonly values: readonly [string | null, string | null];
}

/** Returns lines that differ or that only one run has. */
export function changedLines(own: RunRecord, other: RunRecord): ChangedLine[] {
  const [mine, theirs] = [settingLines(own), settingLines(other)];
  return [...new Set([...mine.keys(), ...theirs.keys()])].flatMap(key => {
    const values = [mine.get(key) ?? null, theirs.get(key) ?? null] as const;
    return values[0] === values[1] ? [] : [{ key, values }];
  });
}
