// Scores a response: its language, its checks, and its fidelity. Needs no model.
import type { EvaluationRow } from "../../core/dataset/example.ts";
import { referencesById } from "../../core/dataset/references.ts";
import { blank } from "../../core/fidelity/blank.ts";
import { type Fidelity, judgeFidelity } from "../../core/fidelity/fidelity.ts";
import { readableText } from "../../core/fidelity/readable.ts";
import { answerOf, answerStart } from "../../core/fidelity/reasoning.ts";
import { scoredPart } from "../../core/fidelity/scoredPart.ts";
import { identifiable, noLanguage } from "../../core/language/identifiable.ts";
import { transcriptOf } from "../../core/prompt/chat.ts";
import type { SampleRecord } from "../../core/records/records.ts";
import { hasLetters, type Judgement, judge, knownAnswers, wantedLanguage } from "../../core/scoring/score.ts";
import { isEnglishWord } from "../identification/englishWords.ts";
import { createFastTextIdentifier } from "../identification/fastTextIdentifier.ts";
import { primarySubtag } from "../identification/identifierCodes.ts";
import { createIdentifier, type LanguageIdentifier } from "../identification/identify.ts";

export type RowsByLanguage = ReadonlyMap<string, readonly EvaluationRow[]>;

/** Part of a sample that follows from its row and its response. */
type Verdict = Pick<SampleRecord, "responseLanguage"> & Judgement & Fidelity;

export type ScoreResponse = (row: EvaluationRow, response: string) => Verdict;

/** @param identifier Path of a fastText model; null for Pinch's own identification */
export async function responseScorer(
  rows: RowsByLanguage,
  identifier: string | null,
): Promise<ScoreResponse> {
  // An instruction may ask for a language that no row is in. It must be identifiable too.
  const asked = [...rows.values()].flat().map(wantedLanguage);
  const languages = [...new Set([...rows.keys(), ...asked])];
  const given = identifier === null ? null : createFastTextIdentifier(identifier, languages);
  const own = given === null ? await createIdentifier(languages) : null;
  const { identify } = given ?? (own as LanguageIdentifier);
  const tells = (tag: string): boolean => given?.knows(tag) ?? identifiable(tag).kind !== "not";
  const all = [...rows.values()].flat();
  const known = knownAnswers(all);
  const references = referencesById(all);
  const none = new Map<string, string>();
  // The benchmark uses a model's labels unchanged, for lines without punctuation. Pinch's own identifier has
  // one name for equal languages such as id and ms, and reads lines as they are written.
  const parts = {
    isEnglishWord,
    ...(identifier !== null && { isSame: isSameSubtag, linesAsBenchmark: true }),
  };
  return (row, whole) => {
    const response = scoredPart(whole);
    const wanted = wantedLanguage(row);
    const languageOf = (text: string): string => identify(text, wanted).language;
    const readable = readableText(response, row.prompt);
    const responseLanguage = hasLetters(readable) ? languageOf(readable) : noLanguage;
    const fidelity = {
      ...parts,
      identify: (line: string) => identify(line, wanted),
      ...(own !== null && { seemsForeign: (sentence: string) => own.seemsForeign(sentence, wanted) }),
    };
    return {
      responseLanguage,
      ...judge(
        row,
        answerOf(response),
        responseLanguage,
        references.get(row.id) ?? none,
        known,
        languageOf,
        tells,
      ),
      ...(tells(wanted) ? judgeFidelity(withoutReasoning(response), wanted, fidelity) : notJudged),
    };
  };
}

/** Blanks out the reasoning, so that offsets stay valid. */
function withoutReasoning(response: string): string {
  const start = answerStart(response);
  return start === 0 ? response : blank(response.slice(0, start)) + response.slice(start);
}

const notJudged: Fidelity = { lineAccuracy: null, lpr: null, wpr: null, foreign: [] };

function isSameSubtag(identified: string, wanted: string): boolean {
  return primarySubtag(identified) === primarySubtag(wanted);
}

/** Response to a row, generated here or elsewhere, and the likelihood of its reference. */
export interface Answered extends Pick<SampleRecord, "tokens" | "stopped" | "nll" | "nllTokens"> {
  readonly response: string;
}

/** Fields of the row that a sample keeps in addition to the prompt. */
export function labelsOf(row: EvaluationRow): Pick<SampleRecord, "reference" | "tags" | "group" | "refused"> {
  const { reference = null, tags = {}, group, refused } = row;
  return {
    reference,
    tags,
    ...(group === undefined ? {} : { group }),
    ...(refused === undefined ? {} : { refused }),
  };
}

export function sampleOf(row: EvaluationRow, answered: Answered, score: ScoreResponse): SampleRecord {
  const response = answered.response.trim();
  const { tokens, stopped, nll, nllTokens } = answered;
  return {
    language: row.language,
    id: row.id,
    prompt: transcriptOf(row),
    response,
    ...labelsOf(row),
    tokens,
    stopped,
    ...score(row, response),
    nll: row.reference === undefined ? null : nll,
    nllTokens: row.reference === undefined ? 0 : nllTokens,
  };
}
