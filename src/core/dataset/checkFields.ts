// Reads and validates the `checks`, `tags` and `group` of an evaluation row.
import { suggestion } from "../../common/didYouMean.ts";
import { isObject, type JsonObject } from "../../common/json.ts";
import { normaliseText } from "../language/foldText.ts";
import { type Check, checkKinds } from "./checkTypes.ts";
import type { RowFaults } from "./rowFaults.ts";
import { isAbsent, kindOf } from "./values.ts";

/** Field that holds the list of each kind of check. */
const checkLists = {
  answer: "accepts",
  includes: "all",
  excludes: "none",
  list: "items",
} as const satisfies Record<Check["kind"], string>;

/** Reads `checks`; undefined if absent, or if invalid, which is reported to `faults`. */
export function readChecks(row: JsonObject, faults: RowFaults): readonly Check[] | undefined {
  const written = row.checks;
  if (isAbsent(written)) return undefined;
  if (!Array.isArray(written)) {
    faults.error(
      "wrong-type",
      `"checks" must be a list, not ${kindOf(written)}.`,
      `Write, for example, [{"kind": "answer", "accepts": ["Paris"]}].`,
    );
    return undefined;
  }
  if (written.length === 0) return undefined;
  const checks: Check[] = [];
  for (const [index, item] of written.entries()) {
    const check = readCheck(item, `Check ${index + 1}`, faults);
    if (check !== null) checks.push(check);
  }
  return checks;
}

function readCheck(item: unknown, name: string, faults: RowFaults): Check | null {
  if (!isObject(item)) {
    faults.error(
      "bad-check",
      `${name} must be an object, not ${kindOf(item)}.`,
      `Write, for example, {"kind": "answer", "accepts": ["Paris"]}.`,
    );
    return null;
  }
  const fields = item;
  const kind = checkKinds.find(known => known === fields.kind);
  if (kind === undefined) {
    const { kind: written } = fields;
    const found = typeof written === "string" ? `unknown kind "${written}"` : `no "kind" that is text`;
    const remedy =
      typeof written === "string"
        ? suggestion(written, checkKinds)
        : `Known kinds: ${checkKinds.join(", ")}.`;
    faults.error("bad-check", `${name} has ${found}.`, remedy);
    return null;
  }
  const key = checkLists[kind];
  const unknown = Object.keys(fields).find(field => field !== "kind" && field !== key);
  if (unknown !== undefined) {
    faults.error(
      "bad-check",
      `${name} of kind "${kind}" has an unknown field "${unknown}".`,
      `Its fields are "kind" and "${key}".`,
    );
    return null;
  }
  const list = fields[key];
  if (!isTextList(list)) {
    faults.error(
      "bad-check",
      `${name} of kind "${kind}" needs "${key}", a list of texts, none of them empty.`,
    );
    return null;
  }
  switch (kind) {
    case "answer":
      return { kind, accepts: list };
    case "includes":
      return { kind, all: list };
    case "excludes":
      return { kind, none: list };
    case "list": {
      const bare = list.find(item => normaliseText(item) === "");
      if (bare === undefined) return { kind, items: list };
      faults.error(
        "bad-check",
        `${name} of kind "list" has the item ${JSON.stringify(bare)}, which is only punctuation.`,
        "Punctuation is ignored, so no response can contain this item. Remove it.",
      );
      return null;
    }
  }
}

function isTextList(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(item => typeof item === "string" && item.trim() !== "")
  );
}

/** Reads the labels of a row; numbers and booleans become text. Undefined as for `readChecks`. */
export function readTags(row: JsonObject, faults: RowFaults): Readonly<Record<string, string>> | undefined {
  const written = row.tags;
  if (isAbsent(written)) return undefined;
  if (!isObject(written)) {
    faults.error(
      "wrong-type",
      `"tags" must be an object, not ${kindOf(written)}.`,
      `Write, for example, {"task": "capital"}.`,
    );
    return undefined;
  }
  const tags: [string, string][] = [];
  for (const [key, value] of Object.entries(written as object)) {
    if (isAbsent(value)) continue;
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      faults.error("wrong-type", `Tag "${key}" must be text, not ${kindOf(value)}.`);
    } else if (/[:=]/.test(key)) {
      // Metrics of a tag are named `followed:task=capital`.
      faults.error(
        "bad-tag",
        `The name of tag "${key}" contains : or =.`,
        "Rename it, for example with letters and digits only.",
      );
    } else tags.push([key, String(value)]);
  }
  return Object.fromEntries(tags);
}

/** Reads `group`; a number becomes text. Undefined as for `readChecks`. */
export function readGroup(row: JsonObject, faults: RowFaults): string | undefined {
  const written = row.group;
  if (isAbsent(written)) return undefined;
  if (typeof written === "number") return String(written);
  if (typeof written === "string") return written;
  faults.error(
    "wrong-type",
    `"group" must be text, not ${kindOf(written)}.`,
    "Use one name for all rows that ask for the same thing, or leave it out.",
  );
  return undefined;
}
