// @ts-check
// `npm run demo`: sets up, then tunes the built-in model on four language mixtures and scores each model in
// twelve languages. Ends with the table and the path of the report.
import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./lib/paths.mjs";
import { runNode } from "./lib/processes.mjs";
import { main, setUp } from "./lib/setUp.mjs";

const file = join("examples", "just-a-pinch", "just-a-pinch.mixture.yaml");
const runs = join(".demo", "runs");

main(async () => {
  const started = Date.now();
  await setUp();
  // Results of an earlier demo would appear in the same table.
  rmSync(join(root, runs), { recursive: true, force: true });
  console.log(`
Scoring the untuned model, then tuning it on each mixture of ${file} and scoring it in every language.
It all happens on this machine. The same from VS Code: npm start
`);
  const { code } = await runNode(
    [join("dist", "cli.js"), "run", file, "--out", runs, ...process.argv.slice(2)],
    {
      cwd: root,
    },
  );
  if (code === 0) {
    const minutes = Math.floor((Date.now() - started) / 60_000);
    const seconds = Math.round(((Date.now() - started) % 60_000) / 1000);
    console.log(
      `\nThe demo took ${minutes} min ${seconds} s with all set-up. Its runs are in ${relative(root, join(root, runs))}.`,
    );
  }
  process.exitCode = code;
});
