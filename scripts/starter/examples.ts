// Writes the data of examples/just-a-pinch, with the same bytes every time:
//   npx tsx scripts/starter/examples.ts [--out DIR]
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { heldOutRows, trainRows } from "./instructions.ts";
import { languages } from "./languages.ts";

const { values } = parseArgs({ options: { out: { type: "string" } } });
const out = values.out ?? fileURLToPath(new URL("../../examples/just-a-pinch/data", import.meta.url));
for (const language of languages) {
  const splits = {
    train: trainRows(language),
    dev: heldOutRows("dev", language),
    eval: heldOutRows("eval", language),
  };
  for (const [split, rows] of Object.entries(splits)) {
    mkdirSync(join(out, split), { recursive: true });
    const lines = rows.map(row => `${JSON.stringify(row)}\n`);
    writeFileSync(join(out, split, `${language}.jsonl`), lines.join(""));
  }
  console.log(
    `${language}: ${splits.train.length} train, ${splits.dev.length} dev, ${splits.eval.length} eval`,
  );
}
