// Limits on what is kept in memory while a data file is streamed.
export const indexLimits = {
  /** Bytes of one row; the longest in public datasets have a few hundred thousand. */
  row: 8 * 2 ** 20,
  /** Number of rows sampled for counting tokens, which gives means accurate to a few per cent. */
  sampled: 64,
  /**
   * UTF-16 units kept of each side of a sampled row; the rest is assumed to have as many tokens per
   * character.
   */
  sampledText: 16_000,
} as const;
