// The most that a mixture file may ask for: beyond any use, below what fills memory before a step is trained.

/** Examples that one run takes, each as often as it is taken. They are put in order before the first step. */
export const mostTaken = 10_000_000;
/** Runs of one file: mixtures times seeds. */
export const mostRuns = 10_000;
/** Tokens of a response: more than any model's context. */
export const mostNewTokens = 131_072;
/** Of an adapter: beyond the width of any layer, where it has more values than the layer. */
export const highestRank = 65_536;
