// Validates the lines of samples.jsonl: each must be as a run writes it, and each prompt answered only once.

import { isObject, type JsonObject } from "../../common/json.ts";
import { isAmount, isListOf, isMapOf, isNumber, isText } from "./parsed.ts";
import { outcomes } from "./records.ts";

/** `answer` is what the model wrote; `verdict` is its evaluation, which can be recomputed. */
export type SamplePart = "answer" | "verdict";

export interface SampleFault {
  readonly part: SamplePart;
  /** A clause about the line: "its tokens are not a number". */
  readonly fault: string;
}

interface Field {
  readonly name: string;
  readonly part: SamplePart;
  readonly fits: (value: unknown) => boolean;
  readonly kind: string;
}

const orNull =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || fits(value);
const orAbsent =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || fits(value);
const isBoolean = (value: unknown): boolean => typeof value === "boolean";
const isShare = (value: unknown): boolean => isAmount(value) && value <= 1;
const isVerdict = orNull(isBoolean);

function isInstruction(value: unknown): boolean {
  return isObject(value) && isText(value.id) && isBoolean(value.strict) && isBoolean(value.loose);
}

function isSpan(value: unknown): boolean {
  return isObject(value) && isAmount(value.start) && isAmount(value.end) && isText(value.language);
}

const answer: readonly Field[] = [
  ...["language", "id", "prompt", "response"].map(name => ({ name, fits: isText, kind: "text" })),
  { name: "tokens", fits: isAmount, kind: "zero or a positive number" },
  { name: "stopped", fits: isBoolean, kind: "true or false" },
  { name: "nll", fits: orNull(isNumber), kind: "a number or null" },
  { name: "nllTokens", fits: isAmount, kind: "zero or a positive number" },
].map(field => ({ ...field, part: "answer" }));

const verdict: readonly Field[] = [
  { name: "reference", fits: orNull(isText), kind: "text or null" },
  { name: "tags", fits: (value: unknown) => isMapOf(value, isText), kind: "an object of texts" },
  { name: "group", fits: orAbsent(isText), kind: "text" },
  { name: "refused", fits: orAbsent(value => isListOf(value, isText)), kind: "a list of texts" },
  { name: "responseLanguage", fits: isText, kind: "text" },
  ...["languageCorrect", "checksPassed"].map(name => ({
    name,
    fits: isVerdict,
    kind: "true, false or null",
  })),
  {
    name: "instructions",
    fits: orAbsent(value => isListOf(value, isInstruction)),
    kind: "a list of results",
  },
  { name: "ownChecksPassed", fits: orAbsent(isBoolean), kind: "true or false" },
  { name: "answeredIn", fits: orNull(isText), kind: "text or null" },
  { name: "lineAccuracy", fits: orAbsent(orNull(isShare)), kind: "a number from 0 to 1, or null" },
  ...["lpr", "wpr", "lines", "words"].map(name => ({
    name,
    fits: orAbsent(isVerdict),
    kind: "true, false or null",
  })),
  { name: "foreign", fits: orAbsent(value => isListOf(value, isSpan)), kind: "a list of spans" },
  {
    name: "outcome",
    fits: (value: unknown) => (outcomes as readonly unknown[]).includes(value),
    kind: "an outcome",
  },
].map(field => ({ ...field, part: "verdict" }));

const fields = [...answer, ...verdict];

/** Returns null when the line is a valid sample in all fields that are read. */
export function sampleFault(value: unknown): SampleFault | null {
  if (!isObject(value)) return { part: "answer", fault: "it is not a JSON object" };
  for (const { name, part, fits, kind } of fields) {
    if (fits(value[name])) continue;
    const fault = name in value ? `its "${name}" is not ${kind}` : `it has no "${name}"`;
    return { part, fault };
  }
  return contradicts(value)
    ? { part: "verdict", fault: `its outcome "${String(value.outcome)}" contradicts its other verdicts` }
    : null;
}

/** Checks invariants that hold in every version of the rules. */
function contradicts({ outcome, languageCorrect, checksPassed }: JsonObject): boolean {
  switch (outcome) {
    case "followed":
      return checksPassed !== true || languageCorrect === false;
    case "wrongLanguage":
      return languageCorrect !== false;
    case "wrongAnswer":
      return checksPassed !== false;
    case "unchecked":
      return checksPassed !== null || languageCorrect !== true;
    case "noLanguage":
      return checksPassed !== null || languageCorrect !== null;
    default:
      return languageCorrect !== null;
  }
}
