// The composer's part of `npm run bench:ui`: from an edit in the view to the text of the file, in a real window.
import { appendFileSync, copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { root } from "../scripts/lib/paths.mjs";
import { launchBrowser, newPage, Workbench } from "../test/support/workbench.ts";
import { openWorkspace } from "../test/support/workspace.ts";
import { start } from "./entry.ts";

const limitMs = 50;
const edits = 21;
/** For the index, checks and the view itself to come to rest. */
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

/** Sorted, in ms: from Enter in an amount until the view is told that the text was changed. */
async function timeEdits(view: Frame): Promise<number[]> {
  const amount = view.locator(`[data-testid="amount ${mixture} ar"] input`);
  const times: number[] = [];
  for (let i = 0; i < edits; i++) {
    await amount.fill(String(i % 2 === 0 ? 20 : 30));
    // No function with a name in here: the page lacks the helper that the compiler names functions with.
    const told = view.evaluate(
      () =>
        new Promise<number>(resolve => {
          let pressed = Number.NaN;
          const heard = new AbortController();
          document.addEventListener(
            "keydown",
            () => {
              pressed = performance.now();
            },
            { capture: true, once: true },
          );
          window.addEventListener(
            "message",
            ({ data }: MessageEvent<{ type?: string }>) => {
              if (data.type !== "accepted" && data.type !== "refused") return;
              heard.abort();
              resolve(data.type === "accepted" ? performance.now() - pressed : Number.NaN);
            },
            { signal: heard.signal },
          );
        }),
    );
    await amount.press("Enter");
    times.push(await told);
    await view.page().waitForTimeout(700);
  }
  if (times.some(Number.isNaN)) throw new Error("An edit was refused.");
  return times.sort((a, b) => a - b);
}

start(main);
