// Accessibility of a webview by axe-core: what it calls serious or critical.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { root } from "../../scripts/lib/paths.mjs";
import { setTheme, themeNamed, themeNames } from "./themes.ts";
import type { Workbench } from "./workbench.ts";

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What a webview stands on, whose colour VS Code's variables name. */
type Ground = "editor" | "sideBar";

/** One line for each finding, with the first element that has it. */
async function seriousFindings(frame: Frame, ground: Ground = "editor"): Promise<string[]> {
  await frame.evaluate(readFileSync(join(root, "node_modules", "axe-core", "axe.min.js"), "utf8"));
  // The ground is painted by the frame around the page, which axe does not see.
  await frame.evaluate(name => {
    document.documentElement.style.background = `var(--vscode-${name}-background)`;
  }, ground);
  const { violations } = await frame.evaluate<AxeResult>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help} (${nodes.length}): ${nodes[0]?.html.slice(0, 300)} ${nodes[0]?.failureSummary ?? ""}`,
    );
}

/**
 * The same in every theme; a picture of each is left as `name-theme`.
 * @param folder The folder of the window, whose settings hold the theme.
 * @param selector Something in the webview.
 */
export async function findingsInThemes(
  workbench: Workbench,
  folder: string,
  selector: string,
  name: string,
  ground: Ground = "editor",
): Promise<string[]> {
  const found: string[] = [];
  for (const theme of themeNames) {
    await setTheme(workbench, folder, theme);
    const frame = await workbench.webview(selector);
    found.push(...(await seriousFindings(frame, ground)).map(finding => `${theme}: ${finding}`));
    await workbench.screenshot(`${name}-${theme}`);
  }
  await setTheme(workbench, folder, themeNamed());
  return found;
}
