// @ts-check
// Bundles test files, because loading each of their modules through tsx takes longer than most tests.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./paths.mjs";

/** What a module calls its own place, which a bundle would answer with its own, and the name of the answer. */
const ownPlace = {
  "import.meta.dirname": "ownFolder",
  "import.meta.url": "ownUrl",
  __dirname: "ownFolder",
  __filename: "ownPath",
};

/**
 * Bundles each file with all that it imports except packages, with a source map.
 * @param {readonly string[]} files named `….test.mjs`
 * @param {string} folder inside the repository, whose packages the bundles load
 * @returns {Promise<string[]>} paths of the bundles, in the order of the files
 */
export async function bundleTests(files, folder) {
  await build({
    absWorkingDir: root,
    entryPoints: [...files],
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: `node${process.versions.node}`,
    packages: "external",
    define: ownPlace,
    sourcemap: true,
    sourcesContent: false,
    keepNames: true, // classes and errors print their names
    logLevel: "error",
    plugins: [{ name: "own places", setup: keepPlaces }],
  });
  return files.map(file => file.replace(/\.mjs$/, ".cjs"));
}

/** @param {import("esbuild").PluginBuild} bundle */
function keepPlaces(bundle) {
  const names = Object.keys(ownPlace);
  bundle.onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => {
    const text = readFileSync(path, "utf8");
    if (!names.some(name => text.includes(name))) return null;
    const place = { ownFolder: dirname(path), ownPath: path, ownUrl: pathToFileURL(path).href };
    const declared = Object.entries(place).map(
      ([name, value]) => `const ${name} = ${JSON.stringify(value)}; `,
    );
    // In the first line: the others keep their numbers.
    return { contents: declared.join("") + text, loader: path.endsWith(".ts") ? "ts" : "js" };
  });
}
