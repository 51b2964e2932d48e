// Data and models as a person brings them in: a CSV with its columns, and a model from a Hub on 127.0.0.1.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Locator } from "playwright-core";
import { root } from "../../scripts/lib/paths.mjs";
import { parquetOf } from "../support/packed.ts";
import { tinyMixtureFile, writeTinyWorkspace } from "../support/tinyWorkspace.ts";
import { openWindow, type PackageWindow } from "../support/window.ts";
import type { Workbench } from "../support/workbench.ts";
import type { Workspace } from "../support/workspace.ts";
import { countingProxy } from "../unit/hub/countingProxy.ts";
import { type FakeHub, fakeHub } from "../unit/hub/fakeHub.ts";

const model = join(root, "test", "numeric", "fixtures", "models", "tied");

describe("data and models", { concurrency: false }, () => {
  let source: string;
  let hub: FakeHub;
  let proxy: Awaited<ReturnType<typeof countingProxy>>;
  let window: PackageWindow;
  let workspace: Workspace;
  let workbench: Workbench;

  const row = (text: string | RegExp): Locator =>
    workbench.page.locator(".part.sidebar .monaco-list-row", { hasText: text }).first();
  const shown = async (name: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } finally {
      await workbench.screenshot(name);
    }
  };

  before(async () => {
    source = mkdtempSync(join(tmpdir(), "pinch-data-"));
    writeTinyWorkspace(source);
    const rows = ["question,answer", "What is the colour of the clear sky?,It is blue in good weather."];
    writeFileSync(join(source, "mine.csv"), `${rows.join("\n")}\n`);
    const files = readdirSync(model).map(name => [name, readFileSync(join(model, name))] as const);
    hub = await fakeHub("tiny/model", Object.fromEntries(files));
    const env = { ...process.env, HF_ENDPOINT: hub.endpoint, HF_HOME: join(source, ".hf"), HF_HUB_CACHE: "" };
    proxy = await countingProxy();
    const settings = { "http.proxy": proxy.url };
    window = await openWindow({ copyOf: source, env, settings });
    ({ workbench, workspace } = window);
  });

  after(async () => {
    await window?.close();
    rmSync(source, { recursive: true, force: true });
    await hub?.close();
    await proxy?.close();
  });

  it("Datasets shows languages, rows and what is parallel", () =>
    shown("data-1-datasets", async () => {
      await workbench.runCommand("Pinch: Focus on Datasets View");
      await row(/data\/train.*3 languages.*parallel/).waitFor();
      await row(/data\/train/).click();
      await row(/Finnish.*fi · \d+ rows/).waitFor();
    }));

  it("Models shows what is here, with the memory that it takes", () =>
    shown("data-2-models", async () => {
      await workbench.runCommand("Pinch: Focus on Models View");
      await row(/pinch\/starter.*llama · 5\.1 M · LoRA \d+ MB/).waitFor({ timeout: 60_000 });
    }));

  it("Add Dataset asks what the columns are and writes a file for the language", () =>
    shown("data-3-added", async () => {
      await workbench.runCommand("Pinch: Add Dataset…");
      await workbench.chooseFile(join(workspace.folder, "mine.csv"), "Which column is the prompt?");
      await workbench.pick("Which column is the prompt?", "question");
      await workbench.screenshot("data-3-columns");
      await workbench.pick("Which column is the response?", "answer");
      await workbench.pick("Which language are the rows in?", "Detect it in each row");
      await workbench.pick("Which column is the id?", "None");
      await workbench.answer("Folder for the dataset", "data/mine");
      await row(/data\/mine.*1 language.*1 row/).waitFor({ timeout: 60_000 });
      const written = readFileSync(join(workspace.folder, "data", "mine", "en.jsonl"), "utf8");
      assert.match(written, /^\{"id":"mine-1","prompt":"What is the colour/);
    }));

  it("Download Model brings a model into the cache, where the view finds it", () =>
    shown("data-4-downloaded", async () => {
      await workbench.runCommand("Pinch: Download Model…");
      await workbench.answer("Download a model from the Hugging Face Hub", "tiny/model");
      await row(/tiny\/model.*llama/).waitFor({ timeout: 60_000 });
      assert.ok(existsSync(join(source, ".hf", "hub", "models--tiny--model", "refs", "main")));
      const asked = proxy.asked.filter(url => url.startsWith(hub.endpoint));
      assert.equal(asked.length, hub.requests.length, "every request goes through VS Code's http.proxy");
    }));

  it("Download Dataset asks which part, and writes it into the mixture file with its commit", () =>
    shown("data-5-dataset", async () => {
      const made = "f".repeat(40);
      hub.add("datasets/made/many", { "many.py": "raise SystemExit" });
      const rows = (word: string) =>
        parquetOf([1, 2].map(number => ({ instruction: `${word} ${number}?`, output: word })));
      const converted = Object.fromEntries(
        ["en", "fi", "sw"].map(language => [`${language}/train/0000.parquet`, rows(language)]),
      );
      hub.add("datasets/made/many", converted, { commit: made, branches: ["refs/convert/parquet"] });
      await workbench.openFile(tinyMixtureFile);
      await workbench.runCommand("Pinch: Download Dataset…");
      await workbench.answer("Download a dataset from the Hugging Face Hub", "made/many");
      await workbench.page
        .locator(".quick-input-list", { hasText: "One config for each language" })
        .waitFor();
      await workbench.screenshot("data-5-parts");
      await workbench.pick("Which part of the dataset?", "One config for each language");
      // The list of notifications: a message of its own goes away after a while.
      const told = workbench.page.locator(".notifications-center .notification-list-item", {
        hasText: "3 languages of the dataset, at commit fffffff",
      });
      const deadline = Date.now() + 60_000;
      while (!(await told.first().isVisible()) && Date.now() < deadline) {
        await workbench.runCommand("Notifications: Show Notifications");
        await workbench.page.waitForTimeout(1_000);
      }
      await told.first().getByText("Use in Mixture File").click();
      const written = `{ file: "hub:made/many@${made}", config: "{language}" }`;
      for (let tries = 0; tries < 100 && !(await workbench.text()).includes(written); tries++)
        await workbench.page.waitForTimeout(100);
      assert.ok((await workbench.text()).includes(`train: ${written}`));
      await row(/data\/train/).click(); // so that there is room below
      await row(/made\/many.*\{language\} · 3 languages · 6 rows/).waitFor({ timeout: 60_000 });
    }));
});
