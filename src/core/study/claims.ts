// Words differences for studies: the number with its interval, or that it is not clear of noise.

import { displayName } from "../language/tags.ts";
import type { Difference } from "../statistics/clustered.ts";
import type { MetricValue } from "../statistics/estimate.ts";

/** Percentage with one decimal, without the sign. */
export function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** Phrase such as `62.1 % (58.0 to 66.3)`. */
export function scoreText({ value, interval }: MetricValue): string {
  return `${percent(value)} % (${percent(interval[0])} to ${percent(interval[1])})`;
}

/** Table cell such as `62.1 (58.0–66.3)`. */
export function scoreCell(value: MetricValue | null): string {
  if (value === null) return "–";
  const { interval } = value;
  if (interval[0] === interval[1]) return percent(value.value);
  return `${percent(value.value)} (${percent(interval[0])}–${percent(interval[1])})`;
}

/** Table cell such as `+7.1 (4.9 to 9.3)`, with a real minus sign. */
export function differenceCell(difference: Difference | null): string {
  if (difference === null) return "–";
  const { value, interval } = difference;
  return `${signed(value)} (${signed(interval[0])} to ${signed(interval[1])})`;
}

/** Phrase such as `+7.1 points, 4.9 to 9.3`. */
export function differenceText({ value, interval }: Pick<Difference, "value" | "interval">): string {
  return `${signed(value)} points, ${between(interval[0], interval[1])}`;
}

export function isClear({ interval }: Difference): boolean {
  return interval[0] > 0 || interval[1] < 0;
}

export interface Claim {
  readonly subject: string;
  /** Verbs that agree with the subject, for example "lift" and "lower". */
  readonly up: string;
  readonly down: string;
  readonly object: string;
}

/** `SUBJECT lift OBJECT by 7.1 points, 4.9 to 9.3.`, or a sentence that it can't be told from noise. */
export function claimSentence({ subject, up, down, object }: Claim, { value, interval }: Difference): string {
  const [low, high] = interval;
  if (low > 0) return `${subject} ${up} ${object} by ${percent(value)} points, ${between(low, high)}.`;
  if (high < 0) return `${subject} ${down} ${object} by ${percent(-value)} points, ${between(-high, -low)}.`;
  const lower = subject.charAt(0).toLowerCase() + subject.slice(1);
  return `Whether ${lower} ${up} or ${down} ${object} can't be told from noise: ${differenceText({ value, interval })}.`;
}

/** `4.9 to 9.3`; both ends have a sign if the lower one is negative. */
export function between(low: number, high: number): string {
  return low < 0 ? `${signed(low)} to ${signed(high)}` : `${percent(low)} to ${percent(high)}`;
}

function signed(share: number): string {
  const text = percent(Math.abs(share));
  if (text === "0.0") return text;
  return `${share < 0 ? "−" : "+"}${text}`;
}

const small = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

export function numberWord(count: number): string {
  return small[count] ?? (count === 11 ? "eleven" : count === 12 ? "twelve" : String(count));
}

/** `the six unseen languages`, or the name of a single language. */
export function groupOf(tags: readonly string[], word: string): string {
  const [only] = tags;
  return tags.length === 1 && only !== undefined
    ? displayName(only)
    : `the ${numberWord(tags.length)} ${word} languages`;
}
