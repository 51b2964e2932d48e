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

/** Files that import each other, directly or around a circle (Tarjan 1972). Type-only imports count. */
export function circlesOf(imports: Imports): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    lowest.set(file, own);
    open.push(file);
    for (const { specifier } of imports.get(file) ?? []) {
      const target = targetOf(file, specifier);
      if (target === null || !imports.has(target)) continue;
      const reached = order.has(target) ? (open.includes(target) ? order.get(target) : null) : visit(target);
      if (reached != null) lowest.set(file, Math.min(lowest.get(file) ?? own, reached));
    }
    const low = lowest.get(file) ?? own;
    if (low === own) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return low;
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}
