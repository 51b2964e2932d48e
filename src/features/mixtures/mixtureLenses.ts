// Code lenses above each mixture (run, plan, preview, last result) and actual counts as inlay hints.
import * as vscode from "vscode";
import { hintsOf, type Lens, lensesOf } from "../../core/mixtureEditor/lenses.ts";
import { Source } from "../../core/mixtureFile/textEdit.ts";
import { commands } from "../../manifest.ts";
import { besideIcons } from "../../platform/markdown.ts";
import { mayCompute } from "../../platform/trust.ts";
import { isMixtureFile } from "../../workspace/mixtures/mixtureFiles.ts";
import type { MixtureParser } from "../../workspace/mixtures/mixtureParser.ts";
import type { RunQueue } from "../../workspace/runs/runQueue.ts";
import { toRange } from "./editorFaults.ts";
import type { WorkspaceFacts } from "./workspaceFacts.ts";

export function registerLenses(
  selector: vscode.DocumentSelector,
  parser: MixtureParser,
  facts: WorkspaceFacts,
  queue: RunQueue,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    facts.onDidChange(() => changed.fire()),
    queue.onDidChangeRunning(() => changed.fire()),
    vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: document => {
        if (!isMixtureFile(document)) return [];
        // Commands that compute need a trusted workspace and a file that the runtime can reach.
        const plan = mayCompute(document.uri);
        const may = { run: vscode.workspace.isTrusted && !queue.running, plan };
        return lensesOf(parser.parse(document), facts.of(document), may).map(lens =>
          toCodeLens(document.uri, lens),
        );
      },
    }),
    vscode.languages.registerInlayHintsProvider(selector, {
      onDidChangeInlayHints: changed.event,
      provideInlayHints: (document, range) => {
        if (!isMixtureFile(document)) return [];
        const lines = { from: range.start.line, to: range.end.line };
        const source = new Source(document.getText());
        return hintsOf(source, parser.parse(document), facts.of(document), lines).map(
          ({ position, text, tooltip }) => {
            const hint = new vscode.InlayHint(
              new vscode.Position(position.line, position.column),
              text.trim(),
            );
            hint.paddingLeft = true;
            if (tooltip !== "") hint.tooltip = tooltip;
            return hint;
          },
        );
      },
    }),
  );
}

const icons = { run: "$(play) ", plan: "", preview: "", results: "" } as const;
const commandOf = {
  run: commands.runMixture,
  plan: commands.planMixture,
  preview: commands.previewData,
  results: commands.showResults,
} as const;

function toCodeLens(uri: vscode.Uri, { range, title, action, mixture }: Lens): vscode.CodeLens {
  const icon = action === "run" && mixture === null ? "$(run-all) " : icons[action];
  return new vscode.CodeLens(toRange(range), {
    title: icon + besideIcons(title),
    command: commandOf[action],
    arguments: [uri, mixture ?? undefined],
  });
}
