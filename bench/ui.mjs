// @ts-check
// Measures the speed of the editor over a large workspace in a real extension host, and compares it with
// limits.
// usage: npm run bench:ui [-- --rows 50000] [--keep]
//   --rows N  examples of each of the 12 languages
//   --keep    keep the workspace (150 MB at 50,000 rows) for the next run
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureCodeServer } from "../scripts/lib/codeServer.mjs";
import { root } from "../scripts/lib/paths.mjs";
import { runNode } from "../scripts/lib/processes.mjs";
import { main, setUp } from "../scripts/lib/setUp.mjs";

const { values: options } = parseArgs({
  options: { rows: { type: "string", default: "50000" }, keep: { type: "boolean", default: false } },
});
// Inside the repository, because the extension host attributes code to an extension by its path.
const folder = join(root, ".vscode-test", "bench");
const workspace = join(folder, "workspace");
const figures = join(folder, "figures.jsonl");

/** @param {readonly string[]} args @param {Record<string, string>} [env] */
async function node(args, env = {}) {
  const { code } = await runNode([...args], { cwd: root, env: { ...process.env, ...env } });
  if (code !== 0) throw new Error(`${args.at(-1)} ended with exit code ${code}.`);
}

async function measure() {
  await setUp();
  await ensureCodeServer();
  mkdirSync(folder, { recursive: true });
  rmSync(figures, { force: true });
  await node(["--import", "tsx", join(root, "bench", "uiWorkspace.ts"), workspace, options.rows]);
  await node(["--import", "tsx", join(root, "bench", "uiIndex.ts"), workspace, figures]);
  rmSync(join(workspace, "large.mixture.yaml"), { force: true }); // left by the last run
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: root,
    entryPoints: { "ui.test": "bench/uiHost.ts" },
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
  const configuration = join(folder, "vscode-test.mjs");
  writeFileSync(configuration, configurationText());
  const cli = join(root, "node_modules", "@vscode", "test-cli", "out", "bin.mjs");
  await node([cli, "--config", configuration], { PINCH_BENCH_FIGURES: figures });
  await node(["--import", "tsx", join(root, "bench", "uiComposer.ts"), workspace, figures]);
  print();
  if (!options.keep) rmSync(workspace, { recursive: true, force: true });
}

/** Configuration for vscode-test: as in .vscode-test.mjs, with the benchmark's workspace. */
function configurationText() {
  const desktop = process.env.VSCODE_REAL === "1" || process.platform === "win32";
  const installation = desktop
    ? {}
    : { useInstallation: { fromPath: join(root, "test", "support", "standIn.mjs") } };
  return `export default ${JSON.stringify({
    files: join(folder, "ui.test.cjs"),
    extensionDevelopmentPath: root,
    workspaceFolder: workspace,
    mocha: { ui: "bdd", timeout: 300_000, reporter: join(root, "test", "support", "mochaReporter.cjs") },
    ...installation,
  })};\n`;
}

function print() {
  if (!existsSync(figures)) throw new Error("Nothing was measured.");
  const lines = readFileSync(figures, "utf8").trim().split("\n");
  /** @type {{ what: string, value: number, unit: string, limit?: number }[]} */
  const rows = lines.map(line => JSON.parse(line));
  console.log(`\n12 languages × ${Number(options.rows).toLocaleString("en")} examples`);
  for (const { what, value, unit, limit } of rows) {
    const held =
      limit === undefined ? "" : value <= limit ? `  (limit ${limit})` : `  OVER the limit of ${limit}`;
    console.log(`  ${what.padEnd(58)} ${String(value).padStart(8)} ${unit}${held}`);
  }
}

main(measure);
