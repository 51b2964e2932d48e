// Markdown in tooltips and hovers: text is escaped, no picture is loaded, and links only run commands of Pinch.
import * as vscode from "vscode";
import type { Markdown } from "../common/markdown.ts";

export interface CommandLink {
  readonly title: string;
  readonly command: string;
}

/** Paragraphs, then a line of commands, which are all that its links may run. */
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

/** Markdown written by `core`, which escapes quoted text. Commands in it do not run. */
export function help(markdown: string): vscode.MarkdownString {
  return new vscode.MarkdownString(markdown);
}

/** Text shown next to icons, as in a status bar: `$(name)` in text from outside is not an icon. */
export function besideIcons(text: string): string {
  return text.replace(/\$\((?=[\w-]+(?:~[a-z]+)?\))/gi, "\\$(");
}
