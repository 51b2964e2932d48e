// A person's fastText model as identifier: labels as tags, what it does not know, and files that are none.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { errorsOf, loadExperiment } from "../../../src/runtime/experiment/experiment.ts";
import { createFastTextIdentifier } from "../../../src/runtime/identification/fastTextIdentifier.ts";
import { tinyExperiment, tinyMixture, write } from "../experiment/tinyExperiment.ts";

const folder = join(import.meta.dirname, "..", "..", "fixtures", "fastText");

test("answers with the evaluated language's own tag, or und below the benchmark's threshold", () => {
  const { identify } = createFastTextIdentifier(join(folder, "softmax.bin"), ["zh-Hans", "fi"]);
  assert.equal(identify("中国人大学的").language, "zh-Hans");
  assert.equal(identify("kalaääni säätu").language, "fi");
  const english = identify("ingshthe owndthe");
  assert.equal(english.language, "en");
  assert.ok(english.confidence > 0.3 && english.confidence <= 1);
  const nothing = createFastTextIdentifier(join(folder, "words.bin"), ["fi"]).identify("unseen");
  assert.deepEqual(nothing, {
    language: nothing.confidence > 0.3 ? "en" : "und",
    confidence: nothing.confidence,
  });
});

test("a model whose labels are no languages is refused", () => {
  assert.throws(
    () => createFastTextIdentifier(join(folder, "qout.ftz"), ["fi"]),
    /l0.*not languages|not languages/,
  );
});

test("a model that knows none of the evaluated languages is refused, with what it tells", () => {
  assert.throws(
    () => createFastTextIdentifier(join(folder, "softmax.bin"), ["et", "hi"]),
    /knows none of the evaluated languages \(et, hi\): its labels are /,
  );
  assert.doesNotThrow(() => createFastTextIdentifier(join(folder, "softmax.bin"), ["et", "fi"]));
});

test("validation says what is wrong with the file, at its place", async () => {
  const faults = async (identifier: string): Promise<string[]> => {
    const { file, starter, folder: place } = tinyExperiment(`${tinyMixture}  identifier: ${identifier}\n`);
    write(place, "notes.bin", "no model at all");
    return errorsOf(await loadExperiment({ file, starter })).map(
      ({ code, message, range }) => `${code} ${range.start.line} ${message}`,
    );
  };
  const line = tinyMixture.split("\n").length - 1;
  assert.match(
    (await faults("nowhere.ftz")).join(),
    new RegExp(`^identifier ${line} The identifier can't be read`),
  );
  assert.deepEqual(await faults("notes.bin"), [`identifier ${line} The identifier is not a fastText model.`]);
  assert.deepEqual(await faults(JSON.stringify(join(folder, "hs.ftz"))), []);
});
