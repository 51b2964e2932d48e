// Bundles a script of the tests, for those that start it as a process many times: loading its sources takes seconds.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { buildSync } from "esbuild";
import { root } from "../../scripts/lib/paths.mjs";

const bundles = new Map<string, string>();

/**
 * Path of one CommonJS file with the script and all that it imports, for this process and until it ends.
 * @param script Path of a TypeScript file.
 */
export function bundled(script: string): string {
  const known = bundles.get(script);
  if (known !== undefined) return known;
  // Inside the repository, whose node_modules has what is not bundled.
  mkdirSync(join(root, "dist"), { recursive: true });
  const folder = mkdtempSync(join(root, "dist", "test-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, `${basename(script, ".ts")}.js`);
  buildSync({
    entryPoints: [script],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["onnxruntime-node"],
    logLevel: "error",
  });
  bundles.set(script, outfile);
  return outfile;
}
