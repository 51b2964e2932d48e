// @ts-check
// `npm test`: sets up, runs the suites one after another, and ends with one line of totals.
//   npm test -- unit ui    only these suites
//   npm test -- all        including suites that a plain `npm test` omits
import { root } from "./lib/paths.mjs";
import { main, setUp } from "./lib/setUp.mjs";

main(async () => {
  process.chdir(root);
  await setUp({ build: false });
  // Imported late, because the suites may use what was just installed.
  const { suites, sum, countsLine, failed } = await import("./lib/suites.mjs");

  const asked = process.argv.slice(2);
  const unknown = asked.filter(name => name !== "all" && !(name in suites));
  if (unknown.length > 0) {
    console.error(`There is no suite ${unknown.join(", ")}. The suites are:`);
    for (const [name, { about }] of Object.entries(suites)) console.error(`  ${name.padEnd(12)} ${about}`);
    process.exitCode = 1;
    return;
  }
  const chosen = Object.entries(suites).filter(([name, suite]) =>
    asked.length === 0 ? suite.byDefault : asked.includes("all") || asked.includes(name),
  );

  let total = { passed: 0, failed: 0, skipped: 0 };
  const summary = [];
  const started = Date.now();
  for (const [name, suite] of chosen) {
    console.log(`\n${name}: ${suite.about}`);
    const suiteStarted = Date.now();
    const outcome = await suite
      .run()
      .catch(error => failed(error instanceof Error ? error.message : `${error}`));
    const seconds = ((Date.now() - suiteStarted) / 1000).toFixed(1);
    const note = outcome.note ? ` (${outcome.note})` : "";
    summary.push(`${name.padEnd(12)} ${countsLine(outcome)} in ${seconds} s${note}`);
    total = sum(total, outcome);
  }
  console.log(`\n${summary.join("\n")}`);
  console.log(`${((Date.now() - started) / 1000).toFixed(0)} s in all`);
  console.log(countsLine(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
});
