// What is known beside the text while a mixture file is edited: its data, the models found, the last results.

/** One language's data file, as the data index counts it. */
export interface KnownLanguage {
  readonly language: string;
  readonly path: string;
  readonly rows: number;
  readonly characters: number;
  /** Under the mixture file's model, from a sample of rows; null without a usable model. */
  readonly tokens: { readonly perExample: number; readonly sampled: number } | null;
}

/** Something that can be written as a value, with what tells it from others. */
export interface Offer {
  readonly value: string;
  readonly detail: string;
}

/** A mixture's last finished run, in words: `61 % ±4 followed`. */
export interface LastResult {
  readonly mixture: string;
  readonly text: string;
}

export interface Known {
  readonly train: readonly KnownLanguage[];
  readonly eval: readonly KnownLanguage[];
  readonly dev: readonly KnownLanguage[];
  readonly models: readonly Offer[];
  /** Patterns with `{language}` that files of the workspace match. */
  readonly patterns: readonly Offer[];
  /** fastText models. */
  readonly identifiers: readonly Offer[];
  readonly results: readonly LastResult[];
}
