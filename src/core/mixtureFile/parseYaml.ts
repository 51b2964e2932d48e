// Parses the YAML of a mixture file. For a new version of a text, only the mixtures that changed are parsed.
import {
  type Document,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  type Range,
  visit,
  YAMLMap,
} from "yaml";
import { cutMixtures } from "./cutMixtures.ts";

export interface ParsedYaml {
  /** Equals the document of the whole text, except that ranges in a mixture start from `offsetOf`. */
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  /** Offset in the text from which the range of a node is counted. */
  offsetOf(node: Node): number;
  readonly mixtures: ParsedMixtures;
}

/** Parsed mixtures by their text, to be used again in the next version. */
type ParsedMixtures = ReadonlyMap<string, ParsedMixture>;

/** Document with a mixture as its only entry. */
type ParsedMixture = Document.Parsed<YAMLMap.Parsed>;

const mixtureOf = new WeakMap<Node, ParsedMixture>();

/** @param known Mixtures of the previous version; if there was none, the text is parsed as a whole. */
export function parseYaml(text: string, known: ParsedMixtures | null): ParsedYaml {
  const inPieces = known === null ? null : parseMixtures(text, known);
  return inPieces ?? { ...parse(text), offsetOf: () => 0, mixtures: known ?? new Map() };
}

function parse(text: string): Pick<ParsedYaml, "document" | "lines"> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
    // "silent" would also suppress the error for a second document.
    logLevel: "error",
  }) as Document.Parsed;
  return { document, lines };
}

/** Returns null when the text can't be parsed mixture by mixture. */
function parseMixtures(text: string, known: ParsedMixtures): ParsedYaml | null {
  const pieces = cutMixtures(text);
  const end = pieces?.mixtures.at(-1);
  if (pieces === null || end === undefined) return null;
  const { document, lines } = parse(pieces.without(pieces.mixtures));
  const section = emptyMixtures(document, pieces.key);
  // The part below the mixtures may be invalid while it is edited; the part above is read the same all the same.
  if (section === null || !isSoundBefore(document, end.offset + end.text.length)) return null;
  const offsets = new Map<ParsedMixture, number>();
  const mixtures = new Map<string, ParsedMixture>();
  for (const piece of pieces.mixtures) {
    const again = known.get(piece.text);
    // Two mixtures with the same text need documents of their own, since their offsets differ.
    const mixture = again === undefined || offsets.has(again) ? parseMixture(piece.text) : again;
    if (mixture === null) return null;
    offsets.set(mixture, piece.offset);
    mixtures.set(piece.text, mixture);
  }
  section.value = joined(offsets);
  const offsetOf = (node: Node) => offsets.get(mixtureOf.get(node) as ParsedMixture) ?? 0;
  return { document, lines, offsetOf, mixtures };
}

/** Returns the entry `mixtures` if it is at this offset, has no value and occurs only once. */
function emptyMixtures({ contents }: Document.Parsed, offset: number) {
  if (!isMap<ParsedNode, Node | null>(contents) || contents.flow === true) return null;
  const [pair, ...more] = contents.items.filter(({ key }) => isScalar(key) && key.value === "mixtures");
  if (pair === undefined || more.length > 0 || pair.key.range[0] !== offset) return null;
  return pair.value === null || (isScalar(pair.value) && pair.value.value === null) ? pair : null;
}

function isSoundBefore({ errors, warnings }: Document.Parsed, end: number): boolean {
  return [...errors, ...warnings].every(({ pos }) => pos[0] >= end);
}

/** Returns null unless the text is a valid map in block style with one entry. */
function parseMixture(text: string): ParsedMixture | null {
  const { document } = parse(text);
  if (!isOneMixture(document)) return null;
  visit(document, {
    Node: (_key, node) => {
      mixtureOf.set(node, document);
    },
  });
  return document;
}

function isOneMixture(document: Document.Parsed): document is ParsedMixture {
  const { contents } = document;
  return (
    isSoundBefore(document, Number.POSITIVE_INFINITY) &&
    isMap(contents) &&
    contents.flow !== true &&
    contents.items.length === 1 &&
    isScalar(contents.items[0]?.key)
  );
}

/** Returns one map with all entries, from the first key to the end of the last mixture. */
function joined(offsets: ReadonlyMap<ParsedMixture, number>): YAMLMap.Parsed {
  const map = new YAMLMap() as YAMLMap.Parsed;
  const ranges: Range[] = [];
  for (const [{ contents }, offset] of offsets) {
    if (contents === null) continue;
    map.items.push(...contents.items);
    ranges.push(contents.range.map(each => each + offset) as Range);
  }
  const [start = 0] = ranges[0] ?? [];
  const [, end = start, after = end] = ranges.at(-1) ?? [];
  map.range = [start, end, after];
  return map;
}
