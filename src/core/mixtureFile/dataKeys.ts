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
      "A path from this file's folder, with {language} where each language has a file, or a dataset of the Hub, hub:org/name@commit.",
    ),
    optional(`${path}.config`, "text", "Which configuration of a dataset of the Hub; may hold {language}."),
    optional(`${path}.split`, "text", "Which split of a dataset of the Hub, such as train."),
    optional(
      `${path}.language`,
      "text",
      "The column that names each row's language, where one file holds several.",
    ),
    optional(`${path}.in`, "language", "The language of all rows, where neither names nor a column say it."),
    optional(`${path}.columns`, "map", "Columns of other names, by the field that they are read as."),
    ...columnFields.map(field =>
      optional(`${path}.columns.${field}`, "text", `The column that is read as ${field}.`),
    ),
    ...(side === "train"
      ? [
          optional(
            `${path}.weight`,
            "number",
            "Share of what is drawn in each language, relative to the other sources; without it every row is drawn alike.",
          ),
        ]
      : []),
    optional(
      `${path}.cap`,
      "whole number",
      "At most so many rows of each language; the same ids in every language.",
    ),
  ];
}

export const dataKeys: readonly KeyDescription[] = [
  required(
    "data.train",
    "data source or list of them",
    "Training data, as a path with {language}, a map, or a list of both; equal ids of one source are translations of each other.",
  ),
  ...sourceKeys("train"),
  optional("data.eval", "data source or list of them", "Evaluation data, in the same forms as data.train."),
  ...sourceKeys("eval"),
  optional(
    "data.dev",
    "data source or list of them",
    "Development data, in the same forms, for looking at a training and choosing its settings; never scored, and every row has a reference.",
  ),
  ...sourceKeys("dev"),
];
