// Holds every import of src and webview to the table of layers in ARCHITECTURE.md.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, posix } from "node:path";
import { describe, it } from "node:test";
import { filesUnder } from "../../scripts/lib/setUp.mjs";

interface Layer {
  /** Layers it may import, itself apart. */
  readonly layers: readonly string[];
  /** Layers of which it may import types only. */
  readonly types?: readonly string[];
  /** npm packages: a list, or any. */
  readonly packages: readonly string[] | "any";
  readonly node: boolean;
  readonly vscode: boolean;
  /** Shown with every refusal. */
  readonly why: string;
}

const layers: Readonly<Record<string, Layer>> = {
  common: {
    layers: [],
    packages: [],
    node: false,
    vscode: false,
    why: "everything imports common, so whatever it imports would be imported everywhere",
  },
  core: {
    layers: ["common"],
    packages: ["yaml"],
    node: false,
    vscode: false,
    why: "rules about mixtures, runs and scores are pure: they run in a webview and in a test alike",
  },
  machine: {
    layers: ["common"],
    packages: [],
    node: true,
    vscode: false,
    why: "the extension and the runtime ask the same of processes and files, without the one importing the other",
  },
  graph: {
    layers: ["common"],
    packages: ["onnx-proto"],
    node: false,
    vscode: false,
    why: "a graph is described without running it: bytes out, no input or output, no domain",
  },
  protocol: {
    layers: ["common"],
    types: ["core"],
    packages: ["vscode-jsonrpc"],
    node: false,
    vscode: false,
    why: "what crosses a boundary knows neither of its ends",
  },
  runtime: {
    layers: ["common", "machine", "core", "graph", "protocol"],
    packages: "any",
    node: true,
    vscode: false,
    why: "the training process also serves the command line, where there is no VS Code",
  },
  cli: {
    layers: ["common", "machine", "core", "graph", "protocol", "runtime"],
    packages: "any",
    node: true,
    vscode: false,
    why: "the command line works without VS Code",
  },
  manifest: {
    layers: [],
    packages: [],
    node: false,
    vscode: false,
    why: "it is a table of names, shared by both sides",
  },
  platform: {
    layers: ["common", "machine", "protocol", "manifest"],
    packages: ["vscode-jsonrpc"],
    node: true,
    vscode: true,
    why: "adapters to VS Code know nothing of mixtures and runs",
  },
  features: {
    layers: ["common", "machine", "core", "protocol", "platform", "manifest"],
    packages: [],
    node: false,
    vscode: true,
    why: "a feature shows things; computing belongs to the runtime, behind the protocol",
  },
  extension: {
    layers: ["common", "machine", "core", "protocol", "platform", "manifest", "features"],
    packages: [],
    node: false,
    vscode: true,
    why: "the composition root only puts the parts together",
  },
  webview: {
    layers: ["common", "core", "protocol"],
    packages: "any",
    node: false,
    vscode: false,
    why: "it runs in a browser page and talks to VS Code by messages only",
  },
};

/** Native code: loaded in the training process only, so that its crash or memory never harms VS Code. */
const nativeRuntime = "onnxruntime-node";
const toolkit = "@vscode/webview-ui-toolkit";
const extensionFile = "src/extension.ts";
const extensionLines = 100;

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const files = [...filesUnder("src"), ...filesUnder("webview")].filter(
  file => file.endsWith(".ts") && !file.endsWith(".d.ts"),
);
const imports = new Map(files.map(file => [file, importsOf(readFileSync(file, "utf8"))]));

describe("layers", () => {
  it("every file belongs to a layer of the table", () => {
    const strays = files.filter(file => layers[layerOf(file)] === undefined);
    assert.deepEqual(strays, [], "put it into a folder of the table, or add its folder to table and test");
  });

  it("every import is allowed by the table", () => {
    assert.deepEqual(refusals(imports), []);
  });

  it("only one file imports the deprecated webview toolkit, so that replacing it touches one file", () => {
    const importers = files.filter(file =>
      imports.get(file)?.some(({ specifier }) => packageOf(specifier) === toolkit),
    );
    assert.ok(importers.length <= 1, importers.join(", "));
  });

  it(`${extensionFile} has at most ${extensionLines} lines: it composes, it does not work`, () => {
    const lines = readFileSync(extensionFile, "utf8").trimEnd().split("\n").length;
    assert.ok(lines <= extensionLines, `${lines} lines; move behaviour into src/features or src/platform`);
  });
});

it("ARCHITECTURE.md names every folder of core and runtime", () => {
  const text = readFileSync("ARCHITECTURE.md", "utf8");
  const folders = new Set(files.flatMap(file => /^src\/(?:core|runtime)\/(\w+)\//.exec(file)?.[1] ?? []));
  assert.ok(folders.size > 20);
  assert.deepEqual(
    [...folders].filter(folder => !text.includes(`\`${folder}\``)),
    [],
  );
});

describe("the check itself", () => {
  const check = (file: string, source: string): string[] => refusals(new Map([[file, importsOf(source)]]));

  it("refuses what the table forbids and says why", () => {
    const refused: readonly [string, string, RegExp][] = [
      [
        "src/core/run/a.ts",
        'import { b } from "../../runtime/b.ts";',
        /core may not import runtime: rules about/,
      ],
      ["src/core/run/a.ts", 'import * as fs from "node:fs";', /core may not import node:fs/],
      ["src/core/run/a.ts", 'import fs from "fs";', /core may not import fs/],
      [
        "src/features/runs/a.ts",
        'import { b } from "../mixtures/b.ts";',
        /features may not import each other/,
      ],
      ["src/features/runs/a.ts", 'export { b } from "../../graph/b.ts";', /features may not import graph/],
      ["src/runtime/a.ts", 'import * as vscode from "vscode";', /runtime may not import vscode/],
      ["src/platform/a.ts", 'import { x } from "onnxruntime-node";', /onnxruntime-node/],
      ["src/protocol/a.ts", 'import { x } from "../core/b.ts";', /protocol may import only types of core/],
      [
        "webview/results/a.ts",
        'const x = await import("../../src/runtime/b.ts");',
        /webview may not import runtime/,
      ],
      ["src/graph/a.ts", 'import "chart.js";', /graph may not import chart.js/],
    ];
    for (const [file, source, expected] of refused) {
      const found = check(file, source);
      assert.equal(found.length, 1, `${source} in ${file}`);
      assert.match(found[0] ?? "", expected);
    }
  });

  it("lets through what the table allows", () => {
    const allowed: readonly [string, string][] = [
      ["src/protocol/a.ts", 'import type {\n  X,\n} from "../core/b.ts";'],
      ["src/core/mixture/a.ts", 'import { parseDocument } from "yaml";'],
      ["src/runtime/ort/a.ts", 'import { InferenceSession } from "onnxruntime-node";'],
      ["src/features/runs/a.ts", 'import { b } from "./b.ts";\nimport * as vscode from "vscode";'],
      ["src/core/a.ts", '// import { b } from "vscode";\nconst text = "see import";'],
    ];
    for (const [file, source] of allowed) assert.deepEqual(check(file, source), []);
  });
});

function refusals(all: ReadonlyMap<string, readonly Import[]>): string[] {
  return [...all].flatMap(([file, list]) =>
    list.flatMap(entry => {
      const reason = refusal(file, entry);
      return reason === null ? [] : [`${file}: "${entry.specifier}": ${reason}`];
    }),
  );
}

function refusal(file: string, { specifier, typeOnly }: Import): string | null {
  const from = layerOf(file);
  const layer = layers[from];
  if (layer === undefined) return "the file is in no layer";
  const no = (what: string): string => `${from} may not import ${what}: ${layer.why}`;

  if (specifier.startsWith(".")) {
    const target = posix.join(dirname(file), specifier);
    if (target === "package.json" && layer.node) return null; // names and versions
    const to = layerOf(target);
    if (to === from) {
      return from === "features" && folderOf(file) !== folderOf(target)
        ? "features may not import each other: what two of them need belongs to platform or core"
        : null;
    }
    if (layer.layers.includes(to)) return null;
    if (layer.types?.includes(to)) {
      return typeOnly ? null : `${from} may import only types of ${to}: ${layer.why}`;
    }
    return no(to);
  }
  if (specifier === "vscode") return layer.vscode ? null : no("vscode");
  if (isBuiltin(specifier)) return layer.node ? null : no(specifier);
  const name = packageOf(specifier);
  if (name === nativeRuntime) {
    return from === "runtime" || from === "cli"
      ? null
      : `${nativeRuntime} is loaded in the training process only: its crash must not take VS Code with it`;
  }
  return layer.packages === "any" || layer.packages.includes(name) ? null : no(name);
}

/** `src/core/run/records.ts` → core; `src/manifest.ts` → manifest; `webview/results/main.ts` → webview. */
function layerOf(file: string): string {
  const [top = "", second = ""] = file.split("/");
  return top === "src" ? second.replace(/\.ts$/, "") : top;
}

function folderOf(file: string): string {
  return file.split("/").slice(0, 3).join("/");
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function importsOf(source: string): Import[] {
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
