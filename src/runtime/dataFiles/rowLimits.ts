// How much of a data file is held while it goes by.
export const indexLimits = {
  /** Bytes of one row: the longest of public datasets have some hundred thousand. */
  row: 8 * 2 ** 20,
  /** Rows kept to count tokens in: a mean over so many is within a few per cent. */
  sampled: 64,
  /** UTF-16 units kept of a sampled side: the rest is counted as if it were like these. */
  sampledText: 16_000,
} as const;
