// What is said of evaluation prompts that stand in the training data, and of texts that stand in two languages.
import type { Diagnostic, RelatedPlace, SourceRange } from "../../common/diagnostic.ts";
import type { EvaluationRow, Example } from "../dataset/example.ts";
import { displayName } from "../language/tags.ts";
import { findLeaks, type Leak } from "./leaks.ts";
import { nearSimilarity } from "./nearPrompts.ts";
import { type SharedText, sharedTexts } from "./sharedTexts.ts";

type Rows<Row> = ReadonlyMap<string, readonly Row[]>;
type Purpose = "training" | "evaluation";

/** Where the row with an id stands in the file of its language; null where that can't be told any more. */
export type FindRow = (
  purpose: Purpose,
  language: string,
  id: string,
) => Pick<RelatedPlace, "file" | "range"> | null;

/** Where the patterns of the data stand in the mixture file. */
export type DataRanges = Readonly<Record<Purpose, SourceRange>>;

/** Named in one sentence; more would hide it. */
const namedIds = 3;
const namedLanguages = 4;
const longestId = 40; // UTF-16 units

/** Codes of what makes scores doubtful and stops no run: such findings are kept with it, and in its report. */
export const findingCodes: readonly string[] = [
  "evaluation-in-training",
  "evaluation-near-training",
  "evaluation-ids-in-training",
  "same-text",
  "wrong-language",
];

/** One warning for each kind of leak, whatever the number of languages. */
export function leakFaults(
  train: Rows<Example>,
  evaluation: Rows<EvaluationRow>,
  ranges: DataRanges,
  findRow: FindRow = () => null,
): Diagnostic[] {
  const { same, near, ids } = findLeaks(train, evaluation);
  const kind = (code: string, leaks: readonly Leak[], what: string, remedy: string): Diagnostic[] => {
    const total = [...evaluation.values()].reduce((sum, rows) => sum + rows.length, 0);
    const message = `${leaks.length.toLocaleString("en")} of ${total.toLocaleString("en")} evaluation prompts ${what}: ${byLanguage(leaks)}.`;
    const related = relatedOf(leaks, findRow);
    const fault = { severity: "warning", code, message, remedy, range: ranges.evaluation } as const;
    return leaks.length === 0 ? [] : [{ ...fault, ...(related.length > 0 && { related }) }];
  };
  return [
    ...kind(
      "evaluation-in-training",
      same,
      "also stand in the training data, but for case, punctuation and spacing",
      "Take them out of one of the two: what was trained on tells nothing about following new prompts.",
    ),
    ...kind(
      "evaluation-near-training",
      near,
      `nearly stand in the training data (the same numbers, and ${100 * nearSimilarity} % or more of all sequences of letters in common)`,
      "Look at some of them: where they ask for the same thing, take them out of one of the two.",
    ),
    ...kind(
      "evaluation-ids-in-training",
      ids,
      "have the id of a training row",
      "Equal ids mean translations of each other. Take these rows out of one of the two, or give the evaluation rows ids of their own if they ask for something else.",
    ),
    ...sharedFaults("training prompts", train, row => row.prompt, ranges.training),
    ...sharedFaults("training responses", train, row => row.response, ranges.training),
    ...sharedFaults("evaluation prompts", evaluation, row => row.prompt, ranges.evaluation),
  ];
}

function byLanguage(leaks: readonly Leak[]): string {
  const groups = new Map<string, Leak[]>();
  for (const leak of leaks) {
    const { language } = leak.evaluated;
    const group = groups.get(language);
    if (group === undefined) groups.set(language, [leak]);
    else group.push(leak);
  }
  const parts = [...groups].slice(0, namedLanguages).map(([language, group]) => {
    const others = new Set(group.map(({ trained }) => trained.language).filter(other => other !== language));
    const where =
      others.size === 0 ? "" : ` in the data of ${[...others].map(other => displayName(other)).join(", ")}`;
    const named = group
      .slice(0, namedIds)
      .map(({ evaluated, trained }) =>
        evaluated.id === trained.id
          ? shownId(evaluated.id)
          : `${shownId(evaluated.id)} = ${shownId(trained.id)}`,
      );
    const more = group.length > named.length ? ", …" : "";
    return `${displayName(language)} ${group.length.toLocaleString("en")}${where} (${named.join(", ")}${more})`;
  });
  const left = groups.size - parts.length;
  return [...parts, ...(left > 0 ? [`and ${left} more ${left === 1 ? "language" : "languages"}`] : [])].join(
    "; ",
  );
}

/** Ids are anybody's text. */
export function shownId(id: string): string {
  const plain = id.replace(/\p{C}/gu, "\ufffd");
  return plain.length > longestId ? `${plain.slice(0, longestId)}…` : plain;
}

function relatedOf([first]: readonly Leak[], findRow: FindRow): RelatedPlace[] {
  if (first === undefined) return [];
  const sides = [
    ["evaluation", first.evaluated],
    ["training", first.trained],
  ] as const;
  return sides.flatMap(([purpose, { language, id }]): RelatedPlace[] => {
    const place = findRow(purpose, language, id);
    return place === null
      ? []
      : [{ ...place, message: `the first such prompt in the ${purpose} data: ${id}` }];
  });
}

function sharedFaults<Row extends { readonly id: string }>(
  what: string,
  rows: Rows<Row>,
  textOf: (row: Row) => string,
  range: SourceRange,
): Diagnostic[] {
  const pairs = sharedTexts(new Map([...rows].map(([language, own]) => [language, textsOf(own, textOf)])));
  if (pairs.length === 0) return [];
  const count = pairs.reduce((sum, pair) => sum + pair.count, 0);
  const named = pairs.slice(0, namedLanguages).map(pairText);
  const left = pairs.length - named.length;
  const more = left > 0 ? `; and ${left} more ${left === 1 ? "pair" : "pairs"} of languages` : "";
  return [
    {
      severity: "warning",
      code: "same-text",
      message: `${count.toLocaleString("en")} ${what} are the same text in two languages: ${named.join("; ")}${more}.`,
      remedy:
        "One of the two is not in the language of its file: translate it, or remove it. A text that is right in both may stay.",
      range,
    },
  ];
}

function* textsOf<Row extends { readonly id: string }>(rows: readonly Row[], textOf: (row: Row) => string) {
  for (const row of rows) yield { id: row.id, text: textOf(row) };
}

function pairText({ languages: [a, b], count, first: [one, other] }: SharedText): string {
  const ids = one === other ? shownId(one) : `${shownId(one)} = ${shownId(other)}`;
  return `${displayName(a)} and ${displayName(b)} ${count.toLocaleString("en")} (${ids}${count > 1 ? ", …" : ""})`;
}
