// The person's consent to a language model of VS Code: refused, the comparison ends with what to do; given, it judges.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { root } from "../../scripts/lib/paths.mjs";
import { writeComparedWorkspace } from "../support/comparedWorkspace.ts";
import { builtPackage } from "../support/package.ts";
import { launchBrowser, newPage, Workbench } from "../support/workbench.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

describe("consent to a model of VS Code", { concurrency: false }, () => {
  let source: string;
  let workspace: Workspace;
  let browser: Browser;
  let workbench: Workbench;

  before(async () => {
    source = mkdtempSync(join(tmpdir(), "pinch-consent-"));
    const folder = join(source, "workspace");
    writeComparedWorkspace(folder);
    // A setting that belongs to a machine: a window in a browser takes it from the workspace.
    mkdirSync(join(folder, ".vscode"));
    writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify({ "pinch.judge": "vscode" }));
    workspace = await openWorkspace({ folder, vsix: [builtPackage()] });
    browser = await launchBrowser();
    workbench = new Workbench(await newPage(browser));
    const models = join(root, "test", "support", "languageModels");
    await workbench.open(workspace.url({ extensionDevelopmentPath: models, enableProposedApi: true }));
  });

  after(async () => {
    await browser?.close();
    await workspace?.stop();
    rmSync(source, { recursive: true, force: true });
  });

  async function compare(): Promise<void> {
    await workbench.runCommand("Pinch: Compare Runs");
    await workbench.check("Compare which runs", "pinch");
    await workbench.pick("Compare pinch with", "only-en");
    await workbench.pick("Which model judges", "Asking");
    // Six languages of four prompts, some with equal responses; how many is what the dialog is for.
    await workbench.dialog(/Ask asking \d+ questions\?/, "Ask");
  }

  it("VS Code asks in its own words and once for all questions; a refusal is said with what to do", async () => {
    try {
      await compare();
      await workbench.dialog(
        /Pinch.*wants to access the language models provided by Scripted models/s,
        "Cancel",
      );
      await workbench.runCommand("Notifications: Show Notifications");
      await workbench
        .notifications()
        .getByText('Pinch may not ask the model "asking". Compare again and allow it when VS Code asks')
        .waitFor();
    } catch (error) {
      console.error(`The window: ${await workbench.screenshot("failed-refused")}`);
      throw error;
    }
  });

  it("with consent, asked for once, it judges", async () => {
    try {
      await compare();
      await workbench.dialog(/wants to access the language models/, "Allow");
      const results = await workbench.webview('[data-testid="baseline"]', 60_000);
      const metric = results.locator('vscode-dropdown[data-testid="metric"]');
      assert.match((await metric.getAttribute("current-value")) ?? "", /judge=asking, against only-en/);
      // This model takes the first of two, whichever it is: every pair that differs is a flip, and no pair is won.
      const cell = results.locator('button.cell[data-mixture="pinch"][data-language="ar"]');
      assert.match(
        (await cell.getAttribute("title")) ?? "",
        /0 won, 4 tied, 0 lost; \d flipped: the order decided/,
      );
    } catch (error) {
      console.error(`The window: ${await workbench.screenshot("failed-allowed")}`);
      throw error;
    }
  });
});
