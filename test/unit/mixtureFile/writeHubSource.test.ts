// A dataset of the Hub written into a mixture file: as a new value, and pinned where it stands.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { hubSourceYaml, pinHubSource } from "../../../src/core/mixtureFile/writeHubSource.ts";

const pinned = `hub:org/name@${"0123456789".repeat(4)}`;

function pin(text: string, fields: Parameters<typeof hubSourceYaml>[1], source = "hub:org/name"): string {
  let changed = text;
  const edits = pinHubSource(text, { from: 0, to: text.length }, source, pinned, fields);
  for (const { from, to, text: written } of edits.toReversed())
    changed = changed.slice(0, from) + written + changed.slice(to);
  return changed;
}

test("a value is a text or a map, which the mixture file reads back", () => {
  const fields = { config: "{language}", split: "train", language: "on" };
  for (const given of [{}, { split: "train" }, fields]) {
    const yaml = hubSourceYaml(`${pinned}/{language}.jsonl`, given);
    const { draft } = parseMixtureFile(
      `version: 1\ndata:\n  train: ${hubSourceYaml(pinned, { language: "l", ...given })}\n`,
    );
    assert.match(yaml, /^("hub:|\{ file: "hub:)/);
    if (!("config" in given)) assert.deepEqual(draft.data.train, [{ file: pinned, language: "l", ...given }]);
  }
  assert.equal(
    hubSourceYaml(pinned, fields),
    `{ file: "${pinned}", config: "{language}", split: train, language: "on" }`,
  );
});

test("a text that stands there becomes pinned, or a map", () => {
  assert.equal(pin("data:\n  train: hub:org/name # mine\n", {}), `data:\n  train: "${pinned}" # mine\n`);
  assert.equal(
    pin('data:\n  train: "hub:org/name"\n', { split: "train" }),
    `data:\n  train: { file: "${pinned}", split: train }\n`,
  );
});

test("of a map the file is pinned, and what it lacks is added in its style", () => {
  assert.equal(
    pin("data: { train: { file: hub:org/name, split: test } }", { split: "train", language: "lang" }),
    `data: { train: { file: "${pinned}", language: lang, split: test } }`,
  );
  for (const end of ["\n", "\r\n"])
    assert.equal(
      pin(["data:", "  train:", "    - split: x", "      file: hub:org/name", ""].join(end), {
        config: "fi",
      }),
      ["data:", "  train:", "    - split: x", `      file: "${pinned}"`, "      config: fi", ""].join(end),
    );
});

test("other places and other sources stay as they are", () => {
  const text = "data:\n  train: hub:org/name\n  eval: hub:org/name\n";
  const [edit, more] = pinHubSource(text, { from: 8, to: 30 }, "hub:org/name", pinned, {});
  assert.deepEqual([edit?.from, more], [15, undefined]);
  assert.equal(pin(text, {}, "hub:org/other"), text);
});
