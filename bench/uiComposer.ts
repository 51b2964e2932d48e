// Composer part of `npm run bench:ui`: time from an edit in the view to the file's text, in a real window.
import { appendFileSync, copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { root } from "../scripts/lib/paths.mjs";
import { launchBrowser, newPage, Workbench } from "../test/support/workbench.ts";
import { openWorkspace } from "../test/support/workspace.ts";
import { start } from "./entry.ts";

const limitMs = 50;
const edits = 21;
/** Time for the index, checks and the view to settle. */
const restMs = 15_000;
const file = "composer.mixture.yaml";
const mixture = "spread240";

async function main(): Promise<void> {
  const [folder = "", figures = ""] = process.argv.slice(2);
  copyFileSync(join(folder, "large.txt"), join(folder, file));
  const workspace = await openWorkspace({ folder });
  const browser = await launchBrowser();
  try {
    const workbench = new Workbench(await newPage(browser));
    await workbench.open(workspace.url({ extensionDevelopmentPath: root }));
    await workbench.openFile(file);
    // Scroll the editor to the lines that the edits change.
    const text = readFileSync(join(folder, file), "utf8");
    await workbench.page.keyboard.press("Control+G");
    await workbench.page.keyboard.type(`${text.slice(0, text.indexOf(`  ${mixture}:`)).split("\n").length}`);
    await workbench.page.keyboard.press("Enter");
    await workbench.page.locator(".view-line", { hasText: mixture }).first().waitFor();
    await workbench.page.locator('.activitybar .action-label[aria-label^="Pinch"]').first().click();
    const view = await workbench.webview(".board .mixture");
    await view.getByRole("button", { name: new RegExp(`^${mixture} `) }).click();
    await view.locator(`[data-testid="amount ${mixture} ar"] input`).waitFor();
    await workbench.page.waitForTimeout(restMs);
    const times = await timeEdits(view);
    const report = (what: string, value: number, limit: number): void =>
      appendFileSync(
        figures,
        `${JSON.stringify({ what, value: Math.round(10 * value) / 10, unit: "ms", limit })}\n`,
      );
    report("composer edit to text of 500 lines, median", times[Math.floor(edits / 2)] ?? Number.NaN, limitMs);
    report("the slowest of them", times.at(-1) ?? Number.NaN, limitMs);
  } finally {
    await browser.close();
    await workspace.stop();
    rmSync(join(folder, file), { force: true });
  }
}

/** Sorted times in ms from Enter in an amount until the editor draws new text; all frames share a clock. */
async function timeEdits(view: Frame): Promise<number[]> {
  const amount = view.locator(`[data-testid="amount ${mixture} ar"] input`);
  const page = view.page();
  const times: number[] = [];
  for (let i = 0; i < edits; i++) {
    await amount.fill(String(i % 2 === 0 ? 20 : 30));
    // No named functions here: the page lacks the helper with which the compiler names functions.
    const pressed = view.evaluate(
      () =>
        new Promise<number>(resolve => {
          document.addEventListener("keydown", () => resolve(Date.now()), { capture: true, once: true });
        }),
    );
    const drawn = page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const lines = document.querySelector(".editor-group-container.active .monaco-editor .view-lines");
          if (lines === null) {
            reject(new Error("no editor is shown"));
            return;
          }
          new MutationObserver((_, observer) => {
            observer.disconnect();
            resolve(Date.now());
          }).observe(lines, { subtree: true, childList: true, characterData: true });
        }),
    );
    await amount.press("Enter");
    times.push((await drawn) - (await pressed));
    await page.waitForTimeout(700);
  }
  return times.sort((a, b) => a - b);
}

start(main);
