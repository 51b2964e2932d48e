// The whole way of a newcomer in the packaged extension: new file, mistake, run, progress, results, samples.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import type { ElementHandle, Frame } from "playwright-core";
import { root } from "../../scripts/lib/paths.mjs";
import { stepsIn } from "../support/steps.ts";
import { tinyLanguages, writeTinyWorkspace } from "../support/tinyWorkspace.ts";
import { openWindow, type PackageWindow } from "../support/window.ts";
import type { Workbench } from "../support/workbench.ts";

/** Longest that four tiny runs may take on a slow machine. */
const runsTimeoutMs = 180_000;

describe("a newcomer's way", { concurrency: false }, () => {
  let window: PackageWindow;
  let workbench: Workbench;

  const step = stepsIn(() => workbench, "failed");

  before(async () => {
    window = await openWindow({ write: folder => writeTinyWorkspace(folder, { mixture: false }) });
    workbench = window.workbench;
  });

  after(() => window?.close());

  step("New Mixture File writes a file without mistakes that fits the data", async () => {
    await workbench.runCommand("Pinch: New Mixture File");
    await workbench.answer("New Mixture File", "first");
    await workbench.tab("first.mixture.yaml").waitFor();
    await workbench.editorText().getByText("monolingual").first().waitFor();
    await workbench.screenshot("1-new-file");
    const text = await workbench.text();
    for (const language of tinyLanguages) assert.ok(text.includes(language), `${language} is offered`);
    assert.equal(await workbench.errorUnderlines().count(), 0);
  });

  step("a mistake is underlined while it is typed, and the Problems view says what to do", async () => {
    await workbench.replaceLine(/^budget:/, "budgte: 24");
    await workbench.errorUnderlines().first().waitFor();
    await workbench.runCommand("Problems: Focus on Problems View");
    const problem = workbench.page.locator(".markers-panel .monaco-list-row", { hasText: "budgte" }).first();
    await problem.waitFor();
    assert.match((await problem.textContent()) ?? "", /budget/);
    await workbench.screenshot("2-mistake");
    // The whole file must be on the screen to be edited.
    await workbench.runCommand("View: Hide Panel");
    await workbench.page.locator(".markers-panel").waitFor({ state: "hidden" });
  });

  step("mending it takes the underline away", async () => {
    await workbench.replaceLine(/^budgte:/, "budget: 24");
    // The tiny model of the tests: its words are those of the data.
    await workbench.replaceLine(/^model:/, "model: model");
    await workbench.replaceLine(/maxNewTokens:/, "maxNewTokens: 4");
    // Long enough for its progress to be read.
    await workbench.replaceLine(/epochs:/, "epochs: 800");
    await workbench.errorUnderlines().first().waitFor({ state: "hidden" });
    await workbench.screenshot("3-mended");
  });

  step("the Mixture view shows every mixture of the file", async () => {
    await workbench.page.locator('.activitybar .action-label[aria-label^="Pinch"]').first().click();
    const view = await workbench.webview(".board .mixture");
    for (const mixture of ["english", "pinch", "p10", "uniform"]) {
      await view.getByText(mixture, { exact: true }).first().waitFor();
    }
    await workbench.screenshot("4-mixture-view");
  });

  step("Run Mixture runs all of them and shows progress", async () => {
    await workbench.tab("first.mixture.yaml").click();
    await workbench.runCommand("Pinch: Run Mixture");
    await workbench.pick("Run which mixtures", "All mixtures");
    await workbench.statusItem(/Pinch: english \(2 of 5\) training \d+ %, .* left/).waitFor();
    await workbench.screenshot("5-progress");
    // Between two runs there may be no status for a moment: the last row's score is the end.
    await workbench
      .treeRow(/^uniform, seed.* % followed/)
      .first()
      .waitFor({ timeout: runsTimeoutMs });
    await workbench.statusItem(/Pinch: \w+/).waitFor({ state: "detached", timeout: runsTimeoutMs });
    for (const mixture of ["base", "english", "pinch", "p10", "uniform"]) {
      await workbench
        .treeRow(new RegExp(`^${mixture}(, seed|.*untuned)`))
        .first()
        .waitFor();
    }
    await workbench.screenshot("6-done");
  });

  let results: Frame;

  step(
    "Show Results draws the heat map, with a row for each model and a column for each language",
    async () => {
      await workbench.runCommand("Pinch: Show Results");
      results = await workbench.webview(".heat-frame canvas");
      const rows = results.locator("table.results tbody tr");
      await rows.nth(4).waitFor();
      const mixtures = await rows
        .locator("td:nth-child(2) button.cell")
        .evaluateAll(cells => cells.map(cell => cell.getAttribute("data-mixture")));
      assert.deepEqual(mixtures, ["base", "english", "pinch", "p10", "uniform"]);
      assert.deepEqual(await results.locator("table.results thead abbr").allTextContents(), tinyLanguages);
      assert.ok((await coloursOf(results)) > 2, "the heat map has cells of more than one colour");
      await workbench.screenshot("7-results");
    },
  );

  step("a click on a cell of the heat map lists that run's samples in that language", async () => {
    const canvas = results.locator(".heat-frame canvas");
    // Between two drawings there may be none to measure.
    let box = await canvas.boundingBox();
    for (let i = 0; i < 50 && box === null; i++) {
      await workbench.page.waitForTimeout(100);
      box = await canvas.boundingBox();
    }
    assert.ok(box);
    // The last cell of the last row: the uniform mixture in the last language.
    await canvas.click({ position: { x: box.width - 25, y: box.height - 12 } });
    await results.getByRole("heading", { name: /^Samples: uniform in Swahili/ }).waitFor();
    const samples = results.locator("li.sample");
    await samples.first().waitFor();
    assert.equal(await samples.count(), 8);
    // Text of any language is marked as such, so that it is read and laid out rightly.
    const prompt = samples.first().locator("[lang=sw]").first();
    assert.equal(await prompt.getAttribute("dir"), "auto");
    await workbench.screenshot("8-samples");
  });

  step("a cell of the table does the same from the keyboard", async () => {
    await results.locator('button.cell[data-mixture="pinch"][data-language="fi"]').press("Enter");
    await results.getByRole("heading", { name: /^Samples: pinch in Finnish/ }).waitFor();
    await results.locator("li.sample [lang=fi]").first().waitFor();
  });

  step("what was chosen survives a reload of the window", async () => {
    await workbench.reload();
    results = await workbench.webview("li.sample");
    await results.getByRole("heading", { name: /^Samples: pinch in Finnish/ }).waitFor();
    await workbench.screenshot("9-reloaded");
  });

  step("the extension's page in VS Code shows pictures of its views", async () => {
    await workbench.page.route("https://pictures.example/**", route =>
      route.fulfill({ path: join(root, new URL(route.request().url()).pathname) }),
    );
    await workbench.runCommand("Extensions: Show Installed Extensions");
    const row = workbench.page.locator(".extensions-list .monaco-list-row", { hasText: "Pinch" }).first();
    await row.click();
    const page = await workbench.webview('img[src^="https://pictures.example/media/"]');
    const width = (image: HTMLImageElement) => (image.complete ? image.naturalWidth : 0);
    for (const image of await page.locator("img").all()) {
      await image.scrollIntoViewIfNeeded();
      await page.waitForFunction(width, (await image.elementHandle()) as ElementHandle<HTMLImageElement>);
    }
    assert.ok((await page.locator("img").count()) >= 4);
    await workbench.screenshot("10-listing");
  });
});

/** How many different colours the heat map's pixels have. */
function coloursOf(frame: Frame): Promise<number> {
  return frame.locator(".heat-frame canvas").evaluate(element => {
    const canvas = element as HTMLCanvasElement;
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    const colours = new Set<number>();
    for (let i = 0; i < pixels.length; i += 4 * 97) {
      colours.add(((pixels[i] ?? 0) << 16) | ((pixels[i + 1] ?? 0) << 8) | (pixels[i + 2] ?? 0));
    }
    return colours.size;
  });
}
