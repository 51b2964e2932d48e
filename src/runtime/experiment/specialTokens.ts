// Finds special tokens of the model in data and reports their number and first location, before anything is
// computed.
import type { Diagnostic } from "../../common/diagnostic.ts";
import { countOf } from "../../common/words.ts";
import { type EvaluationRow, exchangesOf } from "../../core/dataset/example.ts";
import type { LoadedData } from "../dataFiles/loadData.ts";
import type { ChatTokenizer } from "../model/tokenizer.ts";
import type { ValidExperiment } from "./experiment.ts";

/** Maximum number of tokens named in a message. */
const maxNamed = 3;

/** Returns one warning for each part of the data that contains special tokens. */
export function specialTokenFaults(
  { config, parsed, train, evaluation, development }: ValidExperiment,
  tokenizer: Pick<ChatTokenizer, "specialIn">,
): Diagnostic[] {
  const sides = [
    sideOf("train", train, row => [row.system, ...exchangesOf(row).flatMap(turnTexts)]),
    sideOf("eval", evaluation, heldOutTexts),
    sideOf("dev", development, heldOutTexts),
  ];
  const control = config.chat?.specialTokens === "control";
  return sides.flatMap(({ name, texts }): Diagnostic[] => {
    let rows = 0;
    let first: string | null = null;
    const found = new Set<string>();
    for (const { place, text } of texts()) {
      const tokens = text.flatMap(part => tokenizer.specialIn(part));
      if (tokens.length === 0) continue;
      rows++;
      first ??= place;
      for (const token of tokens) found.add(token);
    }
    if (first === null) return [];
    const [named, rest] = [[...found].slice(0, maxNamed), found.size - maxNamed];
    const tokens = `${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
    return [
      {
        severity: "warning",
        code: "special-tokens",
        message: `${countOf(rows, "row", "rows")} of data.${name} ${rows === 1 ? "holds" : "hold"} special tokens of the model (${tokens}), first ${first}; they are read as ${control ? "what they control" : "plain text"}.`,
        remedy: control
          ? "Remove specialTokens under model to read them as plain text."
          : "Remove those that a tool left there. With specialTokens: control under model, they take effect.",
        range: parsed.locate(["data", name]),
      },
    ];
  });
}

function heldOutTexts({ system, earlier = [], prompt, reference }: EvaluationRow): (string | undefined)[] {
  return [system, ...earlier.flatMap(turnTexts), prompt, reference];
}

function turnTexts({ prompt, response }: { readonly prompt: string; readonly response: string }): string[] {
  return [prompt, response];
}

function sideOf<Row extends { readonly id: string }>(
  name: "train" | "eval" | "dev",
  { languages }: LoadedData<Row>,
  textsOf: (row: Row) => readonly (string | undefined)[],
) {
  return {
    name,
    *texts(): Generator<{ readonly place: string; readonly text: readonly string[] }> {
      for (const [language, { rows }] of languages)
        for (const row of rows)
          yield {
            place: `${language}/${row.id}`,
            text: textsOf(row).filter(text => text !== undefined),
          };
    },
  };
}
