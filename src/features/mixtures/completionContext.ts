// What a mixture file expects at the cursor: which section's keys, or which key's values.
import { type KeyDescription, keysIn, mixtureKeys } from "../../core/mixture/schema.ts";

export type Expected =
  /** A key of this section; `path` as in the schema, with `*` for a mixture's name. */
  | { readonly kind: "key"; readonly path: string; readonly keys: readonly KeyDescription[] }
  | { readonly kind: "value"; readonly key: KeyDescription }
  /** After `name:` directly under `mixtures`: a whole mixture. */
  | { readonly kind: "form" };

/** By indentation and open braces, since a text that is being typed is seldom valid YAML. */
export function expectedAt(lines: readonly string[], line: number, column: number): Expected | null {
  const before = (lines[line] ?? "").slice(0, column);
  const inList = before.lastIndexOf("[") > before.lastIndexOf("]");
  if (inList || /(^|\s)#/.test(before)) return null;
  const outer = sectionOf(lines, line, indentOf(before));
  const inFlow = /^\s*([^\s:{}[\],]+)\s*:\s*\{(.*)$/.exec(before);
  if (inFlow !== null) {
    const section = schemaPath([...outer, inFlow[1] ?? ""]);
    return inPiece(section, (inFlow[2] ?? "").split(/,(?![^[\]]*\])/).at(-1) ?? "");
  }
  return inPiece(schemaPath(outer), before);
}

function inPiece(section: string, piece: string): Expected | null {
  const pair = /^\s*([^\s:{}[\],]+)\s*:\s+(.*)$/.exec(piece);
  if (pair === null) {
    if (!/^\s*[\w-]*$/.test(piece)) return null;
    const keys = keysIn(section).filter(key => !key.path.endsWith("*"));
    return keys.length === 0 ? null : { kind: "key", path: section, keys };
  }
  const path = schemaPath([...(section === "" ? [] : section.split(".")), pair[1] ?? ""]);
  if (path === "mixtures.*" && (pair[2] ?? "") === "") return { kind: "form" };
  const key = mixtureKeys.find(each => each.path === path);
  return key === undefined ? null : { kind: "value", key };
}

/** The keys that a line of this indentation lies under. */
function sectionOf(lines: readonly string[], line: number, indent: number): string[] {
  const path: string[] = [];
  let limit = indent;
  for (let above = line - 1; above >= 0 && limit > 0; above--) {
    const text = lines[above] ?? "";
    const key = /^\s*([^\s:#{}[\],][^:{}[\],]*?)\s*:(\s|$)/.exec(text)?.[1];
    if (key === undefined || text.trim() === "" || indentOf(text) >= limit) continue;
    path.unshift(key);
    limit = indentOf(text);
  }
  return path;
}

function schemaPath(parts: readonly string[]): string {
  return parts.map((part, index) => (index === 1 && parts[0] === "mixtures" ? "*" : part)).join(".");
}

function indentOf(text: string): number {
  return /^ */.exec(text)?.[0].length ?? 0;
}
