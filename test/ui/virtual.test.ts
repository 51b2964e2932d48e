// A workspace that lies on no disk: mixture files are read, checked, completed and composed; a run says what it needs.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import type { Frame } from "playwright-core";
import { root } from "../../scripts/lib/paths.mjs";
import { stepsIn } from "../support/steps.ts";
import { openWindow, type PackageWindow } from "../support/window.ts";
import type { Workbench } from "../support/workbench.ts";

const file = "virtual.mixture.yaml";

describe("a virtual workspace", { concurrency: false }, () => {
  let window: PackageWindow;
  let workbench: Workbench;
  let view: Frame;

  const step = stepsIn(() => workbench, "virtual-failed");

  before(async () => {
    window = await openWindow({
      uri: "memfs:/study",
      extensions: [join(root, "test", "support", "memoryFiles")],
      settings: { "editor.inlayHints.enabled": "on" },
    });
    workbench = window.workbench;
  });

  after(() => window?.close());

  step("its data are checked and counted", async () => {
    // Files of such a system are not searched: the explorer has them.
    await workbench.page.locator(".explorer-folders-view .monaco-list-row", { hasText: file }).dblclick();
    await workbench.tab(file).waitFor();
    await workbench.errorUnderlines().first().waitFor();
    await workbench
      .editorText()
      .getByText(/en\s24/)
      .first()
      .waitFor();
    await workbench.runCommand("Problems: Focus on Problems View");
    await workbench.page
      .locator(".markers-panel .monaco-list-row", { hasText: "there is no training data in de" })
      .waitFor();
    await workbench.screenshot("virtual-1-problems");
    await workbench.runCommand("View: Toggle Panel");
  });

  step("what is missing is taken out by the quick fix, and the outline lists the mixtures", async () => {
    await workbench.editorText().click();
    await workbench.runCommand("Go to Next Problem in Files");
    await workbench.page.keyboard.press("Escape");
    await workbench.page.keyboard.press("Control+.");
    const fixes = workbench.page.locator(".action-widget .monaco-list-row");
    await fixes.filter({ hasText: "Add Dataset…" }).waitFor();
    await workbench.screenshot("virtual-2-fix");
    await fixes.filter({ hasText: "Remove it" }).click();
    await workbench.errorUnderlines().first().waitFor({ state: "hidden" });
    await workbench.page.keyboard.press("Control+Shift+O");
    await workbench.page
      .locator(".quick-input-list .monaco-list-row", { hasText: "pinch" })
      .first()
      .waitFor();
    await workbench.page.keyboard.press("Escape");
  });

  step("it is composed, and says why it can't be run", async () => {
    await workbench.page.locator('.activitybar .action-label[aria-label^="Pinch"]').first().click();
    view = await workbench.webview(".board .mixture");
    await view.locator(".note", { hasText: "Runs need a folder on a disk" }).waitFor();
    await view.getByRole("button", { name: /^pinch / }).click();
    const slider = view.locator('[data-testid="slider pinch he"]');
    await slider.press("ArrowRight");
    await slider.press("Enter");
    await workbench.editorText().getByText("8", { exact: true }).first().waitFor();
    await workbench.screenshot("virtual-3-composer");
  });

  step("Run says in a sentence what it needs", async () => {
    await workbench.runCommand("Pinch: Run Mixture");
    await workbench.runCommand("Notifications: Show Notifications");
    const message = workbench.notifications().filter({
      hasText: "Runs need a folder on a disk, and virtual.mixture.yaml is in a virtual workspace.",
    });
    await message.first().waitFor();
    assert.match((await message.first().textContent()) ?? "", /clone it/);
    await workbench.screenshot("virtual-4-run");
  });
});
