// Damaged files of every kind are read or refused with a remedy: no crash, no hang, no memory they don't justify.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzz } from "./fuzz.ts";
import { importers } from "./importers.ts";
import { texts } from "./texts.ts";

/** Files for each importer; `npm run fuzz` tries 10,000. */
const count = Number(process.env.PINCH_FUZZ_FILES ?? 100);
/** Faults that are shown; the first ones tell the story. */
const maxShown = 10;

for (const { name } of [...importers, ...texts]) {
  test(`${name}: ${count} damaged files`, async context => {
    const { accepted, refused, faults } = await fuzz(name, count);
    context.diagnostic(`${accepted} read, ${refused} refused, ${faults.length} faults`);
    assert.deepEqual(faults.slice(0, maxShown), []);
    assert.equal(accepted + refused, count);
    assert.ok(
      accepted > 0,
      "no file was read: the damage is too great to reach what lies behind the first check",
    );
    assert.ok(refused > 0, "no file was refused: the damage is too small");
  });
}
