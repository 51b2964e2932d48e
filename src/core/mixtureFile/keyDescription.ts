// How a key of the mixture file is described.

/** In words, as hover shows it; `jsonSchema.ts` says what each means to other tools. */
export type KeyType =
  | "1"
  | "text"
  | "number"
  | "number or list of numbers"
  | "whole number"
  | "list of whole numbers"
  | "two numbers"
  | "percent"
  | "number or percent"
  | "true or false"
  | "map"
  | "text or map"
  | "map of values"
  | "text or control"
  | "responses or last"
  | "refuse, truncate or drop"
  | "map of percents"
  | "language"
  | "languages or all"
  | "data source or list of them"
  | "path of a .bin or .ftz file"
  | "list of metrics"
  | "lora or full"
  | "all-linear"
  | "float, int8 or int4"
  | "auto, on or off"
  | "constant, linear or cosine"
  | "token or example";

export interface KeyDescription {
  /** Dotted; `*` stands for a name that the person chooses. */
  readonly path: string;
  readonly type: KeyType;
  /** One line. */
  readonly help: string;
  readonly required: boolean;
  /** Values to offer. */
  readonly values?: readonly string[];
  /** As it would be written. */
  readonly default?: string;
}

export function required(
  path: string,
  type: KeyType,
  help: string,
  values?: readonly string[],
): KeyDescription {
  return { path, type, help, required: true, ...(values === undefined ? {} : { values }) };
}

export function optional(
  path: string,
  type: KeyType,
  help: string,
  more: { values?: readonly string[]; default?: string } = {},
): KeyDescription {
  return { path, type, help, required: false, ...more };
}
