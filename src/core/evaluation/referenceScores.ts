// Scores against references, from what samples hold already: chrF++ and likelihood per character.
import type { SampleRecord } from "../run/records.ts";
import { sentenceChrf } from "./chrf.ts";

/** chrF++ of each response that has a reference, 0 to 1. */
export function referenceScores(samples: readonly SampleRecord[]): number[] {
  return samples.flatMap(({ response, reference }) =>
    reference === null ? [] : [sentenceChrf(response, reference)],
  );
}

/**
 * Nats and characters of each scored reference. Tokens are no unit across languages: a tokenizer cuts one
 * language into pieces and another into words. A character is a code point of the NFC form and not a grapheme,
 * because where graphemes end changes with the version of Unicode that Node or VS Code brings along. Neither is
 * the same amount of language in every script: one of Chinese says more than one of Finnish.
 */
export function likelihoodPerCharacter(
  scored: readonly SampleRecord[],
): { readonly nats: number[]; readonly characters: number[] } | null {
  const nats: number[] = [];
  const characters: number[] = [];
  for (const { nll, nllTokens, reference } of scored) {
    if (nll === null || reference === null || reference === "") continue;
    nats.push(nll * nllTokens);
    characters.push([...reference.normalize("NFC")].length);
  }
  return nats.length === 0 ? null : { nats, characters };
}
