// The mixture file as a language, as a person meets it: mistake, quick fix, completion, hover, an example's loss.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { root } from "../../scripts/lib/paths.mjs";
import { findingsInThemes } from "../support/axe.ts";
import { stepsIn } from "../support/steps.ts";
import { openWindow, type PackageWindow } from "../support/window.ts";
import type { Workbench } from "../support/workbench.ts";
import type { Workspace } from "../support/workspace.ts";

const file = "just-a-pinch.mixture.yaml";

describe("the mixture file in the editor", { concurrency: false }, () => {
  let window: PackageWindow;
  let workspace: Workspace;
  let workbench: Workbench;

  const step = stepsIn(() => workbench, "language-failed");

  before(async () => {
    window = await openWindow({
      copyOf: join(root, "examples", "just-a-pinch"),
      settings: { "editor.inlayHints.enabled": "on" },
    });
    ({ workbench, workspace } = window);
  });

  after(() => window?.close());

  step("realised counts stand beside the mixtures, and what can be done above them", async () => {
    await workbench.openFile(file);
    await workbench
      .editorText()
      .getByText(/en\s556/)
      .first()
      .waitFor();
    await workbench.page.locator(".codelens-decoration", { hasText: "Preview data" }).first().waitFor();
    await workbench.screenshot("language-1-hints");
  });

  step("a mistake is mended by its quick fix", async () => {
    await workbench.replaceLine(/^budget:/, "budgte: 600");
    await workbench.errorUnderlines().first().waitFor();
    await workbench.page.keyboard.press("Control+Home");
    await workbench.runCommand("Go to Next Problem in Files");
    await workbench.page.keyboard.press("Escape");
    await workbench.page.keyboard.press("Control+.");
    const fix = workbench.page.locator(".action-widget .monaco-list-row", { hasText: "Use budget" });
    await fix.waitFor();
    await workbench.screenshot("language-2-fix");
    await fix.click();
    await workbench.editorText().getByText("budget").first().waitFor();
    await workbench.errorUnderlines().first().waitFor({ state: "hidden" });
  });

  step("completion offers languages by their own names, with the number of examples", async () => {
    await workbench.replaceLine(/^ {2}uniform:/, "uniform:  { uniform: [fi, ");
    await workbench.page.keyboard.press("Control+Space");
    const row = workbench.page.locator(".suggest-widget .monaco-list-row", { hasText: "العربية" });
    await row.waitFor();
    assert.match((await row.textContent()) ?? "", /Arabic · \d[\d,]* examples/);
    await workbench.screenshot("language-3-completion");
    await workbench.page.keyboard.press("Escape");
    await workbench.page.keyboard.press("Escape");
    await workbench.replaceLine(/^ {2}uniform:/, "uniform:  { uniform: all }");
  });

  step("hover says what a mixture comes to, in examples and in tokens", async () => {
    await workbench.editorText().getByText("pinch", { exact: false }).first().waitFor();
    const name = workbench.page
      .locator(".view-line", { hasText: /^\s*pinch:/ })
      .locator("span span")
      .nth(1);
    await name.hover();
    const hover = workbench.page.locator(".monaco-hover", { hasText: "characters per token" });
    await hover.waitFor();
    await workbench.screenshot("language-4-hover");
    await workbench.page.keyboard.press("Escape");
  });

  step("Plan says what each run would take and what it could show, and trains nothing", async () => {
    await workbench.page.locator(".codelens-decoration a", { hasText: "Plan" }).first().click();
    await workbench.tab(/^Plan of/).waitFor({ timeout: 120_000 });
    const plan = workbench.page.locator(".view-line", { hasText: "Nothing has been trained" });
    await plan.waitFor();
    await workbench.page.locator(".view-line", { hasText: "Smallest detectable difference" }).waitFor();
    await workbench.page
      .locator(".view-line", { hasText: /pinch.*7.*(s|min).*MiB.*556/ })
      .first()
      .waitFor();
    await workbench.screenshot("language-4-plan");
    assert.ok(!existsSync(join(workspace.folder, ".pinch", "runs")));
    await workbench.tab(/^Plan of/).click();
    await workbench.runCommand("View: Close Editor");
    await workbench.tab(/^Plan of/).waitFor({ state: "detached" });
  });

  step("examples are shown as the model sees them, with the tokens that carry loss", async () => {
    await workbench.page.locator(".codelens-decoration a", { hasText: "Preview data" }).nth(1).click();
    const view = await workbench.webview("section.example mark");
    await view.locator(".choice", { hasText: "Arabic" }).click();
    const example = view.locator('.tokens[lang="ar"]').first();
    await example.waitFor();
    const direction = await example.evaluate(element => getComputedStyle(element).direction);
    assert.equal(direction, "rtl");
    assert.match((await example.locator("mark").textContent()) ?? "", /^⟦.*<\|end\|>⟧$/s);
    assert.doesNotMatch((await example.locator("mark").textContent()) ?? "", /assistant/);
    await workbench.screenshot("language-5-preview");
  });

  step("a data file says what it is, and shows its rows as the model sees them", async () => {
    await workbench.page.keyboard.press("Control+P");
    await workbench.page.locator(".quick-input-box input").fill("train/sw.jsonl");
    await workbench.page
      .locator(".quick-input-list .monaco-list-row", { hasText: "train" })
      .first()
      .waitFor();
    await workbench.page.keyboard.press("Enter");
    await workbench.tab("sw.jsonl").waitFor();
    await workbench.page.locator(".codelens-decoration", { hasText: "Swahili" }).first().waitFor();
    await workbench.page
      .locator(".codelens-decoration a", { hasText: "as the model sees it" })
      .first()
      .click();
    const view = await workbench.webview('.tokens[lang="sw"]');
    await view.locator("h1", { hasText: "sw.jsonl, line 1" }).waitFor();
    await workbench.screenshot("language-6-data-file");
    assert.deepEqual(await findingsInThemes(workbench, workspace.folder, ".tokens", "language-6-axe"), []);
  });
});
