// Measures the load of the live panel on the extension host while another process writes a run's events.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../scripts/lib/paths.mjs";
import type { Workbench } from "../test/support/workbench.ts";
import { processorShare } from "./hostProcess.ts";

const perSecond = 100;
const windowSeconds = 20;
const restMs = 5_000;

export interface LiveShare {
  readonly perSecond: number;
  /** Load in % of a core with the panel open, without events and with them. */
  readonly still: number;
  readonly writing: number;
  /** Last step shown by the panel. */
  readonly steps: number;
}

export async function liveHostShare(
  workbench: Workbench,
  workspace: string,
  host: number,
): Promise<LiveShare> {
  const runs = join(workspace, ".pinch", "runs");
  const [other = ""] = readdirSync(runs);
  const record = readFileSync(join(runs, other, "run.json"), "utf8");
  const writer = spawn(process.execPath, [
    join(root, "bench", "eventWriter.mjs"),
    join(runs, "live-s7-0"),
    JSON.stringify({ ...JSON.parse(record), mixture: "live", lock: { examples: [] }, started: new Date() }),
    String(perSecond),
  ]);
  try {
    await new Promise((resolve, reject) => {
      writer.stdout.once("data", resolve);
      writer.once("exit", () => reject(new Error("The writer of events ended.")));
    });
    await workbench.runCommand("Pinch: Show Live Charts");
    const panel = await workbench.webview('[data-run$="live-s7-0"]');
    await workbench.page.waitForTimeout(restMs);
    const still = await processorShare(host, windowSeconds);
    writer.stdin.write("go\n");
    await workbench.page.waitForTimeout(restMs);
    const writing = await processorShare(host, windowSeconds);
    const said = (await panel.locator('[data-testid="chart-loss"] .sentence').textContent()) ?? "";
    return {
      perSecond,
      still,
      writing,
      steps: Number((/at step ([\d,]+)/.exec(said)?.[1] ?? "").replaceAll(",", "")),
    };
  } finally {
    writer.kill();
  }
}
