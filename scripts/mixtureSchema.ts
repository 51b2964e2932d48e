// Writes media/mixture.schema.json from the keys that the parser knows; a test compares them.
// `node --import tsx scripts/mixtureSchema.ts`
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mixtureJsonSchema } from "../src/core/mixtureFile/jsonSchema.ts";
import { root } from "./lib/paths.mjs";

writeFileSync(
  join(root, "media", "mixture.schema.json"),
  `${JSON.stringify(mixtureJsonSchema(), null, 2)}\n`,
);
