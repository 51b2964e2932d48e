// Estimates the tokens of a comparison before it starts, and computes their price.

/** Expected tokens of an answer, a short reason and the verdict; used until there are real answers. */
export const expectedAnswerTokens = 80;
/**
 * UTF-8 bytes per token: about right for English, and for other scripts, whose letters take
 * more bytes and more tokens.
 */
const bytesPerToken = 4;

export function estimatedTokens(text: string): number {
  return Math.ceil(new TextEncoder().encode(text).length / bytesPerToken);
}

/** Prices per million tokens, in any currency. */
export interface Prices {
  readonly input: number;
  readonly output: number;
}

export function priceOf(
  promptTokens: number,
  completionTokens: number,
  prices: Prices | null,
): number | null {
  if (prices === null) return null;
  return (promptTokens * prices.input + completionTokens * prices.output) / 1e6;
}
