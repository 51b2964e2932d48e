// Markdown in tooltips and hovers: text is escaped, images are not loaded, and links only run commands of
// Pinch.
import * as vscode from "vscode";
import type { Markdown } from "../common/markdown.ts";

export interface CommandLink {
  readonly title: string;
  readonly command: string;
}

/** Renders paragraphs, then a line of command links; only these commands can run. */
export function tooltip(
  paragraphs: readonly Markdown[],
  links: readonly CommandLink[] = [],
): vscode.MarkdownString {
  const line = links.map(({ title, command }) => `[${title}](command:${command})`).join(" · ");
  const parts = [...paragraphs.map(({ source }) => source), ...(line === "" ? [] : [line])];
  const shown = new vscode.MarkdownString(parts.join("\n\n"));
  if (links.length > 0) shown.isTrusted = { enabledCommands: links.map(({ command }) => command) };
  return shown;
}

/** Renders Markdown written by `core`, which escapes quoted text. Its command links are disabled. */
export function help(markdown: string): vscode.MarkdownString {
  return new vscode.MarkdownString(markdown);
}

/** Escapes text shown next to icons, as in a status bar, so that `$(name)` from outside is not an icon. */
export function besideIcons(text: string): string {
  return text.replace(/\$\((?=[\w-]+(?:~[a-z]+)?\))/gi, "\\$(");
}
