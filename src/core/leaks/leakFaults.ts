// Reports held-out prompts that occur in other data of the experiment, and texts that occur in two languages.
import type { Diagnostic, RelatedPlace, SourceRange } from "../../common/diagnostic.ts";
import type { EvaluationRow, Example } from "../dataset/example.ts";
import type { Purpose } from "../dataset/layouts.ts";
import { displayName } from "../language/tags.ts";
import type { ParsedMixtureFile } from "../mixtureFile/parse.ts";
import { findLeaks, type Leak } from "./leaks.ts";
import { nearSimilarity } from "./nearPrompts.ts";
import { type SharedText, sharedTexts } from "./sharedTexts.ts";

type Rows<Row> = ReadonlyMap<string, readonly Row[]>;

/** Rows of each side, by language. */
export interface DataRows {
  readonly train: Rows<Example>;
  readonly evaluation: Rows<EvaluationRow>;
  readonly development: Rows<EvaluationRow>;
}

/** Returns the position of a row in the file of its language; null if it can't be determined anymore. */
export type FindRow = (
  purpose: Purpose,
  language: string,
  id: string,
) => Pick<RelatedPlace, "file" | "range"> | null;

/** Positions of the data patterns in the mixture file. */
export type DataRanges = Readonly<Record<Purpose, SourceRange>>;

export function dataRanges({ locate }: Pick<ParsedMixtureFile, "locate">): DataRanges {
  return {
    training: locate(["data", "train"]),
    evaluation: locate(["data", "eval"]),
    development: locate(["data", "dev"]),
  };
}

/** Maximum number of ids and languages listed in one sentence. */
const namedIds = 3;
const namedLanguages = 4;
const longestId = 40; // UTF-16 units

/** Two sides that must not share rows, and why. */
interface Pair {
  readonly asked: Exclude<Purpose, "training">;
  readonly held: Exclude<Purpose, "evaluation">;
  readonly why: string;
}

const pairs: readonly Pair[] = [
  {
    asked: "evaluation",
    held: "training",
    why: "prompts seen in training say nothing about following new ones",
  },
  {
    asked: "evaluation",
    held: "development",
    why: "settings chosen on evaluation prompts inflate their scores",
  },
  {
    asked: "development",
    held: "training",
    why: "the fit to training data is no basis for choosing settings",
  },
];

/**
 * Codes of findings that make scores doubtful but don't stop a run: they are kept with the
 * run and shown in its report.
 */
export const findingCodes: readonly string[] = [
  ...pairs.flatMap(codesOf),
  "same-text",
  "same-development-text",
  "wrong-language",
  "unknown-tokens",
];

/** Codes of findings that only matter to runs that use development data. */
export const developmentCodes: readonly string[] = findingCodes.filter(code => code.includes("development"));

/** Returns the codes for equal prompts, nearly equal prompts, and equal ids. */
function codesOf({ asked, held }: Pair): [string, string, string] {
  return [`${asked}-in-${held}`, `${asked}-near-${held}`, `${asked}-ids-in-${held}`];
}

/** Returns one warning per kind of leak, regardless of the number of languages. */
export function leakFaults(data: DataRows, ranges: DataRanges, findRow: FindRow = () => null): Diagnostic[] {
  const { train, evaluation, development } = data;
  return [
    ...pairs.flatMap(pair => pairFaults(pair, data, ranges, findRow)),
    ...sharedFaults("training prompts", train, row => row.prompt, ranges.training),
    ...sharedFaults("training responses", train, row => row.response, ranges.training),
    ...sharedFaults("evaluation prompts", evaluation, row => row.prompt, ranges.evaluation),
    ...sharedFaults("development prompts", development, row => row.prompt, ranges.development).map(fault => ({
      ...fault,
      code: "same-development-text",
    })),
  ];
}

function pairFaults(pair: Pair, data: DataRows, ranges: DataRanges, findRow: FindRow): Diagnostic[] {
  const { asked, held, why } = pair;
  const rows = data[asked];
  const { same, near, ids } = findLeaks(held === "training" ? data.train : answered(data.development), rows);
  const [sameCode, nearCode, idsCode] = codesOf(pair);
  const kind = (code: string, leaks: readonly Leak[], what: string, remedy: string): Diagnostic[] => {
    const total = [...rows.values()].reduce((sum, each) => sum + each.length, 0);
    const message = `${leaks.length.toLocaleString("en")} of ${total.toLocaleString("en")} ${asked} prompts ${what}: ${byLanguage(leaks)}.`;
    const related = relatedOf(pair, leaks, findRow);
    const fault = { severity: "warning", code, message, remedy, range: ranges[asked] } as const;
    return leaks.length === 0 ? [] : [{ ...fault, ...(related.length > 0 && { related }) }];
  };
  return [
    ...kind(
      sameCode,
      same,
      `also occur in the ${held} data, ignoring case, punctuation and spacing`,
      `Remove them from one of the two: ${why}.`,
    ),
    ...kind(
      nearCode,
      near,
      `nearly occur in the ${held} data (the same numbers, and at least ${100 * nearSimilarity} % of all letter sequences in common)`,
      "Check some of them: if they ask for the same thing, remove them from one of the two.",
    ),
    ...kind(
      idsCode,
      ids,
      `share their id with a ${held} row`,
      `Equal ids mark translations of each other. Remove these rows from one of the two, or give the ${asked} rows ids of their own if they ask for something else.`,
    ),
  ];
}

/** Converts evaluation rows to examples, so that prompts can be searched in them. */
function answered(rows: Rows<EvaluationRow>): Rows<Example> {
  return new Map(
    [...rows].map(([language, own]) => [
      language,
      own.map(row => ({ ...row, response: row.reference ?? "" })),
    ]),
  );
}

function byLanguage(leaks: readonly Leak[]): string {
  const groups = new Map<string, Leak[]>();
  for (const leak of leaks) {
    const { language } = leak.asked;
    const group = groups.get(language);
    if (group === undefined) groups.set(language, [leak]);
    else group.push(leak);
  }
  const parts = [...groups].slice(0, namedLanguages).map(([language, group]) => {
    const others = new Set(group.map(({ held }) => held.language).filter(other => other !== language));
    const where =
      others.size === 0 ? "" : ` in the data of ${[...others].map(other => displayName(other)).join(", ")}`;
    const named = group
      .slice(0, namedIds)
      .map(({ asked, held }) =>
        asked.id === held.id ? shownId(asked.id) : `${shownId(asked.id)} = ${shownId(held.id)}`,
      );
    const more = group.length > named.length ? ", …" : "";
    return `${displayName(language)} ${group.length.toLocaleString("en")}${where} (${named.join(", ")}${more})`;
  });
  const left = groups.size - parts.length;
  return [...parts, ...(left > 0 ? [`and ${left} more ${left === 1 ? "language" : "languages"}`] : [])].join(
    "; ",
  );
}

/** Returns an id for display: truncated, without control characters, since ids are arbitrary text. */
export function shownId(id: string): string {
  const plain = id.replace(/\p{C}/gu, "\ufffd");
  return plain.length > longestId ? `${plain.slice(0, longestId)}…` : plain;
}

function relatedOf({ asked, held }: Pair, [first]: readonly Leak[], findRow: FindRow): RelatedPlace[] {
  if (first === undefined) return [];
  const sides = [
    [asked, first.asked],
    [held, first.held],
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
        "One of the two is not in the language of its file: translate it, or remove it. A text that is correct in both may stay.",
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
