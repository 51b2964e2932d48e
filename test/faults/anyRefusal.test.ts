// Any call to the file system may be refused, with any code: told as what it is, nothing lost, nothing left behind.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { type Random, randomInt } from "../../src/common/random.ts";
import { listRunFolders, readSettledRun } from "../../src/runtime/files/runFolder.ts";
import {
  type Ended,
  leftIn,
  type Place,
  pinch,
  requireBuild,
  tinyPlace,
  workFolder,
} from "./support/pinch.ts";
import { eachTrial, trialCount } from "./support/trials.ts";

before(requireBuild);

const work = workFolder("any");
const preload = join(import.meta.dirname, "support", "refusing.cjs");

/** A disk that is full or read-only stays so; other refusals pass. */
const lasting = ["ENOSPC", "EDQUOT", "EROFS"];
const passing = [
  ..."EACCES EPERM EIO EMFILE ENFILE ENOMEM ENOENT ENOTDIR EISDIR ELOOP ENAMETOOLONG".split(" "),
  ..."EFBIG ESTALE EBUSY EAGAIN ENXIO".split(" "),
];

/** Calls that each process makes in such a run, about; a later one is refused nothing. */
const calls = { "cli.js": 160, "runtime.js": 420 } as const;

interface Plan {
  readonly code: string;
  readonly at: number;
  readonly script: keyof typeof calls;
  readonly sticky: boolean;
}

function drawn(random: Random): Plan {
  const script = random() < 0.25 ? "cli.js" : "runtime.js";
  const sticky = random() < 0.3;
  const codes = sticky ? lasting : passing;
  const code = codes[randomInt(random, codes.length)] as string;
  return { script, sticky, code, at: 1 + randomInt(random, sticky ? calls[script] / 3 : calls[script]) };
}

function refusing(place: Place, plan: Plan, note: string): NodeJS.ProcessEnv {
  const under = [place.folder];
  return {
    ...place.env,
    NODE_OPTIONS: `--require ${preload}`,
    PINCH_TEST_REFUSE: JSON.stringify({ ...plan, under, note }),
  };
}

function bytesOf(runs: string): Record<string, string> {
  return Object.fromEntries(
    listRunFolders(runs)
      .filter(folder => readSettledRun(folder).status === "done")
      .flatMap(folder =>
        ["adapter/adapter_model.safetensors", "samples.jsonl", "metrics.json"]
          .map(name => join(folder, name))
          .filter(path => existsSync(path))
          .map(path => [
            `${readSettledRun(folder).mixture} ${path.slice(folder.length)}`,
            readFileSync(path, "hex"),
          ]),
      ),
  );
}

interface Refused {
  readonly ended: Ended;
  /** What was refused, and all that was said. */
  readonly text: string;
}

/** One command under one plan: whatever happens, it is told. */
async function refused(place: Place, words: readonly string[], plan: Plan, note: string): Promise<Refused> {
  const ended = await pinch(place, words, { env: refusing(place, plan, note) });
  const { code, signal, errors, output } = ended;
  const what = `${words[0]} ${JSON.stringify(plan)} ${existsSync(note) ? readFileSync(note, "utf8") : "?"}`;
  const text = `${what}\n${errors}${output}`;
  assert.equal(signal, null, text);
  assert.ok(code === 0 || code === 1 || code === 2, text);
  assert.doesNotMatch(`${errors}${output}`, /\n\s+at .*:\d+:\d+|bug in Pinch|refused for a test/, text);
  assert.deepEqual(leftIn(place.temporary), [], text);
  return { ended, text };
}

test("whatever is refused, wherever", { skip: process.platform === "win32" }, async context => {
  const place = tinyPlace(join(work, "place"));
  const run = ["run", place.mixture, "--mixture", "english", "--device", "cpu"];
  assert.equal((await pinch(place, run)).code, 0);
  const expected = bytesOf(place.runs);
  assert.equal(Object.keys(expected).length, 5);
  await eachTrial("refusal", trialCount(3), async (random, trial) => {
    const plan = drawn(random);
    const note = join(work, `note-${trial}`);
    rmSync(join(place.folder, ".pinch"), { recursive: true, force: true });
    mkdirSync(place.runs, { recursive: true });
    const { text } = await refused(place, run, plan, note);
    context.diagnostic(text.split("\n", 1)[0] ?? "");
    for (const folder of listRunFolders(place.runs))
      assert.notEqual(readSettledRun(folder).status, "running", `${folder} ${text}`);
    const again = await pinch(place, [...run, "--resume"]);
    assert.equal(again.code, 0, `${text}\n${again.errors}`);
    assert.deepEqual(bytesOf(place.runs), expected, text);
  });
});

test("whatever is refused to the commands that come after", {
  skip: process.platform === "win32",
}, async context => {
  const place = tinyPlace(join(work, "after"));
  const ran = await pinch(place, ["run", place.mixture, "--mixture", "english", "--device", "cpu"]);
  assert.equal(ran.code, 0, ran.errors);
  const expected = bytesOf(place.runs);
  const [base = "", english = ""] = listRunFolders(place.runs);
  await eachTrial("refusal after", trialCount(3), async (random, trial) => {
    const exported = join(place.folder, `exported-${trial}`);
    const commands = [
      ["eval", english, "--samples"],
      ["report", place.runs],
      ["compare", english, "--baseline", base],
      ["export", english, "--out", exported],
      ["plan", place.mixture, "--device", "cpu"],
      ["validate", place.mixture],
      ["diff", base, english],
    ];
    const plan = { ...drawn(random), at: 1 + randomInt(random, 60) };
    const words = commands[randomInt(random, commands.length)] as string[];
    const { ended, text } = await refused(place, words, plan, join(work, `note-after-${trial}`));
    context.diagnostic(text.split("\n", 1)[0] ?? "");
    if (ended.code !== 0) assert.ok(!existsSync(exported), `half an export. ${text}`);
    assert.deepEqual(bytesOf(place.runs), expected, text);
  });
});
