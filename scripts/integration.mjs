// @ts-check
// Bundles test/integration, prepares the workspace that the tests open, and runs them in an extension host.
//   --bundle-only  don't run them (for debugging)
// Other arguments are passed to vscode-test, for example --grep "a title".
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureCodeServer } from "./lib/codeServer.mjs";
import { root } from "./lib/paths.mjs";
import { runNode } from "./lib/processes.mjs";
import { filesUnder, setUp } from "./lib/setUp.mjs";

await setUp();
const { build } = await import("esbuild");
// Always inside the repository, because the extension host attributes code to an extension by its path.
const out = join(root, ".vscode-test", "integration");
rmSync(out, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: filesUnder("test/integration").filter(file => /\.(test|setup)\.ts$/.test(file)),
  outdir: out,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  sourcemap: "inline",
  external: ["vscode", "mocha"],
  // Sources locate files by import.meta.url, which this module format lacks; the folder depth is the same.
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  define: { "import.meta.url": "importMetaUrl" },
  logLevel: "warning",
});
const workspace = join(root, ".vscode-test", "workspace");
rmSync(workspace, { recursive: true, force: true });
mkdirSync(workspace, { recursive: true });

if (process.argv.includes("--bundle-only")) process.exit(0);

const desktop = process.env.VSCODE_REAL === "1" || process.platform === "win32";
if (!desktop) await ensureCodeServer(line => console.log(`  ${line}`));
const cli = join(root, "node_modules", "@vscode", "test-cli", "out", "bin.mjs");
const { code } = await runNode([cli, ...process.argv.slice(2)], { cwd: root });
process.exitCode = code;
