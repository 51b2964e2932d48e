// What a comparison costs: tokens estimated before, and their price.

/** Mean length of an answer: a short reason and the verdict. Used before there are answers. */
export const expectedAnswerTokens = 80;
/** UTF-8 bytes of a token: about right for English, and for other scripts, whose letters take more bytes and tokens. */
const bytesPerToken = 4;

export function estimatedTokens(text: string): number {
  return Math.ceil(new TextEncoder().encode(text).length / bytesPerToken);
}

/** Of a million tokens, in any currency. */
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
