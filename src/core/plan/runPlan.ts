// Plan of the runs of a mixture file, and its description: counts, tokens, steps, time, memory, certainty.
import { formatDuration } from "../../common/duration.ts";
import { aligned } from "../../common/textTable.ts";
import { countOf, listed } from "../../common/words.ts";
import { describeUnequal } from "../experiments/unequalTraining.ts";
import { describeDetectable } from "./describeDetectable.ts";
import type { Detectable } from "./detectable.ts";

interface PlannedRun {
  readonly mixture: string;
  readonly seed: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly trainTokens: number; // one epoch
  readonly steps: number;
  /** Over all steps, counting repeated examples each time. */
  readonly examplesSeen: number;
  readonly tokensSeen: number;
  readonly predictedSeconds: number;
  readonly predictedMemoryBytes: number;
}

export interface RunPlan {
  readonly model: {
    readonly name: string;
    readonly parameters: number;
    readonly template: "own" | "plain";
  } | null;
  readonly runs: readonly PlannedRun[];
  /**
   * Learning rates that each run trains with: times cover all of them, other values one. Absent = a single
   * rate.
   */
  readonly learningRates?: readonly number[];
  /** True if runs may end before all these steps (`train.earlyStopping`). */
  readonly stopsEarly?: boolean;
  /**
   * Number of layers in which two steps and a few new tokens were measured to predict the time; large models
   * are measured in part. Null = times are a rough guess from the machine's rate of matrix multiplication.
   */
  readonly layersTried: { readonly tried: number; readonly of: number } | null;
  readonly evaluationRows: Readonly<Record<string, number>>;
  /** Detectable difference of each language with its number of prompts, and of their mean. */
  readonly detectable: Detectable;
}

const mebibyte = 2 ** 20;

/** Formats the plan as a table with a row per run, preceded by its assumptions. */
export function describePlan(plan: RunPlan): string {
  const { model, runs, evaluationRows, layersTried, detectable } = plan;
  const languages = [...new Set(runs.flatMap(run => Object.keys(run.counts)))];
  const header = ["mixture", "seed", "steps", "examples", "tokens", "time", "memory", ...languages];
  const lines = runs.map(run => [
    run.mixture,
    String(run.seed),
    String(run.steps),
    run.examplesSeen.toLocaleString("en"),
    run.tokensSeen.toLocaleString("en"),
    formatDuration(run.predictedSeconds),
    `${Math.ceil(run.predictedMemoryBytes / mebibyte).toLocaleString("en")} MiB`,
    ...languages.map(language => String(run.counts[language] ?? "-")),
  ]);
  const rows = Object.values(evaluationRows).reduce((sum, count) => sum + count, 0);
  const total = runs.reduce((sum, run) => sum + run.predictedSeconds, 0);
  const template = model?.template === "own" ? "its own chat template" : "the plain template";
  return [
    `Model ${model?.name}: ${((model?.parameters ?? 0) / 1e6).toFixed(1)} million parameters, ${template}.`,
    `Evaluation: ${countOf(rows, "prompt")} in ${countOf(Object.keys(evaluationRows).length, "language")}.`,
    ...describeDetectable(detectable, evaluationRows),
    "",
    aligned([header, ...lines]),
    "",
    `${formatDuration(total)} in total. Examples and tokens cover the whole training. Memory is predicted from`,
    `the graphs, time from ${sourceOfTime(layersTried)}.`,
    ...ratesText(plan),
    ...(plan.stopsEarly === true
      ? ["", "With early stopping, a run may take fewer steps, and then less time, than listed."]
      : []),
    ...describeUnequal(runs).flatMap(line => ["", line]),
    "",
  ].join("\n");
}

function ratesText({ learningRates = [] }: RunPlan): string[] {
  if (learningRates.length < 2) return [];
  return [
    "",
    `Each run is trained ${learningRates.length} times, with the learning rates ${listed(learningRates.map(String))},`,
    "and keeps the model with the lowest loss on the development data. Times cover all of them.",
  ];
}

function sourceOfTime(layersTried: RunPlan["layersTried"]): string {
  if (layersTried === null) return "the machine's speed of matrix products (a rough estimate)";
  const { tried, of } = layersTried;
  return `two steps and a few new tokens, measured here${tried < of ? ` with ${tried} of ${of} layers` : ""}`;
}
