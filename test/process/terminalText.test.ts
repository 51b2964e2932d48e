// What strangers wrote drives no terminal: titles, clipboard, colours, hidden text and directions stand as text.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runCli } from "../../src/cli/cli.ts";
import { Progress } from "../../src/cli/progress.ts";
import { startRuntime } from "../../src/cli/startRuntime.ts";
import { terminalText, visibleJson } from "../../src/cli/terminalText.ts";
import { bundled } from "../support/bundled.ts";
import { temporaryFolder } from "../unit/model/tinyModel.ts";
import { madeUp } from "../unit/records/madeUpRecords.ts";

const fakeRuntime = bundled(join(import.meta.dirname, "fakeRuntime.ts"));

const evil =
  "\u001b]0;TITLE\u0007\u001b]52;c;cm0=\u0007\u001b[2J\u001b[8mhidden\u202eesrever\u009b31m\rover\u0008";
/** All that moves, hides or reorders, but for line feeds, tabs and the cursor that Pinch moves itself. */
const drives = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;
const written = (text: string): string => text.replaceAll("\r\u001b[K", "");

async function pinch(...words: readonly string[]): Promise<{ code: number; output: string; errors: string }> {
  let output = "";
  let errors = "";
  const errorStream = { isTTY: true, columns: 80, write: (text: string) => (errors += text) };
  const code = await runCli(words, {
    output: { write: (text: string) => (output += text) },
    errors: errorStream,
    progress: new Progress(errorStream),
    starter: "nowhere",
    signal: new AbortController().signal,
    start: () => startRuntime(fakeRuntime, { nodeArguments: [] }),
  });
  return { code, output: written(output), errors: written(errors) };
}

function runFolders(): string {
  const folder = temporaryFolder();
  for (const [at, mixture] of ["base", `pinch ${evil}`].entries()) {
    const run = madeUp(mixture, { minute: at + 1, model: `model ${evil}` });
    const place = join(folder, `run-${at}`);
    mkdirSync(place);
    writeFileSync(join(place, "run.json"), JSON.stringify(run.record));
    writeFileSync(join(place, "metrics.json"), JSON.stringify(run.metrics));
  }
  return folder;
}

function mixtureFile(): string {
  const folder = temporaryFolder();
  for (const side of ["train", "eval"]) {
    mkdirSync(join(folder, side));
    const rows = [
      { id: `a${evil}`, prompt: evil, response: evil, [evil]: evil },
      { id: `a${evil}`, prompt: "b", response: "b" },
    ];
    writeFileSync(join(folder, side, "en.jsonl"), rows.map(row => `${JSON.stringify(row)}\n`).join(""));
  }
  const path = join(folder, "a.mixture.yaml");
  writeFileSync(
    path,
    JSON.stringify({
      model: `nowhere${evil}`,
      data: { train: "train/{language}.jsonl", eval: "eval/{language}.jsonl" },
      budget: 1,
      mixtures: { [`m ${evil}`]: { monolingual: `en${evil}` } },
      [evil]: evil,
    }),
  );
  return path;
}

describe("the command line", () => {
  const runs = runFolders();
  const mixture = mixtureFile();
  for (const words of [
    ["report", runs],
    ["diff", join(runs, "run-0"), join(runs, "run-1")],
    ["validate", mixture],
    ["preview", mixture],
    ["run", mixture, "--mixture", evil],
    ["report", join(runs, evil)],
    [evil],
    ["export", join(runs, "run-1"), "--out", join(temporaryFolder(), "out")],
  ])
    for (const json of [[], ["--json"]])
      it(`${JSON.stringify(words[0]).slice(0, 12)} ${json.join()}: nothing drives the terminal`, async () => {
        const { output, errors } = await pinch(...words, ...json);
        const said = output + errors;
        assert.ok(said !== "");
        assert.doesNotMatch(said, drives);
      });

  it("names what it does not write", async () => {
    const { output } = await pinch("report", runs);
    assert.match(output, /⟨␛⟩\]0;TITLE⟨␇⟩/);
  });

  it("progress is a line of text, too", () => {
    let said = "";
    const progress = new Progress({ isTTY: true, columns: 200, write: text => (said += text) });
    progress.begin(evil);
    progress.update({ phase: "train", done: 1, total: 2, secondsLeft: 1, message: evil });
    progress.say(evil);
    assert.doesNotMatch(written(said), drives);
  });

  it("JSON holds the texts as they are", () => {
    const text = `${evil} ä 🐈 \u{e0041}`;
    assert.deepEqual(JSON.parse(visibleJson({ text })), { text });
    assert.doesNotMatch(visibleJson({ text }), drives);
    assert.match(visibleJson("ä 🐈"), /ä 🐈/);
    assert.equal(terminalText("a\r\nb\tc"), "a\r\nb\tc");
  });
});
