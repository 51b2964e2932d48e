// The composer as a person meets it: walkthrough, example, moved languages, undo, typing, a mistake, a new study.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { root } from "../../scripts/lib/paths.mjs";
import { findingsInThemes } from "../support/axe.ts";
import { stepsIn } from "../support/steps.ts";
import { openWindow, type PackageWindow } from "../support/window.ts";
import type { Workbench } from "../support/workbench.ts";
import type { Workspace } from "../support/workspace.ts";

const file = "just-a-pinch.mixture.yaml";
const spreadLine = /^ {2}pinch:/;

/** As far as both are drawn: a lens above a line moves the last ones out of sight. */
function assertSameLines(actual: string, expected: string): void {
  const [some, others] = [actual.split("\n"), expected.split("\n")];
  const count = Math.min(some.length, others.length);
  assert.ok(count > 20, `only ${count} lines are drawn`);
  assert.deepEqual(some.slice(0, count), others.slice(0, count));
}

describe("composing", { concurrency: false }, () => {
  let window: PackageWindow;
  let workspace: Workspace;
  let workbench: Workbench;
  let view: Frame;

  const step = stepsIn(() => workbench, "composer-failed");

  const lineOf = async (pattern: RegExp) =>
    (await workbench.lines()).find(({ text }) => pattern.test(text))?.text ?? "";
  /** Waits until the line of the file reads as it should. */
  const lineReads = async (pattern: RegExp, expected: RegExp | string): Promise<void> => {
    const reads = (text: string) => (typeof expected === "string" ? text === expected : expected.test(text));
    for (let tries = 0; tries < 100 && !reads(await lineOf(pattern)); tries++) {
      await workbench.page.waitForTimeout(50);
    }
    const text = await lineOf(pattern);
    assert.ok(reads(text), `${text} is not ${expected}`);
  };
  /** The field has its first value, and typing replaces it. */
  const nameIsSelected = (name: string) =>
    view.waitForFunction(expected => String(getSelection()) === expected, name);
  const control = (id: string) => view.locator(`[data-testid="${id}"]`);
  const amountOf = (mixture: string, language: string) =>
    control(`amount ${mixture} ${language}`).evaluate(field => String(Reflect.get(field, "value")));
  const amountBecomes = async (mixture: string, language: string, expected: string): Promise<void> => {
    for (let tries = 0; tries < 100; tries++) {
      if ((await amountOf(mixture, language)) === expected) return;
      await workbench.page.waitForTimeout(50);
    }
    assert.equal(await amountOf(mixture, language), expected);
  };

  before(async () => {
    window = await openWindow();
    ({ workbench, workspace } = window);
  });

  after(() => window?.close());

  step("the walkthrough has five steps, each with a picture", async () => {
    await workbench.runCommand("Welcome: Open Walkthrough");
    const row = workbench.page.locator(".quick-input-list .monaco-list-row", {
      hasText: "Get Started with Pinch",
    });
    await row.first().click();
    const steps = workbench.page.locator(".getting-started-step");
    await steps.nth(4).waitFor();
    assert.equal(await steps.count(), 5);
    for (let index = 0; index < 5; index++) {
      const each = steps.nth(index);
      if (!((await each.getAttribute("class")) ?? "").includes("expanded")) await each.click();
      await workbench.page.locator(".getting-started-media").first().waitFor();
      await workbench.page.waitForTimeout(400);
      await workbench.screenshot(`composer-walkthrough-${index + 1}`);
    }
    await steps.first().click();
  });

  step("its first step copies the example into the folder that is chosen", async () => {
    await workbench.page
      .locator(".getting-started-step.expanded .monaco-button", { hasText: "Open Example" })
      .click();
    const input = workbench.page.locator(".quick-input-widget .quick-input-box input");
    await input.waitFor();
    await workbench.page.keyboard.press("Enter");
    await workbench.tab(file).waitFor();
    await workbench.editorText().getByText("monolingual").first().waitFor();
    await workbench.screenshot("composer-example");
  });

  step("the composer has a row for each language, in English and in its own script", async () => {
    await workbench.page.locator('.activitybar .action-label[aria-label^="Pinch"]').first().click();
    view = await workbench.webview(".board .mixture");
    await view.getByRole("button", { name: /^pinch / }).click();
    const hebrew = view.locator('[data-mixture="pinch"] .row[data-language="he"]');
    await hebrew.waitFor();
    const own = hebrew.locator("bdi[lang=he]");
    assert.equal(await own.getAttribute("dir"), "auto");
    assert.equal(await own.textContent(), "עברית");
    assert.equal(await amountOf("pinch", "he"), "4");
    // Tokens come from the index of the data, which is made in the background.
    await view.locator('[data-mixture="pinch"] .total', { hasText: /about [\d,]+ tokens/ }).waitFor();
    await workbench.screenshot("composer-open");
  });

  step("keys on a slider move the languages of a spread together: one edit, with its comments", async () => {
    // What stands above the mixtures moves the lines that are compared.
    await workbench.page.locator(".codelens-decoration", { hasText: "Preview data" }).first().waitFor();
    const before = await workbench.text();
    const slider = control("slider pinch he");
    await slider.focus();
    await slider.press("ArrowRight");
    await slider.press("ArrowRight");
    await amountBecomes("pinch", "ar", "6");
    await lineReads(
      spreadLine,
      "  pinch: { base: en, spread: 66, over: [ar, zh, cs, et, fi, he, hi, it, ru, es, sw] }",
    );
    assertSameLines((await workbench.text()).replace("spread: 66", "spread: 44"), before);
    assert.ok(await slider.evaluate(element => element === document.activeElement), "the focus stays");
    assert.match((await slider.getAttribute("aria-valuetext")) ?? "", /^6 examples, 1 %, about \d+ tokens$/);
  });

  step("undo brings it back in one step, and the focus stays in the view", async () => {
    await control("slider pinch he").press("Control+z");
    await lineReads(
      spreadLine,
      "  pinch: { base: en, spread: 44, over: [ar, zh, cs, et, fi, he, hi, it, ru, es, sw] }",
    );
    await amountBecomes("pinch", "he", "4");
    await view.locator('[data-testid="slider pinch he"]:focus').waitFor();
  });

  step("a drag is one edit, at its end", async () => {
    const slider = control("slider pinch en");
    await slider.scrollIntoViewIfNeeded();
    const box = await slider.boundingBox();
    assert.ok(box);
    const y = box.y + box.height / 2;
    await workbench.page.mouse.move(box.x + box.width * 0.95, y);
    await workbench.page.mouse.down();
    await workbench.page.mouse.move(box.x + box.width * 0.7, y, { steps: 6 });
    assert.match(await lineOf(spreadLine), /spread: 44,/);
    await workbench.page.mouse.up();
    await view.locator('[data-testid="slider pinch en"]').waitFor();
    await lineReads(spreadLine, /spread: [1-4]\d\d,/);
    await slider.press("Control+z");
    await lineReads(
      spreadLine,
      "  pinch: { base: en, spread: 44, over: [ar, zh, cs, et, fi, he, hi, it, ru, es, sw] }",
    );
  });

  step("with a lock the spread becomes shares that come to the very numbers", async () => {
    await control("lock pinch ar").click();
    const amount = control("amount pinch zh").locator("input");
    await amount.fill("20");
    await amount.press("Enter");
    await workbench.editorText().getByText("shares").first().waitFor();
    await amountBecomes("pinch", "zh", "20");
    assert.equal(await amountOf("pinch", "ar"), "4");
    await workbench.screenshot("composer-shares");
    await control("slider pinch zh").press("Control+z");
    await amountBecomes("pinch", "zh", "4");
    await control("lock pinch ar").click();
  });

  step("amounts can be read and written in tokens", async () => {
    await view.getByRole("radio", { name: "Tokens" }).click();
    const tokens = Number(await amountOf("pinch", "zh"));
    assert.ok(tokens > 40, `${tokens} tokens`);
    const amount = control("amount pinch zh").locator("input");
    await amount.fill(String(2 * tokens));
    await amount.press("Enter");
    await lineReads(spreadLine, /spread: 88,/);
    await workbench.screenshot("composer-tokens");
    await control("slider pinch zh").press("Control+z");
    await lineReads(spreadLine, /spread: 44,/);
    await view.getByRole("radio", { name: "Tokens" }).press("ArrowLeft");
    await view.getByRole("radio", { name: "Examples" }).press("Enter");
    await amountBecomes("pinch", "zh", "4");
  });

  step("points of a sweep come as a list, and one of them is moved", async () => {
    const point = control("add-point pinch").locator("input");
    await point.fill("120");
    await point.press("Enter");
    await lineReads(spreadLine, /spread: \[ ?44, 120 ?\],/);
    const points = view.locator('[data-mixture="pinch"] .sweep [role=radio]');
    await points.nth(1).waitFor();
    await points.nth(0).focus();
    await points.nth(0).press("ArrowDown");
    await amountBecomes("pinch", "he", "11");
    await control("slider pinch he").press("ArrowRight");
    await lineReads(spreadLine, /spread: \[ ?44, 132 ?\],/);
    await workbench.screenshot("composer-sweep");
    await control("slider pinch he").press("Control+z");
    await lineReads(spreadLine, /120/);
    await control("slider pinch he").press("Control+z");
    await lineReads(spreadLine, /spread: 44,/);
  });

  step("several points are typed at once", async () => {
    const more = control("add-point pinch").locator("input");
    await more.fill("60, 120");
    await more.press("Enter");
    await lineReads(spreadLine, /spread: \[44, 60, 120\],/);
    await view.locator('[data-mixture="pinch"] .sweep [role=radio]').nth(2).waitFor();
    await control("slider pinch he").press("Control+z");
    await lineReads(spreadLine, /spread: 44,/);
  });

  step("a spread comes on top of the budget, and goes back into it with undo", async () => {
    const grow = control("grow pinch");
    await grow.press("Space");
    await lineReads(
      spreadLine,
      "  pinch: { base: en, spread: 44, over: [ar, zh, cs, et, fi, he, hi, it, ru, es, sw], grow: true }",
    );
    await view.locator('[data-mixture="pinch"] .total', { hasText: "644 examples" }).waitFor();
    assert.equal(await grow.getAttribute("aria-checked"), "true");
    await workbench.screenshot("composer-grow");
    await grow.press("Control+z");
    await lineReads(spreadLine, / sw\] \}$/);
    await view.locator('[data-mixture="pinch"] .total', { hasText: "600 examples" }).waitFor();
    assert.equal(await grow.getAttribute("aria-checked"), "false");
  });

  step("a mixture is renamed by keyboard; what is open stays open and the focus stays in it", async () => {
    const before = await workbench.text();
    await view.getByRole("button", { name: /^pinch / }).press("F2");
    const name = control("name pinch").locator("input");
    await name.waitFor();
    await nameIsSelected("pinch");
    await name.fill("uniform");
    await name.press("Enter");
    const refused = view.locator('[data-mixture="pinch"] .fault', {
      hasText: 'mixture named "uniform" already',
    });
    await refused.waitFor();
    await workbench.screenshot("composer-rename");
    await view.getByRole("button", { name: "Rename pinch" }).press("Enter");
    await nameIsSelected("pinch");
    await name.fill("handful");
    await name.press("Enter");
    await lineReads(/^ {2}handful:/, /spread: 44/);
    await view.locator('[data-mixture="handful"] .row[data-language="he"]').waitFor();
    await view.locator('[aria-label="Rename handful"]:focus').waitFor();
    assertSameLines((await workbench.text()).replace("handful:", "pinch:"), before);
    await view.getByRole("button", { name: "Rename handful" }).press("Control+z");
    await lineReads(spreadLine, /spread: 44,/);
    await view.locator('[data-mixture="pinch"] .row[data-language="he"]').waitFor();
  });

  step("a mixture is duplicated after itself, and the copy removed", async () => {
    const before = await workbench.text();
    await view.getByRole("button", { name: "Duplicate pinch" }).press("Enter");
    await lineReads(/^ {2}pinch-2:/, /spread: 44/);
    await view.locator('[data-mixture="pinch-2"] .opener:focus').waitFor();
    await view.getByRole("button", { name: "Remove pinch-2" }).press("Enter");
    await view.locator('[data-mixture="pinch-2"]').waitFor({ state: "detached" });
    assertSameLines(await workbench.text(), before);
  });

  step("an amount is a share as well, and what is none is refused beside it", async () => {
    const amount = control("amount pinch en").locator("input");
    await amount.fill("90%");
    await amount.press("Enter");
    await lineReads(spreadLine, /spread: 60,/);
    await control("slider pinch en").press("Control+z");
    await lineReads(spreadLine, /spread: 44,/);
    await amount.fill("some");
    await amount.press("Enter");
    await view.locator('[data-mixture="pinch"] .fault', { hasText: '"some" is not an amount' }).waitFor();
    await amountBecomes("pinch", "en", "556");
  });

  step("ten examples of a language, as the run draws them", async () => {
    await view.locator('[data-mixture="pinch"] .preview summary').click();
    const drawn = view.locator('[data-mixture="pinch"] .drawn li');
    await drawn.nth(9).waitFor();
    assert.equal(await drawn.count(), 10);
    assert.equal(await drawn.first().locator(".prompt").getAttribute("lang"), "en");
    await workbench.screenshot("composer-preview");
    await view.locator('[data-mixture="pinch"] .preview summary').click();
  });

  step("what is typed in the text moves the sliders", async () => {
    await workbench.replaceLine(spreadLine, "pinch: { base: en, spread: 20, over: [ar, hi] }");
    await amountBecomes("pinch", "hi", "10");
    await view.locator('[data-mixture="pinch"] .unseen .chip[data-language="zh"]').waitFor();
    await workbench.screenshot("composer-typed");
  });

  step("the composer has no serious fault of accessibility", async () => {
    const found = await findingsInThemes(
      workbench,
      workspace.folder,
      '[data-mixture="pinch"]',
      "composer-axe",
      "sideBar",
    );
    assert.deepEqual(found, []);
  });

  step("nothing is cut in a narrow view", async () => {
    const { wide, cut } = await view.evaluate(() => ({
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      cut: [...document.querySelectorAll(".row, .chip, .opener, .field")]
        .filter(element => element.scrollWidth > element.clientWidth + 1)
        .map(element => element.outerHTML.slice(0, 120)),
    }));
    assert.equal(wide, 0);
    assert.deepEqual(cut, []);
  });

  step("a mistake is named, and the mixture is still there as it was", async () => {
    await workbench.replaceLine(spreadLine, "pinch: { base: en, spraed: 20, over: [ar, hi] }");
    await view.locator(".problem.error", { hasText: "spraed" }).waitFor();
    await view.locator('[data-mixture="pinch"].stale').waitFor();
    assert.equal(await amountOf("pinch", "hi"), "10");
    assert.ok(await control("slider pinch hi").isDisabled());
    await workbench.screenshot("composer-mistake");
    await workbench.replaceLine(spreadLine, "pinch: { base: en, spread: 20, over: [ar, hi] }");
    await view.locator('[data-mixture="pinch"]:not(.stale)').waitFor();
  });

  step("New Study writes one of the six studies from the data that it finds", async () => {
    await workbench.runCommand("Pinch: New Study");
    await workbench.pick("New Study", "Pinch curve");
    await workbench.pick("Pinch curve", "English");
    await workbench.tab("pinch-curve.mixture.yaml").waitFor();
    await workbench.editorText().getByText("data/train/{language}.jsonl").first().waitFor();
    await view.locator('[data-mixture="pinch"] .sweep [role=radio]').nth(5).waitFor();
    await workbench.screenshot("composer-study");
    assert.equal(await workbench.errorUnderlines().count(), 0);
  });
});

describe("a folder that is not trusted", { concurrency: false }, () => {
  let window: PackageWindow;
  let workbench: Workbench;

  before(async () => {
    window = await openWindow({
      copyOf: join(root, "examples", "just-a-pinch"),
      untrusted: true,
    });
    workbench = window.workbench;
  });

  after(() => window?.close());

  it("is read, counted and edited; a run is refused and says why", async () => {
    await workbench.openFile(file);
    await workbench.page.locator('.activitybar .action-label[aria-label^="Pinch"]').first().click();
    const view = await workbench.webview(".board .mixture");
    await view.locator(".note", { hasText: "Runs need a trusted workspace." }).waitFor();
    assert.ok(await view.locator('[data-testid="run"]').evaluate(button => button.hasAttribute("disabled")));
    await view.getByRole("button", { name: /^pinch / }).click();
    // Rows are counted by the window itself; tokens would take the folder's model.
    const total = view.locator('[data-mixture="pinch"] .total');
    await total.filter({ hasText: /[\d,]+ examples/ }).waitFor();
    assert.doesNotMatch((await total.textContent()) ?? "", /tokens/);
    const slider = view.locator('[data-testid="slider pinch he"]');
    await slider.press("ArrowRight");
    await slider.press("Enter");
    await workbench.editorText().getByText("55", { exact: true }).first().waitFor();
    await workbench.screenshot("composer-untrusted");
    // Faults of the text and those that only the data show.
    await workbench.replaceLine(/^ {2}uniform:/, "uniform: { uniform: [en, de] }");
    await view.locator(".problem.error", { hasText: "no training data in de" }).waitFor();
    await workbench.errorUnderlines().first().waitFor();
    await workbench.replaceLine(/^ {2}uniform:/, "uniform: { unifrom: all }");
    await view.locator(".problem.error", { hasText: "unifrom" }).waitFor();
    await workbench.replaceLine(/^ {2}uniform:/, "uniform: { uniform: all }");
    await view.locator(".problem.error").first().waitFor({ state: "detached" });
    const welcome = workbench.page.locator(".welcome-view-content", { hasText: "trusted workspace" });
    await welcome.first().waitFor();
  });
});
