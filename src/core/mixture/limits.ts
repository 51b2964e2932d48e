// Upper limits for values in a mixture file: beyond any practical use, yet low enough that memory does not
// run out before training starts.

/** Examples that one run takes, counting repetitions. They are all put in order before the first step. */
export const maxTaken = 10_000_000;
/** Runs of one file: mixtures times seeds. */
export const maxRuns = 10_000;
/** Tokens of a response: more than any model's context. */
export const maxNewTokens = 131_072;
/** Rank of an adapter. At this rank an adapter has more values than any layer it could be applied to. */
export const highestRank = 65_536;
