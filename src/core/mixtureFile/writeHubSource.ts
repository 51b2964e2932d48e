// Writes a Hub dataset as YAML, and edits existing references to pin them to a commit.
import { isMap, isScalar, parseDocument, visit, type YAMLMap } from "yaml";

/** Fields of a source other than its file. */
export interface HubSourceFields {
  readonly config?: string;
  readonly split?: string;
  /** Column that holds each row's language. */
  readonly language?: string;
  /** Language of all rows. */
  readonly in?: string;
}

export interface OffsetEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const names = ["config", "split", "language", "in"] as const;

/** Quotes the text unless it is a plain word in any position. */
function scalar(text: string): string {
  const plain = /^[A-Za-z_][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}

function fieldsText(fields: HubSourceFields, taken: readonly unknown[] = []): string[] {
  return names.flatMap(name => {
    const value = fields[name];
    return value === undefined || taken.includes(name) ? [] : [`${name}: ${scalar(value)}`];
  });
}

/** Writes a value in flow style: a plain text when there are no other fields, otherwise a map. */
export function hubSourceYaml(source: string, fields: HubSourceFields): string {
  const more = fieldsText(fields);
  return more.length === 0
    ? JSON.stringify(source)
    : `{ file: ${JSON.stringify(source)}, ${more.join(", ")} }`;
}

/**
 * Replaces `source` with `pinned` wherever it occurs, and adds the fields that are missing there.
 * @param range Offsets of a range that contains the source, or lies within it.
 */
export function pinHubSource(
  text: string,
  range: { readonly from: number; readonly to: number },
  source: string,
  pinned: string,
  fields: HubSourceFields,
): OffsetEdit[] {
  const edits: OffsetEdit[] = [];
  visit(parseDocument(text), {
    Scalar(_, node, path) {
      const [from, to] = node.range ?? [];
      if (node.value !== source || from === undefined || to === undefined) return;
      if (from > range.to || to < range.from) return;
      const map = path.findLast(isMap);
      const pair = map?.items.find(item => item.value === node);
      const isFile = map !== undefined && isScalar(pair?.key) && pair.key.value === "file";
      const written = isFile ? besideOthers(text, map, pinned, fields) : hubSourceYaml(pinned, fields);
      edits.push({ from, to, text: written });
    },
  });
  return edits;
}

/** Writes the value of `file`, followed by the fields that its map lacks. */
function besideOthers(text: string, map: YAMLMap, pinned: string, fields: HubSourceFields): string {
  const keys = map.items.map(({ key }) => (isScalar(key) ? key : null));
  const more = fieldsText(
    fields,
    keys.map(key => key?.value),
  );
  const keyAt = keys[0]?.range?.[0] ?? 0;
  const indent = keyAt - (text.lastIndexOf("\n", keyAt - 1) + 1);
  const newLine = text.includes("\r\n") ? "\r\n" : "\n";
  const between = map.flow === true ? ", " : newLine + " ".repeat(indent);
  return [JSON.stringify(pinned), ...more].join(between);
}
