// Computes scores against references from stored samples: chrF++ and likelihood per character.

import { answerOf } from "../fidelity/reasoning.ts";
import { scoredPart } from "../fidelity/scoredPart.ts";
import type { SampleRecord } from "../records/records.ts";
import { sentenceChrf } from "./chrf.ts";

/** chrF++ of the response, from 0 to 1. */
export function referenceScore({ response, reference }: SampleRecord): number {
  return sentenceChrf(scoredPart(answerOf(response)), reference ?? "");
}

/** Negative log-likelihood of the whole reference, in nats. */
export function natsOfReference({ nll, nllTokens }: SampleRecord): number {
  return (nll ?? 0) * nllTokens;
}

/**
 * Number of characters by which a likelihood is divided to compare languages. Tokens are not comparable: a
 * tokenizer cuts one language into pieces and another into words. A character is a code point of the NFC form
 * rather than a grapheme, because grapheme boundaries change with the Unicode version of Node or VS Code.
 * Neither measures the same amount of language in every script: a Chinese character says more than a Finnish
 * one.
 */
export function charactersOfReference({ reference }: SampleRecord): number {
  return [...(reference ?? "").normalize("NFC")].length;
}
