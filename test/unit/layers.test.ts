// Checks every import of src and webview against the tables of layers and floors in ARCHITECTURE.md.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { describe, it } from "node:test";
import {
  circlesOf,
  fileGraph,
  folderGraph,
  type Import,
  type Imports,
  importsOf,
  importsOfSources,
  targetOf,
} from "../support/imports.ts";

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
    packages: ["valibot", "yaml"],
    node: false,
    vscode: false,
    why: "rules about mixtures, runs and scores are pure: they run in a webview and in a test alike",
  },
  node: {
    layers: ["common", "protocol"],
    packages: ["http-proxy-agent", "https-proxy-agent", "proxy-from-env"],
    node: true,
    vscode: false,
    why: "the extension, the runtime and the command line share it, so it needs neither VS Code nor the engine",
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
    layers: ["common", "node", "core", "graph", "protocol"],
    packages: "any",
    node: true,
    vscode: false,
    why: "the training process also serves the command line, where there is no VS Code",
  },
  cli: {
    layers: ["common", "node", "core", "graph", "protocol", "runtime"],
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
    layers: ["common", "node", "protocol", "manifest"],
    packages: ["vscode-jsonrpc"],
    node: true,
    vscode: true,
    why: "adapters to VS Code know nothing of mixtures and runs",
  },
  workspace: {
    layers: ["common", "node", "core", "protocol", "platform", "manifest"],
    packages: [],
    node: false,
    vscode: true,
    why: "it is the state that features share: one instance of each store, which knows none of its views",
  },
  features: {
    layers: ["common", "node", "core", "protocol", "platform", "manifest", "workspace"],
    packages: [],
    node: false,
    vscode: true,
    why: "a feature shows things; computing belongs to the runtime, behind the protocol",
  },
  extension: {
    layers: ["common", "node", "core", "protocol", "platform", "manifest", "workspace", "features"],
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

const imports = importsOfSources();
const files = [...imports.keys()];
const architecture = readFileSync("ARCHITECTURE.md", "utf8");
/** Layers whose folders stand on floors, by ARCHITECTURE.md. */
const layersWithFloors = ["core", "graph", "runtime"];
const floors = new Map(layersWithFloors.map(layer => [layer, floorsOf(architecture, layer)]));

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

describe("floors", () => {
  for (const [layer, table] of floors)
    it(`every folder of ${layer} stands on a floor of ARCHITECTURE.md's table, and every floor has folders`, () => {
      const folders = new Set(files.filter(file => layerOf(file) === layer).flatMap(roomOf));
      assert.deepEqual([...table.keys()].sort(), [...folders].sort());
    });

  it("every folder imports from lower floors only", () => {
    assert.deepEqual(climbs(imports, floors), []);
  });

  it("no files import each other in a circle, types included", () => {
    assert.deepEqual(circlesOf(fileGraph(imports)), []);
  });

  it("no folders of a layer import each other in a circle, types included", () => {
    assert.deepEqual(circlesOf(folderGraph(imports, folderInLayer)), []);
  });
});

describe("the check itself", () => {
  const check = (file: string, source: string): string[] => refusals(new Map([[file, importsOf(source)]]));

  it("refuses what the table forbids and says why", () => {
    const refused: readonly [string, string, RegExp][] = [
      [
        "src/core/records/a.ts",
        'import { b } from "../../runtime/b.ts";',
        /core may not import runtime: rules about/,
      ],
      ["src/core/records/a.ts", 'import * as fs from "node:fs";', /core may not import node:fs/],
      ["src/core/records/a.ts", 'import fs from "fs";', /core may not import fs/],
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

  const table = `
| floor of core | folder    | about    |
| ------------: | --------- | -------- |
|             2 | \`results\` | a table  |
|             2 | \`rating\`  | people   |
|             1 | \`records\` | of a run |

| floor of graph | folder | about |
| -------------: | ------ | ----- |
|              3 | \`nn\`   | else  |
`;
  const climbing = (file: string, source: string): string[] =>
    climbs(new Map([[file, importsOf(source)]]), new Map([["core", floorsOf(table, "core")]]));

  it("reads the floors of one layer", () => {
    assert.deepEqual(Object.fromEntries(floorsOf(table, "core")), { results: 2, rating: 2, records: 1 });
    assert.throws(() => floorsOf(table, "runtime"), /no table/);
  });

  it("refuses an import from the same or a higher floor, of types too, and says why", () => {
    const refused: readonly [string, string, RegExp][] = [
      [
        "src/core/records/a.ts",
        'import type { B } from "../results/b.ts";',
        /core\/records \(floor 1\) may not import core\/results \(floor 2\): a folder imports from lower floors/,
      ],
      ["src/core/rating/a.ts", 'export { b } from "../results/b.ts";', /rating \(floor 2\) may not import/],
      ["src/core/records/a.ts", 'await import("../nowhere/b.ts");', /core\/nowhere stands on no floor/],
      ["src/core/records/a.ts", 'import { b } from "../b.ts";', /belongs to no folder/],
    ];
    for (const [file, source, expected] of refused) {
      const found = climbing(file, source);
      assert.equal(found.length, 1, `${source} in ${file}`);
      assert.match(found[0] ?? "", expected);
    }
  });

  it("lets through an import from a lower floor, the own folder, another layer, and those of a layer's entry", () => {
    const allowed: readonly [string, string][] = [
      ["src/core/results/a.ts", 'import { b } from "../records/b.ts";'],
      ["src/core/results/a.ts", 'import { b } from "./b.ts";\nimport { c } from "../../common/c.ts";'],
      ["src/core/main.ts", 'import { b } from "./results/b.ts";'],
    ];
    for (const [file, source] of allowed) assert.deepEqual(climbing(file, source), []);
  });

  const circular = new Map([
    ["src/core/a/one.ts", importsOf('import type { Two } from "./two.ts";')],
    ["src/core/a/two.ts", importsOf('import { three } from "../b/three.ts";')],
    ["src/core/b/three.ts", importsOf('export { one } from "../a/one.ts";\nimport "./four.ts";')],
    ["src/core/b/four.ts", importsOf('import "node:fs";')],
  ]);

  it("finds a circle of files, through types and over any number of them", () => {
    const open = new Map([...circular, ["src/core/b/three.ts", importsOf('import "./four.ts";')]]);
    assert.deepEqual(circlesOf(fileGraph(circular)), [
      ["src/core/a/one.ts", "src/core/a/two.ts", "src/core/b/three.ts"],
    ]);
    assert.deepEqual(circlesOf(fileGraph(open)), []);
  });

  it("finds a circle of folders where no files form one", () => {
    const files = new Map([
      ...circular,
      ["src/core/b/three.ts", importsOf("")],
      ["src/core/b/four.ts", importsOf('import type { One } from "../a/one.ts";')],
    ]);
    assert.deepEqual(circlesOf(fileGraph(files)), []);
    assert.deepEqual(circlesOf(folderGraph(files, folderInLayer)), [["core/a", "core/b"]]);
  });
});

function refusals(all: Imports): string[] {
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

  const target = targetOf(file, specifier);
  if (target !== null) {
    if (target === "package.json" && layer.node) return null; // names and versions
    const to = layerOf(target);
    if (to === from) {
      return from === "features" && folderOf(file) !== folderOf(target)
        ? "features may not import each other: what two of them need belongs to workspace, platform or core"
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

/** Imports between folders of one layer that do not lead to a lower floor, each with the reason. */
function climbs(all: Imports, tables: ReadonlyMap<string, ReadonlyMap<string, number>>): string[] {
  return [...all].flatMap(([file, list]) =>
    list.flatMap(({ specifier }) => {
      const reason = climb(file, specifier, tables);
      return reason === null ? [] : [`${file}: "${specifier}": ${reason}`];
    }),
  );
}

function climb(
  file: string,
  specifier: string,
  tables: ReadonlyMap<string, ReadonlyMap<string, number>>,
): string | null {
  const target = targetOf(file, specifier);
  const layer = layerOf(file);
  const table = tables.get(layer);
  if (target === null || table === undefined || layerOf(target) !== layer) return null;
  const [[from], [to]] = [roomOf(file), roomOf(target)];
  if (from === to || from === undefined) return null; // files at the root of a layer put its folders together
  if (to === undefined)
    return `${target} belongs to no folder: only files at the root of ${layer} may import it`;
  const [floor, other] = [table.get(from), table.get(to)];
  if (floor === undefined || other === undefined)
    return `${layer}/${floor === undefined ? from : to} stands on no floor: add it to the table in ARCHITECTURE.md`;
  if (other < floor) return null;
  return `${layer}/${from} (floor ${floor}) may not import ${layer}/${to} (floor ${other}): a folder imports from lower floors only, so that no circle can form; move what both need further down`;
}

/** Name of the folder of a layer that a file is in, null for a file at the root of its layer. */
function folderInLayer(file: string): string | null {
  const [, folder] = /^(?:src\/)?(\w+\/\w+)\//.exec(file) ?? [];
  return folder ?? null;
}

/** Floor by folder, from the table of ARCHITECTURE.md whose first column is headed `floor of LAYER`. */
function floorsOf(text: string, layer: string): Map<string, number> {
  const [, table] = text.split(new RegExp(`^\\| +floor of ${layer} +\\|.*\\n`, "m"));
  if (table === undefined) throw new Error(`ARCHITECTURE.md has no table of the floors of ${layer}`);
  const [rows = ""] = table.split("\n\n");
  return new Map(
    [...rows.matchAll(/^\| +(\d+) \| `(\w+)`/gm)].map(([, floor, folder = ""]) => [folder, Number(floor)]),
  );
}

/** `src/core/records/seal.ts` → records; nothing for a file at the root of its layer. */
function roomOf(file: string): string[] {
  const parts = file.split("/");
  return parts[0] === "src" && parts.length > 3 && parts[2] !== undefined ? [parts[2]] : [];
}

/** `src/core/records/records.ts` → core; `src/manifest.ts` → manifest; `webview/results/main.ts` → webview. */
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
