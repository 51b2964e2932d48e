// What is said of each response: its language, its checks, and its fidelity; no model is needed for it.
import type { EvaluationRow } from "../../core/dataset/example.ts";
import { type Judgement, judge, knownAnswers } from "../../core/evaluation/score.ts";
import { type Fidelity, judgeFidelity } from "../../core/fidelity/fidelity.ts";
import type { SampleRecord } from "../../core/run/records.ts";
import { createFastTextIdentifier } from "../language/fastTextIdentifier.ts";
import { createIdentifier } from "../language/identify.ts";

export type RowsByLanguage = ReadonlyMap<string, readonly EvaluationRow[]>;

/** The part of a sample that follows from its row and its response. */
export type Verdict = Pick<SampleRecord, "responseLanguage"> & Judgement & Fidelity;

export type ScoreResponse = (row: EvaluationRow, response: string) => Verdict;

/** @param identifier path of a fastText model; null: Pinch's own identification */
export async function responseScorer(
  rows: RowsByLanguage,
  identifier: string | null,
): Promise<ScoreResponse> {
  const languages = [...rows.keys()];
  const { identify } =
    identifier === null ? await createIdentifier(languages) : createFastTextIdentifier(identifier, languages);
  const all = [...rows.values()].flat();
  const known = knownAnswers(all);
  const references = referencesById(all);
  const none = new Map<string, string>();
  return (row, response) => {
    const responseLanguage = identify(response).language;
    return {
      responseLanguage,
      ...judge(row, response, responseLanguage, references.get(row.id) ?? none, known),
      ...judgeFidelity(response, row.language, identify),
    };
  };
}

function referencesById(rows: readonly EvaluationRow[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const byId = new Map<string, Map<string, string>>();
  for (const { id, language, reference } of rows) {
    if (reference === undefined) continue;
    const languages = byId.get(id) ?? new Map<string, string>();
    byId.set(id, languages.set(language, reference));
  }
  return byId;
}
