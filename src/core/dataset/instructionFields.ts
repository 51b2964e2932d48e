// Reads and validates IFEval's `instruction_id_list` and `kwargs` of an evaluation row.
import { suggestion } from "../../common/didYouMean.ts";
import { isObject, type JsonObject } from "../../common/json.ts";
import {
  type Instruction,
  type InstructionId,
  instructionFields,
  instructionIds,
  isInstructionId,
} from "../ifeval/kinds.ts";
import { publishedKind, relationOf } from "../ifeval/publishedKinds.ts";
import { refusalOf } from "../ifeval/refusals.ts";
import { canonicalTag, displayName, isLanguageTag } from "../language/tags.ts";
import { parseJson } from "./parseJson.ts";
import type { RowFaults } from "./rowFaults.ts";
import { isAbsent, kindOf } from "./values.ts";

const example = '"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]';

export interface ReadInstructions {
  /** Absent if the row has none, or if none of them can be checked. */
  readonly instructions?: readonly Instruction[];
  /** Ids, as written, of instructions that can't be checked in this language; absent if there are none. */
  readonly refused?: readonly string[];
}

/**
 * Reads the instructions of a row. Arguments that are null count as absent: published files
 * have every name in every row.
 */
export function readInstructions(row: JsonObject, language: string, faults: RowFaults): ReadInstructions {
  const [ids, kwargs = []] = [fromJson(row.instruction_id_list), fromJson(row.kwargs)];
  if (isAbsent(ids)) return {};
  if (!Array.isArray(ids)) {
    faults.error(
      "wrong-type",
      `"instruction_id_list" must be a list, not ${kindOf(ids)}.`,
      `Write, for example, ${example}.`,
    );
    return {};
  }
  if (!Array.isArray(kwargs)) {
    faults.error(
      "wrong-type",
      `"kwargs" must be a list, not ${kindOf(kwargs)}.`,
      `Write, for example, ${example}.`,
    );
    return {};
  }
  if (kwargs.length !== ids.length && (kwargs.length > 0 || "kwargs" in row)) {
    faults.error(
      "bad-instruction",
      `"kwargs" has ${kwargs.length} entries for ${ids.length} instructions.`,
      "Give each instruction an object, {} if it has no arguments.",
    );
    return {};
  }
  const refused: string[] = [];
  const instructions = ids.flatMap((id: unknown, index): readonly Instruction[] => {
    const read = readInstruction(id, kwargs[index], faults);
    if (read === "refused") refused.push(String(id));
    if (read === null || read === "refused") return [];
    const refusal = refusalOf(read, language);
    if (refusal === null) return [read];
    refused.push(String(id));
    const remedy = `It is not checked: remove it from the rows in ${displayName(language)}.`;
    faults.warn("instruction-refused", `${read.id}: ${refusal}`, remedy);
    return [];
  });
  return { ...(instructions.length > 0 && { instructions }), ...(refused.length > 0 && { refused }) };
}

function readInstruction(id: unknown, written: unknown, faults: RowFaults): Instruction | "refused" | null {
  if (typeof id !== "string") {
    faults.error(
      "bad-instruction",
      `An instruction id must be text, not ${kindOf(id)}.`,
      `Write, for example, ${example}.`,
    );
    return null;
  }
  const kind = publishedKind(id);
  if (kind.refusal !== null) {
    faults.warn(
      "instruction-refused",
      `${id}: ${kind.refusal}`,
      "It is not checked, which makes these rows easier: remove it from the rows, or use other rows.",
    );
    return "refused";
  }
  if (!isInstructionId(kind.id)) {
    faults.error("bad-instruction", `Unknown instruction "${id}".`, suggestion(kind.id, instructionIds));
    return null;
  }
  const read = fromJson(written);
  if (read !== undefined && read !== null && !isObject(read)) {
    faults.error("bad-instruction", `The "kwargs" of ${id} must be an object, not ${kindOf(read)}.`);
    return null;
  }
  const kwargs = readArguments(kind.id, { ...kind.preset, ...((read ?? {}) as JsonObject) }, faults);
  // The fields were read by the table from which this type is derived.
  return kwargs === null ? null : ({ id: kind.id, kwargs } as Instruction);
}

/** Parses lists and objects written as JSON text, as in Multi-IF. */
function fromJson(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/u.test(value)) return value;
  try {
    return parseJson(value);
  } catch {
    return value; // text in place of a list, which the caller reports
  }
}

function readArguments(id: InstructionId, written: JsonObject, faults: RowFaults): JsonObject | null {
  const fields: Readonly<Record<string, string>> = instructionFields[id];
  const names = Object.keys(fields);
  const given = Object.entries(written).filter(([, value]) => value !== null && value !== undefined);
  const unknown = given.find(([name]) => !names.includes(name));
  if (unknown !== undefined) {
    const remedy = names.length === 0 ? "It has no arguments: write {}." : suggestion(unknown[0], names);
    faults.error("bad-instruction", `${id} has no argument "${unknown[0]}".`, remedy);
    return null;
  }
  const values = new Map(given);
  const result: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(fields)) {
    const value = values.get(name);
    if (value === undefined && type.endsWith("?")) continue;
    const read = readers[type.replace("?", "")]?.(value);
    if (read === undefined || "wanted" in read) {
      const problem = value === undefined ? "is missing" : `can't be ${JSON.stringify(value)}`;
      faults.error("bad-instruction", `${id}: "${name}" ${problem}.`, `It must be ${read?.wanted ?? type}.`);
      return null;
    }
    result[name] = read.value;
  }
  return result;
}

type Read = { readonly value: unknown } | { readonly wanted: string };

const readers: Readonly<Record<string, (value: unknown) => Read>> = {
  count: value =>
    typeof value === "number" && Number.isInteger(value) && value >= 0
      ? { value }
      : { wanted: "a whole number" },
  relation: value => {
    const relation = typeof value === "string" ? relationOf(value) : null;
    return relation === null ? { wanted: '"less than" or "at least"' } : { value: relation };
  },
  letter: value =>
    typeof value === "string" && isOneCharacter(value.trim())
      ? { value: value.trim() }
      : { wanted: "one character" },
  text: value =>
    typeof value === "string" && value.trim() !== "" ? { value } : { wanted: "non-empty text" },
  texts: value =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(item => typeof item === "string" && item.trim() !== "")
      ? { value }
      : { wanted: "a list of texts, none of them empty" },
  language: value => {
    const tag = typeof value === "string" ? canonicalTag(value.replaceAll("_", "-")) : null;
    return tag !== null && isLanguageTag(tag) ? { value: tag } : { wanted: 'a language tag such as "hi"' };
  },
};

/** Returns true for one grapheme: a letter with combining marks counts as one. */
function isOneCharacter(text: string): boolean {
  return [...new Intl.Segmenter("und", { granularity: "grapheme" }).segment(text)].length === 1;
}
