// How runs are put into words: durations, phases, counts.
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

/** `50 s`, `1 min 20 s`, `2 h 5 min`: two units at most, rounded up so that it never says 0 s too early. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return joined(minutes, "min", minutes < 10 ? whole % 60 : 0, "s");
  return joined(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

function joined(first: number, firstUnit: string, second: number, secondUnit: string): string {
  return second === 0 ? `${first} ${firstUnit}` : `${first} ${firstUnit} ${second} ${secondUnit}`;
}

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
