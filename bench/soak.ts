// Measures what 200 runs in one VS Code window leave behind: memory, open files, processes and temporary
// files.
//   npm run bench:soak             200 runs of the tiny model
//   npm run bench:soak -- 50       fewer
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../scripts/lib/paths.mjs";
import { main, setUp } from "../scripts/lib/setUp.mjs";
import { listRunFolders, recordOrNull } from "../src/runtime/files/runFolder.ts";
import { tinyMixture, writeTinyWorkspace } from "../test/support/tinyWorkspace.ts";
import { launchBrowser, newPage, Workbench } from "../test/support/workbench.ts";
import { openWorkspace } from "../test/support/workspace.ts";
import { heldMemory } from "./heap.ts";
import { hostProcess, processorSeconds, residentMb } from "./hostProcess.ts";
import { machineLine } from "./machine.ts";

const [wanted = "200"] = process.argv.slice(2).filter(argument => /^\d+$/.test(argument));
/** The untuned model counts as a run. */
const seeds = Math.ceil((Number(wanted) - 1) / 2);
const looks = [1, 50, 100, 150, 200].filter(count => count <= Number(wanted));
const file = "soak.mixture.yaml";
/** Interval for checking how many runs have ended. */
const lookMs = 1_000;

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function threads(pid: number): number {
  return Number(/Threads:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? Number.NaN);
}

/** Ids of runtime processes whose environment names this folder. */
function runtimes(home: string): number {
  return readdirSync("/proc").filter(pid => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const isRuntime = readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("runtime.js");
      return isRuntime && readFileSync(`/proc/${pid}/environ`, "utf8").includes(home);
    } catch {
      return false; // it has ended in the meantime
    }
  }).length;
}

function filesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).length;
}

main(async () => {
  process.chdir(root);
  await setUp();
  const source = mkdtempSync(join(tmpdir(), "pinch-soak-"));
  writeTinyWorkspace(source, { mixture: false });
  const list = Array.from({ length: seeds }, (_, i) => i + 1).join(", ");
  writeFileSync(join(source, file), tinyMixture().replace("seed: 7", `seeds: [${list}]`));
  const temporary = join(source, "..", `${source.split(/[/\\]/).at(-1)}-tmp`);
  mkdirSync(temporary);
  console.log(`${machineLine({})}\n`);
  const workspace = await openWorkspace({
    folder: source,
    settings: { "pinch.device": "cpu" },
    env: { TMPDIR: temporary },
  });
  const browser = await launchBrowser();
  try {
    const workbench = new Workbench(await newPage(browser));
    await workbench.open(workspace.url({ extensionDevelopmentPath: root }));
    await workbench.openFile(file);
    await workbench.page.locator('.activitybar .action-label[aria-label^="Pinch"]').first().click();
    await workbench.webview("#root");
    const home = join(workspace.server.extensions, "..");
    const host = hostProcess(home);
    const runs = join(source, ".pinch", "runs");
    console.log(
      "runs ended   window MB   of it held   open files   threads   core s   runtimes   temporary files   failed",
    );
    const look = async (count: number | string): Promise<void> => {
      const records = listRunFolders(runs).map(recordOrNull);
      const failed = records.filter(record => record === null || record.status === "failed").length;
      const resident = residentMb(host);
      const { heap, external } = await heldMemory(host);
      const figures = [
        resident.toFixed(0),
        (heap + external).toFixed(0),
        openFiles(host),
        threads(host),
        processorSeconds(host).toFixed(0),
        runtimes(home),
        filesIn(temporary),
        failed,
      ];
      const widths = [12, 13, 13, 10, 9, 11, 18, 9];
      console.log(
        String(count).padStart(10) + figures.map((f, i) => String(f).padStart(widths[i] ?? 8)).join(""),
      );
    };
    await look("before");
    await workbench.runCommand("Pinch: Run All Mixtures");
    const ended = (): number =>
      listRunFolders(runs).filter(folder => recordOrNull(folder)?.status !== "running").length;
    for (const count of looks) {
      while (ended() < count) await workbench.page.waitForTimeout(lookMs);
      await look(count);
    }
    while (runtimes(home) > 0) await workbench.page.waitForTimeout(lookMs);
    await workbench.page.waitForTimeout(5 * lookMs);
    await look("at the end");
  } finally {
    await browser.close();
    await workspace.stop();
    rmSync(source, { recursive: true, force: true, maxRetries: 5 });
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
});
