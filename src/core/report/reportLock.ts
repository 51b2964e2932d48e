// Describes how the runs of a report were made, so that others can reproduce them: method and lock.

import { shownName } from "../../common/shownName.ts";
import { countOf } from "../../common/words.ts";
import type { DataTable } from "../figures/dataTable.ts";
import { type TrainingSpec, untunedName } from "../mixture/mixtureFile.ts";
import { describeLora } from "../mixtureFile/loraSection.ts";
import { describeAmount } from "../mixtureFile/trainingAmount.ts";
import type { RunRecord } from "../records/runRecord.ts";

const inOrder = new Intl.Collator("en", { numeric: true }).compare;

function sortedUnique(values: readonly string[]): string {
  return [...new Set(values)].sort(inOrder).join(", ");
}

/** Table of the settings of all runs together; differing values are listed. */
export function methodTable(records: readonly RunRecord[]): DataTable {
  const tuned = records.filter(({ mixture }) => mixture !== untunedName);
  const trainings = tuned.flatMap(({ configuration }) => configuration.train ?? []);
  const evaluations = records.map(({ configuration }) => configuration.evaluate);
  const rows: [string, string][] = [
    ["Mixture file", sortedUnique(records.map(({ configuration }) => shownName(configuration.file)))],
    ["Model", sortedUnique(records.map(({ configuration }) => shownName(configuration.model)))],
    ["Budget", sortedUnique(tuned.map(({ configuration }) => `${configuration.budget} examples`))],
    [
      "Runs",
      `${records.length}: ${countOf(new Set(tuned.map(({ mixture }) => mixture)).size, "mixture")} with seeds ${sortedUnique(tuned.map(({ seed }) => String(seed)))}${records.length > tuned.length ? ", and the untuned model" : ""}`,
    ],
    ["Training", sortedUnique(trainings.map(trainingText))],
    [
      "Responses",
      sortedUnique(
        evaluations.map(({ temperature, maxNewTokens, topP }) =>
          temperature === 0
            ? `the most likely token each time, at most ${maxNewTokens} tokens`
            : `sampled at temperature ${temperature}, top-p ${topP}, at most ${maxNewTokens} tokens`,
        ),
      ),
    ],
    ["Devices", sortedUnique(records.flatMap(({ lock }) => lock?.device ?? []))],
  ];
  return {
    caption: "How the models were tuned and prompted",
    head: ["What", "Value"],
    rows: rows.filter(([, value]) => value !== ""),
    allText: true,
  };
}

function trainingText(train: TrainingSpec): string {
  const method =
    train.method === "full"
      ? "every weight"
      : `${describeLora(train.lora)}${embeddingsText(train)}${train.base === "float" ? "" : `, base in ${train.base}`}`;
  return `${method}; ${describeAmount(train)}${train.lossWeight === "example" ? "; loss averaged by example" : ""}${noiseText(train)}${smoothingText(train)}; AdamW, learning rate ${rateText(train)}, ${train.schedule}, warm-up ${Number((100 * train.warmup).toFixed(1))} %${stopText(train)}`;
}

function stopText({ earlyStopping }: TrainingSpec): string {
  if (earlyStopping === undefined) return "";
  const { patience, minDelta } = earlyStopping;
  const by = minDelta === 0 ? "" : ` by more than ${minDelta}`;
  return `; ended when the loss on the development data did not fall${by} in ${countOf(patience, "measurement")}, and the step with the lowest was kept`;
}

function embeddingsText({ embeddings }: TrainingSpec): string {
  return embeddings === true ? ", with the whole embedding and output projection" : "";
}

function noiseText({ neftune }: TrainingSpec): string {
  return neftune === undefined ? "" : `; noise on embeddings (NEFTune, alpha ${neftune})`;
}

function smoothingText({ labelSmoothing }: TrainingSpec): string {
  return labelSmoothing === undefined ? "" : `; labels smoothed by ${labelSmoothing}`;
}

function rateText({ learningRate }: TrainingSpec): string {
  return typeof learningRate === "object"
    ? `chosen from ${learningRate.join(", ")} for each run by the loss on the development data`
    : String(learningRate);
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Table of hashes and versions; null when no run has a lock. */
export function lockTable(records: readonly RunRecord[]): DataTable | null {
  const locks = records.flatMap(({ lock }) => lock ?? []);
  if (locks.length === 0) return null;
  const pairs = (of: (lock: (typeof locks)[number]) => Iterable<readonly [string, string]>) => {
    const found = new Map<string, Set<string>>();
    for (const lock of locks)
      for (const [name, value] of of(lock)) found.set(name, (found.get(name) ?? new Set()).add(value));
    return [...found].map(([name, values]): [string, string] => [name, [...values].sort().join(", ")]);
  };
  const model = sortedUnique(records.map(({ configuration }) => shownName(configuration.model)));
  return {
    caption: "The lock: SHA-256 of model and data files, and versions, of all runs",
    head: ["What", "SHA-256 or version"],
    rows: [
      ...pairs(lock => [[`model ${model}`, lock.model]]),
      ...pairs(lock => Object.entries(lock.data).map(([file, hash]) => [shownName(file), hash])).sort(byName),
      ...pairs(lock => Object.entries(lock.versions)),
    ],
    allText: true,
  };
}
