// Detects responses that only repeat their prompt: in the right language, but not an answer.

import { answerOf } from "../fidelity/reasoning.ts";
import { scoredPart } from "../fidelity/scoredPart.ts";
import { normaliseText } from "../language/foldText.ts";
import { displayName } from "../language/tags.ts";
import type { SampleRecord } from "../records/records.ts";
import type { SampledMixture } from "../results/differences.ts";

/** Share of echoes above which a cell's rate of right languages says little about its answers. */
const worthSaying = 0.1;

/** True if the response is the prompt, once or repeated, ignoring case, white space and surrounding marks. */
export function isEcho({ prompt, response }: Pick<SampleRecord, "prompt" | "response">): boolean {
  const [asked, given] = [normaliseText(prompt), normaliseText(scoredPart(answerOf(response)))];
  if (asked === "" || given.length < asked.length) return false;
  return given.includes(asked) && !/[\p{L}\p{N}]/u.test(given.replaceAll(asked, " "));
}

/** Returns one sentence with each language's highest share of echoes, or nothing if no cell has many. */
export function echoLimit(sampled: readonly SampledMixture[]): string[] {
  const highest = new Map<string, { readonly share: number; readonly mixture: string }>();
  for (const { mixture, runs } of sampled) {
    const counts = new Map<string, { all: number; echoes: number }>();
    for (const sample of runs.flatMap(({ samples }) => samples)) {
      const count = counts.get(sample.language) ?? { all: 0, echoes: 0 };
      counts.set(sample.language, count);
      count.all++;
      if (isEcho(sample)) count.echoes++;
    }
    for (const [language, { all, echoes }] of counts) {
      const share = echoes / all;
      if (share > Math.max(worthSaying, highest.get(language)?.share ?? 0))
        highest.set(language, { share, mixture });
    }
  }
  if (highest.size === 0) return [];
  const named = [...highest].map(
    ([language, { share, mixture }]) => `${displayName(language)} ${Math.round(100 * share)} % (${mixture})`,
  );
  return [
    `Responses that only repeat their prompt are in the right language but answer nothing: at most ${named.join(", ")}.`,
  ];
}
