// Experiments on datasets of the Hub: read from the cache alone, and every way in which they are not there.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Diagnostic } from "../../../src/common/diagnostic.ts";
import { fixesFor } from "../../../src/core/mixtureEditor/fixes.ts";
import { parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";
import { Source } from "../../../src/core/mixtureFile/textEdit.ts";
import { type Experiment, loadExperiment, requireValid } from "../../../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../../../src/runtime/experiment/prepareRun.ts";
import { downloadDataset } from "../../../src/runtime/hub/fetchDataset.ts";
import { commit, type FakeHub, fakeHub } from "../hub/fakeHub.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const rows = (language: string): string =>
  [1, 2, 3]
    .map(
      number => `${JSON.stringify({ instruction: `${language} ${number}?`, input: "", output: "Yes." })}\n`,
    )
    .join("");
const cache = join(temporaryFolder(), "hub");
const inherited = process.env.HF_HUB_CACHE;
let hub: FakeHub;

before(async () => {
  hub = await fakeHub("datasets/made/up", {
    "fi.jsonl": rows("fi"),
    "sw.jsonl": rows("sw"),
    "raw.jsonl": "?",
    "README.md": "",
  });
  process.env.HF_HUB_CACHE = cache;
});
after(async () => {
  await hub.close();
  if (inherited === undefined) delete process.env.HF_HUB_CACHE;
  else process.env.HF_HUB_CACHE = inherited;
});

interface Loaded {
  readonly experiment: Experiment;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly faults: string[];
  readonly rows: Record<string, number>;
}

async function load(train: string): Promise<Loaded> {
  const text = `version: 1
model: pinch/starter
budget: 2
data:
  train: ${train}
mixtures:
  even: { uniform: [fi, sw] }
`;
  const starter = join(import.meta.dirname, "..", "..", "..", "media", "starter");
  const file = join(temporaryFolder(), "a.mixture.yaml");
  const experiment = await loadExperiment({ file, text, starter });
  const { diagnostics, train: loaded } = experiment;
  return {
    experiment,
    text,
    diagnostics,
    faults: diagnostics.map(({ code, message }) => `${code}: ${message}`),
    rows: Object.fromEntries([...loaded.languages].map(([language, { rows }]) => [language, rows.length])),
  };
}

test("what is not in the cache is a fault that says how to download it; then it is read without the Hub", async () => {
  const written = `"hub:made/up@${commit}/{language}.jsonl"`;
  const [missing] = (await load(written)).faults;
  assert.match(
    missing ?? "",
    /^hub-not-downloaded: The dataset made\/up at 0123456 is not in the Hugging Face cache/,
  );
  const signal = new AbortController().signal;
  const source = { endpoint: hub.endpoint, token: null, signal, log: () => undefined, retryDelay: 1 };
  const asked = { id: "made/up", revision: null, cache, path: "{language}.jsonl" };
  await downloadDataset(source, asked, () => undefined);
  await hub.close();
  const found = await load(written);
  assert.deepEqual(found.rows, { fi: 3, sw: 3 });
  assert.ok(
    found.faults.some(fault => /^unread-files: raw\.jsonl of made\/up is skipped/.test(fault)),
    found.faults.join("\n"),
  );
  const { lock } = prepareRun(requireValid(found.experiment), "even", 7, "cpu").run;
  const place = (name: string): string => `hub:made/up@${commit}/${name}`;
  const hash = createHash("sha256").update(rows("fi")).digest("hex");
  assert.deepEqual(Object.keys(lock?.data ?? {}), [place("fi.jsonl"), place("sw.jsonl")]);
  assert.deepEqual(lock?.languageData?.trainDatasets, ["made/up"]);
  assert.equal(
    lock?.data[place("fi.jsonl")],
    hash,
    "the run's lock has the commit and the hash of each file",
  );
  assert.match(
    (await load(`"hub:made/up@${commit}/x/{language}.jsonl"`)).faults[0] ?? "",
    /^hub-choice: .*no file x/,
  );
});

test("a name that is not there is marked, and mended by its quick fix", async () => {
  const { text, diagnostics } = await load(`
    - { file: "hub:made/up@${commit}/{language}.jsonl" }
    - { file: "hub:made/up@${commit}", language: lang, split: trian }`);
  const fault = diagnostics.find(({ code }) => code === "hub-choice");
  assert.match(fault?.message ?? "", /has no split trian\. Did you mean train\?$/);
  assert.ok(fault !== undefined);
  const [fix] = fixesFor(text, parseMixtureFile(text), fault);
  const [edit] = fix?.edits ?? [];
  assert.deepEqual([fix?.title, edit?.newText], ["Use train", "train"]);
  assert.equal(edit === undefined ? "" : new Source(text).slice(edit.range), "trian");
});
