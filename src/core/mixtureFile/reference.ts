// Writes a reference to a model or a data pattern into a mixture file, as a relative path where possible.
import type { SourceRange } from "../../common/diagnostic.ts";
import type { DatasetPurpose } from "../sources/datasets.ts";
import { type ParsedMixtureFile, parseMixtureFile } from "./parse.ts";
import { Source } from "./textEdit.ts";

/**
 * Returns a path such as `../data/x` from a folder to a path, both absolute with slashes. Null = on another
 * drive.
 */
export function relativePath(folder: string, path: string): string | null {
  const [from, to] = [folder, path].map(one => one.split("/").filter(part => part !== ""));
  if (from === undefined || to === undefined) return null;
  if (/^[a-z]:$/i.test(from[0] ?? "") && from[0]?.toLowerCase() !== to[0]?.toLowerCase()) return null;
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/");
}

/** Writes a plain scalar where YAML reads it unchanged, otherwise a quoted one. */
export function yamlScalar(text: string): string {
  const plain =
    /^[\w./][\w./{}@ -]*$/.test(text) && !/^(true|false|null|yes|no|on|off|~|[\d.]+)$/i.test(text);
  return plain && text.trim() === text ? text : JSON.stringify(text);
}

export interface TextChange {
  readonly range: SourceRange;
  readonly text: string;
}

export type ReferencePlace = "model" | DatasetPurpose;

/** Reports whether the path is present in the file: a missing path is located at its parent's key. */
function isWritten(locate: ParsedMixtureFile["locate"], path: readonly string[]): boolean {
  const [own, above] = [locate(path, "key"), locate(path.slice(0, -1), "key")];
  return own.start.line !== above.start.line || own.start.column !== above.start.column;
}

/**
 * Returns the edit that sets a reference; null when the layout of the file has no suitable place.
 *
 * @param value The value as YAML text.
 */
export function changeReference(text: string, place: ReferencePlace, value: string): TextChange | null {
  const { draft, locate } = parseMixtureFile(text);
  const known = place === "model" ? draft.model : draft.data[place];
  const path =
    place !== "model"
      ? ["data", place]
      : isWritten(locate, ["model", "path"])
        ? ["model", "path"]
        : ["model"];
  if (known !== null) {
    // A block ends where the next key begins. The line break before that is kept.
    const source = new Source(text);
    const { start, end } = locate(path);
    const last = source.position(source.trimmedEnd({ start, end }));
    return { range: { start, end: last }, text: value };
  }
  const lines = text.split("\n");
  const insertBefore = (line: number, written: string): TextChange => {
    const last = lines.length - 1;
    const at = { line: Math.min(line, last), column: line > last ? (lines[last]?.length ?? 0) : 0 };
    const missing = line > last && lines[last] !== "";
    return { range: { start: at, end: at }, text: `${missing ? "\n" : ""}${written}\n` };
  };
  const lineOf = (pattern: RegExp): number => lines.findIndex(line => pattern.test(line));
  if (place === "model")
    return lineOf(/^model\s*:/) >= 0 ? null : insertBefore(lineOf(/^version\s*:/) + 1, `model: ${value}`);
  const data = lineOf(/^data\s*:/);
  if (data < 0) return insertBefore(lines.length, `data:\n  ${place}: ${value}`);
  if (!/^data\s*:\s*(#.*)?\r?$/.test(lines[data] ?? "")) return null;
  const indent = /^([ ]+)\S/.exec(lines[data + 1] ?? "")?.[1] ?? "  ";
  if (lines.slice(data + 1).some(line => new RegExp(`^${indent}${place}\\s*:`).test(line))) return null;
  return insertBefore(data + 1, `${indent}${place}: ${value}`);
}
