// Description of a key of the mixture file.

/** Type of a value, as shown on hover. `jsonSchema.ts` maps each to a schema for other tools. */
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
  | "layers or all-linear"
  | "standard or rslora"
  | "float, int8 or int4"
  | "auto, on or off"
  | "constant, linear or cosine"
  | "token or example";

export interface KeyDescription {
  /** Dotted path, in which `*` stands for a user-defined name. */
  readonly path: string;
  readonly type: KeyType;
  /** A single line. */
  readonly help: string;
  readonly required: boolean;
  /** Suggested values. */
  readonly values?: readonly string[];
  /** Default value as written in a file. */
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
