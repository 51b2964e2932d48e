// Limits the judged part of a response, so that one endless response cannot delay a thousand others.
import type { SampleRecord } from "../records/records.ts";

/** Maximum length that is judged, in UTF-16 units: about 10,000 tokens. */
export const maxScored = 50_000;

export function scoredPart(response: string): string {
  return response.length <= maxScored ? response : response.slice(0, maxScored);
}

/** Returns a note if some responses are longer than the judged part; null otherwise. */
export function longResponses(samples: readonly Pick<SampleRecord, "response">[]): string | null {
  const long = samples.filter(({ response }) => response.length > maxScored).length;
  if (long === 0) return null;
  const most = maxScored.toLocaleString("en");
  return long === 1
    ? `One response is longer than ${most} characters: only its first ${most} are judged.`
    : `${long} responses are longer than ${most} characters: only their first ${most} are judged.`;
}
