// Divides an example into parts with and without loss.

/** Groups consecutive tokens that all carry loss, or that all carry none. */
export function lossRuns<Token extends { readonly loss: boolean }>(tokens: readonly Token[]): Token[][] {
  const runs: Token[][] = [];
  for (const token of tokens) {
    const run = runs.at(-1);
    if (run?.[0]?.loss === token.loss) run.push(token);
    else runs.push([token]);
  }
  return runs;
}
