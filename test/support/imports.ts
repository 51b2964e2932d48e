// The imports of the sources, and the circles among them.
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { filesUnder } from "../../scripts/lib/setUp.mjs";

export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

export type Imports = ReadonlyMap<string, readonly Import[]>;

/** Of every file under src and webview. */
export function importsOfSources(): Imports {
  const files = [...filesUnder("src"), ...filesUnder("webview")].filter(
    file => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"),
  );
  return new Map(files.map(file => [file, importsOf(readFileSync(file, "utf8"))]));
}

export function importsOf(source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const statements = /^\s*(?:import|export)\b(?<clause>[^;"'`]*?\bfrom)?\s*["'](?<specifier>[^"']+)["']/gm;
  const calls = /\b(?:import|require)\s*\(\s*["'](?<specifier>[^"']+)["']/g;
  const found = [...code.matchAll(statements)].map(({ groups }) => ({
    specifier: groups?.specifier ?? "",
    typeOnly: /^\s*type\s/.test(groups?.clause ?? ""),
  }));
  const called = [...code.matchAll(calls)].map(({ groups }) => ({
    specifier: groups?.specifier ?? "",
    typeOnly: false,
  }));
  return [...found, ...called];
}

/** The file that a relative specifier names; null for packages. */
export function targetOf(file: string, specifier: string): string | null {
  return specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : null;
}

/** Nodes and the nodes that each of them imports. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** Graph of files, type-only imports included. */
export function fileGraph(imports: Imports): ImportGraph {
  return new Map(
    [...imports].map(([file, list]) => {
      const targets = list.flatMap(({ specifier }) => targetOf(file, specifier) ?? []);
      return [file, new Set(targets.filter(target => imports.has(target)))];
    }),
  );
}

/** Graph of the folders that hold the files, as `folderOf` names them; null leaves a file out. */
export function folderGraph(imports: Imports, folderOf: (file: string) => string | null): ImportGraph {
  const graph = new Map<string, Set<string>>();
  for (const [file, targets] of fileGraph(imports)) {
    const from = folderOf(file);
    if (from === null) continue;
    const known = graph.get(from) ?? new Set();
    graph.set(from, known);
    for (const target of targets) {
      const to = folderOf(target);
      if (to !== null && to !== from) known.add(to);
    }
  }
  return graph;
}

/** Groups of nodes that import each other, directly or around a circle (Tarjan 1972). */
export function circlesOf(graph: ImportGraph): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  /** Returns the first node in order that this one can reach among those still open. */
  const visit = (node: string): number => {
    const own = order.size;
    let lowest = own;
    order.set(node, own);
    open.push(node);
    for (const target of graph.get(node) ?? []) {
      const known = order.get(target);
      if (known === undefined) lowest = Math.min(lowest, visit(target));
      else if (open.includes(target)) lowest = Math.min(lowest, known);
    }
    if (lowest === own) {
      const circle = open.splice(open.indexOf(node));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return lowest;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles;
}
