// Scores against references, from what samples hold already: chrF++ and likelihood per character.

import { judgedPart } from "../fidelity/judgedPart.ts";
import { answerOf } from "../fidelity/reasoning.ts";
import type { SampleRecord } from "../records/records.ts";
import { sentenceChrf } from "./chrf.ts";

/** chrF++ of the response, 0 to 1. */
export function referenceScore({ response, reference }: SampleRecord): number {
  return sentenceChrf(judgedPart(answerOf(response)), reference ?? "");
}

/** Negative log-likelihood of the whole reference, nats. */
export function natsOfReference({ nll, nllTokens }: SampleRecord): number {
  return (nll ?? 0) * nllTokens;
}

/**
 * What a likelihood is divided by where languages are compared. Tokens are no unit across languages: a tokenizer
 * cuts one language into pieces and another into words. A character is a code point of the NFC form and not a
 * grapheme, because where graphemes end changes with the version of Unicode that Node or VS Code brings along.
 * Neither is the same amount of language in every script: one of Chinese says more than one of Finnish.
 */
export function charactersOfReference({ reference }: SampleRecord): number {
  return [...(reference ?? "").normalize("NFC")].length;
}
