// @ts-check
// Bundles the extension, the runtime process, the command line and the webviews into dist/.
//   --watch       rebuild on every change
//   --production  minified, without source maps
//   --out DIR     output folder other than dist
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, context } from "esbuild";
import { chunksFolder, hostBundle } from "./lib/hostBundle.mjs";
import { root } from "./lib/paths.mjs";
import { phrases } from "./lib/phrases.mjs";
import { buildRecord, inputsHash } from "./lib/setUp.mjs";

const watch = process.argv.includes("--watch");
const production = process.argv.includes("--production");
const outIndex = process.argv.indexOf("--out");
const outdir = resolve(root, outIndex < 0 ? "dist" : (process.argv[outIndex + 1] ?? "dist"));

/** @type {import("esbuild").BuildOptions} */
const common = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  sourcemap: !production,
  minify: production,
  logLevel: "info",
  legalComments: "none",
  metafile: true,
};
/** @type {import("esbuild").BuildOptions} */
const node = {
  ...common,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode", "onnxruntime-node"], // provided by the host; native
};
const views = readdirSync(join(root, "webview"), { withFileTypes: true }).flatMap(({ name }) =>
  ["main.ts", "main.tsx"]
    .filter(file => existsSync(join(root, "webview", name, file)))
    .map(file => ({ in: `webview/${name}/${file}`, out: name })),
);
const targets = [
  hostBundle("src/extension.ts", node),
  {
    ...node,
    entryPoints: [
      { in: "src/runtime/main.ts", out: "runtime" },
      { in: "src/cli/main.ts", out: "cli" },
      { in: "src/runtime/dataFiles/unzstdWorker.ts", out: "unzstdWorker" },
    ],
  },
  /** @type {import("esbuild").BuildOptions} */ ({
    ...common,
    platform: "browser",
    format: "iife",
    target: "es2022",
    outdir: join(outdir, "webview"),
    entryPoints: views,
    loader: { ".ttf": "file" },
  }),
];

const inputs = inputsHash();
rmSync(join(outdir, chunksFolder), { recursive: true, force: true }); // left by other sources
/** All npm packages with code in a bundle, whose licences must be included. @type {Set<string>} */
const packages = new Set();
for (const target of targets) {
  if (watch) {
    await (await context(target)).watch();
    continue;
  }
  const { metafile } = await build(target);
  for (const input of Object.keys(metafile?.inputs ?? {})) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match?.[1]) packages.add(match[1]);
  }
}
if (!watch) {
  writeFileSync(join(outdir, "phrases.json"), JSON.stringify(await phrases()));
  writeFileSync(
    join(outdir, buildRecord),
    `${JSON.stringify({ inputs, packages: [...packages].sort() }, null, 2)}\n`,
  );
}
