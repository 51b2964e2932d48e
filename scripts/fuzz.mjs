// @ts-check
// `npm run fuzz`: 10,000 damaged files per importer, and all report fields; `npm run fuzz -- 500` for fewer.
import { root } from "./lib/paths.mjs";
import { runNode } from "./lib/processes.mjs";
import { setUp } from "./lib/setUp.mjs";

const files = process.argv[2] ?? "10000";
await setUp({ build: false });
const { code } = await runNode(
  [
    "--import",
    "tsx",
    "--disable-warning=ExperimentalWarning",
    "--test",
    "--test-reporter=spec",
    "test/fuzz/importers.test.ts",
    "test/fuzz/reports.test.ts",
  ],
  { cwd: root, env: { ...process.env, PINCH_FUZZ_FILES: files } },
);
process.exitCode = code ?? 1;
