// Maps paths to positions and back for a mixture file read in pieces, as if the whole text had been parsed.
import type { Position, SourceRange } from "../../common/diagnostic.ts";
import { type OutlineNode, outlineOf } from "./outline.ts";
import type { ParsedMixtureFile } from "./parse.ts";
import { isBefore, locate, pathAt } from "./places.ts";
import type { Path, YamlReader } from "./reader.ts";

/** A mixture. Mixtures are in file order. */
interface Placed {
  readonly line: number;
  readonly reader: YamlReader;
  readonly entry: { readonly key: string };
}

/** Cached outlines of unchanged mixtures. */
const outlines = new WeakMap<YamlReader, readonly OutlineNode[]>();

type Places = Pick<ParsedMixtureFile, "locate" | "pathAt" | "outline">;

/** `rest` is the file without its mixtures. */
export function placesOfPieces(rest: YamlReader, mixtures: readonly Placed[]): Places {
  let byKey: ReadonlyMap<string, Placed> | null = null;
  const find = (key: string): Placed | undefined => {
    byKey ??= new Map([...mixtures].reverse().map(each => [each.entry.key, each])); // the first of equal keys
    return byKey.get(key);
  };
  return {
    locate(path, part = "value") {
      const [section, key, ...inside] = path;
      if (section !== "mixtures") return locate(rest, path, part);
      if (key === undefined) return part === "key" ? locate(rest, path, part) : spanOf(mixtures);
      const found = find(String(key));
      return found === undefined
        ? locate(rest, ["mixtures"], "key")
        : locate(found.reader, [key, ...inside], part);
    },
    pathAt(position) {
      const { start, end } = spanOf(mixtures);
      if (!isBefore(start, position) || !isBefore(position, end)) return pathAt(rest, position);
      return ["mixtures", ...(pathIn(mixtures, position) ?? [])];
    },
    outline: () => outlineOf(rest).map(node => (isMixtures(node) ? withMixtures(node, mixtures) : node)),
  };
}

/** From the first key to the end of the last mixture. */
function spanOf(mixtures: readonly Placed[]): SourceRange {
  const range = (placed: Placed | undefined) => placed?.reader.rangeOf(placed.reader.document.contents);
  const first = range(mixtures[0]);
  const last = range(mixtures.at(-1));
  if (first == null || last == null) throw new Error("A piece has no place.");
  return { start: first.start, end: last.end };
}

/**
 * A block extends to the beginning of the next line, so two of them can contain a position. The first one
 * counts.
 */
function pathIn(mixtures: readonly Placed[], position: Position): Path | null {
  const at = mixtures.findLastIndex(({ line }) => line <= position.line);
  for (const placed of mixtures.slice(Math.max(0, at - 1), at + 1)) {
    const path = pathAt(placed.reader, position);
    if (path !== null) return path;
  }
  return null;
}

function isMixtures({ path }: OutlineNode): boolean {
  return path.length === 1 && path[0] === "mixtures";
}

function withMixtures(node: OutlineNode, mixtures: readonly Placed[]): OutlineNode {
  const children = mixtures.flatMap(({ reader }) => {
    const outline = outlines.get(reader) ?? outlineOf(reader, ["mixtures"]);
    outlines.set(reader, outline);
    return outline;
  });
  return { ...node, kind: "map", valueRange: spanOf(mixtures), text: "", children };
}
