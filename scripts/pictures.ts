// `npm run pictures`: takes the README's pictures from the real views: composing, running, results.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { builtPackage } from "../test/support/package.ts";
import { launchBrowser, newPage, Workbench } from "../test/support/workbench.ts";
import { openWorkspace } from "../test/support/workspace.ts";
import { root } from "./lib/paths.mjs";

const folder = join(root, "media", "pictures");
const file = "just-a-pinch.mixture.yaml";
/** Timeout for the example's runs on a slow machine. */
const runsMs = 900_000;

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const source = mkdtempSync(join(tmpdir(), "pinch-pictures-"));
  cpSync(join(root, "examples", "just-a-pinch"), source, {
    recursive: true,
    filter: name => !name.endsWith(".pinch"),
  });
  // The held-out loss is worth a picture, but would only slow down the example itself.
  const mixture = readFileSync(join(source, file), "utf8");
  writeFileSync(join(source, file), mixture.replace("  maxNewTokens", "  during: 6\n  maxNewTokens"));
  const workspace = await openWorkspace({
    copyOf: source,
    vsix: [builtPackage()],
    settings: { "editor.inlayHints.enabled": "on", "editor.minimap.enabled": false, "editor.wordWrap": "on" },
  });
  const browser = await launchBrowser();
  try {
    const page = await newPage(browser);
    await page.setViewportSize({ width: 1280, height: 900 });
    const workbench = new Workbench(page);
    await workbench.open(workspace.url());
    await compose(workbench);
    await run(workbench);
    await read(workbench);
    await preview(workbench);
  } finally {
    await browser.close();
    await workspace.stop();
    rmSync(source, { recursive: true, force: true });
  }
}

async function picture(workbench: Workbench, name: string): Promise<void> {
  await workbench.runCommand("Notifications: Clear All Notifications");
  await workbench.page.mouse.move(640, 895);
  await workbench.page.waitForTimeout(1_000);
  await workbench.page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(`media/pictures/${name}.png`);
}

async function compose(workbench: Workbench): Promise<void> {
  await workbench.openFile(file);
  await workbench.page.locator('.activitybar .action-label[aria-label^="Pinch"]').first().click();
  const view = await workbench.webview(".board .mixture");
  await view.getByRole("button", { name: /^pinch / }).click();
  await view.locator('[data-mixture="pinch"] .total', { hasText: /about [\d,]+ tokens/ }).waitFor();
  await workbench
    .editorText()
    .getByText(/en\s556/)
    .first()
    .waitFor();
  await picture(workbench, "compose");
}

async function run(workbench: Workbench): Promise<void> {
  await workbench.runCommand("Pinch: Run All Mixtures");
  await workbench.statusItem(/Pinch: english.*training/).waitFor({ timeout: runsMs });
  await workbench.runCommand("Pinch: Show Live Charts");
  const live = await workbench.webview("[data-chart=loss]", 60_000);
  await workbench.statusItem(/Pinch: p10.*training [3-9]\d %/).waitFor({ timeout: runsMs });
  await live.locator("canvas").first().waitFor();
  await picture(workbench, "live");
  await workbench.statusItem(/Pinch: \w+/).waitFor({ state: "detached", timeout: runsMs });
}

async function read(workbench: Workbench): Promise<void> {
  await workbench.tab(file).click();
  await workbench.runCommand("Pinch: Show Results");
  const results = await workbench.webview('[data-figure="heat-map"]', 60_000);
  await results.locator("table.results tbody tr").nth(4).waitFor();
  await picture(workbench, "results");
  await results.locator('button.cell[data-mixture="pinch"][data-language="zh"]').click();
  await results.locator("li.sample").nth(1).waitFor();
  // The page scrolls to the samples.
  await workbench.page.waitForTimeout(1_000);
  await choose(results, "beside", "english");
  await results.locator("li.sample .two-responses").nth(1).waitFor();
  const heading = results.getByRole("heading", { name: /^Samples: pinch in Chinese/ });
  await heading.evaluate(element => element.scrollIntoView());
  await picture(workbench, "samples");
}

async function choose(view: Frame, testId: string, label: string): Promise<void> {
  const dropdown = view.locator(`vscode-dropdown[data-testid="${testId}"]`);
  await dropdown.click();
  await dropdown.locator("vscode-option", { hasText: label }).first().click();
}

async function preview(workbench: Workbench): Promise<void> {
  await workbench.tab(file).click();
  await workbench.page.locator(".codelens-decoration a", { hasText: "Preview data" }).nth(1).click();
  const view = await workbench.webview("section.example mark");
  await view.locator(".choice", { hasText: "Hindi" }).click();
  await view.locator('.tokens[lang="hi"]').first().waitFor();
  await picture(workbench, "preview");
}

void main();
