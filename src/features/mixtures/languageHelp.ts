// Registers language features for mixture files: passes text and position to core and returns its answers.
import * as vscode from "vscode";
import { type Completion, completionsAt } from "../../core/mixtureEditor/completions.ts";
import { actionsFor, type FaultAction } from "../../core/mixtureEditor/faultActions.ts";
import { fixesFor } from "../../core/mixtureEditor/fixes.ts";
import { hoverAt } from "../../core/mixtureEditor/hover.ts";
import {
  definitionsAt,
  type FileSymbol,
  foldingOf,
  mixtureNameAt,
  renameMixtureAt,
  symbolsOf,
} from "../../core/mixtureEditor/structure.ts";
import { Source, type TextEdit } from "../../core/mixtureFile/textEdit.ts";
import { commands } from "../../manifest.ts";
import { help } from "../../platform/markdown.ts";
import {
  absoluteUri,
  isMixtureFile,
  mixtureSelector as selector,
} from "../../workspace/mixtures/mixtureFiles.ts";
import type { MixtureParser } from "../../workspace/mixtures/mixtureParser.ts";
import type { RunQueue } from "../../workspace/runs/runQueue.ts";
import type { MixtureDiagnostics } from "./diagnostics.ts";
import { fileAt, toDiagnostic, toRange } from "./editorFaults.ts";
import { registerLenses } from "./mixtureLenses.ts";
import type { WorkspaceFacts } from "./workspaceFacts.ts";

export interface LanguageSources {
  readonly parser: MixtureParser;
  readonly diagnostics: MixtureDiagnostics;
  readonly facts: WorkspaceFacts;
  readonly queue: RunQueue;
}

export function registerLanguageHelp(sources: LanguageSources): vscode.Disposable {
  const { parser, facts, queue } = sources;
  return vscode.Disposable.from(
    registerLenses(selector, parser, facts, queue),
    vscode.languages.registerHoverProvider(selector, {
      provideHover: (document, position) => {
        const found = hoverAt(sourceOf(document), parser.parse(document), facts.of(document), at(position));
        if (found === null) return null;
        const range = found.range === null ? undefined : toRange(found.range);
        return new vscode.Hover(help(found.markdown), range);
      },
    }),
    vscode.languages.registerCompletionItemProvider(
      selector,
      {
        provideCompletionItems: async (document, position) => {
          const ofModel = /^["']?model["']?\s*:/.test(document.lineAt(position.line).text);
          const known = await facts.withFiles(document, ofModel);
          return completionsAt(sourceOf(document), parser.parse(document), known, at(position)).map(toItem);
        },
      },
      " ",
      ":",
      "{",
      "[",
      ",",
    ),
    vscode.languages.registerCodeActionsProvider(
      selector,
      { provideCodeActions: (document, range) => actions(document, range, sources) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    vscode.languages.registerDocumentSymbolProvider(selector, {
      provideDocumentSymbols: document => symbolsOf(sourceOf(document), parser.parse(document)).map(toSymbol),
    }),
    vscode.languages.registerFoldingRangeProvider(selector, {
      provideFoldingRanges: document =>
        foldingOf(sourceOf(document), parser.parse(document)).map(
          ({ start, end, kind }) =>
            new vscode.FoldingRange(
              start,
              end,
              kind === "comment" ? vscode.FoldingRangeKind.Comment : vscode.FoldingRangeKind.Region,
            ),
        ),
    }),
    vscode.languages.registerRenameProvider(selector, {
      prepareRename: (document, position) => {
        const found = mixtureNameAt(parser.parse(document), at(position));
        if (found === null) throw new Error("Names of mixtures can be renamed: put the cursor on one.");
        return { range: toRange(found.range), placeholder: found.name };
      },
      provideRenameEdits: (document, position, newName) =>
        workspaceEdit(document.uri, renameMixtureAt(parser.parse(document), at(position), newName)),
    }),
    vscode.languages.registerDefinitionProvider(selector, {
      provideDefinition: (document, position) =>
        definitionsAt(parser.parse(document), facts.of(document), at(position)).map(
          path => new vscode.Location(absoluteUri(document.uri, path), new vscode.Position(0, 0)),
        ),
    }),
  );
}

function sourceOf(document: vscode.TextDocument): Source {
  return new Source(document.getText());
}

function at({ line, character }: vscode.Position): { line: number; column: number } {
  return { line, column: character };
}

function workspaceEdit(uri: vscode.Uri, edits: readonly TextEdit[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of edits) edit.replace(uri, toRange(range), newText);
  return edit;
}

function actions(
  document: vscode.TextDocument,
  range: vscode.Range,
  { parser, diagnostics }: LanguageSources,
): vscode.CodeAction[] {
  if (!isMixtureFile(document)) return [];
  const text = document.getText();
  const parsed = parser.parse(document);
  return diagnostics.of(document).flatMap(fault => {
    if (fault.file !== undefined || toRange(fault.range).intersection(range) === undefined) return [];
    const shown = toDiagnostic(document.uri, fault);
    const quickFix = (title: string) => {
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.diagnostics = [shown];
      return action;
    };
    const edited = fixesFor(text, parsed, fault).map(({ title, edits, preferred }) => {
      const action = quickFix(title);
      action.isPreferred = preferred;
      action.edit = workspaceEdit(document.uri, edits);
      return action;
    });
    const done = actionsFor(fault).map(each => {
      const action = quickFix(each.title);
      action.isPreferred = each.kind === "downloadDataset";
      action.command = commandOf(each, document.uri);
      return action;
    });
    return [...edited, ...done];
  });
}

function commandOf(action: FaultAction, document: vscode.Uri): vscode.Command {
  const { title } = action;
  if (action.kind === "addDataset") return { title, command: commands.addDataset };
  if (action.kind === "downloadDataset") {
    const written = { document, range: toRange(action.range) };
    return { title, command: commands.downloadDataset, arguments: [action.download, written] };
  }
  const selection = toRange(action.range);
  return { title, command: "vscode.open", arguments: [fileAt(document, action.file), { selection }] };
}

const itemKinds: Readonly<Record<Completion["kind"], vscode.CompletionItemKind>> = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.Value,
  language: vscode.CompletionItemKind.EnumMember,
  mixture: vscode.CompletionItemKind.Snippet,
  file: vscode.CompletionItemKind.File,
  model: vscode.CompletionItemKind.Module,
};

function toItem(completion: Completion, index: number): vscode.CompletionItem {
  const { label, kind, detail, documentation, insert, range, filter } = completion;
  const item = new vscode.CompletionItem({ label, description: detail }, itemKinds[kind]);
  item.documentation = help(documentation);
  item.insertText = insert;
  item.range = toRange(range);
  item.sortText = String(index).padStart(4, "0");
  item.filterText = filter ?? label;
  if (/[: ]$/.test(insert)) item.command = { title: "", command: "editor.action.triggerSuggest" };
  return item;
}

const symbolKinds: Readonly<Record<FileSymbol["kind"], vscode.SymbolKind>> = {
  section: vscode.SymbolKind.Module,
  mixture: vscode.SymbolKind.Class,
  key: vscode.SymbolKind.Property,
};

function toSymbol({ name, detail, kind, range, selection, children }: FileSymbol): vscode.DocumentSymbol {
  const symbol = new vscode.DocumentSymbol(
    name,
    detail,
    symbolKinds[kind],
    toRange(range),
    toRange(selection),
  );
  symbol.children = children.map(toSymbol);
  return symbol;
}
