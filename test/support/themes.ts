// The themes that every view is looked at in.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Workbench } from "./workbench.ts";

export const themes = {
  dark: { title: "Default Dark Modern", workbench: "vs-dark", body: "vscode-dark" },
  light: { title: "Default Light Modern", workbench: "vs", body: "vscode-light" },
  hc: { title: "Default High Contrast", workbench: "hc-black", body: "vscode-high-contrast" },
  hcLight: {
    title: "Default High Contrast Light",
    workbench: "hc-light",
    body: "vscode-high-contrast-light",
  },
} as const;

export type Theme = keyof typeof themes;
export const themeNames = Object.keys(themes) as Theme[];

/** The theme of `PINCH_UI_THEME`, in which windows open; dark without it. */
export function themeNamed(): Theme {
  const asked = process.env.PINCH_UI_THEME ?? "";
  if (asked === "") return "dark";
  const name = themeNames.find(theme => theme === asked);
  if (name === undefined) throw new Error(`PINCH_UI_THEME is one of ${themeNames.join(", ")}, not ${asked}.`);
  return name;
}

/** Has the window and all webviews in it drawn in a theme. */
export async function setTheme(workbench: Workbench, folder: string, theme: Theme): Promise<void> {
  const { title, workbench: kind, body } = themes[theme];
  mkdirSync(join(folder, ".vscode"), { recursive: true });
  writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify({ "workbench.colorTheme": title }));
  await workbench.page.locator(`.monaco-workbench.${kind}`).waitFor();
  const drawn = workbench.page.frames().map(frame =>
    frame
      .waitForFunction(name => {
        const { classList } = document.body;
        return !/vscode-(dark|light|high-contrast)/.test(classList.value) || classList.contains(name);
      }, body)
      .catch(() => undefined),
  );
  await Promise.all(drawn);
}
