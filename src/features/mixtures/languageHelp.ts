// Help while typing a mixture file: what a key means, what can stand here, and "Run" above each mixture.
import * as vscode from "vscode";
import { displayName } from "../../core/language/tags.ts";
import { describeKey, type KeyDescription, mixtureForms } from "../../core/mixture/schema.ts";
import { commands, mixtureFileGlob } from "../../manifest.ts";
import { expectedAt } from "./completionContext.ts";
import { toRange } from "./diagnostics.ts";
import { isMixtureFile, type MixtureFiles } from "./mixtureFiles.ts";
import type { RunState } from "./mixtureView.ts";

const selector: vscode.DocumentSelector = [
  { scheme: "file", pattern: mixtureFileGlob },
  { scheme: "untitled", pattern: mixtureFileGlob },
];

export function registerLanguageHelp(files: MixtureFiles, runs: RunState): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerHoverProvider(selector, {
      provideHover: (document, position) => hover(files, document, position),
    }),
    vscode.languages.registerCompletionItemProvider(
      selector,
      { provideCompletionItems: complete },
      " ",
      ":",
      "{",
      ",",
    ),
    vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: runs.onDidChange,
      provideCodeLenses: document => (isMixtureFile(document) ? lenses(files, document, runs.running()) : []),
    }),
  );
}

function hover(
  files: MixtureFiles,
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.Hover | null {
  const parsed = files.parse(document);
  const path = parsed.pathAt({ line: position.line, column: position.character });
  if (path === null) return null;
  const key = describeKey(path);
  const language = languageUnder(document, position);
  const lines = [
    ...(language === null ? [] : [language]),
    ...(key === null
      ? []
      : [`**${key.path.replaceAll("*", "…")}**: ${key.type}`, key.help, ...defaultOf(key)]),
  ];
  return lines.length === 0 ? null : new vscode.Hover(new vscode.MarkdownString(lines.join("\n\n")));
}

function defaultOf(key: KeyDescription): string[] {
  if (key.default !== undefined) return [`Default: \`${key.default}\``];
  return key.required ? ["Required."] : [];
}

/** `fi: Finnish` for a short word that is a language tag with a name. */
function languageUnder(document: vscode.TextDocument, position: vscode.Position): string | null {
  const range = document.getWordRangeAtPosition(position, /[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*/);
  if (range === undefined) return null;
  const tag = document.getText(range);
  const name = displayName(tag);
  return tag.length <= 3 && name !== tag && name.toLowerCase() !== tag.toLowerCase()
    ? `${tag}: ${name}`
    : null;
}

function complete(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
  const lines = Array.from({ length: position.line + 1 }, (_, line) => document.lineAt(line).text);
  const expected = expectedAt(lines, position.line, position.character);
  if (expected === null) return [];
  switch (expected.kind) {
    case "key":
      return expected.keys.map((key, index) => keyItem(key, index));
    case "value":
      return (expected.key.values ?? []).map(value => {
        const item = new vscode.CompletionItem(value, vscode.CompletionItemKind.Value);
        item.documentation = expected.key.help;
        return item;
      });
    case "form":
      return mixtureForms.map(form => {
        const item = new vscode.CompletionItem(form.label, vscode.CompletionItemKind.Snippet);
        item.detail = form.example;
        item.documentation = form.help;
        item.insertText = form.example;
        return item;
      });
  }
}

function keyItem(key: KeyDescription, index: number): vscode.CompletionItem {
  const name = key.path.slice(key.path.lastIndexOf(".") + 1);
  const item = new vscode.CompletionItem(name, vscode.CompletionItemKind.Property);
  item.detail = key.type;
  item.documentation = new vscode.MarkdownString([key.help, ...defaultOf(key)].join("\n\n"));
  item.insertText = `${name}: `;
  item.sortText = String(index).padStart(3, "0");
  return item;
}

function lenses(files: MixtureFiles, document: vscode.TextDocument, running: boolean): vscode.CodeLens[] {
  const { draft, locate } = files.parse(document);
  const keys = [...new Set(draft.mixtures.map(mixture => mixture.key))];
  if (keys.length === 0 || running || !vscode.workspace.isTrusted) return [];
  const lens = (path: readonly string[], title: string, mixture: string | undefined) =>
    new vscode.CodeLens(toRange(locate(path, "key")), {
      title,
      command: commands.runMixture,
      arguments: [document.uri, mixture],
    });
  return [
    lens(["mixtures"], "$(run-all) Run mixtures…", undefined),
    ...keys.map(key => lens(["mixtures", key], "$(play) Run", key)),
  ];
}
