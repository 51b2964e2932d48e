// Descriptions of the keys under `data`.
import { columnFields, type DataSide } from "../mixture/dataSource.ts";
import { type KeyDescription, optional, required } from "./keyDescription.ts";

/** Keys of a data source written as a map. */
function sourceKeys(side: DataSide): KeyDescription[] {
  const path = `data.${side}`;
  return [
    required(
      `${path}.file`,
      "text",
      "Path relative to this file's folder, with {language} if each language has its own file, or a Hub dataset, hub:org/name@commit.",
    ),
    optional(`${path}.config`, "text", "Configuration of a Hub dataset; may contain {language}."),
    optional(`${path}.split`, "text", "Split of a Hub dataset, such as train."),
    optional(
      `${path}.language`,
      "text",
      "Column that holds each row's language, if a file contains several languages.",
    ),
    optional(`${path}.in`, "language", "Language of all rows, if neither file names nor a column give it."),
    optional(`${path}.columns`, "map", "Columns to read fields from, if their names differ."),
    ...columnFields.map(field => optional(`${path}.columns.${field}`, "text", `Column to read as ${field}.`)),
    ...(side === "train"
      ? [
          optional(
            `${path}.weight`,
            "number",
            "Share of the examples drawn in each language, relative to the other sources; by default all rows are equally likely.",
          ),
        ]
      : []),
    optional(
      `${path}.cap`,
      "whole number",
      "Maximum number of rows per language, with the same ids in every language.",
    ),
  ];
}

export const dataKeys: readonly KeyDescription[] = [
  required(
    "data.train",
    "data source or list of them",
    "Training data: a path with {language}, a map, or a list of both. Equal ids within a source are translations of each other.",
  ),
  ...sourceKeys("train"),
  optional("data.eval", "data source or list of them", "Evaluation data, in the same forms as data.train."),
  ...sourceKeys("eval"),
  optional(
    "data.dev",
    "data source or list of them",
    "Development data, in the same forms, for monitoring training and choosing settings. Never scored; every row needs a reference.",
  ),
  ...sourceKeys("dev"),
];
