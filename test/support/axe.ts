// Accessibility of a webview by axe-core: what it calls serious or critical.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { root } from "../../scripts/lib/paths.mjs";

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** One line for each finding, with the first element that has it. */
export async function seriousFindings(frame: Frame): Promise<string[]> {
  await frame.evaluate(readFileSync(join(root, "node_modules", "axe-core", "axe.min.js"), "utf8"));
  // The ground is painted by the frame around the page, which axe does not see.
  await frame.evaluate(() => {
    document.documentElement.style.background = "var(--vscode-editor-background)";
  });
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
