// Texts about runs: durations, phases, counts and scores.
import { formatDuration } from "../../common/duration.ts";
import type { QueueTime } from "../../core/live/queueTime.ts";
import { comparisonFiles } from "../../core/records/comparison.ts";
import { stopWords } from "../../core/records/earlyStop.ts";
import { type MetricsRecord, runFiles } from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { type ProgressUpdate, phaseWords } from "../../protocol/runtime.ts";
import type { ActiveRun } from "./activeRun.ts";

/** `training 45 %, 1 min 20 s left` */
export function progressWords(progress: ProgressUpdate | null): string {
  if (progress === null) return "starting";
  const percent = progress.total > 0 ? ` ${Math.floor((100 * progress.done) / progress.total)} %` : "";
  const seconds = progress.secondsLeft ?? 0;
  const left = seconds > 0 ? `, ${formatDuration(seconds)} left` : "";
  return `${phaseWords[progress.phase]}${percent}${left}`;
}

/** `step 12 of 40, loss 2.134, 1 min 20 s left` during training, otherwise the phase. */
export function activeWords({ progress, step, stopping }: ActiveRun): string {
  if (stopping) return "stopping";
  if (step === null || progress === null || progress.phase !== "train") return progressWords(progress);
  const left = progress.secondsLeft ?? 0;
  return [
    `step ${step.step} of ${step.steps}`,
    `loss ${step.loss.toFixed(3)}`,
    ...(left > 0 ? [`${formatDuration(left)} left`] : []),
  ].join(", ");
}

/** Shorter form for a narrow tree, starting with the time: `1 min 20 s left · 12/40 · loss 2.134`. */
export function briefWords(run: ActiveRun): string {
  const { progress, step, stopping } = run;
  if (stopping || step === null || progress?.phase !== "train") return activeWords(run);
  const left = progress.secondsLeft ?? 0;
  const parts = [`${step.step}/${step.steps}`, `loss ${step.loss.toFixed(3)}`];
  return [...(left > 0 ? [`${formatDuration(left)} left`] : []), ...parts].join(" · ");
}

/** Text of a waiting run: its position, and its expected duration if known. */
export function waitingWords(place: number, seconds: number | undefined, paused: boolean): string {
  const state = paused ? "paused" : place === 1 ? "next" : `waits, place ${place}`;
  return seconds === undefined ? state : `${state}, takes about ${formatDuration(seconds)}`;
}

/** Summary of all current and waiting runs: `3 waiting, about 12 min left`. */
export function queueWords(waiting: number, paused: boolean, time: QueueTime): string {
  if (waiting === 0) return "";
  const left =
    time.total === null ? [] : [`${time.whole ? "about" : "at least"} ${formatDuration(time.total)} left`];
  return [`${waiting} ${paused ? "paused" : "waiting"}`, ...left].join(", ");
}

/** `600 examples in 12 languages` */
export function countWords(counts: Readonly<Record<string, number>>): string {
  const used = Object.values(counts).filter(count => count > 0);
  const examples = used.reduce((sum, count) => sum + count, 0);
  if (examples === 0) return "untuned";
  const languages = used.length === 1 ? "1 language" : `${used.length} languages`;
  return `${examples.toLocaleString("en")} ${examples === 1 ? "example" : "examples"} in ${languages}`;
}

/** Mean over the languages of the first rate that was measured: `42 % followed`. */
export function scoreWords(metrics: MetricsRecord | null): string | null {
  if (metrics === null) return null;
  const languages = Object.values(metrics.languages);
  for (const [key, word] of [
    ["followed", "followed"],
    ["language", "in the right language"],
  ] as const) {
    const values = languages.flatMap(cell => cell[key]?.value ?? []);
    if (values.length > 0) {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return `${Math.round(100 * mean)} % ${word}`;
    }
  }
  return null;
}

export function statusWords({ status, earlyStop }: RunRecord): string {
  if (status === "running") return "running elsewhere";
  return earlyStop === undefined ? status : `${status}, ${stopWords(earlyStop)}`;
}

/**
 * Describes the loss from deleting run folders.
 * @param held Names of the files in each folder.
 */
export function lossWords(held: readonly (readonly string[])[]): string {
  const some = (found: (name: string) => boolean) => held.some(names => names.some(found));
  const kinds: readonly (readonly [string, (name: string) => boolean])[] = [
    ["the adapter", name => name === runFiles.adapter],
    ["the tuned model", name => name === runFiles.model],
    ["the checkpoint to resume from", name => name === runFiles.checkpoint || name === runFiles.candidates],
    ["the samples", name => name === runFiles.samples],
    ["the scores", name => name === runFiles.metrics],
    ["comparisons with their verdicts", name => name === comparisonFiles.comparison],
    ["ratings by hand", name => /rating/i.test(name)],
  ];
  const lost = kinds.filter(([, found]) => some(found)).map(([words]) => words);
  const list = lost.length === 0 ? "What is in it" : lost.join(", ").replace(/, ([^,]*)$/, " and $1");
  const sentence = `${list.charAt(0).toUpperCase()}${list.slice(1)}`;
  return `${sentence} ${lost.length === 0 || (lost.length === 1 && !list.endsWith("s")) ? "is" : "are"} permanently lost.`;
}
