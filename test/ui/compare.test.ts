// Comparisons in the packaged extension: compare by rule, read pairs, rate them blind, see the agreement.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import type { Frame } from "playwright-core";
import { parseRatings } from "../../src/core/rating/ratings.ts";
import { findingsInThemes } from "../support/axe.ts";
import {
  comparedLanguages,
  comparisonName,
  runFolder,
  writeComparedWorkspace,
} from "../support/comparedWorkspace.ts";
import { stepsIn } from "../support/steps.ts";
import { openWindow, type PackageWindow } from "../support/window.ts";
import type { Workbench } from "../support/workbench.ts";
import type { Workspace } from "../support/workspace.ts";

describe("comparing and rating", { concurrency: false }, () => {
  let window: PackageWindow;
  let workspace: Workspace;
  let workbench: Workbench;
  let results: Frame;
  let rating: Frame;

  const step = stepsIn(() => workbench, "failed-compare");

  before(async () => {
    // In place: run records name their mixture file by its full path.
    window = await openWindow({ write: writeComparedWorkspace });
    ({ workbench, workspace } = window);
  });

  after(() => window?.close());

  step("Compare Runs asks for runs and baseline, and shows the scores when done", async () => {
    await workbench.runCommand("Pinch: Compare Runs");
    await workbench.check("Compare which runs", "pinch");
    await workbench.pick("Compare pinch with", "Monolingual run of each language");
    results = await workbench.webview('[data-testid="baseline"]', 60_000);
    const baseline = await results.locator('[data-testid="baseline"]').textContent();
    for (const language of comparedLanguages) assert.ok(baseline?.includes(`only-${language}`), language);
    // The scores of the comparison that was just made, not of the one that lay there.
    const metric = results.locator('vscode-dropdown[data-testid="metric"]');
    assert.match((await metric.getAttribute("current-value")) ?? "", /judge=rule/);
    await workbench.screenshot("c1-compared");
  });

  step("another judge's scores are another metric, with flips and unread pairs in its cells", async () => {
    await choose(results, "metric", "Side by side with the baseline (judge: scripted");
    const cell = results.locator('button.cell[data-mixture="pinch"][data-language="en"]');
    await cell.getByText("1 flip").waitFor();
    await cell.getByText("1 unread").waitFor();
    assert.match((await cell.getAttribute("title")) ?? "", /against only-en; 1 won, 1 tied, 1 lost/);
    await workbench.screenshot("c2-side-by-side");
  });

  step(
    "the judge stands below its scores: which place it leans to, and how alike it judges translations",
    async () => {
      const judge = results.locator('[data-testid="judge"]');
      await judge.getByRole("row", { name: /Arabic \(ar\).*100 \(22–100\)/ }).waitFor();
      await judge.getByText(/^pinch: the same verdict in \d+ %/).waitFor();
      await judge.evaluate(section => section.scrollIntoView());
      await workbench.screenshot("c2-judge");
    },
  );

  step("a cell opens its pairs, whose text is marked with its language", async () => {
    await results.locator('button.cell[data-mixture="pinch"][data-language="ar"]').press("Enter");
    await results.getByRole("heading", { name: "Pairs: pinch against only-ar in Arabic" }).waitFor();
    const pair = results.locator("li.sample").first();
    await pair.waitFor();
    assert.equal(await pair.locator('[lang="ar"][dir="auto"]').count(), 3, "prompt and two responses");
    await pair.locator("details.answers summary").click();
    await pair.getByText("Verdict:").first().waitFor();
    await workbench.screenshot("c3-pairs");
    await results.locator('button[data-filter="unread"]').click();
    await results.locator('button[data-filter="unread"][aria-pressed="true"]').waitFor();
    assert.equal(await results.locator("li.sample").count(), 1);
    // What a judge answers is text, not markup.
    await results.locator("details.answers summary").click();
    await results.getByText("Both have their merits <b>I think</b>.").first().waitFor();
  });

  step("Rate Pairs asks for a name once, then for languages, and tells no mixture", async () => {
    await results.locator('[data-testid="rate"]').click();
    await workbench.answer("Your name", "Ada");
    rating = await workbench.webview("fieldset.languages");
    await workbench.screenshot("c4-languages");
    await rating.locator('[data-testid="start"]').click();
    await rating.getByRole("heading", { name: /^1 of \d+$/ }).waitFor();
    assert.deepEqual(
      await findingsInThemes(workbench, workspace.folder, "fieldset.languages, .pair, .prompt", "rating-axe"),
      [],
    );
    const shown = (await rating.locator("body").textContent()) ?? "";
    assert.doesNotMatch(shown, /pinch|only-/i);
    await workbench.screenshot("c5-rate");
  });

  step("keys rate, U takes back, and every rating is on disk at once", async () => {
    await rating.locator("body").press("1");
    await rating.getByRole("heading", { name: /^2 of/ }).waitFor();
    await rating.locator("body").press("0");
    await rating.getByRole("heading", { name: /^3 of/ }).waitFor();
    assert.equal(ratings().length, 2);
    await rating.locator("body").press("u");
    await rating.getByRole("heading", { name: /^2 of/ }).waitFor();
    assert.equal(ratings().length, 1);
    await workbench.screenshot("c6-rated");
  });

  step("a language can be skipped", async () => {
    const language = await rating.locator(".prompt [lang]").getAttribute("lang");
    await rating.locator('[data-testid="skip"]').click();
    await rating.locator(`.prompt [lang="${language}"]`).waitFor({ state: "hidden" });
  });

  step("at the end it tells the names and the agreement with the judge", async () => {
    const title = rating.locator("h1");
    for (;;) {
      const before = await title.textContent();
      if (!/^\d+ of \d+$/.test(before ?? "")) break;
      await rating.locator("body").press("2");
      await rating.locator("h1", { hasNotText: before ?? "" }).waitFor();
    }
    await rating.getByRole("columnheader", { name: "Cohen's kappa" }).first().waitFor();
    await rating.getByText("You compared pinch with").waitFor();
    await workbench.screenshot("c7-agreement");
  });

  step("the results show the human check beside the score", async () => {
    await rating.locator('[data-testid="results"]').click();
    results = await workbench.webview('[data-testid="human-check"]');
    // Of any language: one was skipped.
    const cell = results.locator('button.cell[data-mixture="pinch"]', { hasText: "κ" }).first();
    await cell.waitFor();
    assert.match(
      (await cell.getAttribute("title")) ?? "",
      /people agree with the judge: \d+ % \(\d+–\d+\), kappa/,
    );
    // At once: the page may be drawn again between looking for a place and scrolling there.
    await results.locator('[data-testid="human-check"]').evaluate(element => element.scrollIntoView());
    await workbench.screenshot("c8-human-check");
  });

  step("parts of a response in another language are marked and named", async () => {
    await choose(results, "metric", "Followed, in the right language");
    await results.locator('button.cell[data-mixture="only-en"][data-language="ar"]').press("Enter");
    const mark = results.locator("li.sample mark.foreign").first();
    await mark.waitFor();
    assert.equal(await mark.textContent(), "Wednesday");
    await results.locator('[data-testid="legend"]').getByText("Latn = Latin script").waitFor();
    await results
      .locator("li.sample", { has: results.locator("mark.foreign") })
      .getByText("a foreign word")
      .waitFor();
    await workbench.screenshot("c9-spans");
  });

  step(
    "each instruction's result is said in words, and a form of a keyword is marked as its language",
    async () => {
      await results.locator('button.cell[data-mixture="pinch"][data-language="ar"]').press("Enter");
      const [missed, loose, forbidden] = [0, 1, 2].map(i =>
        results.locator(`li.sample[data-id="q${i}"] .instructions`),
      );
      await missed?.getByText("contains keywords: not followed").waitFor();
      await missed?.getByText("no comma: followed").waitFor();
      assert.equal(await missed?.locator('bdi[lang="ar"]').count(), 1);
      await loose?.getByText("number of words: followed only loosely").waitFor();
      await forbidden?.getByText("may be another form of a forbidden word").waitFor();
      await results.locator('[data-testid="few-prompts"]').getByText("ar (4)").waitFor();
      await workbench.screenshot("c10-instructions");
    },
  );

  step("samples are filtered by what became of them", async () => {
    await results.locator('button[data-outcome="wrongAnswer"]').click();
    await results.locator('button[data-outcome="wrongAnswer"][aria-pressed="true"]').waitFor();
    const badges = await results.locator("li.sample .badge").allTextContents();
    assert.ok(badges.length > 0 && badges.every(text => text === "Wrong answer"), badges.join(", "));
  });

  const ratings = () => {
    const folder = join(runFolder(workspace.folder, "pinch"), "comparisons", comparisonName);
    assert.ok(readdirSync(folder).includes("ratings-ada.jsonl"));
    return parseRatings(readFileSync(join(folder, "ratings-ada.jsonl"), "utf8"));
  };
});

/** Chooses an option of a dropdown of the toolkit by how its label begins. */
async function choose(frame: Frame, testId: string, label: string): Promise<void> {
  await frame.locator(`vscode-dropdown[data-testid="${testId}"]`).click();
  await frame.locator("vscode-option", { hasText: label }).first().click();
}
