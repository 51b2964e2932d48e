// Bundles the extension, the runtime process, the command line and the webviews into dist/.
import { existsSync, readdirSync } from "node:fs";
import { build, context } from "esbuild";

const watch = process.argv.includes("--watch");
const production = process.argv.includes("--production");
const common = {
  bundle: true,
  sourcemap: !production,
  minify: production,
  logLevel: "info",
  legalComments: "none",
};
const node = {
  ...common,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode", "onnxruntime-node"],
};
const views = readdirSync("webview", { withFileTypes: true })
  .filter(entry => entry.isDirectory() && existsSync(`webview/${entry.name}/main.ts`))
  .map(entry => ({ in: `webview/${entry.name}/main.ts`, out: `webview/${entry.name}` }));
const targets = [
  { ...node, entryPoints: [{ in: "src/extension.ts", out: "extension" }], outdir: "dist" },
  {
    ...node,
    entryPoints: [
      { in: "src/runtime/main.ts", out: "runtime" },
      { in: "src/cli/main.ts", out: "cli" },
    ],
    outdir: "dist",
  },
  {
    ...common,
    platform: "browser",
    format: "iife",
    target: "es2022",
    entryPoints: views,
    outdir: "dist",
    loader: { ".ttf": "file" },
  },
].filter(target => target.entryPoints.length > 0 && target.entryPoints.every(entry => existsSync(entry.in)));

for (const target of targets) {
  if (watch) await (await context(target)).watch();
  else await build(target);
}
