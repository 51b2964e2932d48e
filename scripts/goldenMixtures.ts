// Updates the golden files of the language features for every fixture in test/fixtures/mixtures; review the
// diff before committing. `node --import tsx scripts/goldenMixtures.ts`
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { goldenOf } from "../test/support/mixtureGolden.ts";
import { root } from "./lib/paths.mjs";

const folder = join(root, "test", "fixtures", "mixtures");
const suffix = ".mixture.yaml";
const names = readdirSync(folder).filter(name => name.endsWith(suffix));
for (const name of names) {
  const golden = goldenOf(readFileSync(join(folder, name), "utf8"));
  writeFileSync(join(folder, name.replace(suffix, ".json")), `${JSON.stringify(golden, null, 2)}\n`);
}
process.stdout.write(`${names.length} golden files written.\n`);
