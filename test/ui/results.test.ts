// From results to the sentences behind them and out again: samples, side by side, peek, diff, a prompt, exports.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import type { Frame } from "playwright-core";
import { root } from "../../scripts/lib/paths.mjs";
import { runNode } from "../../scripts/lib/processes.mjs";
import type { SampleRecord } from "../../src/core/records/records.ts";
import { hashesOf } from "../../src/runtime/files/fileHashes.ts";
import { readRunRecord, writeRunRecord } from "../../src/runtime/files/runFolder.ts";
import { findingsInThemes } from "../support/axe.ts";
import { stepsIn } from "../support/steps.ts";
import { tinyMixtureFile, writeTinyWorkspace } from "../support/tinyWorkspace.ts";
import { openWindow, type PackageWindow } from "../support/window.ts";
import type { Workbench } from "../support/workbench.ts";
import type { Workspace } from "../support/workspace.ts";

/** Markup, a script, a link, an escape of a terminal and an override of the direction. */
const hostile =
  '<img src=x onerror="window.ran=1"><script>window.ran=1</script> [a](command:x) \u001b[31mred \u202eback\u202c';

describe("from results to the sentences behind them", { concurrency: false }, () => {
  let source: string;
  let window: PackageWindow;
  let workspace: Workspace;
  let workbench: Workbench;
  let results: Frame;

  const step = stepsIn(() => workbench, "failed-results");

  before(async () => {
    window = await openWindow({
      async write(folder) {
        writeTinyWorkspace(folder);
        const ran = await runNode(
          [join(root, "dist", "cli.js"), "run", join(folder, tinyMixtureFile), "--device", "cpu"],
          { cwd: folder, quiet: true },
        );
        assert.equal(ran.code, 0, ran.output);
        makeHostile(join(folder, ".pinch", "runs"));
      },
    });
    ({ workbench, workspace } = window);
    source = workspace.folder;
  });

  after(() => window?.close());

  const cell = (mixture: string, language: string) =>
    results.locator(`button.cell[data-mixture="${mixture}"][data-language="${language}"]`);

  const choose = async (testId: string, label: string | RegExp): Promise<void> => {
    await results.locator(`vscode-dropdown[data-testid="${testId}"]`).click();
    await results
      .locator(`vscode-dropdown[data-testid="${testId}"] vscode-option`, { hasText: label })
      .first()
      .click();
  };

  step("every figure has a sentence and a table behind it", async () => {
    await workbench.openFile(tinyMixtureFile);
    await workbench.runCommand("Pinch: Show Results");
    results = await workbench.webview('[data-figure="heat-map"]');
    for (const id of ["heat-map", "outcomes", "curve", "languages", "difference"]) {
      const figure = results.locator(`[data-figure="${id}"]`);
      await figure.locator(".reading").first().waitFor();
      if (id !== "heat-map") assert.ok((await figure.locator("details.behind tbody tr").count()) > 1, id);
    }
    await results.locator('[data-figure="difference"]', { hasText: "noise" }).waitFor();
    await workbench.screenshot("r1-results");
  });

  step("a click on a cell marks it and opens its samples; the figures are not drawn again", async () => {
    const canvas = await results.locator('[data-figure="heat-map"] canvas').elementHandle();
    await cell("pinch", "en").click();
    await results.locator('[data-testid="samples"] [data-testid="found"]', { hasText: "sample" }).waitFor();
    assert.equal(await cell("pinch", "en").getAttribute("aria-pressed"), "true");
    await cell("pinch", "fi").click();
    await results.locator("#detail-title", { hasText: "Finnish" }).waitFor();
    assert.equal(await cell("pinch", "en").getAttribute("aria-pressed"), "false");
    assert.equal(await canvas?.evaluate(element => element.isConnected), true);
    await results.locator('vscode-button[aria-label="Close samples"]').click();
    await results.locator('[data-testid="samples"]').waitFor({ state: "detached" });
    assert.equal(await cell("pinch", "fi").evaluate(element => element === document.activeElement), true);
  });

  step("what is chosen at the top is gone from table and figures, and comes back", async () => {
    await results.locator('[data-testid="choose-languages"] summary').click();
    await results.locator('[data-testid="choose-languages"] [data-choice="sw"]').click();
    await cell("pinch", "sw").waitFor({ state: "detached" });
    assert.deepEqual(await results.locator("table.results thead abbr").allTextContents(), ["en", "fi"]);
    await results.getByText("Languages: 2 of 3").waitFor();
    await results.getByText("Show all").click();
    await cell("pinch", "sw").waitFor();
    await results.locator('[data-testid="choose-languages"] summary').click();
  });

  step("the studies that the mixtures hold are drawn with their readings", async () => {
    await results.locator('[data-testid="studies"] summary').first().click();
    await results.locator('[data-figure^="study-"] svg.fig').first().waitFor();
    await results.locator('[data-figure^="study-"] .reading').first().waitFor();
  });

  step("a cell of a study and a cell of a table open their samples from the keyboard", async () => {
    const title = results.locator("#detail-title");
    const marks = results.locator('[data-figure^="study-"] svg.fig').first().locator("[data-opens]");
    await marks.first().focus();
    await workbench.page.keyboard.press("ArrowRight");
    const label = await results.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    assert.match(label ?? "", /Show its samples$/);
    assert.notEqual(label, await marks.first().getAttribute("aria-label"));
    await workbench.page.keyboard.press("Enter");
    await results.locator("#detail-title:focus").waitFor();
    assert.match((await title.textContent()) ?? "", /^Samples: /);
    await workbench.screenshot("r1-study-mark");
    await results.locator('[data-testid="studies"] summary').first().click();
    const outcomes = results.locator('[data-figure="outcomes"]');
    await outcomes.locator("details.behind summary").click();
    await outcomes.locator("tbody tr", { hasText: "pinch" }).locator(".way-in").last().press("Enter");
    await results.locator("#detail-title:focus", { hasText: "pinch in all languages" }).waitFor();
    await results.locator('[data-outcome="wrongLanguage"][aria-pressed="true"]').waitFor();
    await outcomes.locator("details.behind summary").click();
  });

  step("a sample's markup, escapes and overrides are shown, and nothing of it runs", async () => {
    await cell("pinch", "fi").press("Enter");
    const sample = results.locator("li.sample", { hasText: "onerror" });
    await sample.waitFor();
    assert.equal(await sample.locator("img, script, a").count(), 0);
    assert.deepEqual(await sample.locator(".hidden-character").allTextContents(), ["␛", "RLO", "PDF"]);
    assert.equal(await results.evaluate(() => Reflect.get(window, "ran")), undefined);
    await workbench.screenshot("r2-hostile");
  });

  step("samples are filtered by text, verdict and language of the response", async () => {
    const found = results.locator('[data-testid="found"]');
    await results.locator('[data-testid="sample-text"] input').fill("ONERROR");
    await found.getByText("1 of 8 samples").waitFor();
    assert.equal(await results.locator("li.sample").count(), 1);
    await results.locator('[data-testid="sample-text"] input').fill("");
    await found.getByText("8 samples").waitFor();
    await results
      .locator('button[data-outcome="followed"], button[data-outcome="wrongAnswer"]')
      .first()
      .click();
    await results.locator('button[data-outcome="all"][aria-pressed="false"]').waitFor();
    await results.locator('button[data-outcome="all"]').click();
    await choose("sample-language", "All");
    await found.getByText("24 samples").waitFor();
    await choose("sample-language", "Finnish");
    await found.getByText("8 samples").waitFor();
  });

  step("the list is walked from the keyboard to its end", async () => {
    await results.locator("li.sample").first().focus();
    await workbench.page.keyboard.press("End");
    // Focus moves with the next frame.
    await results.locator('li.sample[aria-posinset="8"]:focus').waitFor();
  });

  step("two runs stand beside each other with their differences, and are rated by hand", async () => {
    await choose("beside", "english");
    await results.locator("li.sample .two-responses").first().waitFor();
    await results.locator("li.sample mark.changed").first().waitFor();
    await workbench.screenshot("r3-side-by-side");
    await results.locator("li.sample .rate button", { hasText: "The same" }).first().click();
    await workbench.answer("Your name, for your ratings", "Ada");
    await results.locator('li.sample .rate button[aria-pressed="true"]').waitFor();
    await results.locator('[data-testid="hand-agreement"]', { hasText: "agree" }).waitFor();
    const kept = filesBelow(join(source, ".pinch", "runs")).find(file => file.endsWith("ratings-ada.jsonl"));
    assert.ok(kept);
    assert.match(readFileSync(kept, "utf8"), /"picked":"tie"/);
    await workbench.screenshot("r4-rated");
  });

  step("axe finds nothing serious in the results", async () => {
    const found = await findingsInThemes(
      workbench,
      workspace.folder,
      '[data-testid="hand-agreement"]',
      "r4-axe",
    );
    assert.deepEqual(found, []);
  });

  step("the two runs open in the diff editor", async () => {
    await results.locator('[data-testid="diff"]').click();
    await workbench.tab(/pinch, seed 7 ↔ english, seed 7/).waitFor();
    await workbench.page
      .locator(".monaco-diff-editor .modified .view-line", { hasText: /\S/ })
      .first()
      .waitFor();
    await workbench.screenshot("r5-diff");
  });

  step("a prompt's outputs open in a peek view, from the lens above it", async () => {
    await workbench.openFile("fi.jsonl", "eval/fi.jsonl");
    const lens = workbench.page.locator(".codelens-decoration a", { hasText: "outputs" }).first();
    await lens.waitFor();
    await lens.click();
    const peek = workbench.page.locator(".peekview-widget");
    await peek.waitFor();
    await peek.getByText("second-0-0 (Finnish)").first().waitFor();
    await workbench.screenshot("r6-peek");
    await workbench.page.keyboard.press("Escape");
  });

  step("Try a Prompt shows the answers of two models beside each other", async () => {
    await workbench.runCommand("Pinch: Try a Prompt");
    await workbench.check("Prompt which models?", "pinch", "english");
    await workbench.answer("Try a Prompt", "yksi kaksi");
    const panel = await workbench.webview(".answer");
    await panel.locator('.answer:is([data-state="done"], [data-state="cut off"])').nth(1).waitFor();
    const answers = await panel.locator(".answer .text").allTextContents();
    assert.equal(answers.filter(text => text.length > 0).length, 2);
    const found = await findingsInThemes(workbench, workspace.folder, ".answer", "r7-axe");
    assert.deepEqual(found, []);
    await workbench.screenshot("r7-try");
  });

  step("figures, samples and the report are exported, and the files hold what was shown", async () => {
    await workbench.tab("Pinch Results").click();
    results = await workbench.webview('[data-figure="heat-map"]');
    await results.locator(".sample").first().waitFor();
    /** Waits for the content, since the file exists before it. */
    const written = async (file: string): Promise<Buffer> => {
      const complete = (): boolean => existsSync(file) && statSync(file).size > 0;
      for (let i = 0; i < 300 && !complete(); i++) await workbench.page.waitForTimeout(100);
      await workbench.page.waitForTimeout(200);
      return readFileSync(file);
    };
    const save = async (label: string, description: string, name: string): Promise<Buffer> => {
      await results.locator('[data-testid="export"]').click();
      // The list draws only what fits: typing brings the row into sight.
      const filter = workbench.page
        .locator('.quick-input-widget:not([style*="display: none"]) input')
        .first();
      await filter.fill(label);
      const row = workbench.page
        .locator(".quick-input-list .monaco-list-row", { hasText: label })
        .filter({ hasText: description })
        .first();
      await row.click();
      const input = workbench.page.locator('.quick-input-widget:not([style*="display: none"]) input').first();
      await workbench.page.locator(".quick-input-title", { hasText: /Export|Save/ }).waitFor();
      const file = join(source, name);
      // The dialog writes its own suggestion into the box once it is open.
      for (let i = 0; i < 100 && !(await input.inputValue()).startsWith("/"); i++)
        await workbench.page.waitForTimeout(50);
      await workbench.page.waitForTimeout(300);
      await input.fill(file);
      await workbench.page.keyboard.press("Enter");
      return written(file);
    };
    const png = await save("Outcomes of", "PNG", "shares.png");
    assert.equal(png.subarray(1, 4).toString("latin1"), "PNG");
    const svg = (await save("Mixtures and languages", "SVG", "heat.svg")).toString("utf8");
    assert.match(svg, /^<svg [^>]*viewBox/);
    assert.match(svg, />pinch<\/text>/);
    const csv = (await save("Mixtures and languages", "CSV", "heat.csv")).toString("utf8");
    assert.match(csv, /^\ufeffMixture,en,en low,en high/);
    const json = JSON.parse((await save("Samples as filtered", "JSON", "samples.json")).toString("utf8")) as {
      id: string;
    }[];
    assert.equal(json.length, 8);
    const report = (await save("Report", "Markdown", "report.md")).toString("utf8");
    assert.match(report, /pinch/);
    assert.match((await written(join(source, "report.html"))).toString("utf8"), /pinch/);
  });
});

/** The first Finnish answer of the mixture `pinch` is what no page should run. */
function makeHostile(runs: string): void {
  const folder = readdirSync(runs).find(name => name.startsWith("pinch-"));
  assert.ok(folder);
  const file = join(runs, folder, "samples.jsonl");
  const samples = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map(line => JSON.parse(line) as SampleRecord);
  const first = samples.find(({ language }) => language === "fi");
  const edited = samples.map(sample =>
    sample === first ? { ...sample, response: hostile, foreign: [] } : sample,
  );
  writeFileSync(file, edited.map(sample => `${JSON.stringify(sample)}\n`).join(""));
  // As if the model had said it: what was edited is in no table.
  const record = readRunRecord(join(runs, folder));
  const hashes = hashesOf(join(runs, folder), ["samples.jsonl"]);
  writeRunRecord(join(runs, folder), { ...record, files: { ...record.files, ...hashes } });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map(entry =>
    join(entry.parentPath, entry.name),
  );
}
