// A night of runs in the packaged extension: queue, live charts, stop, resume, a reload in the middle, and what is told.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import type { Frame } from "playwright-core";
import type { RunRecord } from "../../src/core/records/runRecord.ts";
import { findingsInThemes } from "../support/axe.ts";
import { stepsIn } from "../support/steps.ts";
import { tinyLanguages, tinyMixture, writeTinyWorkspace } from "../support/tinyWorkspace.ts";
import { openWindow, type PackageWindow } from "../support/window.ts";
import { newPage, Workbench } from "../support/workbench.ts";
import type { Workspace } from "../support/workspace.ts";

/** Long enough for its curves to be looked at on a quick machine, short enough for a slow one. */
const epochs = 9_000;
const endMs = 280_000;
const mixtureFile = "night.mixture.yaml";

describe("a night of runs", { concurrency: false }, () => {
  let window: PackageWindow;
  let workspace: Workspace;
  let workbench: Workbench;
  let live: Frame;

  const step = stepsIn(() => workbench, "runs-failed");

  const records = (): RunRecord[] => {
    const runs = join(workspace.folder, ".pinch", "runs");
    if (!existsSync(runs)) return [];
    return readdirSync(runs)
      .filter(name => existsSync(join(runs, name, "run.json")))
      .map(name => JSON.parse(readFileSync(join(runs, name, "run.json"), "utf8")) as RunRecord);
  };
  const recordOf = (mixture: string) => records().find(record => record.mixture === mixture);
  const until = async (what: string, so: () => boolean): Promise<void> => {
    for (const deadline = Date.now() + endMs; !so(); ) {
      assert.ok(
        Date.now() < deadline,
        `Waited in vain for ${what}: ${JSON.stringify(records().map(r => [r.mixture, r.status]))}`,
      );
      await workbench.page.waitForTimeout(200);
    }
  };
  /** The panel as it is after anything may have replaced its page. */
  const charts = () => workbench.webview("[data-chart=loss]", 60_000);
  before(async () => {
    window = await openWindow({
      write(folder) {
        writeTinyWorkspace(folder, { mixture: false });
        writeFileSync(
          join(folder, mixtureFile),
          tinyMixture({ epochs }).replace("maxNewTokens", "during: 50\n  maxNewTokens"),
        );
      },
      settings: { "pinch.device": "cpu" },
    });
    ({ workbench, workspace } = window);
  });

  after(() => window?.close());

  step(
    "Run All Mixtures queues them; the tree shows what runs, its loss and time left, and what waits",
    async () => {
      await workbench.page.locator('.activitybar .action-label[aria-label^="Pinch"]').first().click();
      await workbench.openFile(mixtureFile);
      await workbench.runCommand("Pinch: Run All Mixtures");
      await workbench.statusItem(/Pinch: english \(2 of 3\) training \d+ %/).waitFor({ timeout: 60_000 });
      await workbench
        .treeRow(/english, seed 7.*left · \d+\/\d+ · loss \d\.\d+/)
        .first()
        .waitFor();
      const waiting = workbench.treeRow(/pinch, seed 7\s*next/).first();
      await waiting.waitFor();
      const label = await workbench
        .treeRow(/english, seed 7/)
        .first()
        .getAttribute("aria-label");
      assert.match(label ?? "", /english, seed 7, running: step \d+ of \d+, loss/);
      await workbench.screenshot("runs-1-queue");
    },
  );

  step("Show Live Charts draws the loss, and the held-out loss in each language", async () => {
    await workbench.runCommand("Pinch: Show Live Charts");
    live = await charts();
    await live
      .getByText(/english, seed 7: \d\.\d+ at step \d+/)
      .first()
      .waitFor();
    await live
      .locator('[data-testid="chart-heldOut"]')
      .getByText(/Finnish: \d/)
      .first()
      .waitFor({ timeout: 60_000 });
    const words = await live.locator('[data-testid="chart-heldOut"] .sentence').textContent();
    for (const name of ["English", "Finnish", "Swahili"]) assert.ok(words?.includes(name), words ?? "");
    assert.equal(tinyLanguages.length, 3);
    for (const chart of ["learningRate", "gradientNorm", "tokensPerSecond", "memory"])
      await live.locator(`[data-testid="chart-${chart}"] canvas`).waitFor();
  });

  step("it goes on by itself: later steps come without a click", async () => {
    const stepShown = async () =>
      Number(
        /at step ([\d,]+)/
          .exec((await live.locator('[data-testid="chart-loss"] .sentence').textContent()) ?? "")?.[1]
          ?.replaceAll(",", ""),
      );
    const before = await stepShown();
    await workbench.page.waitForTimeout(2_500);
    assert.ok((await stepShown()) > before, `after step ${before}`);
  });

  step("a table says the same to a screen reader", async () => {
    await live.locator('[data-testid="chart-loss"] summary').press("Enter");
    const rows = live.locator('[data-testid="chart-loss"] tbody tr');
    await rows.nth(3).waitFor();
    assert.match((await rows.nth(3).textContent()) ?? "", /^[\d,]+\d\.\d{3}$/);
    await live.locator('[data-testid="chart-loss"] summary').press("Enter");
  });

  step("Stop Run ends the first one; the second takes its turn", async () => {
    await live.locator('[data-testid="stop"]').click();
    await until("the stop", () => recordOf("english")?.status === "cancelled");
    await workbench.statusItem(/Pinch: pinch \(3 of 3\)/).waitFor({ timeout: 60_000 });
    await until("the second run's training", () => recordOf("pinch")?.status === "running");
    await workbench.screenshot("runs-2-stopped");
  });

  step("Resume queues the stopped one behind it", async () => {
    const row = workbench.treeRow(/english, seed 7\s*cancelled/).first();
    await row.waitFor();
    await row.hover();
    await row.locator('.action-label[aria-label^="Resume Run"]').first().click();
    await workbench
      .treeRow(/english, seed 7\s*next/)
      .first()
      .waitFor();
    await workbench.screenshot("runs-3-resumed");
  });

  step("a reload in the middle: the queue goes on from where it was, and the charts come back", async () => {
    await workbench.reload();
    live = await charts();
    await workbench.statusItem(/Pinch: pinch/).waitFor({ timeout: 90_000 });
    await until("the resumed run", () => (recordOf("pinch")?.resumed?.length ?? 0) > 0);
    assert.ok((recordOf("pinch")?.resumed?.[0]?.step ?? 0) > 0, "from a checkpoint");
    await live
      .getByText(/pinch, seed 7: \d\.\d+ at step \d+/)
      .first()
      .waitFor({ timeout: 60_000 });
    await workbench
      .treeRow(/english, seed 7\s*next/)
      .first()
      .waitFor();
    await workbench.screenshot("runs-4-reloaded");
  });

  step("a second window sees the run and who runs it, and does not run itself", async () => {
    const other = new Workbench(await newPage(window.browser));
    await other.open(workspace.url());
    await other.page.locator('.activitybar .action-label[aria-label^="Pinch"]').first().click();
    await other
      .treeRow(/pinch, seed 7.*other window · .*left/)
      .first()
      .waitFor({ timeout: 60_000 });
    await other.screenshot("runs-5-other-window");
    assert.equal(records().filter(({ status }) => status === "running").length, 1);
    await other.page.context().close();
  });

  step("two runs are drawn over each other", async () => {
    await live.locator(".run", { hasText: "english, seed 7" }).locator("vscode-checkbox").click();
    await live
      .getByText(/english, seed 7: \d/)
      .first()
      .waitFor();
    await workbench.screenshot("runs-6-two");
    assert.deepEqual(
      await findingsInThemes(workbench, workspace.folder, "[data-chart=loss]", "runs-live"),
      [],
    );
  });

  step("both end, and each run was done once", async () => {
    await until("both ends", () => ["english", "pinch"].every(name => recordOf(name)?.status === "done"));
    assert.equal(records().length, 3);
    // A toast may have come and gone.
    await workbench.runCommand("Notifications: Show Notifications");
    await workbench
      .notifications()
      .filter({ hasText: /finished/ })
      .first()
      .waitFor();
    await workbench.runCommand("Notifications: Clear All Notifications");
    await workbench.screenshot("runs-done");
  });
});
