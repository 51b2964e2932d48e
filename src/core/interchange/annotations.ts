// Converts verdicts of a comparison to AlpacaEval's annotations, and back.
import { type Diagnostic, startOfFile } from "../../common/diagnostic.ts";
import type { JsonObject } from "../../common/json.ts";
import { readRows } from "../dataset/jsonRows.ts";
import { FileFaults, RowFaults } from "../dataset/rowFaults.ts";
import { kindOf } from "../dataset/values.ts";
import { knownLanguage } from "../language/names.ts";
import type { JudgedOrder, PairOutcome, PairVerdict, Pick } from "../records/comparison.ts";

/** One line of AlpacaEval's annotations; it counts wins of `output_2`. */
export interface Annotation {
  readonly instruction: string;
  readonly output_1: string; // baseline
  readonly generator_1: string;
  readonly output_2: string; // run
  readonly generator_2: string;
  readonly dataset: string;
  readonly annotator: string;
  /** 1 for the baseline, 2 for the run, 1.5 for a tie; null if the answer is missing or could not be read. */
  readonly preference: number | null;
  readonly raw_completion: string | null;
  readonly id: string;
  /** Group of the prompt; absent if it has none. */
  readonly group?: string;
  readonly language: string;
  /** Response that the judge saw first: a pair has two annotations, one per order. */
  readonly first: JudgedOrder["first"];
  readonly error: string | null;
}

const preferences: Readonly<Record<"run" | "baseline" | "tie", number>> = { baseline: 1, tie: 1.5, run: 2 };

export interface ComparedNames {
  readonly run: string;
  /** Returns the name of a language's baseline. */
  baseline(language: string): string;
  readonly judge: string;
}

export function toAnnotations(verdicts: readonly PairVerdict[], names: ComparedNames): Annotation[] {
  return verdicts.flatMap(({ language, id, group, prompt, run, baseline, orders }) =>
    orders.map(({ first, picked, answer, error }) => ({
      instruction: prompt,
      output_1: baseline,
      generator_1: names.baseline(language),
      output_2: run,
      generator_2: names.run,
      dataset: `pinch/${language}`,
      annotator: names.judge,
      preference: picked === null ? null : preferences[picked],
      raw_completion: answer,
      id,
      ...(group !== undefined && { group }),
      language,
      first,
      error,
    })),
  );
}

const expected = '{"instruction": …, "output_1": …, "output_2": …, "preference": 1 to 2}';

/** Error of a pair judged in one order only: it has no verdict, because the order may have decided it. */
const oneOrderOnly = "The annotations contain only one order of this pair.";

export interface GivenVerdicts {
  readonly verdicts: readonly PairVerdict[];
  /** Annotator in the first annotation; a file has one of each. */
  readonly annotator: string;
  readonly baseline: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads annotations. Those with `first` are paired by language, id and prompt. AlpacaEval itself writes one
 * per prompt, in a random order: the other order is missing, and the pair is not scored.
 * @param language language of annotations that don't name one
 */
export function fromAnnotations(text: string, file: string, language: string): GivenVerdicts {
  const faults = new FileFaults(file);
  const { rows, pieces } = readRows(text, faults, expected);
  if (pieces === 0)
    faults.error(startOfFile, "empty-file", "The file has no rows.", `Expected rows of ${expected}.`);
  const pairs = new Map<string, { pair: Omit<PairVerdict, "orders" | "outcome">; orders: JudgedOrder[] }>();
  for (const { value, range, number } of rows) {
    const read = readAnnotation(value, number, language, new RowFaults(faults, range));
    if (read === null) continue;
    const key = JSON.stringify([read.pair.language, read.pair.id, read.pair.prompt]);
    const known = pairs.get(key);
    if (known === undefined) pairs.set(key, { pair: read.pair, orders: [read.order] });
    else if (known.orders.some(({ first }) => first === read.order.first) || known.orders.length > 1)
      faults.error(
        range,
        "duplicate-id",
        "The file already contains this order of the pair.",
        "Remove one of them.",
      );
    else known.orders.push(read.order);
  }
  const verdicts = [...pairs.values()].map(({ pair, orders }): PairVerdict => {
    const [one, other = missingOrder(one)] = orders as [JudgedOrder, ...JudgedOrder[]];
    const both: PairVerdict["orders"] = one.first === "run" ? [one, other] : [other, one];
    return { ...pair, orders: both, outcome: outcomeOf(both[0].picked, both[1].picked) };
  });
  const { annotator, generator_1: baseline } = rows[0]?.value ?? {};
  return {
    verdicts,
    annotator: typeof annotator === "string" ? annotator : "unknown",
    baseline: typeof baseline === "string" ? baseline : "unknown",
    diagnostics: faults.list(),
  };
}

function missingOrder({ first }: JudgedOrder): JudgedOrder {
  const other = first === "run" ? "baseline" : "run";
  return { first: other, picked: null, answer: null, error: oneOrderOnly };
}

/**
 * Returns the outcome of a pair: picked in both orders, it is a win or a loss; any other
 * readable pair is a tie.
 */
function outcomeOf(a: Pick, b: Pick): PairOutcome | null {
  if (a === null || b === null) return null;
  if (a === b && a !== "tie") return a === "run" ? "win" : "loss";
  return "tie";
}

function readAnnotation(
  row: JsonObject,
  number: number,
  language: string,
  faults: RowFaults,
): { pair: Omit<PairVerdict, "orders" | "outcome">; order: JudgedOrder } | null {
  const text = (key: string): string => {
    const value = row[key];
    if (typeof value === "string") return value;
    faults.error("missing-field", `"${key}" must be text, not ${kindOf(value)}.`, `Expected ${expected}.`);
    return "";
  };
  const prompt = text("instruction");
  const [baseline, run] = [text("output_1"), text("output_2")];
  const { preference, first, raw_completion: answer, error } = row;
  const picked = pickOf(preference);
  if (picked === undefined)
    faults.error(
      "bad-preference",
      `"preference" must be a number from 1 to 2, not ${JSON.stringify(preference)}.`,
    );
  const written = row.language === undefined ? language : row.language;
  const tag = typeof written === "string" ? knownLanguage(written) : null;
  if (tag === null)
    faults.error(
      "unknown-language",
      `"language" is ${JSON.stringify(written)}, which is not a language tag.`,
    );
  if (faults.failed || tag === null || picked === undefined) return null;
  const id = typeof row.id === "string" ? row.id : `row-${number}`;
  return {
    pair: {
      language: tag,
      id,
      ...(typeof row.group === "string" && { group: row.group }),
      prompt,
      run,
      baseline,
    },
    order: {
      first: first === "run" ? "run" : "baseline",
      picked,
      answer: typeof answer === "string" ? answer : null,
      error: typeof error === "string" ? error : null,
    },
  };
}

/**
 * Reads a preference: AlpacaEval writes a tie as 1.5 or 0, and weights others between 1 and
 * 2. Undefined if invalid.
 */
function pickOf(preference: unknown): Pick | undefined {
  if (preference === null || preference === undefined) return null;
  if (typeof preference !== "number" || !(preference === 0 || (preference >= 1 && preference <= 2)))
    return undefined;
  if (preference === 0 || preference === 1.5) return "tie";
  return preference > 1.5 ? "run" : "baseline";
}
