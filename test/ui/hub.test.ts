// From a mixture file that names datasets of the Hub to results and back to the Hub: faults, quick fixes, download,
// views, a run, and a push.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { gzipSync } from "node:zlib";
import { parquetOf } from "../support/packed.ts";
import { stepsIn } from "../support/steps.ts";
import { openWindow, type PackageWindow } from "../support/window.ts";
import type { Workbench } from "../support/workbench.ts";
import type { Workspace } from "../support/workspace.ts";
import { commit, type FakeHub, fakeHub } from "../unit/hub/fakeHub.ts";

/** Longest that the three runs may take on a slow machine. */
const runsTimeoutMs = 300_000;

const token = "hf_secret";

const mixture = `version: 1
model: pinch/starter
seed: 7
budget: 12
data:
  train:
    - { file: "hub:made/aya", split: train, language: language_code }
    - { file: "hub:made/oasst", language: lang }
  eval: { file: "hub:made/aya", split: test, language: language_code }
mixtures:
  english: { monolingual: en }
  pinch: { base: en, spread: 4, over: [ar, fi] }
train:
  epochs: 1
evaluate:
  languages: all
  maxNewTokens: 8
  metrics: [language, likelihood]
`;

interface Words {
  readonly name: string;
  readonly code: string;
  readonly ask: (thing: string) => string;
  readonly tell: (thing: string, colour: string) => string;
  readonly things: readonly (readonly [thing: string, colour: string])[];
}

const languages: readonly Words[] = [
  {
    name: "English",
    code: "eng",
    ask: thing => `What is the colour of ${thing}?`,
    tell: (thing, colour) => `The colour of ${thing} is ${colour}.`,
    things: [
      ["snow", "white"],
      ["grass", "green"],
      ["the sky", "blue"],
      ["blood", "red"],
      ["coal", "black"],
      ["a lemon", "yellow"],
      ["a carrot", "orange"],
      ["milk", "white"],
    ],
  },
  {
    name: "Finnish",
    code: "fin",
    ask: thing => `Minkä värinen on ${thing}?`,
    tell: (thing, colour) => `Siis ${thing} on ${colour}.`,
    things: [
      ["lumi", "valkoinen"],
      ["ruoho", "vihreä"],
      ["taivas", "sininen"],
      ["veri", "punainen"],
      ["hiili", "musta"],
      ["sitruuna", "keltainen"],
      ["porkkana", "oranssi"],
      ["maito", "valkoinen"],
    ],
  },
  {
    name: "Standard Arabic",
    code: "arb",
    ask: thing => `ما لون ${thing}؟`,
    tell: (thing, colour) => `لون ${thing} ${colour}.`,
    things: [
      ["الثلج", "أبيض"],
      ["العشب", "أخضر"],
      ["السماء", "أزرق"],
      ["الدم", "أحمر"],
      ["الفحم", "أسود"],
      ["الليمون", "أصفر"],
      ["الجزر", "برتقالي"],
      ["الحليب", "أبيض"],
    ],
  },
];
const tags: Readonly<Record<string, string>> = { eng: "en", fin: "fi", arb: "ar" };

/** As Aya's columns are. */
function ayaRows(from: number, to: number): Record<string, string>[] {
  return languages.flatMap(({ name, code, ask, tell, things }) =>
    things.slice(from, to).map(([thing, colour]) => ({
      inputs: ask(thing),
      targets: tell(thing, colour),
      language: name,
      language_code: code,
      annotation_type: "original-annotations",
      user_id: "made-up",
    })),
  );
}

/** As OpenAssistant's messages are: a question, two ranked answers, and one that was deleted. */
function oasstRows(): Record<string, unknown>[] {
  return languages.flatMap(({ code, ask, tell, things }) =>
    things.flatMap(([thing, colour], at) => {
      const lang = tags[code];
      const [tree, best, worse, gone] = ["tree", "best", "worse", "gone"].map(
        name => `${code}-${at}-${name}`,
      );
      const message = { message_tree_id: tree, lang, deleted: false, review_result: true };
      const answer = { ...message, parent_id: tree, role: "assistant" };
      return [
        { ...message, message_id: tree, parent_id: null, role: "prompter", text: `${ask(thing)} 1 2 3` },
        { ...answer, message_id: worse, text: "?", rank: 1 },
        { ...answer, message_id: best, text: tell(thing, colour), rank: 0 },
        { ...answer, message_id: gone, text: "-", rank: 2, deleted: true },
      ];
    }),
  );
}

describe("datasets of the Hub", { concurrency: false }, () => {
  let source: string;
  let hub: FakeHub;
  let window: PackageWindow;
  let workspace: Workspace;
  let workbench: Workbench;
  /** Lets the rest of the first download go. */
  let release: () => void = () => undefined;

  const step = stepsIn(() => workbench, "hub-failed");

  before(async () => {
    source = mkdtempSync(join(tmpdir(), "pinch-hub-"));
    writeFileSync(join(source, "hub.mixture.yaml"), mixture);
    hub = await fakeHub("datasets/made/aya", {
      "README.md": "---\nlicense: apache-2.0\n---\n# Made up\n",
      "data/train-00000-of-00001.parquet": parquetOf(ayaRows(0, 6)),
      "data/test-00000-of-00001.parquet": parquetOf(ayaRows(6, 8)),
    });
    const lines = oasstRows().map(row => `${JSON.stringify(row)}\n`);
    hub.add("datasets/made/oasst", { "train.jsonl.gz": gzipSync(lines.join("")) });
    const env = {
      ...process.env,
      HF_ENDPOINT: hub.endpoint,
      HF_HOME: join(source, ".hf"),
      HF_HUB_CACHE: "",
      HF_TOKEN: token,
    };
    window = await openWindow({ copyOf: source, env });
    ({ workbench, workspace } = window);
  });

  after(async () => {
    await window?.close();
    rmSync(source, { recursive: true, force: true });
    await hub?.close();
  });

  /** Opens the menu of fixes at the first fault. */
  const fixFirst = async (title: string, picture?: string): Promise<void> => {
    await workbench.errorUnderlines().first().waitFor();
    await workbench.tab("hub.mixture.yaml").click();
    await workbench.page.keyboard.press("Control+Home");
    await workbench.runCommand("Go to Next Problem in Files");
    await workbench.page.keyboard.press("Escape");
    const fix = workbench.page.locator(".action-widget .monaco-list-row", { hasText: title });
    // The key is lost while the peek of the problem closes.
    for (let tries = 0; tries < 6 && !(await fix.isVisible()); tries++) {
      await workbench.page.keyboard.press("Control+.");
      await fix.waitFor({ timeout: 3_000 }).catch(() => undefined);
    }
    if (picture !== undefined) await workbench.screenshot(picture);
    await fix.click();
  };

  step("a dataset without a commit is a fault, whose fix downloads it", async () => {
    await workbench.openFile("hub.mixture.yaml");
    await workbench.errorUnderlines().first().waitFor();
    assert.equal(hub.requests.length, 0, "nothing is fetched before it is asked for");
    await workbench.runCommand("Problems: Focus on Problems View");
    await workbench.page
      .locator(".markers-panel .monaco-list-row", { hasText: "made/aya has no commit" })
      .first()
      .waitFor();
    await workbench.screenshot("hub-1-faults");
    await workbench.runCommand("View: Hide Panel");
    const large = /\/resolve\/.*train-00000/;
    hub.intercept = (request, response) => {
      if (!large.test(request.url ?? "")) return false;
      const whole = hub.files.get("data/train-00000-of-00001.parquet") ?? new Uint8Array();
      const half = Math.floor(whole.length / 2);
      response.writeHead(200, { "content-length": whole.length });
      // Progress is told a few times a second: the second part is shown.
      response.write(whole.subarray(0, 4));
      setTimeout(() => response.write(whole.subarray(4, half)), 1_000);
      release = () => response.end(whole.subarray(half));
      return true;
    };
    await fixFirst("Download dataset and pin its commit", "hub-2-fix");
  });

  step("the download shows how far it is, and writes the commit that it found", async () => {
    await workbench.runCommand("Notifications: Show Notifications");
    await workbench
      .notifications()
      .filter({ hasText: /train-00000.* (4|5)\d %/ })
      .first()
      .waitFor();
    await workbench.screenshot("hub-3-progress");
    release();
    hub.intercept = () => false;
    await workbench.editorText().getByText(commit.slice(0, 12), { exact: false }).first().waitFor();
    assert.match(await workbench.text(), new RegExp(`hub:made/aya@${commit}", split: train, language`));
  });

  step("the others are downloaded and pinned in the same way, until no fault is left", async () => {
    for (const id of ["made/oasst", "made/aya"]) {
      await fixFirst("Download dataset and pin its commit");
      const pinned = () => workbench.text().then(text => text.split(`${id}@${commit}`).length - 1);
      const wanted = (await pinned()) + 1;
      for (let tries = 0; tries < 100 && (await pinned()) < wanted; tries++)
        await workbench.page.waitForTimeout(100);
      assert.equal(await pinned(), wanted, id);
    }
    await workbench.errorUnderlines().first().waitFor({ state: "hidden" });
    await workbench.page.keyboard.press("Control+S");
    await workbench.screenshot("hub-4-pinned");
  });

  step("Datasets shows what the mixture file names, language by language, without the Hub", async () => {
    hub.intercept = request => {
      request.socket.destroy();
      return true;
    };
    await workbench.runCommand("Pinch: Focus on Datasets View");
    const aya = workbench.treeRow(/made\/aya.*train · 3 languages · 18 rows/).first();
    await aya.waitFor();
    await workbench
      .treeRow(/made\/oasst.*3 languages · 24 rows/)
      .first()
      .waitFor();
    await aya.click();
    await workbench
      .treeRow(/Finnish.*fi · 6 rows/)
      .first()
      .waitFor();
    await workbench.screenshot("hub-5-datasets");
  });

  step("the mixtures are tuned and scored on them", async () => {
    await workbench.tab("hub.mixture.yaml").click();
    await workbench.runCommand("Pinch: Run All Mixtures");
    await workbench
      .statusItem(/Pinch: \w+/)
      .first()
      .waitFor({ timeout: 60_000 });
    await workbench.screenshot("hub-6-run");
    await workbench
      .treeRow(/^pinch, seed.*%/)
      .first()
      .waitFor({ timeout: runsTimeoutMs });
    await workbench.statusItem(/Pinch: \w+/).waitFor({ state: "detached", timeout: runsTimeoutMs });
    const runs = join(workspace.folder, ".pinch", "runs");
    const records = readdirSync(runs).map(
      name => JSON.parse(readFileSync(join(runs, name, "run.json"), "utf8")) as RunLike,
    );
    const tuned = records.find(({ mixture: name }) => name === "pinch");
    assert.deepEqual(Object.keys(tuned?.lock.data ?? {}).sort(), [
      `hub:made/aya@${commit}/data/test-00000-of-00001.parquet`,
      `hub:made/aya@${commit}/data/train-00000-of-00001.parquet`,
      `hub:made/oasst@${commit}/train.jsonl.gz`,
    ]);
  });

  step("results have a column for each language, and samples in it", async () => {
    await workbench.runCommand("Pinch: Show Results");
    const results = await workbench.webview(".heat-frame canvas");
    assert.deepEqual(await results.locator("table.results thead abbr").allTextContents(), ["ar", "en", "fi"]);
    await workbench.screenshot("hub-7-results");
    await results.locator('button.cell[data-mixture="pinch"][data-language="ar"]').press("Enter");
    const prompt = results.locator("li.sample [lang=ar]").first();
    await prompt.waitFor();
    assert.equal(await prompt.getAttribute("dir"), "auto");
    await workbench.screenshot("hub-8-samples");
    await workbench.page.setViewportSize({ width: 700, height: 800 });
    await workbench.screenshot("hub-9-narrow");
    await workbench.page.setViewportSize({ width: 1400, height: 900 });
  });

  step("a tuned run is pushed after a question that names files, repository and server", async () => {
    hub.intercept = () => false;
    hub.requests.length = 0;
    await workbench.runCommand("Pinch: Push Run to the Hub…");
    await workbench.pick("Push which run?", /^pinch/);
    await workbench.pick("Push pinch as", /^Adapter/);
    await workbench.answer("Push pinch to which repository", "me/tuned");
    await workbench.check("Push to me/tuned", "Private repository");
    await workbench.answer("Hub id of the base model", "");
    const box = workbench.page.locator(".monaco-dialog-box");
    await box.waitFor();
    await workbench.screenshot("hub-10-push");
    const asked = (await box.textContent()) ?? "";
    for (const part of ["me/tuned", hub.endpoint, "created, private", "adapter_model.safetensors"])
      assert.ok(asked.includes(part), `${part} in ${asked}`);
    assert.ok(!hub.requests.some(request => /^(?:POST|PUT)/.test(request)), "nothing was sent yet");
    await workbench.dialog(/Push to me\/tuned/, "Push");
    await workbench.runCommand("Notifications: Show Notifications");
    await workbench
      .notifications()
      .filter({ hasText: /Pushed to me\/tuned at / })
      .first()
      .waitFor();
    await workbench.screenshot("hub-11-pushed");
    const pushed = hub.repositories.get("me/tuned")?.[0];
    assert.equal(pushed?.isPrivate, true);
    const card = Buffer.from(pushed?.files.get("README.md") ?? []).toString();
    assert.match(card, /^datasets:\n- made\/aya\n- made\/oasst$/m);
    assert.ok(pushed?.files.has("adapter_model.safetensors"));
  });
});

interface RunLike {
  readonly mixture: string;
  readonly lock: { readonly data: Readonly<Record<string, string>> };
}
