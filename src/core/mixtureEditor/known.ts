// Knowledge about the workspace used while a mixture file is edited: its data, available models, last
// results.

/** A data file in one language, with the counts of the data index. */
export interface KnownLanguage {
  readonly language: string;
  readonly path: string;
  readonly rows: number;
  readonly characters: number;
  /** Tokens under the mixture file's model, estimated from a sample of rows; null without a usable model. */
  readonly tokens: { readonly perExample: number; readonly sampled: number } | null;
}

/** A suggested value, with a detail that distinguishes it from the others. */
export interface Offer {
  readonly value: string;
  readonly detail: string;
}

/** Summary of a mixture's last finished run: `61 % ±4 followed`. */
export interface LastResult {
  readonly mixture: string;
  readonly text: string;
}

export interface Known {
  readonly train: readonly KnownLanguage[];
  readonly eval: readonly KnownLanguage[];
  readonly dev: readonly KnownLanguage[];
  readonly models: readonly Offer[];
  /** Patterns with `{language}` that match files in the workspace. */
  readonly patterns: readonly Offer[];
  /** Paths of fastText models. */
  readonly identifiers: readonly Offer[];
  readonly results: readonly LastResult[];
}
