// Markdown in tooltips and hovers: texts are data, pictures load nothing, and links run commands of Pinch only.
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

/** What `core` says in Markdown of its own; it escapes what it quotes, and no command runs from it. */
export function help(markdown: string): vscode.MarkdownString {
  return new vscode.MarkdownString(markdown);
}

/** Text beside icons (a status bar, a lens): `$(name)` of a text from outside stays what it is. */
export function besideIcons(text: string): string {
  return text.replace(/\$\((?=[\w-]+(?:~[a-z]+)?\))/gi, "\\$(");
}
