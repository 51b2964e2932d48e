// How much of a response is judged: a model that babbles without end must not hold up a thousand others.
import type { SampleRecord } from "../records/records.ts";

/** UTF-16 units, some 10,000 tokens. */
export const mostJudged = 50_000;

export function judgedPart(response: string): string {
  return response.length <= mostJudged ? response : response.slice(0, mostJudged);
}

/** A sentence where some responses are longer than that; null where none is. */
export function longResponses(samples: readonly Pick<SampleRecord, "response">[]): string | null {
  const long = samples.filter(({ response }) => response.length > mostJudged).length;
  if (long === 0) return null;
  const most = mostJudged.toLocaleString("en");
  return long === 1
    ? `One response is longer than ${most} characters: it is judged by its first ${most}.`
    : `${long} responses are longer than ${most} characters: each is judged by its first ${most}.`;
}
