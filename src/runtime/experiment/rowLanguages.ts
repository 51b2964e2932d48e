// Checks that the rows of a data file are in the file's language, by identifying a sample of each file.
import { type Diagnostic, startOfFile } from "../../common/diagnostic.ts";
import type { Exchange } from "../../core/dataset/conversation.ts";
import { type EvaluationRow, type Example, exchangesOf } from "../../core/dataset/example.ts";
import { maskNonLanguage } from "../../core/fidelity/mask.ts";
import { sameLanguage } from "../../core/language/alike.ts";
import { identifiable, noLanguage } from "../../core/language/identifiable.ts";
import { scriptsOf } from "../../core/language/scripts.ts";
import { displayName } from "../../core/language/tags.ts";
import { Folded } from "../../core/leaks/folded.ts";
import { shownId } from "../../core/leaks/leakFaults.ts";
import { type LoadedData, type LoadedLanguage, placeOfRow } from "../dataFiles/loadData.ts";
import { createIdentifier, type LanguageIdentifier } from "../identification/identify.ts";
import { sampleOf } from "./sampleRows.ts";

/** Number of rows sampled from a file. */
const sampledRows = 200;
/**
 * Minimum number of rows in another language, and their minimum share of the sample: fewer may be errors of
 * identification.
 */
const fewestRows = 4;
/**
 * Minimum shares for English and for any other language; closely related languages are confused more easily.
 */
const smallestShare = { english: 0.03, other: 0.1 } as const;
/** Minimum number of letters in a text to be identified. */
const fewestLetters = { letters: 24, dense: 10 } as const;
/** Number of characters that suffice to identify a language. */
const longestText = 1000;
/** Minimum confidence of the identifier: at least one model is sure without the others. */
const leastConfidence = 0.5;
/** Maximum number of rows named at the end of the message. */
const namedRows = 3;
/** Languages whose texts may be mistaken for English, and are therefore not reported as English. */
const nearEnglish: ReadonlySet<string> = new Set([
  "en",
  "sco",
  "ang",
  "enm",
  "pcm",
  "kri",
  "jam",
  "bi",
  "tpi",
  "srn",
]);

interface Row {
  readonly id: string;
  readonly prompt: string;
}

interface Side<Each extends Row> {
  readonly name: string;
  readonly textOf: (row: Each) => string | undefined;
}

interface Looked {
  readonly language: string;
  readonly data: Pick<LoadedLanguage<unknown>, "files">;
  readonly side: string;
  /** Number of rows whose text is long enough. */
  readonly rows: number;
  /** Rows in another language, with the identified one. */
  readonly foreign: readonly { readonly id: string; readonly language: string }[];
}

const trainingSides: readonly Side<Example>[] = [
  { name: "prompts", textOf: row => allOf(row, turn => turn.prompt) },
  { name: "responses", textOf: row => allOf(row, turn => turn.response) },
];
const evaluationSides: readonly Side<EvaluationRow>[] = [
  { name: "prompts", textOf: row => row.prompt },
  { name: "references", textOf: row => row.reference },
];

/** Joins the texts of all exchanges in a conversation. */
function allOf(row: Example, textOf: (turn: Exchange) => string): string {
  return exchangesOf(row).map(textOf).join("\n");
}

type Languages<Each> = Pick<LoadedData<Each>, "languages">;

/** Returns a warning for each side of a file that has enough rows in another language. */
export async function languageFaults({
  train,
  evaluation,
  development,
}: {
  readonly train: Languages<Example>;
  readonly evaluation: Languages<EvaluationRow>;
  readonly development: Languages<EvaluationRow>;
}): Promise<Diagnostic[]> {
  const held = [...evaluation.languages, ...development.languages];
  const tags = [...new Set([...train.languages.keys(), ...held.map(([tag]) => tag)])];
  if (tags.length === 0) return [];
  const identifier = await createIdentifier(tags);
  const looked = [
    ...[...train.languages].flatMap(([tag, file]) => lookAt(tag, file, trainingSides, identifier)),
    ...held.flatMap(([tag, file]) => lookAt(tag, file, evaluationSides, identifier)),
  ];
  return looked.flatMap(faultOf);
}

function lookAt<Each extends Row>(
  language: string,
  data: LoadedLanguage<Each>,
  sides: readonly Side<Each>[],
  identifier: LanguageIdentifier,
): Looked[] {
  const sample = sampleOf(data.rows, sampledRows, "row-languages", language);
  return sides.map(({ name, textOf }): Looked => {
    const foreign: { id: string; language: string }[] = [];
    let judged = 0;
    for (const row of sample) {
      const text = maskNonLanguage((textOf(row) ?? "").slice(0, longestText));
      if (!isLongEnough(text)) continue;
      judged++;
      const found = identifier.identify(text);
      if (sameLanguage(found.language, language) || found.confidence < leastConfidence) continue;
      if (found.language !== "und" && found.language !== noLanguage)
        foreign.push({ id: row.id, language: found.language });
    }
    return { language, data, side: name, rows: judged, foreign };
  });
}

function isLongEnough(text: string): boolean {
  const { letters, dense } = new Folded().fold(text);
  return letters >= (dense ? fewestLetters.dense : fewestLetters.letters);
}

/**
 * For a language that is easily confused with a related one (Maithili with Hindi), only another script or
 * English is reported.
 */
function faultOf(looked: Looked): Diagnostic[] {
  const { language, data, side, rows } = looked;
  const known = identifiable(language).kind !== "not";
  const counts = new Map<string, number>();
  for (const { language: found } of looked.foreign)
    if (known || cannotBe(found, language)) counts.set(found, (counts.get(found) ?? 0) + 1);
  for (const [found, count] of counts) {
    const share = smallestShare[sameLanguage(found, "en") ? "english" : "other"];
    if (count < Math.max(fewestRows, share * rows)) counts.delete(found);
  }
  const foreign = looked.foreign.filter(row => counts.has(row.language));
  const [first] = foreign;
  if (first === undefined) return [];
  const languages = [...counts].sort(([, a], [, b]) => b - a).slice(0, namedRows);
  const found = languages.map(([tag, count]) => `${displayName(tag)} ${count}`).join(", ");
  const ids = foreign.slice(0, namedRows).map(({ id }) => shownId(id));
  const more = foreign.length > ids.length ? ", …" : "";
  return [
    {
      severity: "warning",
      code: "wrong-language",
      message: `${foreign.length} of ${rows} ${side} looked at are not in ${displayName(language)}: ${found} (${ids.join(", ")}${more}).`,
      remedy:
        "Put these rows into the file of their language, or remove them; where the task asks for another language, they may stay.",
      file: data.files[0]?.path ?? "",
      range: startOfFile,
      ...placeOfRow(data, first.id),
    },
  ];
}

function cannotBe(found: string, language: string): boolean {
  if (sameLanguage(found, "en")) return !nearEnglish.has(language.split("-")[0] ?? language);
  const scripts = scriptsOf(language);
  return !scriptsOf(found).some(script => scripts.includes(script));
}
