// Reads responses generated elsewhere, in the formats of AlpacaEval, lm-evaluation-harness
// and Pinch's samples.

import { type Diagnostic, type SourceRange, startOfFile } from "../../common/diagnostic.ts";
import { isObject, type JsonObject } from "../../common/json.ts";
import { readRows } from "../dataset/jsonRows.ts";
import { FileFaults, RowFaults } from "../dataset/rowFaults.ts";
import { kindOf } from "../dataset/values.ts";
import { knownLanguage, suggestLanguage } from "../language/names.ts";

type OutputFormat = "alpaca-eval" | "lm-eval" | "pinch";

/** One response and the known facts about its prompt. */
export interface GivenOutput {
  readonly file: string;
  readonly range: SourceRange;
  readonly response: string;
  readonly id: string | null;
  /** Canonical tag. */
  readonly language: string | null;
  /** Texts of the row that may be the prompt; the last one may include a template around it. */
  readonly prompts: readonly string[];
  readonly generator: string | null;
  /** Fields that only Pinch writes; 0 and null if unknown. */
  readonly tokens: number;
  readonly stopped: boolean;
  readonly nll: number | null;
  readonly nllTokens: number;
}

export interface GivenOutputs {
  readonly format: OutputFormat;
  readonly outputs: readonly GivenOutput[];
  /** Faults by file and line; rows with a fault are left out. */
  readonly diagnostics: readonly Diagnostic[];
}

const expected: Readonly<Record<OutputFormat, string>> = {
  "alpaca-eval": '{"instruction": …, "output": …, "generator": …}',
  "lm-eval": '{"doc": {…}, "resps": [[…]], "filtered_resps": […]}',
  pinch: '{"language": …, "id": …, "prompt": …, "response": …}',
};

export function readOutputs(text: string, file: string): GivenOutputs {
  const faults = new FileFaults(file);
  const format = formatOf(text);
  const { rows, pieces } = readRows(text, faults, expected[format]);
  if (pieces === 0)
    faults.error(startOfFile, "empty-file", "The file has no rows.", `Expected rows of ${expected[format]}.`);
  const outputs = rows.flatMap(({ value, range }) => {
    const row = new RowFaults(faults, range);
    const output = readOutput(format, value, row);
    return output === null || row.failed ? [] : [{ ...output, file, range }];
  });
  return { format, outputs, diagnostics: faults.list() };
}

/**
 * Detects the format by field names that are unique to it; if there are none, rows are
 * refused as AlpacaEval's.
 */
function formatOf(text: string): OutputFormat {
  const start = text.slice(0, 20_000);
  if (/"(?:filtered_resps|resps|doc_id)"\s*:/u.test(start)) return "lm-eval";
  if (/"(?:responseLanguage|languageCorrect)"\s*:/u.test(start)) return "pinch";
  return /"response"\s*:/u.test(start) && !/"(?:output|instruction)"\s*:/u.test(start)
    ? "pinch"
    : "alpaca-eval";
}

type Output = Omit<GivenOutput, "file" | "range">;

function readOutput(format: OutputFormat, row: JsonObject, faults: RowFaults): Output | null {
  switch (format) {
    case "alpaca-eval": {
      const { instruction, input } = row;
      const response = required(row, "output", faults);
      const prompt = required(row, "instruction", faults);
      if (response === null || prompt === null) return null;
      const prompts = typeof input === "string" && input !== "" ? [`${instruction}\n\n${input}`] : [prompt];
      return { response, prompts, ...common(row, row, faults) };
    }
    case "lm-eval": {
      const doc = isObject(row.doc) ? row.doc : null;
      if (doc === null) {
        faults.error(
          "missing-field",
          `"doc" must be an object, not ${kindOf(row.doc)}.`,
          `Expected ${expected[format]}.`,
        );
        return null;
      }
      const response = firstText(row.filtered_resps) ?? firstText(row.resps);
      if (response === null) {
        faults.error(
          "missing-field",
          `"resps" and "filtered_resps" contain no response.`,
          "Log samples of a task that generates text.",
        );
        return null;
      }
      const argument = firstText(row.arguments);
      const texts = Object.values(doc).filter(value => typeof value === "string");
      return {
        response,
        prompts: argument === null ? texts : [...texts, argument],
        ...common(doc, row, faults),
      };
    }
    case "pinch": {
      const response = required(row, "response", faults);
      const prompt = required(row, "prompt", faults);
      if (required(row, "language", faults) === null || required(row, "id", faults) === null) return null;
      return response === null || prompt === null
        ? null
        : { response, prompts: [prompt], ...common(row, row, faults) };
    }
  }
}

/**
 * Reads the fields that all formats share.
 * @param identity object that identifies the prompt
 */
function common(
  identity: JsonObject,
  row: JsonObject,
  faults: RowFaults,
): Omit<Output, "response" | "prompts"> {
  const { id } = identity;
  const { generator, stopped } = row;
  return {
    id: typeof id === "number" ? String(id) : typeof id === "string" && id !== "" ? id : null,
    language: readLanguage(identity.language, faults),
    generator: typeof generator === "string" && generator !== "" ? generator : null,
    tokens: amount(row.tokens),
    stopped: stopped !== false,
    nll: typeof row.nll === "number" && Number.isFinite(row.nll) ? row.nll : null,
    nllTokens: amount(row.nllTokens),
  };
}

function amount(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : 0;
}

function readLanguage(written: unknown, faults: RowFaults): string | null {
  if (written === undefined || written === null) return null;
  const tag = typeof written === "string" ? knownLanguage(written) : null;
  if (tag !== null) return tag;
  const meant = typeof written === "string" ? suggestLanguage(written) : null;
  faults.error(
    "unknown-language",
    `"language" is ${JSON.stringify(written)}, which is not a language tag.`,
    meant === null ? "Write a tag such as en or zh-Hans." : `Did you mean "${meant}"?`,
  );
  return null;
}

function required(row: JsonObject, key: string, faults: RowFaults): string | null {
  const value = row[key];
  if (typeof value === "string") return value;
  if (key === "id" && typeof value === "number") return String(value);
  faults.error(
    value === undefined ? "missing-field" : "wrong-type",
    value === undefined ? `"${key}" is missing.` : `"${key}" must be text, not ${kindOf(value)}.`,
    `The row has ${Object.keys(row)
      .map(name => `"${name}"`)
      .join(", ")}.`,
  );
  return null;
}

/** Returns the first text in nested lists, or in the objects in which the harness stores arguments. */
function firstText(value: unknown): string | null {
  if (typeof value === "string") return value;
  const parts = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return parts.length === 0 ? null : firstText(parts[0]);
}
