// How runs are put into words: durations, phases, counts.
import { formatDuration } from "../../common/duration.ts";
import type { MetricsRecord, RunRecord } from "../../core/run/records.ts";
import type { Phase, ProgressUpdate } from "../../protocol/runtime.ts";

const phaseWords: Record<Phase, string> = {
  load: "loading",
  train: "training",
  generate: "answering",
  score: "scoring",
  judge: "judging",
  save: "saving",
  install: "installing",
};

/** `training 45 %, 1 min 20 s left` */
export function progressWords(progress: ProgressUpdate | null): string {
  if (progress === null) return "starting";
  const percent = progress.total > 0 ? ` ${Math.floor((100 * progress.done) / progress.total)} %` : "";
  const seconds = progress.secondsLeft ?? 0;
  const left = seconds > 0 ? `, ${formatDuration(seconds)} left` : "";
  return `${phaseWords[progress.phase]}${percent}${left}`;
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

export function statusWords(record: RunRecord): string {
  return record.status === "running" ? "running elsewhere" : record.status;
}
