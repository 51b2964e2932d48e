// Counts the text in data that the model's tokenizer can't represent, by file, before anything is computed.
import { type Diagnostic, startOfFile } from "../../common/diagnostic.ts";
import { type EvaluationRow, type Example, exchangesOf } from "../../core/dataset/example.ts";
import { displayName } from "../../core/language/tags.ts";
import { shownId } from "../../core/leaks/leakFaults.ts";
import { type LoadedData, type LoadedLanguage, placeOfRow } from "../dataFiles/loadData.ts";
import type { ChatTokenizer } from "../model/tokenizer.ts";
import { sampleOf } from "./sampleRows.ts";

/** Maximum number of rows of a file that are read. */
const readRows = 2000;
/** Maximum number of rows named in a message. */
const namedRows = 3;

type Counter = Pick<ChatTokenizer, "canLose" | "lostIn" | "encode">;

interface Side<Row> {
  readonly name: string;
  readonly textsOf: (row: Row) => readonly (string | undefined)[];
}

const turnsOf = (row: Pick<Example, "prompt" | "response">): string[] => [row.prompt, row.response];
const trainingSides: readonly Side<Example>[] = [
  { name: "examples", textsOf: row => [row.system, ...exchangesOf(row).flatMap(turnsOf)] },
];
const heldOutSides: readonly Side<EvaluationRow>[] = [
  { name: "prompts", textsOf: row => [row.system, ...(row.earlier ?? []).flatMap(turnsOf), row.prompt] },
  { name: "references", textsOf: row => [row.reference] },
];

interface Data {
  readonly train: Pick<LoadedData<Example>, "languages">;
  readonly evaluation: Pick<LoadedData<EvaluationRow>, "languages">;
  readonly development: Pick<LoadedData<EvaluationRow>, "languages">;
}

/** Returns one warning for each file and side that has such text. */
export function unknownTokenFaults(
  { train, evaluation, development }: Data,
  tokenizer: Counter,
): Diagnostic[] {
  if (!tokenizer.canLose) return [];
  const heldOut = [...evaluation.languages, ...development.languages];
  return [
    ...[...train.languages].flatMap(([tag, file]) => faultsOf(tag, file, trainingSides, tokenizer)),
    ...heldOut.flatMap(([tag, file]) => faultsOf(tag, file, heldOutSides, tokenizer)),
  ];
}

function faultsOf<Row extends { readonly id: string }>(
  language: string,
  data: LoadedLanguage<Row>,
  sides: readonly Side<Row>[],
  tokenizer: Counter,
): Diagnostic[] {
  const rows = sampleOf(data.rows, readRows, "unknown-tokens", language);
  return sides.flatMap(({ name, textsOf }): Diagnostic[] => {
    const looked = rows.flatMap(row => {
      const texts = textsOf(row).filter(text => text !== undefined);
      return texts.length === 0 ? [] : [{ id: row.id, texts }];
    });
    const lostOf = looked.map(({ texts }) => texts.reduce((sum, text) => sum + tokenizer.lostIn(text), 0));
    const affected = looked.filter((_, i) => lostOf[i] !== 0).map(({ id }) => id);
    const [first] = affected;
    if (first === undefined) return [];
    const lost = lostOf.reduce((sum, count) => sum + count, 0);
    const tokens = looked
      .flatMap(({ texts }) => texts)
      .reduce((sum, text) => sum + tokenizer.encode(text).length, 0);
    const ids = affected.slice(0, namedRows).map(shownId).join(", ");
    return [
      {
        severity: "warning",
        code: "unknown-tokens",
        message: `${affected.length} of ${looked.length} ${displayName(language)} ${name} looked at hold characters that the model's tokenizer has no token for: ${lost.toLocaleString("en")} unknown among ${tokens.toLocaleString("en")} tokens (${ids}${affected.length > namedRows ? ", …" : ""}).`,
        remedy:
          "The model can neither read nor write these characters: choose a model whose tokenizer covers the language, or remove them from the rows.",
        file: data.files[0]?.path ?? "",
        range: startOfFile,
        ...placeOfRow(data, first),
      },
    ];
  });
}
