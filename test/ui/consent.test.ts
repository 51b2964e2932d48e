// The person's consent to a language model of VS Code: refused, the comparison ends with what to do; given, it judges.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "../../scripts/lib/paths.mjs";
import { writeComparedWorkspace } from "../support/comparedWorkspace.ts";
import { openWindow, type PackageWindow } from "../support/window.ts";
import type { Workbench } from "../support/workbench.ts";

describe("consent to a model of VS Code", { concurrency: false }, () => {
  let window: PackageWindow;
  let workbench: Workbench;

  before(async () => {
    window = await openWindow({
      write(folder) {
        writeComparedWorkspace(folder);
        // A setting that belongs to a machine: a window in a browser takes it from the workspace.
        mkdirSync(join(folder, ".vscode"));
        writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify({ "pinch.judge": "vscode" }));
      },
      payload: {
        extensionDevelopmentPath: join(root, "test", "support", "languageModels"),
        enableProposedApi: true,
      },
    });
    workbench = window.workbench;
  });

  after(() => window?.close());

  async function compare(): Promise<void> {
    await workbench.runCommand("Pinch: Compare Runs");
    await workbench.check("Compare which runs", "pinch");
    await workbench.pick("Compare pinch with", "only-en");
    await workbench.pick("Which model should judge", "Asking");
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
