// Evaluation prompts that also stand in the training data: a model may have learned their answers by heart.
import type { Diagnostic, RelatedPlace, SourceRange } from "../../common/diagnostic.ts";
import type { EvaluationRow, Example } from "../dataset/example.ts";
import { displayName } from "../language/tags.ts";

type Rows<Row> = ReadonlyMap<string, readonly Row[]>;

/** Where the row with an id stands in the file of its language; null where that can't be told any more. */
export type FindRow = (
  purpose: "training" | "evaluation",
  language: string,
  id: string,
) => Pick<RelatedPlace, "file" | "range"> | null;

/** Ids named in one language; more would hide the sentence. */
const namedIds = 3;

/**
 * Prompts of one language are the same when they differ in case, white space and Unicode form only.
 * `range`: where the evaluation data are named. One warning a language.
 */
export function overlapFaults(
  train: Rows<Example>,
  evaluation: Rows<EvaluationRow>,
  range: SourceRange,
  findRow: FindRow = () => null,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [language, rows] of evaluation) {
    const trained = new Map((train.get(language) ?? []).map(row => [plain(row.prompt), row.id]));
    const both = trained.size === 0 ? [] : rows.filter(row => trained.has(plain(row.prompt)));
    if (both.length === 0) continue;
    const ids = both.slice(0, namedIds).map(row => row.id);
    const [first] = both;
    const pair = [
      ["evaluation", first?.id],
      ["training", first === undefined ? undefined : trained.get(plain(first.prompt))],
    ] as const;
    const related = pair.flatMap(([purpose, id]): RelatedPlace[] => {
      const place = id === undefined ? null : findRow(purpose, language, id);
      return place === null
        ? []
        : [{ ...place, message: `the first such prompt in the ${purpose} data: ${id}` }];
    });
    const more = both.length > ids.length ? ", …" : "";
    diagnostics.push({
      severity: "warning",
      code: "evaluation-in-training",
      message: `${both.length} of ${rows.length} evaluation prompts in ${displayName(language)} also stand in the training data (${ids.join(", ")}${more}).`,
      remedy:
        "Take them out of one of the two: what was trained on tells nothing about following new prompts.",
      range,
      ...(related.length === 0 ? {} : { related }),
    });
  }
  return diagnostics;
}

function plain(prompt: string): string {
  return prompt.normalize("NFKC").replace(/\s+/gu, " ").trim().toLowerCase();
}
