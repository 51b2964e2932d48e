// @ts-check
// Bundles the extension for VS Code: one file with what activation needs, and a chunk for each `import()` in
// it. esbuild splits ES modules only, but the extension host loads CommonJS: a second build converts the
// output of the first to CommonJS. Code shared by several chunks is in a separate file, or in the main file
// if activation needs it.
import { readFileSync } from "node:fs";
import { basename, posix } from "node:path";
import { build } from "esbuild";

/** Folder of the chunks, next to the main file. */
export const chunksFolder = "chunks";
const entry = "extension";

/** @typedef {import("esbuild").BuildOptions} BuildOptions */
/** @typedef {import("esbuild").Metafile} Metafile */

/**
 * @param {string} source entry point
 * @param {BuildOptions} options for CommonJS in Node
 * @returns {BuildOptions}
 */
export function hostBundle(source, options) {
  return {
    ...options,
    entryPoints: [{ in: source, out: entry }],
    format: "esm",
    splitting: true,
    chunkNames: `${chunksFolder}/[name]-[hash]`,
    write: false,
    minify: false,
    metafile: true,
    sourcemap: options.sourcemap ? "inline" : false,
    logLevel: "warning",
    plugins: [oneVscode, asCommonJs(options)],
  };
}

/**
 * Shares one `vscode` object between all files. Otherwise every `import * as vscode` would request the module
 * again and copy its whole interface, member by member: on activation, in about a hundred files.
 * @type {import("esbuild").Plugin}
 */
const oneVscode = {
  name: "one-vscode",
  setup({ onLoad, onResolve }) {
    const namespace = "one-vscode";
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(
        /^import \* as vscode from "vscode";$/m,
        'import vscode = require("vscode");',
      ),
      loader: "ts",
    }));
    onResolve({ filter: /^vscode$/, namespace }, () => ({ path: "vscode", external: true }));
    onResolve({ filter: /^vscode$/ }, ({ path }) => ({ path, namespace }));
    onLoad({ filter: /./, namespace }, () => ({ contents: 'module.exports = require("vscode");' }));
  },
};

/** @param {BuildOptions} options @returns {import("esbuild").Plugin} */
function asCommonJs(options) {
  return {
    name: "as-commonjs",
    setup({ onEnd }) {
      onEnd(async ({ metafile, outputFiles }) => {
        if (metafile === undefined || outputFiles === undefined) return; // the build failed and has reported why
        const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
        await build({
          ...options,
          ...divided(texts, firstOf(metafile)),
          supported: { "dynamic-import": false }, // require() wrapped in a promise
        });
      });
    },
  };
}

/** Names of the files that the entry point imports statically. @param {Metafile} metafile */
function firstOf({ outputs }) {
  /** @type {Set<string>} */
  const first = new Set();
  /** @param {string} path */
  const add = path => {
    if (first.has(basename(path))) return;
    first.add(basename(path));
    for (const { path: next, kind, external } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && external !== true) add(next);
  };
  add(Object.keys(outputs).find(path => basename(path) === `${entry}.js`) ?? "");
  return first;
}

/**
 * @param {ReadonlyMap<string, string>} texts @param {ReadonlySet<string>} first
 * @returns {Pick<BuildOptions, "entryPoints" | "plugins">}
 */
function divided(texts, first) {
  const namespace = "divided";
  /** Name under which the main file exports one of its files. @param {string} file */
  const exported = file => file.replace(/\W/g, "_");
  const shared = [...first].filter(file => file !== `${entry}.js`);
  const lines = shared.map(file => `export * as ${exported(file)} from "./${file}";`);
  const whole = [`export * from "./${entry}.js";`, ...lines].join("\n");
  const chunks = [...texts.keys()].filter(file => !first.has(file));
  return {
    entryPoints: [
      { in: "whole", out: entry },
      ...chunks.map(file => ({ in: `./${file}`, out: `${chunksFolder}/${basename(file, ".js")}` })),
    ],
    plugins: [
      {
        name: namespace,
        setup({ onLoad, onResolve }) {
          onResolve({ filter: /./, namespace: "shared" }, ({ path }) => ({ path, external: true }));
          onResolve({ filter: /^whole$/ }, ({ path }) => ({ path, namespace }));
          onResolve({ filter: /\.js$/ }, ({ path, importer, kind }) => {
            const file = basename(path);
            if (!texts.has(file)) return undefined;
            const inFirst = importer === "whole" || first.has(importer);
            if (kind === "entry-point" || (inFirst && first.has(file))) return { path: file, namespace };
            if (first.has(file)) return { path: file, namespace: "shared" };
            return { path: `./${posix.join(inFirst ? chunksFolder : "", file)}`, external: true };
          });
          onLoad({ filter: /./, namespace }, ({ path }) => ({
            contents: path === "whole" ? whole : (texts.get(path) ?? ""),
          }));
          onLoad({ filter: /./, namespace: "shared" }, ({ path }) => ({
            contents: `module.exports = require("../${entry}.js").${exported(path)};`,
          }));
        },
      },
    ],
  };
}
